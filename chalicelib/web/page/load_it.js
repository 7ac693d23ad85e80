// What loads the file right into other tools, to be copied; and what they would get wrong by themselves.
import { answerOf } from "./api.js";
import { button, byId, card, element } from "./elements.js";

const FORMATS = [
  ["duckdb", "DuckDB"],
  ["postgres", "Postgres"],
  ["athena", "Athena"],
  ["pandas", "pandas"],
  ["polars", "polars"],
  ["table-schema", "Table Schema"],
  ["csvw", "CSV on the Web"],
];

let format = FORMATS[0][0]; // stays what it was for the next file

export function schemaCard({ filename }) {
  const options = FORMATS.map(([value, label]) => element("option", { value, selected: value === format }, label));
  const choice = element("select", { id: "schema-format", "aria-label": "Load it into" }, options);
  const text = element("pre", { tabindex: "0", role: "group", "aria-label": "Text to copy" });
  const copy = button("Copy", async () => {
    await copyText(text);
    copy.textContent = "Copied";
    byId("announcer").textContent = "Copied";
  });

  async function load() {
    format = choice.value;
    copy.textContent = "Copy";
    copy.disabled = true;
    const asked = format;
    try {
      const answer = await answerOf(`schema?${new URLSearchParams({ filename, format })}`);
      const found = await answer.text();
      if (asked === format) text.textContent = found;
      copy.disabled = asked !== format;
    } catch (error) {
      if (asked === format) text.textContent = error.message;
    }
  }

  choice.addEventListener("change", load);
  load();
  const head = element("div", { class: "head" }, element("h2", {}, "Load it"), choice, copy);
  return element("div", { class: "card schema" }, head, text);
}

// A page that came over plain HTTP has no navigator.clipboard, and a browser may refuse it.
async function copyText(node) {
  try {
    await navigator.clipboard.writeText(node.textContent);
  } catch {
    getSelection().selectAllChildren(node);
    document.execCommand("copy");
  }
}

export function forecastCard({ forecast }) {
  if (!forecast) return null;
  if (!forecast.length) {
    const right = "Nothing: each tool that the catalog knows of reads this file right.";
    return card("What tools would get wrong", element("p", { class: "muted" }, right));
  }
  const finding = ({ message, evidence, source }) => {
    const why = evidence === "test" ? `Shown by a test on ${source}` : `By its documentation: ${source}`;
    return element("li", {}, message, element("p", { class: "note" }, why));
  };
  return card("What tools would get wrong", element("ul", { class: "findings", role: "list" }, forecast.map(finding)));
}
