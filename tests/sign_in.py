"""A catalog where people sign in, as one sees it who has a password, or a token."""

import base64
import hashlib
import json
import re
import secrets
import urllib.error
import urllib.request
from functools import cached_property
from html import unescape
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.deployed import Catalog, Project


class Person(NamedTuple):
    email: str
    password: str


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: str

    def json(self):
        return json.loads(self.body)


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


_opener = urllib.request.build_opener(_StayHere)


def ask(url: str, data: dict | bytes | None = None, **headers: str) -> Answer:
    """The answer to one request, whatever it is; a form is sent where `data` is a dict."""
    body = urlencode(data).encode() if isinstance(data, dict) else data
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with _opener.open(urllib.request.Request(url, body, names), timeout=60) as answer:
            return Answer(answer.status, dict(answer.headers), answer.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, dict(error.headers), error.read().decode())


class SignInCatalog(Catalog):
    """A deployed catalog that asks for a token, and a person who may sign in."""

    def __init__(self, project: Project):
        super().__init__(project)
        config = json.loads((project.root / ".chalice/config.json").read_text())
        self.settings = config["stages"]["local"]["environment_variables"]
        self.sign_in_url = self.settings["SIGN_IN_URL"]
        self.client_id = self.settings["SIGN_IN_CLIENT_ID"]
        self.user_pool = self.settings["USER_POOL_ARN"].rpartition("/")[2]
        self.page_url = f"{self.url}/"
        self.person = Person("ada@example.com", "correct horse battery")

    def sign_in_first(self) -> None:
        """Have the person invited, and choose their password."""
        said = self.people("invite", self.person.email)
        invited = re.fullmatch(r".* is invited, with the temporary password (\S+)\n", said)
        self.token_of(self.person.email, invited[1], self.person.password)

    @cached_property
    def token(self) -> str:
        return self.token_of(*self.person)

    def people(self, *command: str, typed: str = "", succeeds: bool = True) -> str:
        return self.project.catalog(*command, typed=typed, succeeds=succeeds)

    def token_of(self, email: str, *typed: str) -> str:
        """What `./catalog token` prints to who types these lines."""
        return self.people("token", email, typed="".join(f"{line}\n" for line in typed)).strip()

    def ask(self, path: str, data: bytes | None = None, **headers: str) -> Answer:
        """The API's answer, to whom these headers say who asks."""
        return ask(f"{self.url}{path}", data, **headers)

    def record(self, key: str) -> dict | None:
        answer = self.ask(f"/metadata?{urlencode({'filename': key})}", Authorization=self.token)
        assert answer.status in (200, 404), answer
        return answer.json() if answer.status == 200 else None

    def open_sign_in_page(self) -> "SignInForm":
        return SignInForm(self)


class SignInForm:
    """The sign-in page, as the catalog's page sends one there (RFC 7636 has the verifier)."""

    def __init__(self, catalog: SignInCatalog, **changed: str):
        self.catalog = catalog
        self.state = secrets.token_urlsafe(16)
        self.verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(self.verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": catalog.client_id,
            "redirect_uri": catalog.page_url,
            "scope": "openid email",
            "state": self.state,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        } | changed
        self.page = ask(f"{catalog.sign_in_url}/oauth2/authorize?{urlencode(query)}")

    def submit(self, **typed: str) -> Answer:
        """What the page answers to who has typed this into it."""
        hidden = {}
        for tag in re.findall(r"<input[^>]*hidden[^>]*>", self.page.body):
            attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            hidden[attributes["name"]] = unescape(attributes.get("value", ""))
        return ask(f"{self.catalog.sign_in_url}/login", hidden | typed)

    def code_for(self, person: Person) -> str:
        """The code that the person comes back with."""
        answer = self.submit(username=person.email, password=person.password)
        back = urlsplit(answer.headers["Location"])
        assert back._replace(query="").geturl() == self.catalog.page_url
        query = dict(parse_qsl(back.query))
        assert query["state"] == self.state
        return query["code"]

    def exchange(self, code: str, **changed: str) -> Answer:
        """What the code is good for."""
        return self.catalog_token(
            grant_type="authorization_code",
            **{"code": code, "redirect_uri": self.catalog.page_url, "code_verifier": self.verifier}
            | changed,
        )

    def catalog_token(self, **form: str) -> Answer:
        url = f"{self.catalog.sign_in_url}/oauth2/token"
        return ask(url, {"client_id": self.catalog.client_id, **form})


def of_another_pool(catalog):
    """A token as good as any, for a catalog of someone else's."""
    cognito = catalog.project.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="another")["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="page", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    stranger = Person("ada", "Correct-horse-battery-1")
    cognito.admin_create_user(UserPoolId=pool, Username=stranger.email)
    cognito.admin_set_user_password(
        UserPoolId=pool, Username=stranger.email, Password=stranger.password, Permanent=True
    )
    return cognito.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=client,
        AuthParameters={"USERNAME": stranger.email, "PASSWORD": stranger.password},
    )["AuthenticationResult"]["IdToken"]


def a_brief_token(catalog):
    """A token of this pool that is good for three seconds."""
    cognito = catalog.project.client("cognito-idp")
    flows = ["ALLOW_USER_PASSWORD_AUTH"]
    client = cognito.create_user_pool_client(
        UserPoolId=catalog.user_pool, ClientName="brief", ExplicitAuthFlows=flows,
        IdTokenValidity=3, TokenValidityUnits={"IdToken": "seconds"},
    )["UserPoolClient"]["ClientId"]  # fmt: skip
    return cognito.initiate_auth(
        AuthFlow=flows[0].removeprefix("ALLOW_"),
        ClientId=client,
        AuthParameters=dict(zip(("USERNAME", "PASSWORD"), catalog.person, strict=True)),
    )["AuthenticationResult"]["IdToken"]
