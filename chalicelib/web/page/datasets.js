// The list of datasets: those that are late or changed first, then those that come more than once, then the others.
import { datasetAddress, datasetsAddress, fileAddress, here } from "./address.js";
import { ask } from "./api.js";
import { verdicts } from "./changes.js";
import { byId, cell, element, notice, showRows } from "./elements.js";
import { moreLine, pagedItems } from "./paging.js";
import { statusesOfDataset } from "./troubles.js";
import { count, plural, timeElement } from "./words.js";

const TYPING_PAUSE = 250;
const DATASETS_AT_ONCE = 50;
const KINDS = [
  { key: "", label: "All" },
  { key: "late", label: "Late", asks: { state: "late" } },
  { key: "changed", label: "Changed", asks: { changed: "true" } },
];
const isNotLate = ({ state }) => state !== "late";
const GROUPS = [
  { label: "Late", asks: { state: "late" } },
  { label: "Changed", asks: { changed: "true" }, keeps: isNotLate },
  { label: "Two files and more in 30 days", asks: { changed: "false", min_deliveries: "2" }, keeps: isNotLate },
  { label: "Others", asks: { changed: "false" }, keeps: (dataset) => isNotLate(dataset) && dataset.deliveries < 2 },
];

let shownPrefix = null;
let shownKind = "";

const groupsAsked = () => {
  const { asks } = KINDS.find(({ key }) => key === shownKind);
  return asks ? [{ asks }] : GROUPS;
};

const load = pagedItems(nextDatasets, showItems);

// The next page of datasets, of one group after the other; the cursor says which group, and where in it.
async function nextDatasets(cursor, options) {
  const groups = groupsAsked();
  let [place, at] = cursor ?? [0, null];
  const items = [];
  while (place < groups.length && items.length < DATASETS_AT_ONCE) {
    const { label, asks, keeps } = groups[place];
    const parameters = new URLSearchParams({ ...asks, limit: DATASETS_AT_ONCE });
    if (shownPrefix) parameters.set("prefix", shownPrefix);
    if (at) parameters.set("cursor", at);
    const page = await ask(`datasets?${parameters}`, options);
    items.push(...page.items.filter(keeps ?? Boolean).map((dataset) => ({ ...dataset, group: label })));
    at = page.next_cursor;
    if (!at) place += 1;
    else if (!page.items.length) break; // much was looked through, and a click goes on
  }
  return { items, next_cursor: place < groups.length ? [place, at] : null };
}

export function showDatasets() {
  const { parameters } = here();
  shownPrefix = parameters.get("prefix") ?? "";
  shownKind = KINDS.find(({ key }) => key === parameters.get("show"))?.key ?? "";
  byId("dataset-prefix").value = shownPrefix;
  byId("dataset-kinds").replaceChildren(...KINDS.map(kindLink));
  load();
}

const addressOf = (kind) =>
  datasetsAddress(new URLSearchParams({ ...(kind && { show: kind }), ...(shownPrefix && { prefix: shownPrefix }) }));

const kindLink = ({ key, label }) =>
  element("a", { class: "filter", href: addressOf(key), "aria-current": key === shownKind && "true" }, label);

function showItems(state) {
  const { items, error, loading } = state;
  byId("datasets-card").hidden = !items.length;
  showRows(byId("dataset-rows"), items.flatMap(datasetRows));
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
  if (moreButton) return notice("Nothing found yet", "Only a part was searched.", { action: moreButton });
  if (shownKind === "late") return notice("No dataset is late", "Those with a rhythm have come when they were due.");
  if (shownKind) return notice("No dataset has changed", "The columns of each are as they were.");
  if (shownPrefix) return notice("No dataset matches", "Datasets are matched from the start of their name.");
  return notice("No datasets yet", "Files that were cataloged are grouped here by their names.");
}

function datasetRows(dataset, place, all) {
  const isFirst = dataset.group && dataset.group !== all[place - 1]?.group;
  const head = element("th", { role: "columnheader", colspan: 5, scope: "colgroup" }, dataset.group);
  return [isFirst && element("tr", { role: "row", class: "group" }, head), datasetRow(dataset)].filter(Boolean);
}

function datasetRow(dataset) {
  const { dataset: name, newest, deliveries, last_change: change } = dataset;
  const statuses = statusesOfDataset(dataset);
  return element(
    "tr",
    { role: "row" },
    element(
      "th",
      { role: "rowheader", scope: "row", class: "name" },
      element("a", { href: datasetAddress(name) }, name),
    ),
    cell(element("span", { class: "statuses" }, statuses)),
    cell(
      [
        element("a", { href: fileAddress(newest.filename) }, newest.filename),
        " ",
        element("span", { class: "note" }, timeElement(newest.upload_timestamp)),
      ],
      { class: "newest" },
    ),
    cell(count(deliveries), { class: "number", "data-unit": "in 30 days" }),
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
    history.replaceState(null, "", addressOf(shownKind));
    byId("dataset-kinds").replaceChildren(...KINDS.map(kindLink));
    load();
  }, TYPING_PAUSE);
}
