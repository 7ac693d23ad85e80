// What changed between two schemas, and how bad that is for those who read by name and by position.
import { fileAddress } from "./address.js";
import { element } from "./elements.js";
import { character, count } from "./words.js";

const MEANS = {
  ok: "Loads go on, and are right.",
  breaks: "Loads fail, with an error.",
  silent: "Loads go on without an error, and their data is wrong.",
};
const BADNESS = ["ok", "breaks", "silent"];

export const worst = ({ by_name: name, by_position: position }) =>
  BADNESS[Math.max(BADNESS.indexOf(name), BADNESS.indexOf(position))] ?? "ok";

export const verdicts = ({ by_name: name, by_position: position }) =>
  element("span", { class: "verdicts" }, verdict("by name", name), verdict("by position", position));

const verdict = (reader, said) =>
  element("span", { class: `verdict ${said}`, title: MEANS[said] }, `${reader}: `, element("strong", {}, said));

export function changeOf(change, filename) {
  const { changes, changes_total: total, partial, compared_with: before } = change;
  const isOther = before && before.filename !== filename;
  return element(
    "div",
    { class: "change" },
    verdicts(change),
    element(
      "ul",
      { role: "list" },
      changes.map((step) => element("li", {}, stepSentence(step))),
    ),
    total > changes.length && element("p", { class: "note" }, `and ${count(total - changes.length)} more`),
    partial && element("p", { class: "note" }, "Names were cut, so not all columns could be compared."),
    isOther &&
      element(
        "p",
        { class: "note" },
        "Compared with ",
        element("a", { href: fileAddress(before.filename) }, before.filename),
      ),
  );
}

const named = (name) => element("code", {}, name.trim() ? name : "(blank)");
const SENTENCES = {
  added: ({ name, position }) => [named(name), ` added as column ${count(position)}`],
  removed: ({ name, position_before: before }) => [named(name), ` removed, which was column ${count(before)}`],
  renamed: ({ from, to, guess }) => [
    named(from),
    " renamed to ",
    named(to),
    guess ? ", as it seems" : ": only case or spaces differ",
  ],
  reordered: ({ name, position, position_before: before }) => [
    named(name),
    ` moved from column ${count(before)} to ${count(position)}`,
  ],
  retyped: ({ name, from, to, widened }) => [named(name), ` was ${from}, is ${to} (${widened ? "wider" : "narrower"})`],
  repeated: ({ name, position }) => [named(name), ` stands more than once now, also as column ${count(position)}`],
  header_lost: () => "the header is gone",
  header_gained: () => "a header has come",
};

function stepSentence(step) {
  const says = SENTENCES[step.kind];
  if (says) return says(step);
  const isCharacter = ["delimiter", "quote", "escape"].includes(step.kind);
  const shown = (value) => (isCharacter ? character(value) : `${value ?? "none"}`);
  return [`${step.kind.replaceAll("_", " ")} was `, shown(step.from), ", is ", shown(step.to)];
}
