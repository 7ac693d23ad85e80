"""Reports of the functions' work: JSON lines, and metrics in CloudWatch's embedded format.

Names of files, counts and reasons; never what is in a cell.
"""

import time
from collections.abc import Callable

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from chalicelib.catalog.record import DELETED, FAILED, FileRecord
from chalicelib.intake.faults import ReaderFailed

logger = Logger()
metrics = Metrics(namespace="CsvCatalog")


def count(metric: str) -> None:
    metrics.add_metric(metric, MetricUnit.Count, 1)


def stopwatch() -> Callable[[], float]:
    """Tells the milliseconds since it was started."""
    started = time.perf_counter()
    return lambda: (time.perf_counter() - started) * 1000


def step(done: str, metric: str, record: FileRecord, milliseconds: float) -> None:
    """Log that a step is done with the record, and measure how long it took."""
    metrics.add_metric(metric, MetricUnit.Milliseconds, milliseconds)
    logger.info(
        done,
        extra={
            "bucket": record.bucket,
            "key": record.filename,
            "status": record.status,
            "bytes": record.file_size,
            "rows": record.row_count,
            "milliseconds": round(milliseconds, 3),
            **({"reason": record.error} if record.error else {}),
        },
    )


def reader_failed(bucket: str, key: str, failure: ReaderFailed) -> None:
    """Log and count that the reader failed at a file, which is a fault in the reader."""
    count("ReaderFailures")
    logger.error(
        "the reader failed",
        extra={"bucket": bucket, "key": key, "reason": str(failure), "calls": failure.calls},
    )


def late(dataset: str, due: str) -> None:
    """Log that a dataset's delivery is late."""
    logger.info("late", extra={"dataset": dataset, "due": due})


def watched(looked_at: int, late_ones: int, milliseconds: float) -> None:
    """Log and count what a run of `watch` has looked at."""
    metrics.add_metric("DatasetsLate", MetricUnit.Count, late_ones)
    metrics.add_metric("WatchMilliseconds", MetricUnit.Milliseconds, milliseconds)
    logger.info(
        "watched",
        extra={"due": looked_at, "late": late_ones, "milliseconds": round(milliseconds, 3)},
    )


def cataloged(record: FileRecord) -> None:
    """Count a file that is new in the catalog, and what is in it."""
    if record.status == DELETED:
        return
    failed = record.status == FAILED
    metrics.add_metric("FilesFailed", MetricUnit.Count, int(failed))  # its average is the rate
    if not failed:
        count("FilesCataloged")
    metrics.add_metric("Bytes", MetricUnit.Bytes, record.file_size)
    metrics.add_metric("Rows", MetricUnit.Count, record.row_count or 0)
