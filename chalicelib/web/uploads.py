"""Uploads that go to the bucket directly, by forms that are signed here."""

import json
from typing import Annotated, TypedDict
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from chalicelib.aws import S3
from chalicelib.catalog.keys import KEY_BYTES, USUAL_KEYS, Selection, utf8_length
from chalicelib.csv_reader.described import about
from chalicelib.csv_reader.shortened import shortened

# The most that one POST may write ("Uploading objects", Amazon S3 User Guide).
MAX_UPLOAD_BYTES = 5 * 1024**3
UPLOAD_SECONDS = 15 * 60


_COMPRESSED = r"\.([gG][zZ]|[bB][zZ]2|[xX][zZ]|[zZ][sS][tT]|[zZ][iI][pP])"


class UploadRequest(TypedDict):
    """A request for an upload. A stage's `INCLUDE` may allow other names than the usual."""

    filename: Annotated[
        str,
        about(
            f"The key to upload to: up to {KEY_BYTES:,} bytes.",
            minLength=1,
            maxLength=KEY_BYTES,
            pattern=rf"\.(([cC][sS][vV]|[tT][sS][vV]|[tT][xX][tT])({_COMPRESSED})?|[zZ][iI][pP])$",
        ),
    ]
    replace: Annotated[
        bool, about("Whether the upload may replace a file of this name.", default=False)
    ]


class InvalidUpload(ValueError):
    """The request for an upload is not one that can be granted; the message says why."""


class FileExists(Exception):
    """An upload would replace a file, which its request does not allow."""


def requested_upload(body: bytes, selection: Selection) -> tuple[str, bool]:
    """The name in the body of a request for an upload, and whether it may replace a file.

    The body is `{"filename": …}`, with or without `"replace": true`. The name is one that S3 takes
    and the catalog reads. Raises `InvalidUpload`.
    """
    try:
        request = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidUpload('the body is not JSON: it is {"filename": "…"}') from error
    match request:
        case {"filename": str(name), **others} if others.keys() <= {"replace"}:
            replace = others.get("replace", False)
            if isinstance(replace, bool):
                check_name(name, selection)
                return name, replace
    raise InvalidUpload('the body is {"filename": "…"}, a text, and perhaps "replace": true')


def is_in_bucket(s3: S3, bucket: str, name: str) -> bool | None:
    """Return whether the bucket has a file of this name; None if S3 does not say.

    It answers 403 instead of 404 if one may not list the bucket ("Permissions" of HeadObject).
    """
    try:
        s3.head_object(Bucket=bucket, Key=name)
    except ClientError as error:
        match error.response["ResponseMetadata"]["HTTPStatusCode"]:
            case 404:
                return False
            case 403:
                return None
        raise
    return True


def check_name(name: str, selection: Selection = USUAL_KEYS) -> None:
    """Raise `InvalidUpload` unless a file of this name can be uploaded, and is cataloged then."""
    length = utf8_length(name)
    if length is None:
        raise InvalidUpload("filename has characters that UTF-8 cannot write (lone surrogates)")
    if not 1 <= length <= KEY_BYTES:
        raise InvalidUpload(f"filename has from 1 to {KEY_BYTES:,} bytes of UTF-8, not {length:,}")
    if reason := selection.left_out(name):
        raise InvalidUpload(f"the catalog leaves {shortened(name, 100)!r} out: {reason}")
    if "${filename}" in name:
        raise InvalidUpload("filename has no ${filename} in it: S3 would put another name there")


class Form(TypedDict):
    """A form to send to `url` as multipart/form-data: `fields`, then the `file`."""

    url: Annotated[str, about(format="uri")]
    fields: dict[str, str]
    max_bytes: Annotated[int, about("S3 refuses a larger file.")]
    expires_in: Annotated[int, about("Seconds until S3 refuses the form.")]


class Upload(Form):
    """A form to send to `url` as multipart/form-data: `fields`, then the `file`."""

    filename: str
    replaces: Annotated[
        bool, about("Whether there is a file of this name, which the upload replaces.")
    ]
    metadata_url: Annotated[
        str, about("The URL of the file's record, a moment after the upload.", format="uri")
    ]


def presigned_upload(s3: S3, bucket: str, name: str, max_bytes: int = MAX_UPLOAD_BYTES) -> Form:
    """A form that uploads this one file, once or again, until it expires.

    S3 refuses another key, more than `max_bytes`, and a form that is `expires_in` seconds old.
    """
    form = s3.generate_presigned_post(
        bucket,
        name,
        Conditions=[["content-length-range", 0, max_bytes]],
        ExpiresIn=UPLOAD_SECONDS,
    )
    return {
        "url": form["url"],
        "fields": form["fields"],
        "max_bytes": max_bytes,
        "expires_in": UPLOAD_SECONDS,
    }


def bucket_origin(s3: S3, bucket: str) -> str:
    """Scheme, host and port of the URLs that uploads to the bucket go to."""
    url = urlsplit(s3.generate_presigned_post(bucket, "any")["url"])
    return f"{url.scheme}://{url.netloc}"
