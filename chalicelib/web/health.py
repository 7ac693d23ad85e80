"""Health check: the tables answer, and the catalog is still notified of files."""

from typing import Literal, TypedDict

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws import S3
from chalicelib.catalog.notified import is_notified
from chalicelib.catalog.table import RecordsTable
from chalicelib.web.answers import Answer, Unavailable

logger = Logger()


class Health(TypedDict):
    status: Literal["ok"]


def check_health(table: RecordsTable, s3: S3, bucket: str, by: str, function: str | None) -> Answer:
    """Health of a catalog that is notified of files `by` S3 or EventBridge, which run `function`.

    Raises `Unavailable`.
    """
    try:
        table.get("health")
    except (BotoCoreError, ClientError) as error:
        logger.exception("the table cannot be read")
        raise Unavailable("the catalog's table cannot be read") from error
    if function and not _is_notified(s3, bucket, by, function):
        raise Unavailable(
            "the bucket does not notify the catalog any more, so new files are not seen: "
            "`./catalog deploy` sets that up again, and `./catalog backfill` catalogs the files"
        )
    return Answer(Health(status="ok"))


def _is_notified(s3: S3, bucket: str, by: str, function: str) -> bool:
    """Return whether the bucket notifies of files, if S3 lets that be looked up."""
    try:
        configuration = s3.get_bucket_notification_configuration(Bucket=bucket)
    except (BotoCoreError, ClientError):
        logger.warning("the bucket's notifications cannot be looked up", exc_info=True)
        return True
    return is_notified(configuration, by, function)
