// One dataset: whether something is wrong with it, its deliveries, its figures over time, its schemas.
import { fileAddress, openDataset } from "./address.js";
import { ask } from "./api.js";
import { changeOf, worst } from "./changes.js";
import { button, byId, callout, card, cell, element, fact, notice, withMarks } from "./elements.js";
import { lines } from "./lines.js";
import { moreLine, pagedItems } from "./paging.js";
import { statusesOf, statusesOfDataset } from "./troubles.js";
import { count, countOrDash, exactTime, humanSize, plural, timeElement } from "./words.js";

const NAMES_SHOWN = 30;

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

const datasetView = (dataset) =>
  [
    element("p", { class: "statuses-line" }, statusesOfDataset(dataset)),
    dataset.description && element("p", {}, dataset.description),
    dataset.state === "late" && lateCallout(dataset),
    dataset.unusual.length > 0 &&
      callout(
        "warned verbatim",
        "The newest delivery is unlike those before it",
        dataset.unusual.map((odd) => odd.sentence),
      ),
    datasetFacts(dataset),
    deliveriesCard(dataset),
    figuresCard(dataset),
    schemasCard(dataset),
  ].filter(Boolean);

function lateCallout({ next_due: due, newest, rhythm }) {
  const says = [
    rhythm && `It comes ${rhythm}.`,
    due && `The next delivery was due before ${exactTime(new Date(due))}.`,
    ["The last one is ", element("a", { href: fileAddress(newest.filename) }, newest.filename), "."],
  ].filter(Boolean);
  const node = callout("bad", "Late", says);
  const next = "Ask whoever delivers it. If it came under another name, it is another dataset here.";
  node.append(element("p", { class: "next" }, next));
  return node;
}

function datasetFacts({ dataset, newest, deliveries, rhythm, next_due: due, ...known }) {
  const start = dataset.slice(0, dataset.search(/\{|$/));
  const files = `#/?${new URLSearchParams(start ? { prefix: start } : {})}`;
  const people = [...(known.team ?? []), ...(known.support ?? [])].map(personOf).filter(Boolean);
  return element(
    "dl",
    { class: "facts card" },
    fact("Newest file", [
      element("a", { href: fileAddress(newest.filename) }, newest.filename),
      element("p", { class: "note" }, timeElement(newest.upload_timestamp)),
    ]),
    fact("Comes", rhythm ?? "Without a rhythm that is known"),
    due && known.state !== "late" && fact("Next one due before", exactTime(new Date(due))),
    fact("Deliveries in 30 days", count(deliveries)),
    people.length > 0 && fact("Whom to ask", people.join(", ")),
    known.tags?.length > 0 && fact("Tags", known.tags.join(", ")),
    fact("Files", element("a", { href: files }, start ? `that begin with ${start}` : "all")),
  );
}

const personOf = ({ name, username, channel, url }) => name ?? username ?? channel ?? url;

const ofDataset = (dataset, more) => new URLSearchParams({ dataset, ...more });

function deliveriesCard({ dataset }) {
  const body = element("tbody", {});
  const foot = element("div", {});
  const heads = ["File", "Uploaded", "Rows", "Size", "Status"].map((label, place) =>
    element("th", { scope: "col", class: [2, 3].includes(place) && "number" }, label),
  );
  const table = element(
    "table",
    { class: "listed plain-heads" },
    element("caption", { class: "spoken" }, "Deliveries, the last one first"),
    element("thead", {}, element("tr", {}, heads)),
    body,
  );
  const node = element(
    "section",
    { class: "card deliveries", "aria-label": "Deliveries" },
    element("div", { class: "head" }, element("h2", {}, "Deliveries")),
    table,
    foot,
  );
  const next = (cursor, options) =>
    ask(`deliveries?${ofDataset(dataset, { limit: 25, ...(cursor && { cursor }) })}`, options);
  const start = pagedItems(next, (state) => {
    const { items, error, loading } = state;
    table.hidden = !items.length;
    body.replaceChildren(...items.map(deliveryRow));
    const said = loading && !items.length ? "Loading…" : !items.length && (error?.message ?? "None are kept any more.");
    foot.replaceChildren(
      ...[said && element("p", { class: "muted sentence" }, said), state.moreButton && moreLine(state)].filter(Boolean),
    );
  });
  start();
  return node;
}

function deliveryRow(delivery) {
  const { filename, upload_timestamp: at, row_count: rows, file_size: size, unusual, error } = delivery;
  const changed = delivery.change && { by_name: delivery.change.by_name, by_position: delivery.change.by_position };
  const statuses = statusesOf({
    ...delivery,
    violation_count: delivery.violations_total,
    verdicts: changed,
  });
  return element(
    "tr",
    {},
    element(
      "th",
      { scope: "row", class: "name" },
      element("a", { href: fileAddress(filename) }, filename),
      error && element("span", { class: "why" }, error),
      unusual.map(({ sentence: said }) => element("span", { class: "why warned verbatim" }, said)),
    ),
    cell(timeElement(at)),
    cell(countOrDash(rows), { class: rows == null ? "number absent" : "number", "data-unit": "rows" }),
    cell(humanSize(size), { class: "number" }),
    cell(element("span", { class: "statuses" }, statuses)),
  );
}

// Rows and bytes over time, or the figures of one of the columns.
function figuresCard({ dataset, schema }) {
  const body = element("div", {});
  const names = [...new Set(schema.column_names.filter((name) => name.trim()))];
  const options = names.map((name) => element("option", { value: name }, name));
  const choice = element(
    "select",
    { id: "figures-of", "aria-label": "Figures of" },
    element("option", { value: "" }, "Rows and size"),
    element("optgroup", { label: "Column" }, options),
  );

  async function show() {
    const column = choice.value;
    try {
      const { items } = await ask(`series?${ofDataset(dataset, column && { column })}`);
      if (column !== choice.value) return;
      const shown = column
        ? items
        : items.map((item) => ({ ...item, figures: { rows: item.rows, bytes: item.bytes } }));
      const drawn = lines(shown);
      const none = element("p", { class: "muted" }, "There are no figures of two deliveries yet.");
      body.replaceChildren(drawn.children.length ? drawn : none);
    } catch (error) {
      if (column === choice.value) body.replaceChildren(element("p", { class: "muted" }, error.message));
    }
  }

  choice.addEventListener("change", show);
  show();
  const head = element("div", { class: "head" }, element("h2", {}, "Over time"), choice);
  return element("section", { class: "card padded figures-card", "aria-label": "Over time" }, head, body);
}

const schemasCard = ({ schemas, schemas_total: total }) =>
  card(
    "Schemas, the newest first",
    element(
      "ol",
      { class: "line", role: "list" },
      schemas.map((schema, place) => schemaItem(schema, place === total - 1)),
    ),
    total > schemas.length && element("p", { class: "note" }, `The last ${count(schemas.length)} of ${count(total)}.`),
  );

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
