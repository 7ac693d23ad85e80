// What the list is asked for: it lives in the address, so that it can be kept and sent.

const PAGE_SIZE = 50;

export const SORTED_BY_THE_API = ["upload_timestamp", "filename"];
export const TABLE_COLUMNS = [
  { key: "filename", label: "Name", first: "asc" },
  { key: "upload_timestamp", label: "Uploaded", first: "desc" },
  { key: "file_size", label: "Size", first: "desc", number: true },
  { key: "row_count", label: "Rows", first: "desc", number: true },
  { key: "column_count", label: "Columns", first: "desc", number: true },
  { key: "status", label: "Status", first: "asc" },
];

// The filters above the list, each with its figure in the totals and what it asks the API for.
export const FILTERS = [
  { key: "", label: "All files", figure: "files", parameters: {} },
  { key: "failed", label: "Failed", figure: "failed", parameters: { status: "failed" } },
  { key: "violations", label: "Violations", figure: "violations", parameters: { violations: "true" } },
  { key: "changed", label: "Changed", figure: "changed", parameters: { changed: "true" } },
  { key: "unusual", label: "Unusual", figure: "unusual", parameters: { unusual: "true" } },
];

export const query = { text: "", prefix: "", columns: [], filter: "", sort: "upload_timestamp", order: "desc" };

export function readQuery(parameters) {
  query.text = parameters.get("q") ?? "";
  query.prefix = parameters.get("prefix") ?? "";
  query.columns = parameters.getAll("column");
  query.filter = FILTERS.find(({ key }) => key === parameters.get("show"))?.key ?? "";
  const column = TABLE_COLUMNS.find(({ key }) => key === parameters.get("sort"));
  query.sort = column?.key ?? "upload_timestamp";
  query.order = ["asc", "desc"].find((order) => order === parameters.get("order")) ?? column?.first ?? "desc";
}

export function listAddress(change = {}) {
  const asked = { ...query, ...change };
  const parameters = new URLSearchParams();
  if (asked.text) parameters.set("q", asked.text);
  if (asked.prefix) parameters.set("prefix", asked.prefix);
  for (const column of asked.columns) parameters.append("column", column);
  if (asked.filter) parameters.set("show", asked.filter);
  if (asked.sort !== "upload_timestamp" || asked.order !== "desc") {
    parameters.set("sort", asked.sort);
    parameters.set("order", asked.order);
  }
  return `#/${parameters.size ? "?" : ""}${parameters}`;
}

// A text is looked for in names of files and in names of columns, by one request each.
export const searches = () => (query.text.trim() ? ["name", "column~"] : [null]);

export function listingPath(search, cursor, limit = PAGE_SIZE) {
  const parameters = new URLSearchParams(FILTERS.find(({ key }) => key === query.filter).parameters);
  if (search) parameters.set(search, query.text.trim());
  if (query.prefix) parameters.set("prefix", query.prefix);
  for (const column of query.columns) parameters.append("column", column);
  const served = SORTED_BY_THE_API.includes(query.sort);
  parameters.set("sort", served ? query.sort : "upload_timestamp");
  parameters.set("order", served ? query.order : "desc");
  parameters.set("limit", limit);
  if (cursor) parameters.set("cursor", cursor);
  return `metadata?${parameters}`;
}

export const listingKey = () =>
  searches()
    .map((search) => listingPath(search))
    .join(" ");

export const isFiltered = () => Boolean(query.text || query.prefix || query.columns.length || query.filter);

export function isAskedFor(record) {
  return (
    record.filename.startsWith(query.prefix) &&
    (!query.text || hasText(record.filename) || (record.column_names ?? []).some(hasText)) &&
    query.columns.every((asked) => (record.column_names ?? []).some((name) => bare(name) === bare(asked))) &&
    isOfFilter(record)
  );
}

function isOfFilter(record) {
  if (!query.filter) return true;
  if (query.filter === "failed") return record.status === "failed";
  if (query.filter === "changed") return Boolean(record.verdicts);
  return record[query.filter]?.length > 0;
}

// As the API compares: without case and accents.
const bare = (text) =>
  text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase();
export const hasText = (name) => bare(name).includes(bare(query.text.trim()));
