// What one sees before signing in, and who one is after it.
import { byId } from "./elements.js";
import { signOut, signsIn, startSignIn, whoIsSignedIn } from "./tokens.js";

export function showSignIn(note = "") {
  document.body.classList.add("signed-out");
  byId("sign-in-note").textContent = note;
  byId("sign-in").disabled = false;
}

export function showWhoIsSignedIn() {
  byId("who").hidden = !signsIn;
  if (!signsIn) return;
  byId("who-name").textContent = whoIsSignedIn();
  byId("sign-out").title = whoIsSignedIn();
}

export function watchSignIn() {
  byId("sign-in").addEventListener("click", ({ target }) => {
    target.disabled = true;
    startSignIn();
  });
  byId("sign-out").addEventListener("click", ({ target }) => {
    target.disabled = true;
    signOut();
  });
}
