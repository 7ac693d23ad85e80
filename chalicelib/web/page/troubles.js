// What is wrong with a file or a dataset: a status for each, the worst first, and what to do next.
import { worst } from "./changes.js";
import { element } from "./elements.js";
import { plural } from "./words.js";

const statusLabel = (kind, text, means) => element("span", { class: `status ${kind}`, title: means }, text);

export function statusesOf(record) {
  const { status: state, violations, unusual, warnings, verdicts } = record;
  const total = record.violation_count ?? violations?.length ?? 0;
  const found = [
    state === "failed" && statusLabel("failed", "Failed", "It could not be read, so nothing is known of its contents."),
    silentChange(verdicts),
    total > 0 && statusLabel("broken", plural(total, "violation"), "It is not as its contract says."),
    breakingChange(verdicts),
    isUnusual(unusual),
    warnings?.length > 0 &&
      statusLabel("warned", plural(warnings.length, "warning"), "It was read, with something to know."),
  ].filter(Boolean);
  return found.length ? found : [statusLabel("ready", "Ready", "It was read, and nothing is wrong.")];
}

export function statusesOfDataset({ state, rhythm, unusual, last_change: change }) {
  const said = rhythm ? `It comes ${rhythm}, and the next one has not come.` : "The next delivery has not come.";
  const found = [
    state === "late" && statusLabel("failed", "Late", said),
    silentChange(change),
    breakingChange(change),
    isUnusual(unusual),
    state === "recovered" && statusLabel("ready", "Came late", "The last delivery ended a lateness."),
  ].filter(Boolean);
  if (found.length) return found;
  const inTime = state === "fresh" && statusLabel("ready", "In time", "Its deliveries come when they are due.");
  return [
    inTime ||
      statusLabel("muted", "No rhythm", "It has no rhythm that it could miss, and its columns are as they were."),
  ];
}

const isUnusual = (unusual) =>
  unusual?.length > 0 && statusLabel("warned", "Unusual", "It is unlike the deliveries before it.");

const silentChange = (change) =>
  change &&
  worst(change) === "silent" &&
  statusLabel("broken", "Silent change", "Loads go on without an error, and their data is wrong.");

const breakingChange = (change) =>
  change &&
  worst(change) === "breaks" &&
  statusLabel("warned", "Breaking change", "Loads that rely on the columns before it fail.");
