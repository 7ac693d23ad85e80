"""Contracts as commands see them: those in the bucket, and those that the catalog has noted.

`extract` looks for contracts in S3 until the catalog is known to have noted all of them. It is from
the start where the bucket is empty, and else once a backfill has gone through the bucket.
"""

from datetime import datetime, timezone

import boto3
from botocore.exceptions import ClientError

from chalicelib.catalog.history.known_contracts import KnownContracts
from chalicelib.catalog.history.table import HistoryTable
from chalicelib.catalog.times import utc_timestamp
from ops.stage import Stage

NOT_NOTED, NOT_THERE = "contract not noted", "contract is gone"


class NotedContracts:
    """Those of a stage, beside those in the bucket, which are added as that is read."""

    def __init__(self, stage: Stage, prefix: str = ""):
        self._s3, self._bucket, self._prefix = boto3.client("s3"), stage.bucket, prefix
        table = HistoryTable(boto3.resource("dynamodb").Table(stage.history_table))
        self._is_kept = table.is_there()
        self._known = KnownContracts(table)
        self._listed: set[str] = set()

    def add(self, key: str) -> None:
        """Add a contract that is in the bucket."""
        self._listed.add(key)

    def wrong(self) -> dict[str, str]:
        """The keys of those that are noted wrongly, each with what is wrong, in order."""
        known = self._known.keys() if self._is_kept else None
        if known is None:
            return {}
        noted = {key for key in known if key.startswith(self._prefix)}
        found = dict.fromkeys(self._listed - noted, NOT_NOTED)
        found |= dict.fromkeys(noted - self._listed, NOT_THERE)
        return dict(sorted(found.items()))

    def mend(self) -> None:
        """Note what is in the bucket; and if all of that has been read, that this is all."""
        if not self._is_kept:
            return
        wrong = self.wrong() if self._known.keys() is not None else dict.fromkeys(self._listed)
        for key in wrong:
            now = utc_timestamp(datetime.now(timezone.utc))
            self._known.mend(self._bucket, key, self._is_there(key), now)
        if not self._prefix:
            self._known.are_complete()

    def _is_there(self, key: str) -> bool:
        try:
            self._s3.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] != "404":
                raise
            return False
        return True

    def begin(self) -> None:
        """Note that all there are have been noted, where there is none: the bucket is empty."""
        if (
            self._is_kept
            and not self._s3.list_objects_v2(Bucket=self._bucket, MaxKeys=1)["KeyCount"]
        ):
            self._known.are_complete()
