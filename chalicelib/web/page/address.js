// The address after #: which view it means, and the address of each.

const FILE = "#/file/";
const DATASET = "#/dataset/";
const DATASETS = "#/datasets";

export const fileAddress = (filename) => FILE + encodeURIComponent(filename);
export const datasetAddress = (dataset) => DATASET + encodeURIComponent(dataset);
export const datasetsAddress = (parameters) => `${DATASETS}${parameters.size ? "?" : ""}${parameters}`;

// The `view` that is asked for; the `name` of the file or dataset in it, or the `parameters` of the list.
export function here() {
  const { hash } = location;
  for (const [start, view] of [
    [FILE, "file"],
    [DATASET, "dataset"],
  ]) {
    if (hash.length > start.length && hash.startsWith(start)) return { view, name: decoded(hash.slice(start.length)) };
  }
  const [path, ...search] = hash.split("?");
  return {
    view: path === DATASETS ? "datasets" : "files",
    name: null,
    parameters: new URLSearchParams(search.join("?")),
  };
}

const nameIn = (asked) => {
  const { view, name } = here();
  return view === asked ? name : null;
};
export const openFile = () => nameIn("file");
export const openDataset = () => nameIn("dataset");

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
