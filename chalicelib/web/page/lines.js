// A column's figures over time, as small lines: one for each figure.
import { element, svgElement } from "./elements.js";
import { figure, humanSize, percent, shortDay } from "./words.js";

const FIGURES = [
  ["rows", "Rows", figure],
  ["bytes", "Size", humanSize],
  ["empty", "Empty", percent],
  ["distinct", "Distinct", figure],
  ["mean", "Mean", figure],
  ["min", "Least", figure],
  ["max", "Most", figure],
];
const [WIDTH, HEIGHT] = [220, 34];

export function lines(items) {
  const known = FIGURES.map(([key, label, write]) => {
    const points = items
      .map((item) => ({ at: item.time, value: Number(item.figures?.[key] ?? NaN) }))
      .filter(({ value }) => Number.isFinite(value));
    return points.length > 1 && line(label, points, write);
  });
  return element("div", { class: "lines" }, known);
}

function line(label, points, write) {
  const values = points.map(({ value }) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const x = (place) => 2 + (place / (points.length - 1)) * (WIDTH - 4);
  const y = (value) => HEIGHT - 3 - ((value - least) / (most - least || 1)) * (HEIGHT - 6);
  const [first, last] = [points[0], points.at(-1)].map(({ at }) => shortDay(new Date(at)));
  const range = least === most ? write(least) : `${write(least)} to ${write(most)}`;
  const said = `${label}, ${first} to ${last}: ${range}, last ${write(values.at(-1))}`;
  const path = points.map(({ value }, place) => `${place ? "L" : "M"}${x(place).toFixed(1)} ${y(value).toFixed(1)}`);
  return element(
    "figure",
    {},
    element("figcaption", {}, label, " ", element("strong", {}, write(values.at(-1)))),
    svgElement(
      "svg",
      { role: "img", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-label": said },
      svgElement("title", {}, said),
      svgElement("path", { d: path.join("") }),
      svgElement("circle", { cx: x(points.length - 1), cy: y(values.at(-1)), r: 2.5 }),
    ),
    element("span", { class: "note" }, range),
  );
}
