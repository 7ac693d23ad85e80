// The API that serves the page.

// The page stands at the root of the API, wherever a gateway put that: /, /prod, /restapis/…/_user_request_/.
export const apiRoot = location.pathname.replace(/\/*$/, "/");

class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

// The answer, if it is a good one.
export async function answerOf(path, options = {}) {
  let response;
  try {
    response = await fetch(apiRoot + path, { cache: "no-cache", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError("The catalog does not answer. Check that it is running and that you are connected.", 0);
  }
  if (response.ok) return response;
  const body = await response.json().catch(() => null);
  throw new ApiError(body?.Message ?? body?.message ?? saysStatus(response), response.status);
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
