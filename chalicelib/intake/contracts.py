"""The contract that a file is judged by: an object in the bucket beside it, or above.

`_schema.json` holds for the folder that it is in and those below, unless one is nearer, and so does
`_contract.odcs.yaml` or a lone `*.odcs.yaml`, before it. With a dataset's name in its own
(`_schema.sales-{date}.json`, `sales.odcs.yaml`) it holds for that dataset's files alone, before the
others of its folder. Anyone who may write to the folder may write its contract.

S3's own notifications say which contracts there are. Since a file may come right behind its
contract, S3 is asked as well, but of a bounded number of places a minute.
"""

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws import S3
from chalicelib.catalog.contract import CONTRACT_BYTES, bounded, judge
from chalicelib.catalog.history.known_contracts import ContractNotice
from chalicelib.catalog.keys import (
    CSV_SUFFIXES,
    KEY_BYTES,
    ODCS_SUFFIX,
    is_odcs,
    without_compression,
)
from chalicelib.catalog.odcs import judge_odcs
from chalicelib.catalog.record import READY, FileRecord
from chalicelib.intake import report
from chalicelib.intake.faults import Gone, UnreadableObject, meaning_of
from chalicelib.intake.s3_event import ObjectEvent

KEPT_SECONDS = 60
FOLDERS_AT_MOST = 20  # that are looked into, from the file's own up
# Places where no contract is known of, at which a process looks in a minute: three of each folder.
LOOKS_A_MINUTE = 600
_KEPT = 2_000

_Found = TypeVar("_Found")


@dataclass(frozen=True)
class Contract:
    """A contract as it was read; `body` is None if S3 would not hand it out, for `reason`."""

    key: str
    version: str
    body: bytes | None
    reason: str = ""


