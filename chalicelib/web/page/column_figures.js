// What is shown of one column's profile: each function makes the content of a cell.
import { element, svgElement } from "./elements.js";
import { count, figure, percent, plural } from "./words.js";

const VALUES_SHOWN = 3;
const TEXT_SHOWN = 40;
const FAMILIES = {
  boolean: "flag",
  integer: "figures",
  decimal: "figures",
  double: "figures",
  date: "moment",
  time: "moment",
  timestamp: "moment",
  timestamptz: "moment",
};

export function typeOf({ type, precision, scale }) {
  const digits = type === "decimal" && precision != null ? `(${precision}, ${scale})` : "";
  return element("span", { class: `type ${FAMILIES[type] ?? "letters"}` }, type + digits);
}

// A narrower type that all but a few cells are of.
export function almostOf({ almost, null_count: empty }, rows) {
  if (!almost) return null;
  const { type, count: odd, row, text } = almost;
  const cells = rows == null ? "cells" : `${count(rows - empty)} cells`;
  const first = text == null ? `row ${count(row)}` : [`row ${count(row)}: `, element("code", {}, short(text))];
  return element("p", { class: "odd" }, `${type}, except ${count(odd)} of ${cells}; the first in `, first);
}

export function notesOf({ notes, null_words: words }) {
  const empty = words?.length > 0 && `${words.map((word) => `“${word}”`).join(", ")} counted as empty.`;
  return [empty, ...(notes ?? [])].filter(Boolean).map((note) => element("p", { class: "note" }, note));
}

export const emptyShare = ({ null_count: empty }, rows) => (rows ? empty / rows : null);

export function emptyCells(profile, rows) {
  const share = emptyShare(profile, rows);
  if (share === null) return "–";
  const text = profile.null_count ? percent(share) : "None";
  return element(
    "span",
    { class: "empties", title: `${count(profile.null_count)} of ${plural(rows, "cell")} empty` },
    element("span", { class: "track", "aria-hidden": "true" }, bar(share)),
    element("span", { class: profile.null_count ? "" : "muted" }, text),
  );
}

function bar(share) {
  const filled = element("span", { class: "bar" });
  filled.style.width = `${Math.max(share > 0 ? 1.5 : 0, share * 100)}%`;
  return filled;
}

export function distinctValues({ distinct_count: distinct, distinct_is_exact: exact, null_count: empty }, rows) {
  if (distinct == null) return "–";
  if (!exact) return element("span", { title: "An estimate" }, `≈ ${count(distinct)}`);
  const allDiffer = distinct > 1 && distinct === rows - empty;
  return [count(distinct), allDiffer && element("span", { class: "note" }, "all different")];
}

export function range({ type, min, max, min_length: shortest, max_length: longest }) {
  const lengths = type === "text" && longest != null && element("p", { class: "note" }, lengthsOf(shortest, longest));
  if (min == null || max == null) return lengths || "–";
  if (min === max) return [end("only", min), lengths];
  return [end("", min), end("to", max), lengths];
}

const end = (word, text) =>
  element(
    "span",
    { class: "end", title: text },
    word && element("span", { class: "muted" }, `${word} `),
    element("span", { class: "value" }, short(text)),
  );

const lengthsOf = (shortest, longest) =>
  shortest === longest
    ? `${plural(longest, "character")} each`
    : `${count(shortest)} to ${plural(longest, "character")}`;

function short(text) {
  if (!text.trim()) return "(blank)";
  return text.length > TEXT_SHOWN ? `${text.slice(0, TEXT_SHOWN)}…` : text;
}

export function distribution(profile, rows) {
  const values = profile.top_values ?? [];
  if (profile.quartiles && (!values.length || profile.distinct_count > 10)) return quartiles(profile);
  if (values.length) return topValues(values, profile.distinct_count, rows - profile.null_count);
  return "–";
}

function topValues(values, distinct, cells) {
  const line = ([value, times]) =>
    element(
      "li",
      { title: `${count(times)} of ${plural(cells, "cell")}` },
      bar(times / cells),
      element("span", { class: "value" }, short(value)),
      element("span", { class: "muted" }, percent(times / cells)),
    );
  const list = (some) => element("ol", { class: "values", role: "list" }, some.map(line));
  const [shown, rest] = [values.slice(0, VALUES_SHOWN), values.slice(VALUES_SHOWN)];
  if (!rest.length) return list(shown);
  const more = `${count(rest.length)} more${distinct > values.length ? ` of ${count(distinct)}` : ""}`;
  return [list(shown), element("details", {}, element("summary", {}, more), list(rest))];
}

// A box from the first quartile to the third, its line at the median, on a line from least to most.
function quartiles(profile) {
  const { quartiles: three, mean, min, max } = profile;
  const [least, most] = [numberOf(min, profile) ?? three[0], numberOf(max, profile) ?? three[2]];
  const [width, middle] = [150, 9];
  const x = (value) => 1 + ((value - least) / (most - least || 1)) * (width - 2);
  const [low, half, high] = three.map(x);
  const said = `A quarter up to ${figure(three[0])}, half up to ${figure(three[1])}, three quarters up to ${figure(three[2])}`;
  return [
    svgElement(
      "svg",
      { class: "box", role: "img", viewBox: `0 0 ${width} 18`, "aria-label": said },
      svgElement("title", {}, said),
      svgElement("line", { x1: x(least), x2: x(most), y1: middle, y2: middle }),
      svgElement("rect", { x: low, y: 3, width: Math.max(1, high - low), height: 12, rx: 2 }),
      svgElement("line", { class: "half", x1: half, x2: half, y1: 1, y2: 17 }),
    ),
    element("p", { class: "note" }, `median ${figure(three[1])}`, mean == null ? "" : `, mean ${figure(mean)}`),
  ];
}

// A number as it stands in the file, near enough to draw it.
function numberOf(text, { decimal_mark: mark }) {
  if (text == null) return null;
  const value = Number(mark === "," ? text.replace(",", ".") : text);
  return Number.isFinite(value) ? value : null;
}
