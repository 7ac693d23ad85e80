// One file: its record, in a view of its own.
import { openFile } from "./address.js";
import { apiRoot, findRecord, recordPath } from "./api.js";
import { columnList } from "./columns.js";
import { bones, button, byId, callout, card, element, fact, notice } from "./elements.js";
import { renderList } from "./list.js";
import { renderOverview } from "./overview.js";
import { everSeen, listing } from "./records.js";
import { count, countOrDash, exactSize, exactTime, humanSize, plural, statusBadge, timeElement } from "./words.js";

export async function showFile(filename) {
  byId("file-title").textContent = filename;
  const known = everSeen.get(filename);
  if (known) renderFile(known);
  else
    fillFileView(
      "Loading…",
      [],
      element("div", { class: "card notice", "aria-hidden": "true" }, bones("long"), " ", bones()),
    );
  try {
    const record = await findRecord(filename);
    if (openFile() !== filename) return;
    if (record) {
      everSeen.set(filename, record);
      // Not twice the same: a link replaced under the pointer loses its click.
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

function forget(filename) {
  everSeen.delete(filename);
  listing.records.delete(filename);
  renderList();
  renderOverview();
}

function renderFileNotice(title, text, { bad = false } = {}) {
  const action = button("Try again", () => showFile(openFile()));
  fillFileView("", [], notice(title, text, { bad, action }));
}

function fillFileView(status, links, body) {
  byId("file-status").replaceChildren(status);
  byId("file-links").replaceChildren(...links);
  byId("file-body").replaceChildren(body);
}

export function renderFile(record) {
  const failed = record.status === "failed";
  const links = [
    element(
      "a",
      { class: "button primary", href: `${apiRoot}metadata/${encodeURIComponent(record.filename)}/download` },
      "Download",
    ),
    element("a", { class: "button", href: apiRoot + recordPath(record.filename) }, "Record as JSON"),
  ];
  fillFileView(
    statusBadge(record),
    links,
    element(
      "section",
      {},
      failed && callout("bad", "This file could not be read", [record.error ?? "No reason was recorded."]),
      record.warnings?.length > 0 && callout("warned", plural(record.warnings.length, "warning"), record.warnings),
      element(
        "dl",
        { class: "facts card" },
        fact("Rows", countOrDash(record.row_count)),
        fact("Columns", countOrDash(record.column_count)),
        fact("Size", humanSize(record.file_size), { title: exactSize(record) }),
        fact("Uploaded", timeElement(record.upload_timestamp)),
      ),
      element(
        "div",
        { class: "detail" },
        element(
          "div",
          { class: "side" },
          !failed && card("How it was read", element("dl", { class: "pairs" }, howItWasRead(record))),
          card("The object", element("dl", { class: "pairs" }, aboutTheObject(record))),
        ),
        !failed && card("Columns", columnList(record)),
      ),
    ),
  );
}

function howItWasRead(record) {
  return [
    fact("Delimiter", character(record.delimiter)),
    fact("Quote", character(record.quote_character)),
    fact("Encoding", record.encoding),
    fact("Header", record.has_header ? "Yes" : "No, so the columns have no names"),
    fact("Rows above it", record.preamble_rows ? `${count(record.preamble_rows)}, not counted` : "None"),
    fact("Compression", record.compression ?? "None"),
  ];
}

function character(value) {
  if (!value) return "None";
  const name = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "pipe",
    " ": "space",
    ":": "colon",
    "'": "single quote",
    '"': "double quote",
  }[value];
  const code = `U+${value.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  const isVisible = /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(value);
  return element("span", {}, name ?? code, " ", isVisible && element("code", {}, value));
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
    record.version_id && fact("Version", element("code", {}, record.version_id)),
  ];
}
