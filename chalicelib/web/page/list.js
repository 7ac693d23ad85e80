// The list of files: loading, searching, showing.
import { fileAddress, here } from "./address.js";
import { ask } from "./api.js";
import { bones, button, byId, cell, element, notice, showRows } from "./elements.js";
import { renderOverview } from "./overview.js";
import {
  isAlmostAskedFor,
  isFiltered,
  listAddress,
  listingPath,
  query,
  SORTED_BY_THE_API,
  TABLE_COLUMNS,
} from "./query.js";
import { everSeen, fresh, keep, listing } from "./records.js";
import { inOrder, markSorted, sortHeaders, turned } from "./sorting.js";
import { count, countOrDash, exactSize, humanSize, plural, statusBadge, timeElement } from "./words.js";

const TYPING_PAUSE_MS = 250;

export async function loadList({ more = false } = {}) {
  listing.request?.abort();
  const request = new AbortController();
  Object.assign(listing, { request, loading: true, error: null });
  renderList();
  try {
    const page = await nextRecords(more ? listing.cursor : null, request.signal);
    if (listing.request !== request) return;
    if (!more) listing.records.clear();
    page.items.forEach(keep);
    Object.assign(listing, { cursor: page.next_cursor ?? null, loaded: true });
  } catch (error) {
    if (listing.request !== request || error.name === "AbortError") return;
    if (!more) listing.records.clear();
    Object.assign(listing, { error, cursor: more ? listing.cursor : null });
  }
  listing.loading = false;
  renderList();
  renderOverview();
}

// A filter that no index serves may find nothing in the records one request reads: go on for a while.
async function nextRecords(cursor, signal) {
  let page = await ask(listingPath(cursor), { signal });
  for (let tries = 1; tries < 5 && !page.items.length && page.next_cursor; tries += 1) {
    page = await ask(listingPath(page.next_cursor), { signal });
  }
  return page;
}

export function changeQuery(change) {
  const served = listingPath();
  Object.assign(query, change);
  if (here().view === "files") history.replaceState(null, "", listAddress());
  if (listingPath() !== served || listing.error) loadList();
  else renderList();
}

function search() {
  const columns = byId("columns").value;
  const isUnchanged = columns === query.columns.join(", "); // then a name from the address may hold a comma
  const asked = isUnchanged
    ? query.columns
    : columns
        .split(",")
        .map((name) => name.trim())
        .filter(Boolean);
  changeQuery({ prefix: byId("prefix").value, columns: asked });
}

let pauseInTyping;
export function searchSoon() {
  clearTimeout(pauseInTyping);
  pauseInTyping = setTimeout(search, TYPING_PAUSE_MS);
}

/* ---- The list: showing ---- */

function shownRecords() {
  const found = [...listing.records.values()];
  const isVain = !found.length && isFiltered() && listing.loaded && !listing.cursor && !listing.error;
  const records = isVain ? [...everSeen.values()].filter(isAlmostAskedFor) : found;
  return { records: records.sort(inOrder((record) => record[query.sort], query.order)), guessed: isVain };
}

export const chooseFiles = () => byId("chooser").click();

export function renderList() {
  const { records, guessed } = shownRecords();
  const waiting = listing.loading && !records.length;
  renderSortButtons();
  renderRows(waiting ? [] : records, waiting);
  renderCount(records, guessed);
  renderColumnSuggestions();
  byId("table-card").hidden = !waiting && !records.length;
  byId("download-list").hidden = !listing.records.size;
  byId("files").setAttribute("aria-busy", listing.loading);
  byId("files").classList.toggle("busy", listing.loading && !waiting);
  byId("more").hidden = !listing.cursor;
  byId("more").disabled = listing.loading;
  byId("more").textContent = listing.loading ? "Loading…" : listing.error ? "Try again" : "Load more";
  byId("more-note").textContent = listing.error && records.length ? listing.error.message : "";
  byId("list-notice").replaceChildren(...(waiting || records.length ? [] : [listNotice()]));
}

function listNotice() {
  if (listing.error) {
    return notice("The list could not be loaded", listing.error.message, {
      bad: true,
      action: button("Try again", () => loadList()),
    });
  }
  if (listing.cursor)
    return notice("Nothing found yet", "Only a part of the catalog has been searched. Load more to go on.");
  if (isFiltered()) {
    return notice("No file matches", "Names are matched from their start, columns by their whole name in any case.", {
      action: button("Clear the search", clearSearch),
    });
  }
  return notice(
    "No files yet",
    "Drop a CSV file here, or copy one into the bucket. It is listed a moment after it lands.",
    { action: button("Choose files", chooseFiles, { class: "primary" }) },
  );
}

