// A file's versions, newest first, each with what changed in it.
import { ask } from "./api.js";
import { changeOf, worst } from "./changes.js";
import { element } from "./elements.js";
import { moreLine, pagedItems } from "./paging.js";
import { humanSize, plural, timeElement } from "./words.js";

export function historyCard({ filename }) {
  const list = element("ol", { class: "line", role: "list" });
  const body = element("div", {});
  const node = element(
    "section",
    { class: "card padded", id: "part-history", "aria-label": "History" },
    element("h2", {}, "History"),
    list,
    body,
  );
  const next = (cursor, options) =>
    ask(`history?${new URLSearchParams({ filename, ...(cursor && { cursor }) })}`, options);

  const load = pagedItems(next, (state) => {
    const { items, error, loading, moreButton } = state;
    const isWhole = !loading && !moreButton;
    list.replaceChildren(...items.map((item, place) => version(item, filename, isWhole && place === items.length - 1)));
    const none = [404, 409].includes(error?.status) && "No history is kept of this file.";
    const said = loading && !items.length ? "Loading…" : error && !items.length && (none || error.message);
    body.replaceChildren(...[said && element("p", { class: "muted" }, said), !none && moreLine(state)].filter(Boolean));
  });

  load();
  return node;
}

function version(item, filename, isFirst) {
  const { change, status, upload_timestamp: at, file_size: size, row_count: rows, column_count: columns } = item;
  const figures = [
    humanSize(size ?? 0),
    rows != null && plural(rows, "row"),
    columns != null && plural(columns, "column"),
  ];
  const said = { deleted: "Removed", failed: "Could not be read" }[status] ?? figures.filter(Boolean).join(", ");
  const same = status === "ready" && (isFirst ? "The first version" : "The schema is as before");
  return element(
    "li",
    { class: status === "ready" ? change && worst(change) : status },
    element("p", {}, element("strong", {}, timeElement(at)), " ", element("span", { class: "muted" }, said)),
    change ? changeOf(change, filename) : same && element("p", { class: "note" }, same),
  );
}
