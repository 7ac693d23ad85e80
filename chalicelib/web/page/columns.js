// The columns of a file.
import { button, element } from "./elements.js";
import { count, plural } from "./words.js";

const COLUMNS_SHOWN = 500;

export function columnList({ column_names: kept, column_count: total }) {
  const names = kept ?? [];
  if (!names.length)
    return [
      element(
        "p",
        { class: "muted" },
        total ? `${plural(total, "column")} without names.` : "None: the file is empty.",
      ),
    ];
  const met = new Set();
  const repeated = new Set(names.filter((name) => met.has(name) || !met.add(name)));
  const item = (name, place) =>
    element("li", {}, element("span", {}, count(place + 1)), columnName(name, repeated.has(name)));
  const list = element("ol", { class: "columns", role: "list" }, names.slice(0, COLUMNS_SHOWN).map(item));
  const showAll = button(`Show all ${count(names.length)} names`, () => {
    showAll.remove();
    list.replaceChildren(...names.map(item));
  });
  const cut = `The record keeps the first ${count(names.length)} of ${count(total)} names.`;
  return [
    list,
    names.length > COLUMNS_SHOWN && showAll,
    names.length < total && element("p", { class: "muted small" }, cut),
  ];
}

function columnName(name, repeated) {
  if (!name.trim()) return element("span", { class: "muted" }, "(blank)");
  const link = element(
    "a",
    { href: `#/?${new URLSearchParams({ column: name })}`, title: "Files that have this column" },
    name,
  );
  return element("span", {}, link, repeated && element("span", { class: "muted small" }, " (repeated)"));
}
