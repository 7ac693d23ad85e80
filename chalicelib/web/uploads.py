"""Uploads and downloads that go to the bucket directly, by URLs that are signed here."""

import json
import re
from urllib.parse import quote, urlsplit

from botocore.exceptions import ClientError

from chalicelib.catalog.keys import KEY_BYTES, is_csv_key, utf8_length
from chalicelib.catalog.record import FileRecord

# The most that one POST may write ("Uploading objects", Amazon S3 User Guide).
MAX_UPLOAD_BYTES = 5 * 1024**3
UPLOAD_SECONDS = 15 * 60
DOWNLOAD_SECONDS = 5 * 60

# What S3 answers for an object, or a version of one, that is not there; where one may not list the
# bucket, it answers as if it were forbidden ("Permissions" of HeadObject).
_GONE = {"403", "404", "405"}


class InvalidUpload(ValueError):
    """The request for an upload is not one that can be granted; the message says why."""


class FileChanged(Exception):
    """The bucket no longer has the write of the file that was cataloged."""


def requested_name(body: bytes) -> str:
    """The name in the body of a request for an upload: `{"filename": …}`. Raises `InvalidUpload`.

    It is a name as S3 would take it, that the catalog would read too.
    """
    try:
        request = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidUpload('the body is not JSON: it is {"filename": "…"}') from error
    match request:
        case {"filename": str(name), **others} if not others:
            check_name(name)
            return name
    raise InvalidUpload('the body is {"filename": "…"}, a text and nothing else')


def check_name(name: str) -> None:
    """Raise `InvalidUpload` unless a file of this name can be uploaded, and is cataloged then."""
    length = utf8_length(name)
    if length is None:
        raise InvalidUpload("filename has characters that UTF-8 cannot write (lone surrogates)")
    if not 1 <= length <= KEY_BYTES:
        raise InvalidUpload(f"filename has from 1 to {KEY_BYTES:,} bytes of UTF-8, not {length:,}")
    if not is_csv_key(name):
        raise InvalidUpload("filename ends in .csv, .tsv or .txt, or in one of these and .gz")
    if "${filename}" in name:
        raise InvalidUpload("filename has no ${filename} in it: S3 would put another name there")


def presigned_upload(
    s3, bucket: str, name: str, max_bytes: int = MAX_UPLOAD_BYTES
) -> dict[str, object]:
    """A form that uploads this one file, once or again, until it expires: `url` and `fields`.

    To be sent as multipart/form-data, with the file as its last field, `file`. S3 refuses another
    key, more than `max_bytes`, and a form that is `expires_in` seconds old.
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


def bucket_origin(s3, bucket: str) -> str:
    """Scheme, host and port of the URLs that uploads to the bucket go to."""
    url = urlsplit(s3.generate_presigned_post(bucket, "any")["url"])
    return f"{url.scheme}://{url.netloc}"


def presigned_download(s3, record: FileRecord) -> str:
    """A URL that gives the write of the file that was cataloged, to be saved under its name.

    Without versions in the bucket a URL cannot say which write it is for, so that an overwrite
    between this check and the download would go unseen. Raises `FileChanged`.
    """
    version = {"VersionId": record.version_id} if record.version_id else {}
    match = {"IfMatch": f'"{record.etag}"'} if record.etag else {}
    try:
        s3.head_object(Bucket=record.bucket, Key=record.filename, **version, **match)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _GONE:
            raise FileChanged("it is no longer in the bucket") from error
        if code in ("412", "PreconditionFailed"):
            raise FileChanged("it was overwritten since, and will be cataloged anew") from error
        raise
    return s3.generate_presigned_url(
        "get_object",
        Params={
            "Bucket": record.bucket,
            "Key": record.filename,
            "ResponseContentDisposition": _attachment(record.filename),
            **version,
        },
        ExpiresIn=DOWNLOAD_SECONDS,
    )


def _attachment(filename: str) -> str:
    """A Content-Disposition that saves the file under its last name, in any script (RFC 6266)."""
    name = filename.rpartition("/")[2]
    plain = re.sub(r"[^ !#-\[\]-~]|%", "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
