// Where the API is that serves the page.

// The page stands at its root, wherever a gateway put that: /, /prod, /restapis/…/_user_request_/.
export const apiRoot = location.pathname.replace(/\/*$/, "/");
