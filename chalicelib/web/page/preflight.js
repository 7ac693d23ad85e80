// Before an upload: what goes where, and what it would replace.
import { ask, findRecord } from "./api.js";
import { byId, element } from "./elements.js";
import { query } from "./query.js";
import { everSeen } from "./records.js";
import { grantOf, startUploads, tooLarge } from "./uploads.js";
import { humanSize, plural, timeElement } from "./words.js";

const CHECKED_AT_ONCE = 6;

let chosen = [];
let checking = null;

// `files` are of a chooser or dropped, each with its path.
export function preflight(files) {
  if (!files.length) return;
  chosen = [...(byId("preflight").open ? chosen : []), ...files.map((one) => ({ ...one, replace: false }))];
  if (!byId("preflight").open) {
    byId("upload-folder").value = folderSought();
    byId("preflight").showModal();
  }
  check();
  offerFolders();
}

export function watchPreflight() {
  const close = () => byId("preflight").close();
  byId("preflight-cancel").addEventListener("click", close);
  byId("preflight-folder").addEventListener("click", () => byId("folder-chooser").click());
  byId("upload-folder").addEventListener("change", check);
  byId("upload-folder").addEventListener("input", offerFolders);
  byId("preflight").addEventListener("close", () => {
    checking?.abort();
    chosen = [];
  });
  byId("preflight-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = chosen.filter(isWanted).map(({ file, path, replace }) => ({ file, name: keyOf(path), replace }));
    close();
    startUploads(wanted);
  });
}

const isWanted = ({ refused, exists, replace }) => !refused && (!exists || replace);

const folderOf = (name) => name.slice(0, name.lastIndexOf("/") + 1);

// The folder that the list is searched for, if files are in it.
function folderSought() {
  const folder = folderOf(query.prefix || query.text.trim());
  return query.prefix || [...everSeen.keys()].some((name) => name.startsWith(folder)) ? folder : "";
}

// Folders that there are: those of files that were seen, and of datasets that begin as what is typed.
async function offerFolders() {
  const typed = byId("upload-folder").value.trim();
  const show = (datasets) => {
    const folders = [...everSeen.keys(), ...datasets].map(folderOf).filter((one) => one && !one.includes("{"));
    const offered = [...new Set(folders)].sort().slice(0, 300);
    byId("folders").replaceChildren(...offered.map((value) => element("option", { value })));
  };
  show([]);
  const asked = new URLSearchParams({ limit: 100, ...(typed && { prefix: typed }) });
  const found = await ask(`datasets?${asked}`).catch(() => null); // no history is kept
  if (found && typed === byId("upload-folder").value.trim()) show(found.items.map(({ dataset }) => dataset));
}

function keyOf(path) {
  const folder = byId("upload-folder").value.trim().replace(/^\/+/, "");
  return folder && !folder.endsWith("/") ? `${folder}/${path}` : folder + path;
}

// Whether each may be uploaded, and whether a file of its name is there already, a few at a time.
async function check() {
  checking?.abort();
  checking = new AbortController();
  const { signal } = checking;
  for (const one of chosen) Object.assign(one, { refused: null, exists: false, checked: false });
  show();
  const left = chosen.filter(({ checked }) => !checked);
  const next = async () => {
    for (let one = left.shift(); one && !signal.aborted; one = left.shift()) {
      const name = keyOf(one.path);
      const grant = await grantOf(name, false, signal).catch((error) => error);
      const refused = grant.status === 400 ? grant.message : tooLarge(one.file, grant);
      const exists = grant.status === 409;
      const record = exists && (await findRecord(name, { signal }).catch(() => null));
      if (!signal.aborted) Object.assign(one, { refused, exists, record, checked: true });
    }
  };
  await Promise.all(Array.from({ length: CHECKED_AT_ONCE }, next));
  if (!signal.aborted) show();
}

function show() {
  byId("preflight-list").replaceChildren(...chosen.map(item));
  const number = chosen.filter(isWanted).length;
  const waiting = chosen.some(({ checked }) => !checked);
  byId("preflight-go").disabled = waiting || !number;
  byId("preflight-go").textContent = number ? `Upload ${plural(number, "file")}` : "Upload";
  byId("preflight-note").textContent = waiting ? "Looking whether they are there already…" : "";
}

function item(one) {
  const { file, path, refused, exists, replace } = one;
  const said = refused ? element("p", { class: "bad" }, refused) : exists && replaceBox(one, replace);
  return element(
    "li",
    {},
    element("strong", {}, keyOf(path)),
    element("span", { class: "muted" }, humanSize(file.size)),
    said,
  );
}

function replaceBox(one, replace) {
  const box = element("input", { type: "checkbox", checked: replace });
  box.addEventListener("change", () => {
    one.replace = box.checked;
    show();
    byId("preflight-list")
      .querySelectorAll("input")
      [chosen.filter(({ refused, exists }) => exists && !refused).indexOf(one)]?.focus();
  });
  const at = one.record && [", uploaded ", timeElement(one.record.upload_timestamp)];
  const there = ["Replace the file of this name", at];
  return element("label", { class: "check" }, box, element("span", {}, there));
}

// What was dropped, with the paths that folders give their files.
export async function dropped(transfer) {
  const entries = [...transfer.items].map((one) => one.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => ({ file, path: file.name }));
  const files = [];
  for (const entry of entries) await gather(entry, files);
  return files;
}

async function gather(entry, files) {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) {
    files.push({ path, file: await new Promise((resolve, reject) => entry.file(resolve, reject)) });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return;
    for (const one of some) await gather(one, files);
  }
}
