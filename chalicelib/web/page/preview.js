// A look inside a file: its first rows, as they were split when it was read.
import { ask } from "./api.js";
import { button, element } from "./elements.js";
import { count, plural } from "./words.js";

const ROWS_AT_FIRST = 20;
const ROWS_AT_MOST = 100;
const COLUMNS_AT_MOST = 200;

export function previewCard(record) {
  const body = element("div");
  const said = element("p", { class: "small muted", role: "status" });
  const more = button(`Show ${ROWS_AT_MOST} rows`, () => load(ROWS_AT_MOST));
  more.hidden = true;

  async function load(rows) {
    more.disabled = true;
    try {
      const preview = await ask(`preview?${new URLSearchParams({ filename: record.filename, rows })}`);
      body.replaceChildren(preview.rows.length ? scroller(preview, record) : sentence("It has no rows."));
      said.textContent = whatIsShown(preview);
      more.hidden = preview.complete || preview.rows.length < rows || rows === ROWS_AT_MOST;
    } catch (error) {
      // What the API refuses (403, 409) it refuses next time too; what failed may be tried again.
      const again = [403, 409].includes(error.status) ? null : button("Try again", () => load(rows));
      body.replaceChildren(sentence(error.message), ...[again].filter(Boolean));
    }
    more.disabled = false;
  }

  body.append(sentence("Loading…"));
  load(ROWS_AT_FIRST);
  const head = element("div", { class: "head" }, element("h2", {}, "A look inside"), said);
  return element("div", { class: "card preview" }, head, body, more);
}

function whatIsShown({ rows, complete, column_names: names }) {
  const columns = names.length > COLUMNS_AT_MOST ? ` The first ${count(COLUMNS_AT_MOST)} columns.` : "";
  return (complete ? "All of its rows." : `The first ${plural(rows.length, "row")}.`) + columns;
}

const sentence = (text) => element("p", { class: "muted sentence" }, text);

function scroller(preview, record) {
  const names = preview.column_names.slice(0, COLUMNS_AT_MOST);
  const rows = preview.rows.map((row) => row.slice(0, COLUMNS_AT_MOST));
  const width = Math.max(names.length, ...rows.map((row) => row.length));
  const [cut, odd] = [preview.cut_cells, preview.odd_cells].map((cells) => new Set((cells ?? []).map(String)));
  const heads = Array.from({ length: width }, (_, place) => {
    const name = names[place] ?? "beyond the header";
    return element(
      "th",
      { scope: "col", class: names[place] === undefined && "muted" },
      name.trim() ? name : "(blank)",
    );
  });
  const lines = rows.map((row, line) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, count(line + 1)),
      Array.from({ length: Math.max(row.length, names.length) }, (_, place) => {
        const at = `${line},${place}`;
        const type = odd.has(at) && (record.columns?.[place]?.almost?.type ?? "the others' type");
        return previewCell(row[place], { isCut: cut.has(at), notOf: type });
      }),
    ),
  );
  return element(
    "div",
    { class: "scroller", tabindex: "0", role: "group", "aria-label": "The first rows of the file" },
    element(
      "table",
      {},
      element(
        "thead",
        {},
        element("tr", {}, element("th", { scope: "col" }, element("span", { class: "spoken" }, "Row")), heads),
      ),
      element("tbody", {}, lines),
    ),
  );
}

function previewCell(text, { isCut, notOf }) {
  if (text === undefined) return element("td", {}, element("i", {}, "no cell"));
  if (text === "") return element("td", {}, element("i", {}, "empty"));
  const title = isCut ? "Only its first 200 characters are shown." : text.length > 30 && text;
  const odd = notOf && element("span", { class: "not" }, ` not ${notOf}`);
  return element("td", { class: notOf && "odd-cell", title }, visible(text), odd);
}

// Blanks and line ends as signs, where they would not be seen.
function visible(text) {
  if (!text.trim()) return element("i", { title: plural(text.length, "blank") }, text.replace(/\s/g, "␣"));
  return text.split(/(\r\n|\r|\n)/).map((part, place) => (place % 2 ? element("i", {}, "↵") : part));
}
