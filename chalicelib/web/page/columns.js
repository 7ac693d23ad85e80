// The columns of a file: what is in each, as far as its profile goes, or its name alone.

import {
  almostOf,
  distinctValues,
  distribution,
  emptyCells,
  emptyShare,
  notesOf,
  range,
  typeOf,
} from "./column_figures.js";
import { openColumn } from "./column_opened.js";
import { button, cell, element } from "./elements.js";
import { inOrder, markSorted, sortHeaders, turned } from "./sorting.js";
import { count, plural } from "./words.js";

const COLUMNS_SHOWN = 500;
const FIELDS = [
  { key: "position", label: "#", first: "asc", value: ({ place }) => place },
  { key: "name", label: "Name", first: "asc", value: ({ name }) => name.toLowerCase() },
  { key: "type", label: "Type", first: "asc", value: ({ profile }) => profile?.type },
  { key: "empty", label: "Empty", first: "desc", value: ({ profile }, rows) => profile && emptyShare(profile, rows) },
  { key: "distinct", label: "Distinct", first: "desc", value: ({ profile }) => profile?.distinct_count, number: true },
  { key: "range", label: "Range" },
  { key: "values", label: "Distribution" },
];

export function columnsCard(record) {
  const all = columnsOf(record);
  if (!all.length) {
    const without = record.column_count
      ? `${plural(record.column_count, "column")} without names.`
      : "None: the file is empty.";
    const head = element("div", { class: "head" }, element("h2", {}, "Columns"));
    return columnsSection(head, element("p", { class: "muted sentence" }, without));
  }
  const profiled = all.some(({ profile }) => profile);
  const list = profiled ? profileTable(record) : nameList();
  const none = element("p", { class: "muted sentence" }, "No column has this in its name, and none is of this type.");
  const counted = element("p", { class: "small muted", role: "status" });
  const find = element("input", {
    type: "search",
    id: "find-column",
    placeholder: "Find a column",
    "aria-label": "Find a column",
    autocomplete: "off",
    spellcheck: "false",
  });
  const showAll = button("", () => show(Infinity));
  const notes = remarks(record, all, profiled).map((text) => element("p", { class: "small muted" }, text));
  let most = COLUMNS_SHOWN;

  function show(limit) {
    most = limit;
    const asked = find.value.trim().toLowerCase();
    const found = all.filter(({ name, profile }) => name.toLowerCase().includes(asked) || profile?.type === asked);
    list.show(found, most);
    list.node.hidden = !found.length;
    none.hidden = found.length > 0;
    showAll.hidden = found.length <= most;
    showAll.textContent = `Show all ${count(found.length)} ${profiled ? "columns" : "names"}`;
    counted.textContent = asked ? `${count(found.length)} of ${plural(all.length, "column")}` : "";
  }

  find.addEventListener("input", () => show(most));
  show(COLUMNS_SHOWN);
  const head = element("div", { class: "head" }, element("h2", {}, "Columns"), counted, find);
  return columnsSection(head, notes, list.node, none, showAll);
}

const columnsSection = (...content) =>
  element("section", { class: "card columns-card", id: "part-columns", "aria-label": "Columns" }, ...content);

function columnsOf({ column_names: names, columns: profiles }) {
  const met = new Set();
  const repeated = new Set((names ?? []).filter((name) => met.has(name) || !met.add(name)));
  const length = Math.max(names?.length ?? 0, profiles?.length ?? 0);
  return Array.from({ length }, (_, place) => {
    const name = names?.[place] ?? profiles[place].name;
    return { place, name, repeated: repeated.has(name), profile: profiles?.[place] };
  });
}

// What the figures leave out.
function remarks({ column_names: names, column_count: total, row_count: rows, profiled_rows: seen }, all, profiled) {
  const filled = all.filter(({ profile }) => profile && profile.type !== "empty");
  return [
    names?.length < total &&
      names.length > 0 &&
      `The record keeps the first ${count(names.length)} of ${count(total)} names.`,
    profiled && seen < rows && `The figures are of the first ${count(seen)} of ${plural(rows, "row")}.`,
    filled.length > 0 &&
      filled.every(({ profile }) => profile.min == null) &&
      "Values of cells are not kept here: only types and counts are.",
  ].filter(Boolean);
}

function profileTable(record) {
  const { profiled_rows: rows } = record;
  let [sort, order, columns, most] = ["position", "asc", [], 0];
  const turn = (field) => {
    [order, sort] = [turned(field, sort, order), field.key];
    render();
  };
  const headers = sortHeaders(FIELDS, turn);
  const body = element("tbody", { role: "rowgroup" });
  const node = element(
    "table",
    { class: "listed profile", role: "table" },
    element("caption", { class: "spoken" }, "Columns of the file. The buttons in the header sort."),
    element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, headers)),
    body,
  );

  function render() {
    const { value } = FIELDS.find(({ key }) => key === sort);
    const sorted = [...columns].sort(inOrder((column) => value(column, rows), order));
    body.replaceChildren(...sorted.slice(0, most).map((column) => profileRow(column, record)));
    markSorted(headers, FIELDS, sort, order);
  }

  function show(found, limit) {
    [columns, most] = [found, limit];
    render();
  }

  return { node, show };
}

function profileRow(column, record) {
  const { place, profile } = column;
  const { profiled_rows: rows } = record;
  const found = profile && [almostOf(profile, rows), notesOf(profile)];
  const row = element(
    "tr",
    { role: "row" },
    cell(count(place + 1), { class: "place" }),
    element(
      "th",
      { role: "rowheader", scope: "row", class: "name" },
      columnButton(column, () => toggle()),
      found,
    ),
    profile ? figures(profile, rows) : cell("Not profiled", { colspan: FIELDS.length - 2 }),
  );

  function toggle() {
    const opener = row.querySelector("button.opens");
    const opened = opener.getAttribute("aria-expanded") === "true";
    opener.setAttribute("aria-expanded", String(!opened));
    if (opened) row.nextSibling.remove();
    else row.after(openedRow(column, record));
  }

  return row;
}

const openedRow = (column, record) =>
  element("tr", { role: "row", class: "opened" }, cell(openColumn(column, record), { colspan: FIELDS.length }));

const figures = (profile, rows) => [
  figureCell("", typeOf(profile)),
  figureCell("", emptyCells(profile, rows), "empty"),
  figureCell("number", distinctValues(profile, rows), "distinct"),
  figureCell("range", range(profile)),
  figureCell("distribution", distribution(profile, rows)),
];

const figureCell = (name, content, unit) =>
  cell(content, { class: content === "–" ? `${name} absent` : name, "data-unit": unit });

function nameList() {
  const node = element("ol", { class: "columns", role: "list" });
  const item = (column) => element("li", {}, element("span", {}, count(column.place + 1)), columnName(column));
  return { node, show: (found, most) => node.replaceChildren(...found.slice(0, most).map(item)) };
}

const shownName = (name) => (name.trim() ? name : "(blank)");
const repeatedNote = (repeated) => repeated && element("span", { class: "muted small" }, " (repeated)");

function columnButton({ name, repeated }, act) {
  const opener = button(shownName(name), act, { class: "opens", "aria-expanded": "false" });
  return element("span", {}, opener, repeatedNote(repeated));
}

function columnName({ name, repeated }) {
  if (!name.trim()) return element("span", { class: "muted" }, "(blank)");
  const address = `#/?${new URLSearchParams({ column: name })}`;
  const link = element("a", { href: address, title: "Files that have this column" }, name);
  return element("span", {}, link, repeatedNote(repeated));
}
