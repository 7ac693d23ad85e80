// The API that serves the page.
import { apiRoot } from "./api_root.js";
import { element } from "./elements.js";
import { authorization, endSignIn, signsIn } from "./tokens.js";

class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

// The answer, if it is a good one. A token that is not accepted is renewed once.
export async function answerOf(path, options) {
  let response = await sendTo(path, options, await authorization());
  if (response.status === 401 && signsIn) {
    response = await sendTo(path, options, await authorization({ anew: true }));
    if (response.status === 401) endSignIn();
  }
  if (response.ok) return response;
  const body = await response.json().catch(() => null);
  throw new ApiError(body?.Message ?? body?.message ?? saysStatus(response), response.status);
}

async function sendTo(path, options, authorized) {
  try {
    const headers = { ...options?.headers, ...authorized };
    return await fetch(apiRoot + path, { cache: "no-cache", ...options, headers });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError("The catalog does not answer. Check that it is running and that you are connected.", 0);
  }
}

export async function ask(path, options) {
  const response = await answerOf(path, options);
  const body = await response.json().catch(() => null);
  if (body) return body;
  throw new ApiError(saysStatus(response), response.status);
}

const saysStatus = ({ status }) => `The catalog answered with status ${status}.`;

// As a parameter: some gateways decode %2F in a path, and then the name is no longer one segment.
export const recordPath = (filename) => `metadata?${new URLSearchParams({ filename })}`;

export async function findRecord(filename, options) {
  try {
    return await ask(recordPath(filename), options);
  } catch (error) {
    if (error.status === 404) return null;
    throw error;
  }
}

// Links can't say who asks: where people sign in, the page asks, and saves what it is sent.
export function saveAs(name, blob) {
  const url = URL.createObjectURL(blob);
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