function clearSearch() {
  changeQuery({ prefix: "", columns: [], status: "", violations: false });
  fillSearch();
  byId("prefix").focus();
}

function renderSortButtons() {
  const row = byId("sort-buttons");
  const turn = (column) => changeQuery({ sort: column.key, order: turned(column, query.sort, query.order) });
  if (!row.children.length) row.append(...sortHeaders(TABLE_COLUMNS, turn));
  markSorted(row.children, TABLE_COLUMNS, query.sort, query.order);
}

function renderRows(records, waiting) {
  const focused = document.activeElement?.closest("#rows tr")?.dataset.filename;
  showRows(byId("rows"), waiting ? Array.from({ length: 8 }, skeletonRow) : records.map(fileRow));
  if (focused !== undefined) linkOf(focused)?.focus({ preventScroll: true });
}

export const linkOf = (filename) =>
  [...byId("rows").children].find((row) => row.dataset.filename === filename)?.querySelector("a");

function skeletonRow() {
  return element(
    "tr",
    { role: "row", "aria-hidden": "true" },
    TABLE_COLUMNS.map(({ number }, place) => cell(bones(), { class: place ? number && "number" : "name" })),
  );
}

function fileRow(record) {
  const failed = record.status === "failed";
  const row = element(
    "tr",
    { role: "row", class: `${failed ? "failed" : ""} ${fresh.has(record.filename) ? "fresh" : ""}` },
    nameCell(record),
    cell(timeElement(record.upload_timestamp)),
    cell(humanSize(record.file_size), { class: "number", title: exactSize(record) }),
    numberCell(record.row_count, "row"),
    numberCell(record.column_count, "column"),
    cell(statusBadge(record)),
  );
  row.dataset.filename = record.filename;
  row.addEventListener("animationend", () => fresh.delete(record.filename));
  return row;
}

function nameCell({ filename, status, error, violations, warnings }) {
  const border = filename.lastIndexOf("/", filename.length - 2) + 1;
  const folder = border > 0 && element("span", { class: "folder" }, filename.slice(0, border));
  return element(
    "th",
    { role: "rowheader", scope: "row", class: "name" },
    element("a", { href: fileAddress(filename) }, folder, filename.slice(border)),
    status === "failed" && element("span", { class: "why" }, error ?? "It could not be read."),
    firstOf(violations, "why verbatim"),
    firstOf(warnings, "why warned"),
  );
}

function firstOf(sentences, kind) {
  if (!sentences?.length) return null;
  const more = sentences.length > 1 ? `, and ${count(sentences.length - 1)} more` : "";
  return element("span", { class: kind }, sentences[0], more);
}

function numberCell(value, unit) {
  const isAbsent = typeof value !== "number";
  return cell(countOrDash(value), {
    class: isAbsent ? "number absent" : "number",
    "data-unit": value === 1 ? unit : `${unit}s`,
  });
}

function renderCount(records, guessed) {
  const files = plural(records.length, "file");
  const found = `${files} ${isFiltered() ? "found" : "loaded"}${listing.cursor ? "; there are more" : ""}.`;
  const alike = `No exact match. ${files} loaded so far with it in a part of the name.`;
  if (listing.loading) byId("count").textContent = records.length ? byId("count").textContent : "Loading…";
  else byId("count").textContent = listing.error ? "" : guessed && records.length ? alike : found;
  const partly = listing.cursor && !SORTED_BY_THE_API.includes(query.sort);
  const { label } = TABLE_COLUMNS.find(({ key }) => key === query.sort);
  byId("sort-note").textContent = partly
    ? `Sorted by ${label.toLowerCase()} among these only; files not loaded yet may come before them.`
    : "";
}

function renderColumnSuggestions() {
  const names = new Set([...everSeen.values()].flatMap((record) => (record.column_names ?? []).slice(0, 100)));
  names.delete("");
  byId("column-names").replaceChildren(
    ...[...names]
      .sort()
      .slice(0, 300)
      .map((value) => element("option", { value })),
  );
}

export function fillSearch() {
  byId("prefix").value = query.prefix;
  byId("columns").value = query.columns.join(", ");
  byId("status").value = query.violations ? "violations" : query.status;
}
