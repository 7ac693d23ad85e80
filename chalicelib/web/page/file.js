// One file: its record, in a view of its own.
import { datasetAddress, openFile } from "./address.js";
import { answerOf, ask, findRecord, recordPath, saveAs } from "./api.js";
import { apiRoot } from "./api_root.js";
import { verdicts, worst } from "./changes.js";
import { columnsCard } from "./columns.js";
import { bones, button, byId, callout, card, element, fact, notice, withMarks } from "./elements.js";
import { historyCard } from "./history.js";
import { renderList } from "./list.js";
import { forecastCard, schemaCard } from "./load_it.js";
import { previewCard } from "./preview.js";
import { everSeen, listing } from "./records.js";
import { rowButton } from "./rows_in_sight.js";
import { signsIn } from "./tokens.js";
import { loadTotals } from "./totals.js";
import { statusesOf } from "./troubles.js";
import { character, count, exactSize, exactTime, humanSize, plural, timeElement } from "./words.js";

// A listing leaves out what is long: only a record that was asked for by its name is whole.
const whole = new Map();

export async function showFile(filename) {
  byId("file-title").textContent = withMarks(filename);
  const known = whole.get(filename);
  if (known) renderFile(known);
  else if (everSeen.has(filename)) renderSummary(everSeen.get(filename));
  else fillFileView("Loading…", null, waiting());
  try {
    const record = await findRecord(filename);
    if (openFile() !== filename) return;
    if (record) {
      if (JSON.stringify(record) !== JSON.stringify(known)) renderFile(record);
    } else {
      forget(filename);
      renderFileNotice(
        "Not in the catalog",
        "No file of this name is listed. It may have been deleted, or not been read yet.",
      );
    }
  } catch (error) {
    if (openFile() === filename) renderFileNotice("The file could not be loaded", error.message, { bad: true });
  }
}

const waiting = () => element("div", { class: "card notice", "aria-hidden": "true" }, bones("long"), " ", bones());

function forget(filename) {
  whole.delete(filename);
  everSeen.delete(filename);
  listing.records.delete(filename);
  renderList();
  loadTotals();
}

function renderFileNotice(title, text, { bad = false } = {}) {
  const action = button("Try again", () => showFile(openFile()));
  fillFileView("", null, notice(title, text, { bad, action }));
}

let linkedTo = null;

function fillFileView(status, filename, body) {
  byId("file-status").replaceChildren(...[status].flat());
  // Not twice the same: a link replaced under the pointer loses its click.
  if (filename !== linkedTo) byId("file-links").replaceChildren(...(filename === null ? [] : links(filename)));
  linkedTo = filename;
  byId("file-problem").replaceChildren();
  byId("file-body").replaceChildren(body);
}

export function renderFile(record) {
  whole.set(record.filename, record);
  everSeen.set(record.filename, record);
  if (record.status === "failed") return fillFileView(standing(record), record.filename, failedView(record));
  const parts = [previewCard(record), columnsCard(record), schemaCard(record), historyCard(record)];
  const [rows, columns, loads, history] = parts;
  const body = element(
    "section",
    {},
    troubles(record),
    partsBar(parts, facts(record)),
    rows,
    columns,
    loads,
    forecastCard(record),
    history,
    element(
      "div",
      { class: "detail" },
      card("How it was read", element("dl", { class: "pairs" }, howItWasRead(record))),
      card("The object", element("dl", { class: "pairs" }, aboutTheObject(record))),
    ),
  );
  return fillFileView(standing(record), record.filename, body);
}

const failedView = (record) =>
  element(
    "section",
    {},
    troubles(record),
    historyCard(record),
    element("div", { class: "detail" }, card("The object", element("dl", { class: "pairs" }, aboutTheObject(record)))),
  );

// The bar that stays in sight: where the parts of the view are, and the figures of the file.
function partsBar(parts, figures) {
  const links = parts.map((part) => {
    const label = part.getAttribute("aria-label");
    return button(label, () => {
      part.scrollIntoView({ block: "start" });
      part.tabIndex = -1;
      part.focus({ preventScroll: true });
    });
  });
  const bar = element("nav", { class: "parts-bar", "aria-label": "Parts of the file" }, links, figures);
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const link = links[parts.indexOf(target)];
        if (isIntersecting) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    },
    { rootMargin: "-15% 0px -75% 0px" },
  );
  for (const part of parts) seen.observe(part);
  return bar;
}

const facts = (record) =>
  element(
    "span",
    { class: "facts-line" },
    plural(record.row_count ?? 0, "row"),
    " · ",
    plural(record.column_count ?? 0, "column"),
    " · ",
    element("span", { title: exactSize(record) }, humanSize(record.file_size)),
    " · ",
    timeElement(record.upload_timestamp),
  );

// What a listing's record has.
function renderSummary(record) {
  fillFileView(standing(record), record.filename, element("section", {}, troubles(record), waiting()));
}

const standing = (record) => [...statusesOf(record), datasetLink(record)].filter(Boolean);

// A file that is all of its dataset needs no link to it.
function datasetLink({ dataset, filename }) {
  const isAlone = !dataset || dataset === filename.replace(/\.gz$/i, "");
  return isAlone ? null : element("a", { href: datasetAddress(dataset) }, `Dataset ${dataset}`);
}

// A link can't say who asks: where people sign in, the page asks for what it leads to.
function links(filename) {
  const download = `download?${new URLSearchParams({ filename })}`;
  if (signsIn) {
    const told = `${download}&redirect=false`;
    return [
      askingButton("Download", async () => location.assign((await ask(told)).url), "primary"),
      askingButton("Record as JSON", async () => saveRecord(filename)),
    ];
  }
  return [
    element("a", { class: "button primary", href: apiRoot + download }, "Download"),
    element("a", { class: "button", href: apiRoot + recordPath(filename) }, "Record as JSON"),
  ];
}

