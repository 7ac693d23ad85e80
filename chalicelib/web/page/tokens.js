import { apiRoot } from "./api_root.js";

const meta = (name) => document.querySelector(`meta[name="${name}"]`).content;
const SIGN_IN_URL = meta("sign-in-url"); // empty: nobody signs in here
const CLIENT = meta("sign-in-client");
const PAGE = location.origin + apiRoot;
const EARLY_MS = 60_000;

export const signsIn = SIGN_IN_URL !== "";

const TOKENS = "tokens";
const ATTEMPT = "sign-in";
const kept = (name) => JSON.parse(sessionStorage.getItem(name) ?? "null");
const keepAs = (name, value) => sessionStorage.setItem(name, JSON.stringify(value));

export const isSignedIn = () => !signsIn || kept(TOKENS) !== null;

// The id token is the API's to judge: here it only says whose it is.
export function whoIsSignedIn() {
  const [, payload] = kept(TOKENS).id_token.split(".");
  const bytes = Uint8Array.from(atob(payload.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes)).email ?? "";
}

export async function startSignIn() {
  const attempt = { state: random(16), verifier: random(48), hash: location.hash };
  keepAs(ATTEMPT, attempt);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(attempt.verifier));
  const parameters = new URLSearchParams({
    response_type: "code",
    client_id: CLIENT,
    redirect_uri: PAGE,
    scope: "openid email",
    state: attempt.state,
    code_challenge: urlSafe(new Uint8Array(digest)),
    code_challenge_method: "S256",
  });
  location.assign(`${SIGN_IN_URL}/oauth2/authorize?${parameters}`);
}

const random = (length) => urlSafe(crypto.getRandomValues(new Uint8Array(length)));
const urlSafe = (bytes) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

// Back from the sign-in page: what it sent is used, and leaves the address; the user is where they were.
export async function finishSignIn() {
  const sent = new URLSearchParams(location.search);
  if (!signsIn || !(sent.has("code") || sent.has("error"))) return;
  const attempt = kept(ATTEMPT);
  sessionStorage.removeItem(ATTEMPT);
  history.replaceState(null, "", PAGE + (attempt?.hash ?? location.hash));
  if (sent.get("state") !== attempt?.state) throw new Error("This sign-in was not begun in this tab.");
  if (sent.has("error")) throw new Error(sent.get("error_description") ?? sent.get("error"));
  await askForTokens({
    grant_type: "authorization_code",
    code: sent.get("code"),
    redirect_uri: PAGE,
    code_verifier: attempt.verifier,
  });
}

// Raises a TypeError where nobody answers; `refused` is true of the error where the answer is no.
async function askForTokens(parameters) {
  const response = await fetch(`${SIGN_IN_URL}/oauth2/token`, {
    method: "POST",
    body: new URLSearchParams({ client_id: CLIENT, ...parameters }),
  });
  if (!response.ok) {
    const error = new Error("The sign-in was refused.");
    error.refused = response.status < 500;
    throw error;
  }
  const { expires_in: seconds, ...tokens } = await response.json();
  keepAs(TOKENS, { ...kept(TOKENS), ...tokens, expires_at: Date.now() + seconds * 1000 });
}

// The header that says who asks. `anew`: the token that is kept was not accepted.
export async function authorization({ anew = false } = {}) {
  if (!signsIn) return {};
  if (kept(TOKENS) && (anew || Date.now() > kept(TOKENS).expires_at - EARLY_MS)) await renew();
  const { id_token: token } = kept(TOKENS) ?? {};
  return token ? { Authorization: token } : {};
}

let renewing = null;

// Requests that find out at once that it is time share one renewal.
function renew() {
  renewing ??= askForTokens({ grant_type: "refresh_token", refresh_token: kept(TOKENS).refresh_token })
    .catch((error) => {
      if (!error.refused) throw error;
      endSignIn();
    })
    .finally(() => {
      renewing = null;
    });
  return renewing;
}

// The address stays: who signs in again goes on from here.
export function endSignIn() {
  sessionStorage.removeItem(TOKENS);
  dispatchEvent(new Event("signed-out"));
}

export async function signOut() {
  const { refresh_token: token } = kept(TOKENS) ?? {};
  sessionStorage.removeItem(TOKENS);
  const body = new URLSearchParams({ token, client_id: CLIENT });
  await fetch(`${SIGN_IN_URL}/oauth2/revoke`, { method: "POST", body }).catch(() => null);
  location.assign(`${SIGN_IN_URL}/logout?${new URLSearchParams({ client_id: CLIENT, logout_uri: PAGE })}`);
}
