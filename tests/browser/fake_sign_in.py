"""A sign-in service in memory, as a Cognito user pool answers the page of a fake catalog."""

import base64
import hashlib
import json
from html import escape
from itertools import count
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import Page, Request, Route

SIGN_IN_URL = "https://sign-in.test"
CLIENT_ID = "the-page"
EMAIL = "ada@example.com"
KEPT = "kept for renewals"


class FakeSignIn:
    """Signs `EMAIL` in who follows the link on its page, by the authorization code with PKCE.

    `is_good` says whether a request comes with the token that was given last; `expires_in` is for
    how long tokens are said to last; with `refuses`, the page sends people back with that reason,
    and no token is renewed.
    """

    def __init__(self) -> None:
        self.expires_in = 3600
        self.refuses: str | None = None
        self.asked: list[tuple[str, dict[str, str]]] = []
        self._token: str | None = None
        self._numbers = count(1)
        self._attempts: dict[str, dict[str, str]] = {}

    def answer(self, page: Page) -> None:
        """Put the service between `page` and the network."""
        page.route(f"{SIGN_IN_URL}/**", self._handle)

    def is_good(self, request: Request) -> bool:
        """Whether the request says who asks, with a token that is good now."""
        return self._token is not None and request.headers.get("authorization") == self._token

    def expire(self) -> None:
        """From now on the token is no good: a new one can be had by the refresh token."""
        self._token = None

    def times(self, path: str) -> int:
        """How often `path` was asked for."""
        return [asked for asked, _ in self.asked].count(path)

    def _handle(self, route: Route) -> None:
        url = urlsplit(route.request.url)
        given = parse_qs(url.query or route.request.post_data or "")
        parameters = {name: value for name, [value] in given.items()}
        self.asked.append((url.path, parameters))
        if url.path == "/oauth2/authorize":
            self._show_page(route, parameters)
        elif url.path == "/oauth2/token":
            self._give_tokens(route, parameters)
        elif url.path == "/logout":
            route.fulfill(body="You are signed out.", content_type="text/plain")
        else:
            route.fulfill(status=200, headers={"Access-Control-Allow-Origin": "*"})

    def _show_page(self, route: Route, asked: dict[str, str]) -> None:
        code = f"code-{next(self._numbers)}"
        self._attempts[code] = asked
        said = {"error": "access_denied", "error_description": self.refuses}
        back = {"state": asked["state"]} | (said if self.refuses else {"code": code})
        href = escape(f"{asked['redirect_uri']}?{urlencode(back)}")
        route.fulfill(body=f'<a href="{href}">Continue</a>', content_type="text/html")

    def _give_tokens(self, route: Route, asked: dict[str, str]) -> None:
        headers = {"Access-Control-Allow-Origin": "*"}
        if self.refuses or not self._may_have(asked):
            error = {"error": "invalid_grant"}
            return route.fulfill(status=400, json=error, headers=headers)
        claims = json.dumps({"email": EMAIL, "number": next(self._numbers)}).encode()
        self._token = f"e30.{_url_safe(claims)}.signed"
        tokens = {"id_token": self._token, "access_token": "unused", "expires_in": self.expires_in}
        if asked["grant_type"] == "authorization_code":
            tokens |= {"refresh_token": KEPT}
        return route.fulfill(json=tokens, headers=headers)

    def _may_have(self, asked: dict[str, str]) -> bool:
        if asked["client_id"] != CLIENT_ID:
            return False
        if asked["grant_type"] == "refresh_token":
            return asked["refresh_token"] == KEPT
        attempt = self._attempts.pop(asked["code"], {})
        digest = hashlib.sha256(asked["code_verifier"].encode()).digest()
        return (attempt.get("code_challenge"), attempt.get("redirect_uri")) == (
            _url_safe(digest),
            asked["redirect_uri"],
        )


def _url_safe(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
