// What is shown of one column's profile: each function makes the content of a cell.
import { element, svgElement } from "./elements.js";
import { rowButton } from "./rows_in_sight.js";
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

export function typeName({ type, precision, scale }) {
  return type + (type === "decimal" && precision != null ? `(${precision}, ${scale})` : "");
}

export const typeOf = (profile) =>
  element("span", { class: `type ${FAMILIES[profile.type] ?? "letters"}` }, typeName(profile));

export const isNumeric = (profile) => FAMILIES[profile?.type] === "figures";

// A narrower type that all but a few cells are of.
export function almostOf({ almost, null_count: empty }, rows) {
  if (!almost) return null;
  const { type, count: odd, row, text } = almost;
  const cells = rows == null ? "cells" : `${count(rows - empty)} cells`;
  const first = text == null ? rowButton(row) : [rowButton(row), ": ", element("code", {}, short(text))];
  return element("p", { class: "odd" }, `${type}, except ${count(odd)} of ${cells}; the first in `, first);
}

export function notesOf({ notes, null_words: words }) {
  const empty = words?.length > 0 && `${words.map((word) => `“${word}”`).join(", ")} counted as empty.`;
  return [empty, ...(notes ?? [])].filter(Boolean).map((note) => element("p", { class: "note" }, note));
}

const isSpread = ({ histogram: bars, quartiles: three }) => bars?.length > 0 || three != null;

export const emptyShare = ({ null_count: empty }, rows) => (rows ? empty / rows : null);

export function emptyCells(profile, rows) {
  const share = emptyShare(profile, rows);
  if (share === null) return "–";
  const text = profile.null_count ? percent(share) : "None";
  return element(
    "span",
    { class: "empties", title: `${count(profile.null_count)} of ${plural(rows, "cell")} empty` },
    profile.null_count > 0 && element("span", { class: "track", "aria-hidden": "true" }, bar(share)),
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

export function range(profile) {
  const { type, min_length: shortest, max_length: longest } = profile;
  const [min, max] = [written(profile.min, profile), written(profile.max, profile)];
  const lengths = type === "text" && longest != null && element("p", { class: "note" }, lengthsOf(shortest, longest));
  if (min == null || max == null) return lengths || "–";
  if (min === max) return [end("only", min), lengths];
  return [end("", min), end("to", max), lengths];
}

// A number as the page writes numbers, whatever the file's own manner; other texts as they stand.
function written(text, profile) {
  if (text == null || !isNumeric(profile)) return text;
  const value = numberOf(text, profile);
  const { group_mark: group, affix } = profile;
  const plain = group ? text.replaceAll(group, "") : text;
  const [, fraction = ""] = /[.,]([0-9]+)$/.exec(plain) ?? [];
  const isPlain = value !== null && !affix && /^[-+]?[0-9]+([.,][0-9]+)?$/.test(plain) && Math.abs(value) < 1e15;
  return isPlain ? value.toLocaleString("en", { minimumFractionDigits: Math.min(fraction.length, 15) }) : text;
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
  const few = values.length && (profile.distinct_count <= 10 || !isSpread(profile));
  if (few) return topValues(profile, rows - profile.null_count);
  if (profile.histogram?.length) return [histogram(profile), centre(profile)];
  return profile.quartiles ? quartiles(profile) : "–";
}

function topValues({ top_values: values, top_is_exact: exact, distinct_count: distinct }, cells) {
  const shown = values.slice(0, VALUES_SHOWN).map((one) => valueLine(one, cells));
  const rest = Math.max(distinct ?? 0, values.length) - shown.length;
  const more = rest > 0 && element("p", { class: "note" }, `and ${count(rest)} more`);
  const about = exact === false && element("p", { class: "note" }, "estimated");
  return [element("ol", { class: "values", role: "list" }, shown), more, about];
}

// Bars of how many cells are in each of the steps from the least value to the most.
export function histogram(profile, height = 26) {
  const { histogram: bars, histogram_is_exact: exact } = profile;
  const [min, max] = [written(profile.min, profile), written(profile.max, profile)];
  const most = Math.max(...bars);
  const step = 150 / bars.length;
  const about = exact === false ? "about " : "";
  const ends = min == null || max == null ? "From the least to the greatest value" : `From ${min} to ${max}`;
  const said = `${ends}, in ${plural(bars.length, "step")}: ${about}${bars.map(count).join(", ")} cells`;
  return svgElement(
    "svg",
    { class: "bars", role: "img", viewBox: `0 0 150 ${height}`, "aria-label": said },
    svgElement("title", {}, said),
    bars.map((cells, place) => {
      const tall = cells ? Math.max(1, (cells / most) * (height - 1)) : 0;
      return svgElement("rect", {
        x: place * step + 0.5,
        y: height - tall,
        width: Math.max(1, step - 1),
        height: tall,
      });
    }),
  );
}

export const allValues = (profile, rows) =>
  element(
    "ol",
    { class: "values", role: "list" },
    (profile.top_values ?? []).map((one) => valueLine(one, rows - profile.null_count)),
  );

const valueLine = ([value, times], cells) =>
  element(
    "li",
    { title: `${count(times)} of ${plural(cells, "cell")}` },
    bar(times / cells),
    element("span", { class: "value" }, short(value)),
    element("span", { class: "muted" }, percent(times / cells)),
  );

// A box from the first quartile to the third, its line at the median, on a line from least to most.
function quartiles(profile) {
  const { quartiles: three, min, max } = profile;
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
    centre(profile),
  ];
}

function centre({ quartiles: three, mean }) {
  const figures = [three && `median ${figure(three[1])}`, mean != null && `mean ${figure(mean)}`].filter(Boolean);
  return figures.length > 0 && element("p", { class: "note" }, figures.join(", "));
}

// A number as it stands in the file, near enough to draw it.
function numberOf(text, { decimal_mark: mark, group_mark: group, affix, minus }) {
  if (text == null) return null;
  let plain = text.replace(affix || "", "");
  if (group) plain = plain.replaceAll(group, "");
  if (mark === ",") plain = plain.replace(",", ".");
  if (affix || group || minus) {
    const isNegative = /[-(\u2212\u2013]/.test(plain);
    plain = (isNegative ? "-" : "") + plain.replace(/[^0-9.]/g, "");
  }
  const value = Number(plain);
  return Number.isFinite(value) ? value : null;
}
