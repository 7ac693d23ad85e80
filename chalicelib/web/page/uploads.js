// Uploads: to the bucket, then wait for the catalog to have read it.
import { fileAddress, openFile } from "./address.js";
import { ask, findRecord } from "./api.js";
import { button, byId, element } from "./elements.js";
import { renderFile } from "./file.js";
import { renderList } from "./list.js";
import { isAskedFor } from "./query.js";
import { everSeen, fresh, keep } from "./records.js";
import { isSignedIn } from "./tokens.js";
import { loadTotals } from "./totals.js";
import { humanSize, plural, sentence } from "./words.js";

const UPLOADS_AT_ONCE = 3;

export const uploads = [];
const turnsWaiting = [];
let turnsTaken = 0;

export function startUploads(files) {
  for (const { file, name, replace } of files) {
    const upload = { file, name, replace, state: "waiting", item: element("li") };
    uploads.push(upload);
    byId("upload-list").append(upload.item);
    run(upload);
  }
  byId("uploads").hidden = !uploads.length;
  byId("upload-list").scrollTop = byId("upload-list").scrollHeight;
}

async function run(upload, replace = upload.replace) {
  showUpload(upload, "waiting", "Waiting for its turn");
  await takeTurn();
  let sent = false;
  try {
    sent = await send(upload, replace);
  } catch (error) {
    if (error.name === "AbortError") showUpload(upload, "stopped", "Stopped.");
    else if (error.status === 409)
      showUpload(upload, "failed", "Not uploaded: there is a file of this name.", { replace: () => run(upload, true) });
    // A name that is refused (400) is refused again.
    else showUpload(upload, "failed", error.message, { again: error.status !== 400 && (() => run(upload)) });
  } finally {
    giveTurn();
  }
  if (sent) await waitUntilCataloged(upload);
}

async function takeTurn() {
  if (turnsTaken >= UPLOADS_AT_ONCE) await new Promise((resolve) => turnsWaiting.push(resolve));
  else turnsTaken += 1;
}

function giveTurn() {
  const next = turnsWaiting.shift();
  if (next) next();
  else turnsTaken -= 1;
}

async function send(upload, replace) {
  upload.abort = new AbortController();
  const { signal } = upload.abort;
  showUpload(upload, "sending", "Starting", { share: 0 });
  upload.before = await findRecord(upload.name, { signal });
  const grant = await grantOf(upload.name, replace, signal);
  const refused = tooLarge(upload.file, grant);
  if (refused) showUpload(upload, "failed", refused);
  else await post(upload, grant, signal);
  return !refused;
}

export function grantOf(filename, replace, signal) {
  const body = JSON.stringify({ filename, replace: Boolean(replace) });
  return ask("uploads", { method: "POST", headers: { "Content-Type": "application/json" }, body, signal });
}

export const tooLarge = ({ size }, { max_bytes: most }) =>
  size > most && `It has ${humanSize(size)}, and the limit is ${humanSize(most)}.`;

function post(upload, grant, signal) {
  const form = new FormData();
  for (const [name, value] of Object.entries(grant.fields)) form.append(name, value);
  form.append("file", upload.file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const fail = () => reject(new Error(refusal(request)));
    request.upload.onprogress = ({ loaded, total }) => showProgress(upload, Math.min(loaded, total), total);
    request.onload = () => (request.status < 300 ? resolve() : fail());
    request.onerror = fail;
    request.onabort = () => reject(new DOMException("Stopped", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    request.open("POST", grant.url);
    request.send(form);
  });
}

function refusal(request) {
  if (!request.status)
    return "The bucket could not be reached, or does not accept uploads from this page (its CORS rules).";
  const reason = request.responseXML?.querySelector("Message")?.textContent;
  const helps = request.status === 403 ? " Try again once you have the right to write there." : "";
  return sentence(`The bucket refused it (${request.status})${reason ? `: ${reason}` : ""}`) + helps;
}

async function waitUntilCataloged(upload) {
  showUpload(upload, "reading", "Uploaded. Being read…", { share: null });
  const deadline = Date.now() + 60_000 + upload.file.size / 20_000;
  for (let pause = 500; Date.now() < deadline; pause = Math.min(4000, pause * 1.3)) {
    const record = await findRecord(upload.name).catch(() => null);
    if (record && isNewer(record, upload.before)) return showCataloged(upload, record);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  showUpload(upload, "late", "Uploaded, but not cataloged yet. It may still be waiting to be read.", {
    check: () => waitUntilCataloged(upload),
  });
}

const isNewer = (record, before) =>
  !before || ["etag", "version_id", "upload_timestamp"].some((key) => record[key] !== before[key]);

function showCataloged(upload, record) {
  fresh.add(record.filename);
  everSeen.set(record.filename, record);
  if (isAskedFor(record)) keep(record);
  renderList();
  loadTotals();
  if (openFile() === record.filename) renderFile(record);
  const open = { open: fileAddress(record.filename) };
  if (record.status === "failed") showUpload(upload, "failed", `Uploaded, but it can't be read: ${record.error}`, open);
  else
    showUpload(
      upload,
      "done",
      `Cataloged: ${plural(record.row_count, "row")}, ${plural(record.column_count, "column")}`,
      open,
    );
}

function showUpload(upload, state, text, { share, again, replace, check, open } = {}) {
  const action = (label, means, act) => button(label, act, { class: "plain", "aria-label": means });
  upload.state = state;
  upload.item.className = state;
  upload.item.replaceChildren(
    element("strong", {}, upload.name),
    element("p", {}, text),
    element(
      "div",
      {},
      state === "sending" && action("Stop", `Stop the upload of ${upload.name}`, () => upload.abort.abort()),
      again && action("Try again", `Upload ${upload.name} again`, again),
      replace && action("Replace it", `Replace the file ${upload.name}`, replace),
      check && action("Check again", `Check ${upload.name} again`, check),
      open && element("a", { href: open, "aria-label": `Open ${upload.name}` }, "Open"),
    ),
  );
  if (share !== undefined)
    upload.item.append(element("progress", { max: 1, value: share, "aria-label": `Progress of ${upload.name}` }));
  byId("clear-uploads").hidden = !uploads.some(isFinished);
  if (state !== "waiting") byId("announcer").textContent = `${upload.name}: ${text}`;
}

function showProgress(upload, loaded, total) {
  if (upload.state !== "sending") return;
  const share = total ? loaded / total : 0;
  upload.item.querySelector("progress").value = share;
  upload.item.querySelector("p").textContent =
    `Uploading: ${Math.floor(share * 100)}% of ${humanSize(upload.file.size)}`;
}

const isFinished = ({ state }) => ["done", "failed", "stopped", "late"].includes(state);

export function clearFinishedUploads() {
  for (const upload of uploads.filter(isFinished)) {
    upload.item.remove();
    uploads.splice(uploads.indexOf(upload), 1);
  }
  byId("uploads").hidden = !uploads.length;
  byId("choose").focus();
}

export function watchDrops(take) {
  const mark = (on) => document.body.classList.toggle("dropping", on);
  const whenFiles = (action) => (event) => {
    if (!event.dataTransfer?.types.includes("Files") || !isSignedIn()) return;
    event.preventDefault();
    action(event);
  };
  addEventListener(
    "dragover",
    whenFiles(() => mark(true)),
  );
  addEventListener("dragleave", (event) => event.relatedTarget ?? mark(false));
  addEventListener(
    "drop",
    whenFiles((event) => {
      mark(false);
      take(event.dataTransfer);
    }),
  );
}
