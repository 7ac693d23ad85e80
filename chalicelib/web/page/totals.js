// The filters above the list, with the figures of the whole catalog where it keeps them.
import { datasetsAddress } from "./address.js";
import { ask } from "./api.js";
import { byId, element } from "./elements.js";
import { FILTERS, listAddress, query } from "./query.js";
import { count, humanSize, plural } from "./words.js";

const SHOWN = ["", "failed", "violations"]; // the others, where there are such files
let totals = null;
let late = null;

// A figure that is not known is not shown.
export async function loadTotals() {
  const known = (path) => ask(path).catch(() => null);
  [totals, late] = await Promise.all([known("totals"), known("datasets?state=late&limit=100")]);
  renderFilters();
}

export function renderFilters() {
  const filters = FILTERS.filter(({ figure, key }) => SHOWN.includes(key) || totals?.[figure] > 0);
  byId("filters").replaceChildren(...filters.map(filterLink), ...(late?.items.length ? [lateLink()] : []));
  const known = totals && totals.files > 0;
  byId("totals").replaceChildren(
    ...(known
      ? [
          element("span", {}, plural(totals.rows, "row")),
          element("span", { title: plural(totals.bytes, "byte") }, humanSize(totals.bytes)),
        ]
      : []),
  );
}

const lateLink = () =>
  element(
    "a",
    { href: datasetsAddress(new URLSearchParams({ show: "late" })), class: "filter bad" },
    "Late datasets",
    !late.next_cursor && [" ", element("strong", {}, count(late.items.length))],
  );

function filterLink({ key, label, figure }) {
  const number = totals?.[figure];
  const isBad = number > 0 && key !== "" && key !== "changed";
  return element(
    "a",
    {
      href: listAddress({ filter: key }),
      class: `filter ${isBad ? "bad" : ""}`,
      "aria-current": query.filter === key && "true",
    },
    label,
    number != null && [" ", element("strong", {}, count(number))],
  );
}
