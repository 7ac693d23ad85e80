"""The app's settings: the names of the AWS resources it works on."""

import os
from collections.abc import Mapping
from dataclasses import dataclass


class MissingSetting(KeyError):
    """An environment variable that the app cannot start without is not set."""


class InvalidSetting(ValueError):
    """An environment variable has a value that means nothing."""


@dataclass(frozen=True)
class Settings:
    """Names of the resources, each from a variable that .chalice/config.json sets per stage."""

    bucket: str
    queue: str
    table: str
    datasets: str = "[]"  # templates of keys that overrule how datasets are told, as a JSON list
    signed_requests: bool = True  # whether the API answers only what is signed with IAM credentials
    preview: bool = True  # whether the API shows the first rows of a file
    profile: str = "full"  # `names` leaves out what stands in cells, `off` leaves out the columns

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read every setting now, so that a missing one stops the app at its start, by name."""
        return cls(
            bucket=_required(environ, "CSV_BUCKET"),
            queue=_required(environ, "CSV_PROCESSING_QUEUE"),
            table=_required(environ, "METADATA_TABLE"),
            datasets=environ.get("DATASETS") or "[]",
            signed_requests=_is_signed(environ.get("API_AUTHORIZATION", "AWS_IAM")),
            preview=_one_of(environ, "PREVIEW", "on", "off") == "on",
            profile=_one_of(environ, "PROFILE", "full", "names", "off"),
        )


def _required(environ: Mapping[str, str], name: str) -> str:
    if not environ.get(name):
        raise MissingSetting(f"{name} is not set: it belongs into .chalice/config.json")
    return environ[name]


def _one_of(environ: Mapping[str, str], name: str, *choices: str) -> str:
    """The setting, which is the first of the choices unless it is set. Raises `InvalidSetting`."""
    value = environ.get(name) or choices[0]
    if value not in choices:
        raise InvalidSetting(f"{name} is {' or '.join(choices)}, not {value!r}")
    return value


def _is_signed(authorization: str) -> bool:
    if authorization not in ("AWS_IAM", "NONE"):
        raise InvalidSetting(f"API_AUTHORIZATION is AWS_IAM or NONE, not {authorization!r}")
    return authorization == "AWS_IAM"
