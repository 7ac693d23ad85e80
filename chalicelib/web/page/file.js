// One file: its record, in a view of its own.
import { datasetAddress, openFile } from "./address.js";
import { answerOf, ask, findRecord, recordPath, saveAs } from "./api.js";
import { apiRoot } from "./api_root.js";
import { columnsCard } from "./columns.js";
import { bones, button, byId, callout, card, element, fact, notice, withMarks } from "./elements.js";
import { historyCard } from "./history.js";
import { renderList } from "./list.js";
import { forecastCard, schemaCard } from "./load_it.js";
import { renderOverview } from "./overview.js";
import { previewCard } from "./preview.js";
import { everSeen, listing } from "./records.js";
import { signsIn } from "./tokens.js";
import {
  character,
  count,
  countOrDash,
  exactSize,
  exactTime,
  humanSize,
  plural,
  statusBadge,
  timeElement,
} from "./words.js";

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
  renderOverview();
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
  const failed = record.status === "failed";
  fillFileView(
    standing(record),
    record.filename,
    element(
      "section",
      {},
      summary(record),
      !failed && [
        columnsCard(record),
        previewCard(record),
        schemaCard(record),
        forecastCard(record),
        historyCard(record),
      ],
      element(
        "div",
        { class: "detail" },
        !failed && card("How it was read", element("dl", { class: "pairs" }, howItWasRead(record))),
        card("The object", element("dl", { class: "pairs" }, aboutTheObject(record))),
      ),
    ),
  );
}

// What a listing's record has.
function renderSummary(record) {
  fillFileView(standing(record), record.filename, element("section", {}, summary(record), waiting()));
}

const standing = (record) => [statusBadge(record), datasetLink(record)].filter(Boolean);

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

const summary = (record) => [
  record.status === "failed" &&
    callout("bad", "This file could not be read", [record.error ?? "No reason was recorded."]),
  record.violations?.length > 0 &&
    callout(
      "bad verbatim",
      `${plural(record.violation_count ?? record.violations.length, "violation")} of ${contractOf(record)}`,
      record.violations,
    ),
  record.warnings?.length > 0 && callout("warned", plural(record.warnings.length, "warning"), record.warnings),
  element(
    "dl",
    { class: "facts card" },
    fact("Rows", countOrDash(record.row_count)),
    fact("Columns", countOrDash(record.column_count)),
    fact("Size", humanSize(record.file_size), { title: exactSize(record) }),
    fact("Uploaded", timeElement(record.upload_timestamp)),
  ),
];

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
    first_long != null && `row ${count(first_long)} is too long, with ${plural(first_long_fields, "field")}`,
    first_short != null && `row ${count(first_short)} is too short, with ${plural(first_short_fields, "field")}`,
  ].filter(Boolean);
  return `${count(ragged)}${first.length ? ": first, " : ""}${first.join("; ")}`;
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
  ];
}