class Contracts:
    """Finds the contracts in `bucket` by `s3`, its client, and keeps what it found for a minute.

    `known` gives the keys of all contracts, or None if those are not known: then S3 is asked.
    """

    def __init__(
        self,
        s3: S3,
        bucket: str,
        known: Callable[[], frozenset[str] | None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ):
        self._s3 = s3
        self._bucket = bucket
        self._known = known
        self._clock = clock
        self._kept: dict[str, tuple[float, Any]] = {}
        self._minute, self._looks = 0.0, 0

    def judged(self, record: FileRecord) -> FileRecord:
        """The record with what its file does not keep of its contract, if there is one."""
        unjudged = replace(record, contract=None, violations=(), violation_count=None, agreed=None)
        if record.status != READY:
            return unjudged
        try:
            contract = self._contract_for(record.filename, record.dataset or record.filename)
        except UnreadableObject as reason:
            unknown = f"contracts were not looked for: {reason}"
            return replace(unjudged, warnings=(*record.warnings, unknown))
        if contract is None:
            return unjudged
        violations, not_judged, agreed = self._verdict(contract, record)
        return replace(
            record,
            contract={"key": contract.key, "version": contract.version},
            violations=bounded(violations),
            violation_count=len(violations),
            agreed=agreed,
            warnings=(*record.warnings, *bounded(not_judged)),
        )

    def _verdict(
        self, contract: Contract, record: FileRecord
    ) -> tuple[list[str], list[str], Mapping[str, Any] | None]:
        """Return what is not as agreed, what could not be judged, and what is agreed of the
        dataset.

        No contract stops a file.
        """
        if contract.body is None:
            return [f"the contract cannot be read: {contract.reason}"], [], None
        try:
            if is_odcs(contract.key):
                return judge_odcs(contract.body, record, _stem(record.dataset or record.filename))
            return *judge(contract.body, record), None
        except Exception as error:  # noqa: BLE001 - a fault of ours at what somebody wrote
            reason = type(error).__name__
            report.count("ContractFailures")
            where = {"key": record.filename, "contract": contract.key, "reason": reason}
            report.logger.warning("a contract could not be judged", extra=where)
            return [f"the contract could not be judged: {reason}"], [], None

    def _contract_for(self, key: str, dataset: str) -> Contract | None:
        """The contract of the nearest folder that has one, of the dataset before that of all."""
        known = self._keep("", self._known_keys)
        for folder in _folders(key):
            for place in self._places(folder, dataset, known):
                if self._is_worth_a_look(place, known):
                    contract = self._keep(place, partial(self._read, place))
                    if contract:
                        return contract
        return None

    def _known_keys(self) -> frozenset[str] | None:
        """The keys of all contracts; None while the table cannot be asked, which stops no file."""
        try:
            return self._known()
        except (BotoCoreError, ClientError):
            report.logger.warning("contracts are looked for in S3", exc_info=True)
            return None

    def _places(self, folder: str, dataset: str, known: frozenset[str] | None) -> Iterator[str]:
        """The keys in a folder at which its contract may be, that of the dataset before others."""
        yield f"{folder}_schema.{_label(dataset)}.json"
        in_folder = self._odcs_in(folder, known)
        own = f"{folder}{_stem(dataset)}{ODCS_SUFFIX}"
        if own in in_folder:
            yield own
        yield f"{folder}_contract{ODCS_SUFFIX}"
        if len(in_folder) == 1:
            yield from in_folder
        yield f"{folder}_schema.json"

    def _odcs_in(self, folder: str, known: frozenset[str] | None) -> frozenset[str]:
        """The ODCS contracts that a folder is known to have, or that are listed in it."""
        if known is None:
            return self._keep(f"{folder}*", partial(self._listed_odcs, folder))

        def by_folder() -> Mapping[str, frozenset[str]]:
            found: dict[str, set[str]] = defaultdict(set)
            for key in filter(is_odcs, known or ()):
                found[key[: key.rfind("/") + 1]].add(key)
            return {name: frozenset(keys) for name, keys in found.items()}

        return self._keep("*", by_folder).get(folder, frozenset())

    def _is_worth_a_look(self, place: str, known: frozenset[str] | None) -> bool:
        """Return whether a contract is known there, or it is known what is, or there are looks
        left.
        """
        if len(place.encode()) > KEY_BYTES:
            return False  # no object has such a key
        if known is None or place in known or self._is_kept(place):
            return True
        if self._clock() >= self._minute + KEPT_SECONDS:
            self._minute, self._looks = self._clock(), 0
        self._looks += 1
        return self._looks <= LOOKS_A_MINUTE

    def _is_kept(self, what: str) -> bool:
        return self._kept.get(what, (0.0, None))[0] > self._clock()

    def _keep(self, what: str, look: Callable[[], _Found]) -> _Found:
        if not self._is_kept(what):
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[what] = (self._clock() + KEPT_SECONDS, look())
        found: _Found = self._kept[what][1]
        return found

    def _read(self, key: str) -> Contract | None:
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            match meaning_of(error):
                case Gone():
                    return None
                case UnreadableObject():
                    # Where the bucket may not be listed, S3 says so of what is not there as well.
                    if code == "AccessDenied" and not self._is_listed(key):
                        return None
                    return Contract(key, "", None, code)
            raise
        with answer["Body"] as body:
            content = body.read(CONTRACT_BYTES + 1)
        version = answer.get("VersionId") or answer["ETag"].strip('"')
        return Contract(key, version, content)

    def _listed_odcs(self, folder: str) -> frozenset[str]:
        """Those among the first thousand names in a folder, unless it may not be listed."""
        try:
            answer = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=folder, Delimiter="/")
        except ClientError as error:
            if isinstance(meaning_of(error), UnreadableObject):
                return frozenset()
            raise
        return frozenset(o["Key"] for o in answer.get("Contents", []) if is_odcs(o["Key"]))

    def _is_listed(self, key: str) -> bool:
        try:
            answer = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=key)
        except ClientError as error:
            if isinstance(meaning_of(error), UnreadableObject):
                code = error.response["Error"]["Code"]
                raise UnreadableObject(f"the bucket cannot be listed ({code})") from error
            raise
        return any(found["Key"] == key for found in answer.get("Contents", []))


def notice_of(event: ObjectEvent, s3: S3) -> ContractNotice:
    """Return whether an event's contract is there now, at the event's place in the
    order.
    """
    is_there = True
    try:
        s3.head_object(Bucket=event.bucket, Key=event.key)
    except ClientError as error:
        match meaning_of(error):
            case Gone():
                is_there = False
            case UnreadableObject():
                pass  # it is there, and the files will have that it cannot be read
            case other:
                raise other from error
    return ContractNotice(event.bucket, event.key, event.sequencer, event.time, is_there)


def _folders(key: str) -> Iterator[str]:
    """The folders that a key is in, from the nearest up to the bucket itself."""
    folder = key
    for _ in range(FOLDERS_AT_MOST):
        if not folder:
            return
        folder = folder.rstrip("/").rpartition("/")[0]
        folder = f"{folder}/" if folder else ""
        yield folder


def _stem(dataset: str) -> str:
    """The dataset's own name in its folder, without what differs between its files."""
    return re.sub(r"[-_. ]*\{[^{}]*\}[-_. ]*", "-", _label(dataset)).strip("-_. ")


def _label(dataset: str) -> str:
    """The dataset's own name in its folder, without what it ends in."""
    name = without_compression(dataset.rpartition("/")[2])
    for suffix in CSV_SUFFIXES:
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return name
