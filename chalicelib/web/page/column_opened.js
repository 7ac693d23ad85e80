// A column that is opened: its values, its notes, what else has it, and what it was like over time.
import { datasetAddress } from "./address.js";
import { ask } from "./api.js";
import { allValues, histogram, notesOf } from "./column_figures.js";
import { element } from "./elements.js";
import { lines } from "./lines.js";

export function openColumn({ name, profile }, record) {
  const rows = record.profiled_rows;
  const parts = [];
  if (profile?.histogram?.length) parts.push(part("Distribution", histogram(profile, 60)));
  if (profile?.top_values?.length) parts.push(part("Most frequent values", allValues(profile, rows)));
  const notes = profile ? notesOf(profile) : [];
  if (notes.length) parts.push(part("Notes", notes));
  if (name.trim()) parts.push(part("Elsewhere", elsewhere(name)));
  if (name.trim() && record.dataset) parts.push(overTime(name, record.dataset));
  return element("div", { class: "parts" }, parts);
}

const part = (title, content) => element("div", {}, element("h3", {}, title), content);

// The datasets of the newest files that have the column; each file that has it is a link away.
function elsewhere(name) {
  const list = element("ul", { role: "list" });
  const path = `metadata?${new URLSearchParams({ column: name, limit: 100 })}`;
  ask(path)
    .then(({ items, next_cursor: more }) => {
      const datasets = [...new Set(items.map(({ dataset }) => dataset).filter(Boolean))];
      const links = datasets
        .slice(0, 10)
        .map((one) => element("li", {}, element("a", { href: datasetAddress(one) }, one)));
      const rest = datasets.length > 10 || more ? [element("li", { class: "muted" }, "and others")] : [];
      list.replaceChildren(...links, ...rest);
    })
    .catch((error) => list.replaceChildren(element("li", { class: "muted" }, error.message)));
  const address = `#/?${new URLSearchParams({ column: name })}`;
  return [list, element("a", { href: address }, "Files that have this column")];
}

function overTime(name, dataset) {
  const node = part("Over time", element("p", { class: "muted" }, "Loading…"));
  ask(`series?${new URLSearchParams({ dataset, column: name })}`)
    .then(({ items }) => {
      node.hidden = items.length < 2;
      node.lastChild.replaceWith(lines(items));
    })
    .catch(() => (node.hidden = true)); // no history is kept, or none of this column
  return node;
}
