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

export const query = {
  prefix: "",
  columns: [],
  status: "",
  violations: false,
  sort: "upload_timestamp",
  order: "desc",
};

export function readQuery(parameters) {
  query.prefix = parameters.get("prefix") ?? "";
  query.columns = parameters.getAll("column");
  query.status = parameters.get("status") ?? "";
  query.violations = parameters.get("violations") === "true";
  const column = TABLE_COLUMNS.find(({ key }) => key === parameters.get("sort"));
  query.sort = column?.key ?? "upload_timestamp";
  query.order = ["asc", "desc"].find((order) => order === parameters.get("order")) ?? column?.first ?? "desc";
}

function filterParameters() {
  const parameters = new URLSearchParams();
  if (query.prefix) parameters.set("prefix", query.prefix);
  for (const column of query.columns) parameters.append("column", column);
  if (query.status) parameters.set("status", query.status);
  if (query.violations) parameters.set("violations", "true");
  return parameters;
}

export function listAddress() {
  const parameters = filterParameters();
  if (query.sort !== "upload_timestamp" || query.order !== "desc") {
    parameters.set("sort", query.sort);
    parameters.set("order", query.order);
  }
  return `#/${parameters.size ? "?" : ""}${parameters}`;
}

export function listingPath(cursor, limit = PAGE_SIZE) {
  const parameters = filterParameters();
  const served = SORTED_BY_THE_API.includes(query.sort);
  parameters.set("sort", served ? query.sort : "upload_timestamp");
  parameters.set("order", served ? query.order : "desc");
  parameters.set("limit", limit);
  if (cursor) parameters.set("cursor", cursor);
  return `metadata?${parameters}`;
}

export const isFiltered = () => Boolean(query.prefix || query.columns.length || query.status || query.violations);

export function isAskedFor(record) {
  return (
    record.filename.startsWith(query.prefix) && hasStatus(record) && hasColumns(record, (name, asked) => name === asked)
  );
}

// Half a word: what the API can't find by the start of a name or a whole column may stand among what it has sent.
export function isAlmostAskedFor(record) {
  return (
    record.filename.toLowerCase().includes(query.prefix.toLowerCase()) &&
    hasStatus(record) &&
    hasColumns(record, (name, asked) => name.includes(asked))
  );
}

const hasStatus = (record) =>
  (!query.status || record.status === query.status) && (!query.violations || record.violations?.length > 0);

function hasColumns(record, matches) {
  const names = (record.column_names ?? []).map((name) => name.toLowerCase());
  return query.columns.every((asked) => names.some((name) => matches(name, asked.toLowerCase())));
}
