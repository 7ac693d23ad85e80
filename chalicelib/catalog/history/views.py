"""The past as it is shown: the shapes of versions, datasets and deliveries, and what each field is.

A field that is called `change`, `unusual` or `contract` holds what is described under that name.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, TypedDict

from chalicelib.catalog.history.changes import CHANGES_AT_MOST, VERDICTS
from chalicelib.catalog.history.dataset_state import STATES
from chalicelib.catalog.history.deliveries import KEPT_VIOLATIONS
from chalicelib.catalog.history.items import File, SchemaId, Time
from chalicelib.catalog.history.unusual import TOLD
from chalicelib.csv_reader.described import about

SCHEMAS_AT_MOST = 100
SERIES_AT_MOST = 400

Count = Annotated[int, about(minimum=0)]
CountOrNull = Annotated[int | None, about(minimum=0)]
Verdict = Annotated[
    str, about("`silent` is the worst: no error, and wrong data.", enum=list(VERDICTS))
]
DateInName = Annotated[str | None, about("The day, month or year in the file's name.")]
Findings = Annotated[
    Sequence[Mapping[str, Any]],
    about("What is unlike the deliveries before it, the worst first.", maxItems=TOLD),
]


class Origin(TypedDict):
    filename: str
    sequencer: str
    schema_id: SchemaId


class Change(TypedDict):
    """A change, with the worst verdict for readers of columns by name and by position."""

    by_name: Verdict
    by_position: Verdict
    changes: Annotated[
        list[
            Annotated[
                dict[str, Any],
                about(
                    "A step: its kind, the names, and positions from 1.",
                    required=["kind"],
                    properties={"kind": {"type": "string"}},
                ),
            ]
        ],
        about(maxItems=CHANGES_AT_MOST),
    ]
    changes_total: Count
    partial: Annotated[bool, about("Names were cut: not all columns were compared.")]
    compared_with: Annotated[Origin, about("What it changed from.")]


class Version(TypedDict):
    """A write of a file."""

    sequencer: str
    upload_timestamp: Time
    status: Literal["ready", "failed", "deleted"]
    file_size: Count
    row_count: CountOrNull
    column_count: CountOrNull
    schema_id: str | None
    change: Annotated[
        Mapping[str, Any] | None,
        about("Against the last version before it that was ready; null if nothing changed."),
    ]


class NewestFile(File):
    schema_id: SchemaId


class LastChange(TypedDict):
    by_name: Verdict
    by_position: Verdict
    changes_total: Count
    filename: str
    upload_timestamp: Time


class Dataset(TypedDict):
    """Files that are deliveries of one thing."""

    dataset: str
    newest: Annotated[
        NewestFile, about("The last file of its story that was ready; it may be removed since.")
    ]
    schemas_total: Annotated[int, about("In a listing, counted up to 100.", minimum=0)]
    last_change: Annotated[
        LastChange | None,
        about("The verdicts of the last change, and its file; null if nothing ever changed."),
    ]
    deliveries: Annotated[int, about("In the last 30 days.", minimum=0)]
    state: Annotated[
        str,
        about(
            "`unknown` where there is no rhythm; `recovered` until the next delivery after one "
            "that ended a lateness.",
            enum=list(STATES),
        ),
    ]
    rhythm: Annotated[
        str | None, about("How the deliveries come, in words; null if they keep no rhythm.")
    ]
    next_due: Annotated[
        str | None,
        about("When the next delivery is late, grace included.", format="date-time"),
    ]
    unusual: Findings


class ListedSchema(TypedDict):
    schema_id: SchemaId
    has_header: bool
    column_count: Count
    column_names: list[str]


class PastSchema(ListedSchema):
    first: Annotated[File, about("Its first file.")]
    last: Annotated[File, about("Its last file.")]
    change: Annotated[
        Mapping[str, Any] | None,
        about("What its first file changed, since the delivery before it."),
    ]


class DatasetSchemas(Dataset):
    """A dataset, and the schemas that it had, the one that came last first."""

    description: Annotated[str | None, about("From its contract.")]
    team: list[dict[str, Any]] | None
    support: list[dict[str, Any]] | None
    tags: list[str] | None
    schema: Annotated[ListedSchema, about("That of the newest file, whole.")]
    schemas: Annotated[
        list[PastSchema],
        about("The schemas, each with the first of its names.", maxItems=SCHEMAS_AT_MOST),
    ]


class Figures(TypedDict):
    empty: Annotated[float | None, about("The share of empty cells.")]
    distinct: CountOrNull
    min: str | None
    max: str | None
    mean: float | None
    quartiles: list[float | None] | None


class FiguresOfColumn(Figures):
    name: str


class Delivery(File):
    """A write of a file of the dataset that the catalog has accepted."""

    version_id: str | None
    date: DateInName
    status: Literal["ready", "failed"]
    error: str | None
    file_size: Count
    row_count: CountOrNull
    column_count: CountOrNull
    sha256: Annotated[str | None, about(pattern="^[0-9a-f]{64}$")]
    schema_id: str | None
    contract: Mapping[str, Any] | None
    violations: Annotated[list[str], about(maxItems=KEPT_VIOLATIONS)]
    violations_total: Count
    change: Annotated[
        Mapping[str, Any] | None,
        about("Against the delivery of another file before it; null if nothing changed."),
    ]
    same_as: Annotated[File | None, about("The first delivery with the same bytes.")]
    unusual: Findings
    figures: list[FiguresOfColumn]
    figures_left_out: Annotated[int, about("Columns whose figures are not kept.", minimum=0)]


class Point(TypedDict):
    filename: str
    sequencer: str
    time: Time
    date: DateInName
    status: Literal["ready", "failed"]
    rows: CountOrNull
    bytes: Count
    figures: Annotated[
        Figures | None,
        about("Of the column; null if no column is asked for, or its figures are not kept."),
    ]


class Series(TypedDict):
    """The last deliveries, oldest first."""

    column: str | None
    items: Annotated[list[Point], about(maxItems=SERIES_AT_MOST)]
