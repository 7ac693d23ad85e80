"""The JSON Schema of what the API takes and answers."""

from chalicelib.catalog.indexes import LISTED_COLUMNS
from chalicelib.catalog.totals import FIGURES
from chalicelib.web.answers import Error
from chalicelib.web.downloads import DOWNLOAD_SECONDS, Download
from chalicelib.web.health import Health
from chalicelib.web.openapi.from_types import Json, schema_of
from chalicelib.web.openapi.parts import page_of
from chalicelib.web.openapi.record import RECORD_EXAMPLE, RECORD_SCHEMAS
from chalicelib.web.preview import Preview
from chalicelib.web.uploads import MAX_UPLOAD_BYTES, UPLOAD_SECONDS, Upload, UploadRequest

_PAGE = page_of(
    "Record",
    description=f"Records with up to {LISTED_COLUMNS} column names, and without "
    "what only the record of one file has: the columns, and how they were read.",
) | {"examples": [{"items": [RECORD_EXAMPLE], "next_cursor": None}]}

_TOTALS = {
    "type": "object",
    "description": "Counted as each file is accepted. `violations`, `changed` and `unusual` are "
    "numbers of files.",
    "required": list(FIGURES),
    "additionalProperties": False,
    "properties": {name: {"type": "integer", "minimum": 0} for name in FIGURES},
}

SCHEMAS: Json = RECORD_SCHEMAS | {
    "Totals": _TOTALS,
    "Page": _PAGE,
    "Preview": schema_of(
        Preview,
        examples=[
            Preview(
                filename="orders.csv",
                column_names=["id", "name"],
                first_row=1,
                rows=[["1", "Ada"], ["2", ""], ["3"]],
                cut_cells=[],
                odd_cells=[],
                complete=True,
                next_cursor=None,
            )
        ],
    ),
    "Contract": {
        "type": "object",
        "required": ["key", "version"],
        "additionalProperties": False,
        "properties": {
            "key": {"type": "string"},
            "version": {"type": "string", "description": "S3's version of it, else its ETag."},
        },
    },
    "Upload": schema_of(
        Upload,
        description=Upload.__doc__,
        examples=[
            Upload(
                url="https://csv-bucket.s3.eu-west-1.amazonaws.com/",
                fields={"key": "orders.csv", "policy": "eyJleHBp…", "x-amz-signature": "5d67…"},
                max_bytes=MAX_UPLOAD_BYTES,
                expires_in=UPLOAD_SECONDS,
                filename="orders.csv",
                replaces=False,
                metadata_url="https://a1b2c3.execute-api.eu-west-1.amazonaws.com/prod/metadata/orders.csv",
            )
        ],
    ),
    "UploadRequest": schema_of(
        UploadRequest,
        required=["filename"],
        description=UploadRequest.__doc__,
        additionalProperties=False,
    ),
    "Download": schema_of(
        Download,
        examples=[
            Download(
                url="https://csv-bucket.s3.eu-west-1.amazonaws.com/orders.csv?X-Amz-Signature=…",
                expires_in=DOWNLOAD_SECONDS,
            )
        ],
    ),
    "Health": schema_of(Health, examples=[Health(status="ok")]),
    "Error": schema_of(
        Error,
        examples=[Error(Code="BadRequestError", Message="limit is a whole number from 1 to 100")],
    ),
}
