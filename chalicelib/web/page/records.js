// The records that the page has: those of the list, and all that it ever saw.

export const listing = {
  records: new Map(),
  cursors: new Map(), // of each search that has more
  found: new Map(), // how many files each search has found so far
  error: null,
  loading: false,
  loaded: false,
  request: null,
};
export const everSeen = new Map();
export const fresh = new Set();

export function keep(record) {
  listing.records.set(record.filename, record);
  everSeen.set(record.filename, record);
}
