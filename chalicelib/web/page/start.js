// Sets the page going, and shows the view that its address means.
import { here, openFile } from "./address.js";
import { apiRoot } from "./api.js";
import { downloadList } from "./download_list.js";
import { byId } from "./elements.js";
import { showFile } from "./file.js";
import { changeQuery, chooseFiles, fillSearch, linkOf, loadList, renderList, searchSoon } from "./list.js";
import { listAddress, listingPath, readQuery } from "./query.js";
import { listing } from "./records.js";
import { clearFinishedUploads, startUploads, uploads, watchDrops } from "./uploads.js";
import { keepTimesFresh } from "./words.js";

let shown = null;

function route({ moved }) {
  const { filename, parameters } = here();
  const left = shown;
  shown = filename ?? null;
  byId("list-view").hidden = shown !== null;
  byId("file-view").hidden = shown === null;
  document.title = `${shown ?? "Files"} · CSV catalog`;
  if (shown !== null) {
    byId("back").href = listAddress();
    showFile(shown);
    if (moved) focusHeading("file-title");
  } else {
    showList(parameters);
    if (moved) focusList(left);
  }
}

function showList(parameters) {
  const before = listingPath();
  readQuery(parameters);
  fillSearch();
  if (listing.loaded && listingPath() === before) renderList();
  else loadList();
}

function focusHeading(id) {
  scrollTo(0, 0);
  byId(id).focus();
}

// Back from a file, a reader goes on where they were: at its row.
function focusList(left) {
  const link = left !== null && linkOf(left);
  if (link) link.focus();
  else focusHeading("list-title");
}

function start() {
  const on = (id, event, action) => byId(id).addEventListener(event, action);
  byId("openapi").href = `${apiRoot}openapi.json`;
  byId("health").href = `${apiRoot}health`;
  on("choose", "click", chooseFiles);
  on("chooser", "change", ({ target }) => {
    startUploads(target.files);
    target.value = "";
  });
  on("clear-uploads", "click", clearFinishedUploads);
  on("prefix", "input", searchSoon);
  on("columns", "input", searchSoon);
  on("status", "change", ({ target }) => changeQuery({ status: target.value }));
  on("refresh", "click", () => loadList());
  on("download-list", "click", downloadList);
  on("more", "click", () => loadList({ more: true }));
  on("skip", "click", (event) => {
    event.preventDefault();
    byId("main").focus();
  });
  addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && openFile() !== null) location.hash = listAddress();
  });
  addEventListener("hashchange", () => route({ moved: true }));
  addEventListener(
    "beforeunload",
    (event) => uploads.some(({ state }) => state === "sending") && event.preventDefault(),
  );
  watchDrops();
  setInterval(keepTimesFresh, 30_000);
  route({ moved: false });
}
start();
