// The address after #: which view it means, and the address of each.

export const fileAddress = (filename) => `#/file/${encodeURIComponent(filename)}`;

// `filename` of the file that is looked at, else the `parameters` of the list.
export function here() {
  const [, kind, rest] = /^#\/(file\/|\?)?(.*)$/s.exec(location.hash) ?? [];
  if (kind === "file/" && rest) return { filename: decoded(rest) };
  return { parameters: new URLSearchParams(kind === "?" ? rest : "") };
}

export const openFile = () => here().filename ?? null;

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
