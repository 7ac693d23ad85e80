// Sets the page going, and shows the view that its address means.
import { here, openFile } from "./address.js";
import { apiRoot } from "./api_root.js";
import { showDataset } from "./dataset.js";
import { searchDatasets, showDatasets } from "./datasets.js";
import { downloadList } from "./download_list.js";
import { byId, withMarks } from "./elements.js";
import { showFile } from "./file.js";
import { chooseFiles, fillSearch, linkOf, loadList, renderList, searchSoon } from "./list.js";
import { dropped, preflight, watchPreflight } from "./preflight.js";
import { listAddress, listingKey, readQuery } from "./query.js";
import { listing } from "./records.js";
import { showSignIn, showWhoIsSignedIn, watchSignIn } from "./sign_in.js";
import { finishSignIn, isSignedIn } from "./tokens.js";
import { loadTotals } from "./totals.js";
import { clearFinishedUploads, uploads, watchDrops } from "./uploads.js";
import { keepTimesFresh } from "./words.js";

function showOnly(view) {
  for (const section of document.querySelectorAll("main > section")) section.hidden = section.id !== `${view}-view`;
}

const TITLES = { files: "Files", datasets: "Datasets" };
let shown = { view: null, name: null };

function route({ moved }) {
  if (!isSignedIn()) return;
  const { view, name, parameters } = here();
  const left = shown;
  shown = { view, name };
  showOnly(view);
  markCurrent("to-files", view === "files", view === "file");
  markCurrent("to-datasets", view === "datasets", view === "dataset");
  document.title = `${withMarks(name ?? TITLES[view])} · CSV catalog`;
  views[view](name, parameters);
  if (moved) focusAfter(left);
}

// Of the two links above: the one whose view this is, or whose view this one is a part of.
function markCurrent(id, isIt, isWithin) {
  if (isIt || isWithin) byId(id).setAttribute("aria-current", isIt ? "page" : "true");
  else byId(id).removeAttribute("aria-current");
}

const views = {
  file(name) {
    byId("back").href = listAddress();
    showFile(name);
  },
  files: (_name, parameters) => showList(parameters),
  dataset: showDataset,
  datasets: showDatasets,
};

function showList(parameters) {
  const before = listingKey();
  readQuery(parameters);
  fillSearch();
  if (listing.loaded && listingKey() === before) return renderList();
  listing.records.clear();
  loadTotals().then(renderList);
  return loadList();
}

function focusHeading(id) {
  scrollTo(0, 0);
  byId(id).focus();
}

// Back from a file, a reader goes on where they were: at its row.
function focusAfter(left) {
  const link = shown.view === "files" && left.view === "file" && linkOf(left.name);
  if (link) link.focus();
  else focusHeading(`${shown.view}-title`);
}

async function start() {
  const on = (id, event, action) => byId(id).addEventListener(event, action);
  byId("openapi").href = `${apiRoot}openapi.json`;
  byId("health").href = `${apiRoot}health`;
  on("choose", "click", chooseFiles);
  on("drop", "click", chooseFiles);
  for (const id of ["chooser", "folder-chooser"]) {
    on(id, "change", ({ target }) => {
      preflight([...target.files].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
      target.value = "";
    });
  }
  watchPreflight();
  on("clear-uploads", "click", clearFinishedUploads);
  on("search", "input", searchSoon);
  on("dataset-prefix", "input", searchDatasets);
  on("refresh", "click", () => {
    loadTotals();
    loadList();
  });
  on("download-list", "click", downloadList);
  on("more", "click", () => loadList({ more: true }));
  on("skip", "click", (event) => {
    event.preventDefault();
    byId("main").focus();
  });
  addEventListener("keydown", ({ key, target }) => {
    const isTyping = target.closest?.("input, select");
    if (key === "Escape" && openFile() !== null && !isTyping) location.hash = listAddress();
  });
  addEventListener("hashchange", () => route({ moved: true }));
  addEventListener(
    "beforeunload",
    (event) => uploads.some(({ state }) => state === "sending") && event.preventDefault(),
  );
  watchDrops(async (transfer) => preflight(await dropped(transfer)));
  watchSignIn();
  addEventListener("signed-out", () => {
    leaveFor("You were signed out. Sign in to go on where you were.");
    focusHeading("sign-in-title");
  });
  setInterval(keepTimesFresh, 30_000);
  const problem = await finishSignIn().catch((error) => error);
  if (isSignedIn()) {
    showWhoIsSignedIn();
    route({ moved: false });
  } else {
    leaveFor(problem && `Signing in did not work. ${problem.message}`);
  }
}

// Nothing of the catalog stays in sight of who is not signed in.
function leaveFor(note) {
  showOnly("sign-in");
  document.title = "Sign in · CSV catalog";
  showSignIn(note);
}

start();
