// What is wrong with a file: a status for each, the worst first, and what to do next.
import { worst } from "./changes.js";
import { element } from "./elements.js";
import { plural } from "./words.js";

const statusLabel = (kind, text, means) => element("span", { class: `status ${kind}`, title: means }, text);

export function statusesOf(record) {
  const { status: state, violations, unusual, warnings, verdicts } = record;
  if (state === "failed")
    return [statusLabel("failed", "Failed", "It could not be read, so nothing is known of its contents.")];
  const total = record.violation_count ?? violations?.length ?? 0;
  const change = verdicts && worst(verdicts);
  const found = [
    change === "silent" &&
      statusLabel("broken", "Silent change", "Loads go on without an error, and their data is wrong."),
    total > 0 && statusLabel("broken", plural(total, "violation"), "It is not as its contract says."),
    change === "breaks" && statusLabel("warned", "Breaking change", "Loads that rely on the columns before it fail."),
    unusual?.length > 0 && statusLabel("warned", "Unusual", "It is unlike the deliveries before it."),
    warnings?.length > 0 &&
      statusLabel("warned", plural(warnings.length, "warning"), "It was read, with something to know."),
  ].filter(Boolean);
  return found.length ? found : [statusLabel("ready", "Ready", "It was read, and nothing is wrong.")];
}
