// Tables whose header sorts: `order` is "asc" or "desc", and what has no value comes last in both.
import { button, element } from "./elements.js";

export const sortHeaders = (columns, turn) =>
  columns.map((column) =>
    element(
      "th",
      { role: "columnheader", scope: "col", class: column.number && "number" },
      column.first ? button(column.label, () => turn(column)) : element("span", {}, column.label),
    ),
  );

export function markSorted(headers, columns, sort, order) {
  columns.forEach(({ key }, place) => {
    if (key === sort) headers[place].setAttribute("aria-sort", order === "asc" ? "ascending" : "descending");
    else headers[place].removeAttribute("aria-sort");
  });
}

export const turned = (column, sort, order) => {
  const other = order === "asc" ? "desc" : "asc";
  return sort === column.key ? other : column.first;
};

export const inOrder = (valueIn, order) => (one, other) => {
  const [a, b] = [valueIn(one), valueIn(other)];
  if (a === b) return 0;
  if (a == null) return 1;
  if (b == null) return -1;
  return (a < b ? -1 : 1) * (order === "asc" ? 1 : -1);
};