const askingButton = (label, act, kind) =>
  button(label, () => act().catch((error) => byId("file-problem").replaceChildren(error.message)), { class: kind });

async function saveRecord(filename) {
  const record = await answerOf(recordPath(filename));
  saveAs(`${filename.split("/").at(-1)}.json`, await record.blob());
}

// What is wrong, the worst first; and of a file that failed, what would help.
const troubles = (record) =>
  [
    record.status === "failed" && failure(record),
    record.violations?.length > 0 && violationsOf(record),
    record.verdicts && worst(record.verdicts) !== "ok" && changeCallout(record),
    record.unusual?.length > 0 && callout("warned verbatim", "Unlike the deliveries before it", record.unusual),
    record.warnings?.length > 0 && callout("warned", plural(record.warnings.length, "warning"), record.warnings),
    rowsToLookAt(record),
  ].filter(Boolean);

// The rows that are wrong, each a click away: those of another width, and the first odd cell of a column.
function rowsToLookAt({ ragged_rows: ragged, columns }) {
  const odd = (columns ?? []).filter(({ almost }) => almost).slice(0, 5);
  const rows = [
    ...odd.map(({ name, almost: { row, type } }) => [row, ` (${name}: no ${type})`]),
    ...[
      [ragged?.first_short, " (too short)"],
      [ragged?.first_long, " (too long)"],
    ].filter(([row]) => row != null),
  ];
  if (!rows.length) return null;
  const links = rows.flatMap(([row, why], place) => [place && ", ", rowButton(row), why]);
  return element("p", { class: "small" }, "Rows to look at: ", links);
}

function failure(record) {
  const node = callout("bad", "This file could not be read", [record.error ?? "No reason was recorded."]);
  const helps =
    "What helps: upload it again once it is mended, under the same name. If the catalog was not allowed to " +
    "read it, whoever runs the catalog gives it that right, and then has it read again.";
  node.append(element("p", { class: "next" }, helps));
  return node;
}

function violationsOf(record) {
  const { violations, violation_count: total } = record;
  const all = Math.max(total ?? 0, violations.length);
  const rest = all - violations.length;
  const sentences = rest > 0 ? [...violations, `and ${count(rest)} more`] : violations;
  return callout("bad verbatim", `${plural(all, "violation")} of ${contractOf(record)}`, sentences);
}

function changeCallout({ verdicts: verdict }) {
  const isSilent = worst(verdict) === "silent";
  const title = isSilent ? "A silent change of its columns" : "A breaking change of its columns";
  const says = isSilent
    ? "Loads go on without an error, and their data is wrong. Check what reads it before you load it."
    : "Loads that rely on the columns before it fail. The history below says what changed.";
  const node = callout(isSilent ? "bad" : "warned", title, [says]);
  node.append(verdicts(verdict));
  return node;
}

function howItWasRead(record) {
  return [
    fact("Delimiter", character(record.delimiter)),
    fact("Quote", character(record.quote_character)),
    record.escape_character && fact("Escape", character(record.escape_character)),
    fact("Encoding", record.encoding),
    fact("Header", header(record)),
    fact("Rows above it", record.preamble_rows ? `${count(record.preamble_rows)}, not counted` : "None"),
    record.repeated_headers && fact("Header again", `${count(record.repeated_headers)} times, not counted`),
    record.footer_rows && fact("Rows below it", `${count(record.footer_rows)}, not counted`),
    fact("Compression", record.compression ?? "None"),
    record.ragged_rows && fact("Ragged rows", raggedRows(record.ragged_rows)),
  ];
}

function header({ has_header: has, header_rows: rows }) {
  if (!has) return "No, so the columns have no names";
  return rows > 1 ? `Yes, of ${plural(rows, "row")}` : "Yes";
}

const contractOf = ({ contract }) => (contract ? `its contract, ${contract.key}` : "its contract");

// Rows with more or fewer fields than the header, and the first of either kind.
function raggedRows({ count: ragged, first_long, first_long_fields, first_short, first_short_fields }) {
  if (!ragged) return "None";
  const first = [
    first_long != null && [rowButton(first_long), ` is too long, with ${plural(first_long_fields, "field")}`],
    first_short != null && [rowButton(first_short), ` is too short, with ${plural(first_short_fields, "field")}`],
  ].filter(Boolean);
  return [count(ragged), first.length > 0 && ": first, ", first.flatMap((one, place) => (place ? ["; ", one] : [one]))];
}

function aboutTheObject(record) {
  const seconds = (new Date(record.processed_timestamp) - new Date(record.upload_timestamp)) / 1000;
  const after =
    seconds >= 0 && `, ${seconds < 10 ? seconds.toFixed(1) : count(Math.round(seconds))} s after the upload`;
  return [
    fact("Where", element("code", {}, `s3://${record.bucket}/${record.filename}`)),
    fact("Size", exactSize(record)),
    fact("Uploaded", exactTime(new Date(record.upload_timestamp))),
    fact("Read", element("span", {}, timeElement(record.processed_timestamp), after)),
    fact("ETag", element("code", {}, record.etag)),
    record.contract && fact("Contract", element("code", {}, record.contract.key)),
    record.version_id && fact("Version", element("code", {}, record.version_id)),
    record.sha256 && fact("SHA-256", element("code", {}, record.sha256)),
  ];
}
