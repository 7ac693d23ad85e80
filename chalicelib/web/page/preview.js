// The rows of a file, as they were split when it was read: more of them, any of them, some of them.
import { ask } from "./api.js";
import { isNumeric, typeName } from "./column_figures.js";
import { button, element } from "./elements.js";
import { rowsInSight } from "./rows_in_sight.js";
import { count, plural } from "./words.js";

const ROWS_AT_FIRST = 20;
const ROWS_AT_MOST = 100;
const COLUMNS_AT_MOST = 200;

export function previewCard(record) {
  const body = element("div");
  const said = element("p", { class: "small muted", role: "status" });
  const more = button("More rows", () => load({ cursor }, false));
  const first = button("First rows", () => load({}));
  const find = filterField(() => show());
  const jump = jumpField(record, (row) => load({ row }));
  const tools = element("div", { class: "row-tools" }, first, jump, find);
  let [rows, start, cursor, complete, names] = [[], 1, null, false, []];

  async function load(asked, anew = true) {
    more.disabled = true;
    const size = anew && !asked.row ? ROWS_AT_FIRST : ROWS_AT_MOST;
    try {
      const parameters = new URLSearchParams({ filename: record.filename, rows: size, ...asked });
      const page = await ask(`preview?${parameters}`);
      if (anew) [rows, start] = [[], page.first_row ?? 1];
      rows = [...rows, ...marked(page)];
      [cursor, complete, names] = [page.next_cursor ?? null, page.complete, page.column_names];
      show();
      if (asked.row) body.querySelector("tbody tr")?.classList.add("sought");
    } catch (error) {
      showError(error, () => load(asked, anew));
    }
    more.disabled = false;
  }

  // What the API refuses (400, 403, 409) it refuses next time too; what failed may be tried again.
  function showError(error, again) {
    const retry = [400, 403, 409].includes(error.status) ? [] : [button("Try again", again)];
    if (rows.length) said.textContent = error.message;
    else body.replaceChildren(remark(error.message), ...retry);
  }

  function show() {
    const text = find.value.trim().toLowerCase();
    const numbered = rows.map((row, place) => ({ ...row, number: start + place }));
    const kept = text
      ? numbered.filter(({ cells }) => cells.some((one) => one.toLowerCase().includes(text)))
      : numbered;
    if (!rows.length) body.replaceChildren(remark("It has no rows."));
    else if (!kept.length) body.replaceChildren(remark("None of the rows that are loaded has this in it."));
    else body.replaceChildren(scroller(kept, names, record));
    said.textContent = rows.length ? whatIsShown({ rows, start, complete, cursor, kept, text, names }, record) : "";
    more.hidden = !cursor;
    first.hidden = start === 1;
    tools.hidden = !rows.length || (complete && rows.length < 8);
  }

  rowsInSight.goTo = (row) => {
    node.scrollIntoView({ block: "start" });
    body.querySelector(".scroller")?.focus({ preventScroll: true });
    load({ row });
  };
  more.hidden = true;
  tools.hidden = true;
  body.append(remark("Loading…"));
  load({});
  const head = element("div", { class: "head" }, element("h2", {}, "Rows"), said);
  const node = element(
    "section",
    { class: "card preview", id: "part-rows", "aria-label": "Rows" },
    head,
    tools,
    body,
    more,
  );
  return node;
}

function filterField(act) {
  const input = element("input", {
    type: "search",
    id: "filter-rows",
    placeholder: "Filter these rows",
    "aria-label": "Filter the rows that are loaded",
    autocomplete: "off",
  });
  input.addEventListener("input", act);
  return input;
}

function jumpField({ row_count: rows }, act) {
  const input = element("input", { type: "number", id: "go-to-row", min: 1, max: rows, placeholder: "Row" });
  const label = element("label", { for: "go-to-row" }, "Go to row");
  const form = element("form", { class: "jump" }, label, input, element("button", {}, "Go"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.value) act(Number(input.value));
  });
  form.hidden = !(rows > ROWS_AT_FIRST);
  return form;
}

