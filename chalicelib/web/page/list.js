// The list of files: loading, searching, showing.
import { fileAddress, here } from "./address.js";
import { ask } from "./api.js";
import { bones, button, byId, cell, element, notice, showRows } from "./elements.js";
import {
  hasText,
  isFiltered,
  listAddress,
  listingKey,
  listingPath,
  query,
  SORTED_BY_THE_API,
  searches,
  TABLE_COLUMNS,
} from "./query.js";
import { fresh, keep, listing } from "./records.js";
import { inOrder, markSorted, sortHeaders, turned } from "./sorting.js";
import { renderFilters } from "./totals.js";
import { statusesOf } from "./troubles.js";
import { count, countOrDash, exactSize, humanSize, plural, sentence, timeElement } from "./words.js";

const TYPING_PAUSE_MS = 250;

export async function loadList({ more = false } = {}) {
  listing.request?.abort();
  const request = new AbortController();
  Object.assign(listing, { request, loading: true, error: null });
  renderList();
  const asked = more ? [...listing.cursors] : searches().map((search) => [search, null]);
  try {
    const pages = await Promise.all(asked.map(([search, cursor]) => nextFiles(search, cursor, request.signal)));
    if (listing.request !== request) return;
    if (!more) {
      listing.records.clear();
      listing.found.clear();
    }
    listing.cursors.clear();
    pages.forEach(({ items, next_cursor: cursor }, place) => {
      const [search] = asked[place];
      items.forEach(keep);
      listing.found.set(search, (listing.found.get(search) ?? 0) + items.length);
      if (cursor) listing.cursors.set(search, cursor);
    });
    listing.loaded = true;
  } catch (error) {
    if (listing.request !== request || error.name === "AbortError") return;
    listing.error = error; // what was listed before stays
  }
  listing.loading = false;
  renderList();
}

// A filter that no index serves may find nothing in the records one request reads: go on for a while.
async function nextFiles(search, cursor, signal) {
  let page = await ask(listingPath(search, cursor), { signal });
  for (let tries = 1; tries < 5 && !page.items.length && page.next_cursor; tries += 1) {
    page = await ask(listingPath(search, page.next_cursor), { signal });
  }
  return page;
}

export function changeQuery(change) {
  const served = listingKey();
  Object.assign(query, change);
  if (here().view === "files") history.replaceState(null, "", listAddress());
  if (listingKey() === served && !listing.error) return renderList();
  listing.records.clear();
  return loadList();
}

let pauseInTyping;
export function searchSoon() {
  clearTimeout(pauseInTyping);
  pauseInTyping = setTimeout(() => changeQuery({ text: byId("search").value }), TYPING_PAUSE_MS);
}

/* ---- The list: showing ---- */

export const chooseFiles = () => byId("chooser").click();

export function renderList() {
  const records = [...listing.records.values()].sort(inOrder((record) => record[query.sort], query.order));
  const waiting = listing.loading && !records.length;
  renderFilters();
  renderSortButtons();
  renderRows(records, waiting);
  renderCount(records);
  renderTokens();
  const more = listing.cursors.size;
  byId("table-card").hidden = !waiting && !records.length;
  byId("download-list").hidden = !listing.records.size;
  byId("files").setAttribute("aria-busy", listing.loading);
  byId("files").classList.toggle("busy", listing.loading && !waiting);
  byId("more").hidden = !more;
  byId("more").disabled = listing.loading;
  byId("more").textContent = listing.loading ? "Loading…" : "Load more";
  byId("list-notice").replaceChildren(...(waiting || records.length ? [] : [listNotice(more)]));
  const stale = listing.error && records.length > 0;
  byId("list-problem").replaceChildren(...(stale ? [problemLine()] : []));
}

const problemLine = () =>
  element(
    "p",
    { class: "callout bad", role: "alert" },
    `${sentence(listing.error.message)} What is listed below was loaded before. `,
    button("Try again", () => loadList(), { class: "plain" }),
  );

function listNotice(more) {
  if (listing.error) {
    return notice("The list could not be loaded", listing.error.message, {
      bad: true,
      action: button("Try again", () => loadList()),
    });
  }
  if (more) return notice("Nothing found yet", "Only a part of the catalog has been searched. Load more to go on.");
  if (isFiltered()) {
    const sought = query.text ? "No name of a file or of a column has this in it." : "No file is of this kind.";
    return notice("No file matches", sought, { action: button("Show all files", clearSearch) });
  }
  return notice(
    "No files yet",
    "Drop a CSV file here, or copy one into the bucket. It is listed a moment after it lands.",
    { action: button("Choose files", chooseFiles, { class: "primary" }) },
  );
}

function clearSearch() {
  changeQuery({ text: "", prefix: "", columns: [], filter: "" });
  fillSearch();
  byId("search").focus();
}

// What an address asks for besides the text: shown, and taken off by a click.
function renderTokens() {
  const token = (text, change) =>
    button([text, element("span", { "aria-hidden": "true" }, " ×")], () => changeQuery(change), {
      class: "token",
      "aria-label": `Do not ask for: ${text}`,
    });
  const columns = query.columns.map((name) =>
    token(`has column ${name}`, { columns: query.columns.filter((one) => one !== name) }),
  );
  byId("tokens").replaceChildren(
    ...[query.prefix && token(`begins with ${query.prefix}`, { prefix: "" }), ...columns].filter(Boolean),
  );
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
    cell(element("span", { class: "statuses" }, statusesOf(record))),
  );
  row.dataset.filename = record.filename;
  row.addEventListener("animationend", () => fresh.delete(record.filename));
  return row;
}

function nameCell({ filename, status, error, violations, unusual, warnings, column_names: names }) {
  const border = filename.lastIndexOf("/", filename.length - 2) + 1;
  const folder = border > 0 && element("span", { class: "folder" }, filename.slice(0, border));
  const column = query.text.trim() && !hasText(filename) && names?.find(hasText);
  return element(
    "th",
    { role: "rowheader", scope: "row", class: "name" },
    element("a", { href: fileAddress(filename) }, folder, filename.slice(border)),
    status === "failed" && element("span", { class: "why" }, error ?? "It could not be read."),
    firstOf(violations, "why verbatim"),
    firstOf(unusual, "why warned verbatim"),
    firstOf(warnings, "why warned"),
    column && element("span", { class: "why muted verbatim" }, `has column ${column}`),
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

function renderCount(records) {
  const note = byId("count");
  if (listing.loading) note.textContent = records.length ? note.textContent : "Loading…";
  else note.textContent = listing.error ? "" : found(records);
  const partly = listing.cursors.size && !SORTED_BY_THE_API.includes(query.sort);
  const { label } = TABLE_COLUMNS.find(({ key }) => key === query.sort);
  byId("sort-note").textContent = partly
    ? `Sorted by ${label.toLowerCase()} among these only; files not loaded yet may come before them.`
    : "";
}

// What was searched, and what that has found.
function found(records) {
  const more = listing.cursors.size ? "; there are more" : "";
  const files = `${plural(records.length, "file")} ${isFiltered() ? "found" : "loaded"}${more}.`;
  if (!query.text.trim()) return files;
  const by = (search) => `${count(listing.found.get(search) ?? 0)}${listing.cursors.has(search) ? "+" : ""}`;
  return `${files} Searched names of files (${by("name")}) and of columns (${by("column~")}).`;
}

export function fillSearch() {
  byId("search").value = query.text;
}
