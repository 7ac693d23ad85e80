// The API that serves the page.

// The page stands at the root of the API, wherever a gateway put that: /, /prod, /restapis/…/_user_request_/.
export const apiRoot = location.pathname.replace(/\/*$/, "/");

class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

export async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(apiRoot + path, { cache: "no-cache", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError("The catalog does not answer. Check that it is running and that you are connected.", 0);
  }
  const body = await response.json().catch(() => null);
  if (response.ok && body) return body;
  throw new ApiError(
    body?.Message ?? body?.message ?? `The catalog answered with status ${response.status}.`,
    response.status,
  );
}

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
