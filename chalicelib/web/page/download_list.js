// The list as a CSV file: all pages of what is asked for, put together.
import { answerOf, saveAs } from "./api.js";
import { byId } from "./elements.js";
import { listingPath, searches } from "./query.js";
import { plural } from "./words.js";

const FILES_IN_A_PAGE = 100;
const RECORDS = /(?:"(?:[^"]|"")*"|[^"\r])+\r\n/g;
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
  const records = new Set(); // a file that both searches find stands there once
  byId("list-download-note").textContent = "";
  say("Stop");
  for (const search of searches()) {
    for (let path = listingPath(search, null, FILES_IN_A_PAGE); path; ) {
      const answer = await answerOf(path, { signal, cache: "no-store", headers: { Accept: "text/csv" } });
      for (const record of (await answer.text()).match(RECORDS) ?? []) records.add(record);
      path = nextPage(answer);
      if (path) byId("list-download-note").textContent = `${plural(records.size - 1, "file")} so far`;
    }
  }
  byId("list-download-note").textContent = "";
  return new Blob([...records], { type: "text/csv" });
}

function nextPage(answer) {
  const [, query] = /<[^>?]*(\?[^>]*)>;\s*rel="?next/.exec(answer.headers.get("Link") ?? "") ?? [];
  return query && `metadata${query}`;
}

const say = (label) => {
  byId("download-list").textContent = label;
};