// The rows of a page, each with the places of its cells that are cut or of another type.
function marked({ rows, cut_cells: cut, odd_cells: odd }) {
  const placesIn = (cells, line) => new Set((cells ?? []).filter(([row]) => row === line).map(([, place]) => place));
  return rows.map((cells, line) => ({ cells, cut: placesIn(cut, line), odd: placesIn(odd, line) }));
}

function whatIsShown({ rows, start, complete, cursor, kept, text, names }, record) {
  const last = start + rows.length - 1;
  const span = complete ? "All rows." : `Rows ${count(start)} to ${count(last)} of ${count(record.row_count ?? last)}.`;
  const columns = names.length > COLUMNS_AT_MOST ? ` The first ${count(COLUMNS_AT_MOST)} columns.` : "";
  const filtered = text ? ` ${plural(kept.length, "row")} of these with the text.` : "";
  const isCut = !cursor && !complete && record.compression && last < record.row_count;
  return span + columns + filtered + (isCut ? " Of a compressed file, no more can be shown." : "");
}

const remark = (text) => element("p", { class: "muted sentence" }, text);

function scroller(rows, allNames, record) {
  const names = allNames.slice(0, COLUMNS_AT_MOST);
  const width = Math.min(COLUMNS_AT_MOST, Math.max(names.length, ...rows.map(({ cells }) => cells.length)));
  const columns = Array.from({ length: width }, (_, place) => record.columns?.[place]);
  const heads = columns.map((column, place) => headCell(names[place], column));
  const lines = rows.map((row) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, count(row.number)),
      Array.from({ length: Math.min(width, Math.max(row.cells.length, names.length)) }, (_, place) =>
        previewCell(row, place, columns[place]),
      ),
    ),
  );
  const corner = element("th", { scope: "col" }, element("span", { class: "spoken" }, "Row"));
  return element(
    "div",
    { class: "scroller", tabindex: "0", role: "group", "aria-label": "Rows of the file" },
    element("table", {}, element("thead", {}, element("tr", {}, corner, heads)), element("tbody", {}, lines)),
  );
}

function headCell(name, column) {
  const shown = name === undefined ? "beyond the header" : name.trim() ? name : "(blank)";
  const kind = [name === undefined && "muted", isNumeric(column) && "n"].filter(Boolean).join(" ");
  const type = column && element("span", { class: "of-type" }, typeName(column));
  return element(
    "th",
    { scope: "col", class: kind || null, title: name },
    element("span", { class: "cut" }, shown),
    type,
  );
}

function previewCell({ cells, cut, odd }, place, column) {
  const text = cells[place];
  if (text === undefined) return element("td", {}, element("i", {}, "no cell"));
  if (text === "") return element("td", { class: isNumeric(column) && "n" }, element("i", {}, "empty"));
  const isNull = column?.null_words?.includes(text.trim());
  const title = cut.has(place)
    ? "Only its first 200 characters are shown."
    : isNull
      ? "Counted as empty."
      : text.length > 30 && text;
  const type = odd.has(place) && (column?.almost?.type ?? "the others' type");
  const note = type && element("span", { class: "not" }, ` not ${type}`);
  const kind = [type && "odd-cell", isNumeric(column) && "n"].filter(Boolean).join(" ");
  return element(
    "td",
    { class: kind || null, title },
    isNull ? element("i", { class: "null" }, text) : visible(text),
    note,
  );
}

// Blanks and line ends as signs, where they would not be seen.
function visible(text) {
  if (!text.trim()) return element("i", { title: plural(text.length, "blank") }, text.replace(/\s/g, "␣"));
  return text.split(/(\r\n|\r|\n)/).map((part, place) => (place % 2 ? element("i", {}, "↵") : part));
}
