"""The route that answers with a file's load statement."""

from chalicelib.catalog.table import RecordsTable
from chalicelib.tools.load.statement import UnknownFormat, schema_of
from chalicelib.tools.load.table import NoSchema
from chalicelib.web.answers import Answer, NothingKnown, cacheable_text
from chalicelib.web.files import asked_for
from chalicelib.web.parameters import InvalidParameter, Parameters, single


def show_schema(table: RecordsTable, parameters: Parameters, segment: str | None = None) -> Answer:
    """The schema of one file in the format that is asked for. Raises `NothingKnown`."""
    asked = single("format", parameters["format"]) if "format" in parameters else ""
    record = asked_for(table, segment, parameters, "format")
    try:
        content_type, text = schema_of(record.as_dict(), asked)
    except UnknownFormat as error:
        raise InvalidParameter(str(error)) from error
    except NoSchema as error:
        raise NothingKnown(str(error)) from error
    return cacheable_text(text, content_type)
