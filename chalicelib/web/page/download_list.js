// The list as a CSV file: all pages of what is asked for, put together.
import { answerOf, saveAs } from "./api.js";
import { byId } from "./elements.js";
import { listingPath } from "./query.js";
import { plural } from "./words.js";

const FILES_IN_A_PAGE = 100;
let running = null;

// Downloads, or stops the download that runs.
export async function downloadList() {
  if (running) return running.abort();
  running = new AbortController();
  try {
    saveAs("files.csv", await wholeList(running.signal));
    say("Download list");
  } catch (error) {
    say(error.name === "AbortError" ? "Download list" : "Download list again");
    byId("list-download-note").textContent = error.name === "AbortError" ? "" : error.message;
  }
  running = null;
}

async function wholeList(signal) {
  const parts = [];
  byId("list-download-note").textContent = "";
  say("Stop");
  let path = listingPath(null, FILES_IN_A_PAGE);
  for (let files = 0; path; ) {
    const answer = await answerOf(path, { signal, cache: "no-store", headers: { Accept: "text/csv" } });
    const text = await answer.text();
    const headerEnd = text.indexOf("\r\n") + 2;
    parts.push(parts.length ? text.slice(headerEnd) : text);
    files += FILES_IN_A_PAGE;
    path = nextPage(answer);
    if (path) byId("list-download-note").textContent = `${plural(files, "file")} so far`;
  }
  byId("list-download-note").textContent = "";
  return new Blob(parts, { type: "text/csv" });
}

function nextPage(answer) {
  const [, query] = /<[^>?]*(\?[^>]*)>;\s*rel="?next/.exec(answer.headers.get("Link") ?? "") ?? [];
  return query && `metadata${query}`;
}

const say = (label) => {
  byId("download-list").textContent = label;
};
