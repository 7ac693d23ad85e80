// Datasets: files whose names differ by a date, a number or an id alone, and what changed from one to the next.
import { datasetAddress, datasetsAddress, fileAddress, here, openDataset } from "./address.js";
import { ask } from "./api.js";
import { changeOf, verdicts, worst } from "./changes.js";
import { button, byId, card, cell, element, fact, notice, showRows, withMarks } from "./elements.js";
import { moreLine, pagedItems } from "./paging.js";
import { count, plural, timeElement } from "./words.js";

const TYPING_PAUSE = 250;
const NAMES_SHOWN = 30;

const prefixAsked = () => here().parameters?.get("prefix") ?? "";
let shownPrefix = null;

const load = pagedItems((cursor) => {
  const parameters = new URLSearchParams({ prefix: shownPrefix, limit: 50, ...(cursor && { cursor }) });
  if (!shownPrefix) parameters.delete("prefix");
  return `datasets?${parameters}`;
}, showItems);

export function showDatasets() {
  shownPrefix = prefixAsked();
  byId("dataset-prefix").value = shownPrefix;
  load();
}

function showItems(state) {
  const { items, error, loading } = state;
  byId("datasets-card").hidden = !items.length;
  showRows(byId("dataset-rows"), items.map(datasetRow));
  byId("datasets-count").textContent = loading
    ? "Loading…"
    : error
      ? ""
      : `${plural(items.length, "dataset")}${state.moreButton ? "; there are more" : ""}.`;
  byId("datasets-notice").replaceChildren(...(loading || items.length ? [] : [datasetsNotice(state)]));
  byId("datasets-more").replaceChildren(...(items.length ? [moreLine(state)] : []));
}

function datasetsNotice({ error, moreButton }) {
  if (error?.status === 409) return notice("No history is kept", error.message);
  if (error) return notice("The datasets could not be loaded", error.message, { bad: true, action: moreButton });
  if (shownPrefix) return notice("No dataset matches", "Datasets are matched from the start of their name.");
  return notice("No datasets yet", "Files that were cataloged are grouped here by their names.");
}

function datasetRow({ dataset, newest, schemas_total: schemas, last_change: change }) {
  return element(
    "tr",
    { role: "row" },
    element(
      "th",
      { role: "rowheader", scope: "row", class: "name" },
      element("a", { href: datasetAddress(dataset) }, dataset),
    ),
    cell(
      [
        element("a", { href: fileAddress(newest.filename) }, newest.filename),
        " ",
        element("span", { class: "note" }, timeElement(newest.upload_timestamp)),
      ],
      { class: "newest" },
    ),
    cell(count(schemas), { class: "number", "data-unit": schemas === 1 ? "schema" : "schemas" }),
    cell(change ? [verdicts(change), lastChange(change)] : "None", { class: change ? "" : "muted absent" }),
  );
}

const lastChange = ({ changes_total: total, upload_timestamp: at, filename }) =>
  element("span", { class: "note", title: `With ${filename}` }, `${plural(total, "change")}, `, timeElement(at));

let pause;
export function searchDatasets() {
  clearTimeout(pause);
  pause = setTimeout(() => {
    const prefix = byId("dataset-prefix").value;
    if (here().view !== "datasets" || prefix === shownPrefix) return;
    shownPrefix = prefix;
    history.replaceState(null, "", datasetsAddress(new URLSearchParams(prefix ? { prefix } : {})));
    load();
  }, TYPING_PAUSE);
}

export async function showDataset(dataset) {
  byId("dataset-title").textContent = withMarks(dataset);
  const fill = (...nodes) => byId("dataset-body").replaceChildren(...nodes);
  fill(element("p", { class: "muted" }, "Loading…"));
  try {
    const found = await ask(`datasets?${new URLSearchParams({ dataset })}`);
    if (openDataset() === dataset) fill(...datasetView(found));
  } catch (error) {
    if (openDataset() !== dataset) return;
    const said = { 404: "No such dataset", 409: "No history is kept" }[error.status];
    const again = button("Try again", () => showDataset(dataset));
    fill(
      said
        ? notice(said, error.message)
        : notice("The dataset could not be loaded", error.message, { bad: true, action: again }),
    );
  }
}

function datasetView({ dataset, newest, schemas, schemas_total: total }) {
  const start = dataset.slice(0, dataset.search(/\{|$/));
  const files = `#/?${new URLSearchParams(start ? { prefix: start } : {})}`;
  return [
    element(
      "dl",
      { class: "facts card" },
      fact("Newest file", element("a", { href: fileAddress(newest.filename) }, newest.filename)),
      fact("Uploaded", timeElement(newest.upload_timestamp)),
      fact("Schemas", count(total)),
      fact("Files", element("a", { href: files }, start ? `that begin with ${start}` : "all")),
    ),
    card(
      "Schemas, the newest first",
      element(
        "ol",
        { class: "line", role: "list" },
        schemas.map((schema, place) => schemaItem(schema, place === total - 1)),
      ),
      total > schemas.length &&
        element("p", { class: "note" }, `The last ${count(schemas.length)} of ${count(total)}.`),
    ),
  ];
}

function schemaItem({ column_count: columns, column_names: names, has_header: header, first, last, change }, isFirst) {
  const shown = names.slice(0, NAMES_SHOWN).map((name) => element("code", {}, name.trim() ? name : "(blank)"));
  const rest = columns - shown.length;
  return element(
    "li",
    { class: change && worst(change) },
    element("p", {}, element("strong", {}, plural(columns, "column")), header ? "" : ", no header"),
    element("p", { class: "note" }, "From ", when(first), first.filename !== last.filename && [" to ", when(last)]),
    element("p", { class: "names" }, shown, rest > 0 && element("span", { class: "note" }, ` and ${count(rest)} more`)),
    change ? changeOf(change, last.filename) : isFirst && element("p", { class: "note" }, "The first schema"),
  );
}

const when = ({ filename, upload_timestamp: at }) => [
  element("a", { href: fileAddress(filename) }, filename),
  ", ",
  timeElement(at),
];
