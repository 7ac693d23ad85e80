// What loads the file right into other tools, to be copied; and what they would get wrong by themselves.
import { answerOf, ask } from "./api.js";
import { button, byId, card, element } from "./elements.js";
import { rowButton } from "./rows_in_sight.js";

const FORMATS = [
  ["duckdb", "DuckDB"],
  ["postgres", "Postgres"],
  ["athena", "Athena"],
  ["pandas", "pandas"],
  ["polars", "polars"],
  ["table-schema", "Table Schema"],
  ["csvw", "CSV on the Web"],
  ["croissant", "Croissant"],
];

let format = FORMATS[0][0]; // stays what it was for the next file

export function schemaCard({ filename, bucket }) {
  const options = FORMATS.map(([value, label]) => element("option", { value, selected: value === format }, label));
  const choice = element("select", { id: "schema-format", "aria-label": "Load it into" }, options);
  const text = element("pre", { tabindex: "0", role: "group", "aria-label": "Text to copy" });
  const signed = element("input", { type: "checkbox", id: "signed-address" });
  const label = element("label", { for: "signed-address", class: "check" }, signed, "with an https:// address");
  const note = element("p", { class: "small muted sentence", role: "status" });
  const copy = button("Copy", async () => {
    await copyText(text);
    copy.textContent = "Copied";
    byId("announcer").textContent = "Copied";
  });
  const address = `s3://${bucket}/${filename}`;
  let statement = "";

  async function load() {
    format = choice.value;
    copy.disabled = true;
    const asked = format;
    try {
      const answer = await answerOf(`schema?${new URLSearchParams({ filename, format })}`);
      const answered = await answer.text();
      if (asked !== format) return;
      statement = answered;
      await show();
      copy.disabled = false;
    } catch (error) {
      if (asked !== format) return;
      [statement, note.textContent, label.hidden] = ["", error.message, true];
      text.hidden = true;
    }
  }

  // Who has no rights to the bucket reads the file by a signed address, which is good for minutes.
  async function show() {
    copy.textContent = "Copy";
    label.hidden = !statement.includes(address);
    [text.textContent, note.textContent, text.hidden] = [statement, "", false];
    if (!signed.checked || label.hidden) return;
    const shown = statement;
    const { url, expires_in: seconds } = await ask(`download?${new URLSearchParams({ filename, redirect: false })}`);
    if (shown !== statement) return;
    text.textContent = statement.replaceAll(address, url);
    note.textContent = `The address is good for ${Math.round(seconds / 60)} minutes, for whoever has it.`;
  }

  choice.addEventListener("change", load);
  signed.addEventListener("change", () => show().catch((error) => (note.textContent = error.message)));
  label.hidden = true;
  load();
  const head = element("div", { class: "head" }, element("h2", {}, "Load it"), label, choice, copy);
  return element("section", { class: "card schema", id: "part-load", "aria-label": "Load it" }, head, note, text);
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
  const finding = ({ message, evidence, source, row }) => {
    const why = evidence === "test" ? `Shown by a test on ${source}` : `By its documentation: ${source}`;
    return element("li", {}, message, row && [" ", rowButton(row, "Go to row")], element("p", { class: "note" }, why));
  };
  return card("What tools would get wrong", element("ul", { class: "findings", role: "list" }, forecast.map(finding)));
}
