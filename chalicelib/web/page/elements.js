// Elements: data only ever becomes text or an attribute's value, never markup.

export const byId = (id) => document.getElementById(id);
export const element = (tag, attributes, ...children) => filled(document.createElement(tag), attributes, children);
export const svgElement = (tag, attributes, ...children) =>
  filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
export const button = (label, onclick, attributes) =>
  element("button", { type: "button", onclick, ...attributes }, label);

// Marks of direction have a name read otherwise than it is, and nobody sees them.
export const withMarks = (text) =>
  text.replace(
    /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (mark) => `[U+${mark.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}]`,
  );
const READ_BY_PEOPLE = ["aria-label", "title"];

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name === "onclick") node.addEventListener("click", value);
    else if (value !== undefined && value !== null && value !== false)
      node.setAttribute(name, READ_BY_PEOPLE.includes(name) ? withMarks(`${value}`) : value);
  }
  const shown = children.flat(Infinity).filter(Boolean);
  node.append(...shown.map((child) => (child instanceof Node ? child : withMarks(`${child}`))));
  return node;
}

export const cell = (content, attributes) => element("td", { role: "cell", ...attributes }, content);

// The rows of a table. If none has changed they stay, so that a click that has begun on one is not lost.
export function showRows(body, rows) {
  const shown = [...body.children];
  const isSame = rows.length === shown.length && rows.every((row, place) => row.isEqualNode(shown[place]));
  if (!isSame) body.replaceChildren(...rows);
}

export const card = (title, ...content) =>
  element("div", { class: "card padded" }, element("h2", {}, title), ...content);

export function callout(kind, title, lines) {
  return element(
    "div",
    { class: `callout ${kind}` },
    element("h2", {}, title),
    element(
      "ul",
      {},
      lines.map((line) => element("li", {}, line)),
    ),
  );
}

export const fact = (term, value, attributes) =>
  element("div", {}, element("dt", {}, term), element("dd", attributes, value));

export function notice(title, text, { bad = false, action } = {}) {
  const drawing = bad ? "M36 6 64 50H8ZM36 22v13m0 6v1" : "M14 8h44v40H14zM14 20h44M14 30h44M14 40h44M30 8v40";
  return element(
    "div",
    { class: `notice card ${bad ? "bad" : ""}`, role: bad && "alert" },
    svgElement("svg", { viewBox: "0 0 72 56", "aria-hidden": "true" }, svgElement("path", { d: drawing })),
    element("h2", {}, title),
    element("p", {}, text),
    action,
  );
}

export const bones = (length = "") => element("span", { class: `bone ${length}` });
