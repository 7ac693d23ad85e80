"""The app's settings: the names of the AWS resources it works on."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

AUTHORIZATIONS = ("AWS_IAM", "COGNITO", "NONE")
WRITTEN_BY_DEPLOYING = ("USER_POOL_ARN", "SIGN_IN_URL", "SIGN_IN_CLIENT_ID")


_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?")


class MissingSetting(KeyError):
    """An environment variable that the app cannot start without is not set."""


class InvalidSetting(ValueError):
    """An environment variable has a value that means nothing."""


@dataclass(frozen=True)
class Settings:
    """Names of the resources, each from a variable that .chalice/config.json sets per stage."""

    bucket: str
    queue: str
    records_table: str
    history_table: str = "CatalogTable"
    history_days: int = 400  # that a version of a file is kept
    event_bus: str = ""  # where events go, or nowhere
    datasets: str = "[]"  # templates of keys of datasets, which overrule ours, as a JSON list
    authorization: str = "AWS_IAM"  # what the API asks for: one of AUTHORIZATIONS
    notifications: str = "s3"  # who notifies extract of files: S3 itself, or `eventbridge`
    cors_origin: str = ""  # an origin whose pages may ask the API, or * for all; none without
    reports_failures: bool = False  # store answers with what failed; set by ./catalog deploy alone
    preview: bool = True  # whether the API shows the first rows of a file
    watch_minutes: int | None = 5  # between two runs of `watch`; None where it does not run
    profile: str = "full"  # `names` leaves out what is in cells, `off` leaves out the columns
    include: str = ""  # patterns of the keys that are cataloged, or nothing for the usual ones
    exclude: str | None = None  # of those that are not; None for the usual ones
    # With COGNITO: the pool whose tokens are good, where people sign in, and as which app client
    # the page sends them there.
    user_pool_arn: str = ""
    sign_in_url: str = ""
    sign_in_client_id: str = ""

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read every setting now, so that a missing one stops the app at its start, by name."""
        authorization = _one_of(environ, "API_AUTHORIZATION", *AUTHORIZATIONS)
        people_sign_in = authorization == "COGNITO"
        return cls(
            bucket=_required(environ, "CSV_BUCKET"),
            queue=_required(environ, "CSV_PROCESSING_QUEUE"),
            records_table=_required(environ, "RECORDS_TABLE"),
            history_table=environ.get("HISTORY_TABLE") or "CatalogTable",
            history_days=_days(environ.get("HISTORY_DAYS") or "400"),
            event_bus=environ.get("EVENT_BUS", ""),
            datasets=environ.get("DATASETS") or "[]",
            notifications=_one_of(environ, "NOTIFICATIONS", "s3", "eventbridge"),
            cors_origin=_origin(environ.get("CORS_ORIGIN", "")),
            reports_failures=_one_of(environ, "BATCH_FAILURES", "raised", "reported") == "reported",
            preview=_one_of(environ, "PREVIEW", "on", "off") == "on",
            watch_minutes=watch_minutes(environ.get("WATCH") or "5"),
            profile=_one_of(environ, "PROFILE", "full", "names", "off"),
            include=environ.get("INCLUDE", ""),
            exclude=environ.get("EXCLUDE"),
            authorization=authorization,
            user_pool_arn=_required(environ, "USER_POOL_ARN") if people_sign_in else "",
            sign_in_url=_required(environ, "SIGN_IN_URL") if people_sign_in else "",
            sign_in_client_id=_required(environ, "SIGN_IN_CLIENT_ID") if people_sign_in else "",
        )


def _required(environ: Mapping[str, str], name: str) -> str:
    if not environ.get(name):
        writes = ", where `./catalog deploy` writes it" if name in WRITTEN_BY_DEPLOYING else ""
        raise MissingSetting(f"{name} is not set: it belongs into .chalice/config.json{writes}")
    return environ[name]


def _one_of(environ: Mapping[str, str], name: str, *choices: str) -> str:
    """The setting, which is the first of the choices unless it is set. Raises `InvalidSetting`."""
    value = environ.get(name) or choices[0]
    if value not in choices:
        raise InvalidSetting(f"{name} is {' or '.join(choices)}, not {value!r}")
    return value


def _origin(origin: str) -> str:
    if origin not in ("", "*") and not _ORIGIN.fullmatch(origin):
        raise InvalidSetting(
            f"CORS_ORIGIN is an origin such as https://example.org, or *, not {origin!r}"
        )
    return origin


def watch_minutes(value: str) -> int | None:
    """The minutes between two runs of `watch`, or None for `off`. Raises `InvalidSetting`."""
    if value == "off":
        return None
    if not (value.isdecimal() and 1 <= int(value) <= 1_440):
        raise InvalidSetting(f"WATCH is a number of minutes from 1 to 1440, or off, not {value!r}")
    return int(value)


def _days(number: str) -> int:
    if not (number.isdecimal() and 1 <= int(number) <= 36_500):
        raise InvalidSetting(f"HISTORY_DAYS is a number of days from 1 to 36500, not {number!r}")
    return int(number)
