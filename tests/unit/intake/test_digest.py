"""A record has the SHA-256 of its object's bytes, where all of them were read."""

import gzip
import hashlib

import pytest

from chalicelib.intake.describe import describe
from tests.unit.intake.fakes import WRITE, Files

CSV = b"id,name\n" + b"1,a\n" * 100_000


class Sized(Files):
    def get_object(self, **named):
        return super().get_object(**named) | {"ContentLength": len(self.content)}


def described(content, **options):
    return describe(WRITE, Sized(content), **options)


@pytest.mark.parametrize(
    "content", [b"id\n1\n", CSV, gzip.compress(CSV), "é;ü\n1;2\n".encode("cp1252")]
)
@pytest.mark.parametrize("profile", ["full", "names", "off"])
def test_it_is_of_the_bytes_as_stored(content, profile):
    record = described(content, profile=profile)
    assert record.status == "ready"
    assert record.sha256 == hashlib.sha256(content).hexdigest()


def test_a_small_file_that_cannot_be_read_has_one():
    content = b"%PDF-1.7\n" + bytes(200)
    record = described(content)
    assert (record.status, record.sha256) == ("failed", hashlib.sha256(content).hexdigest())


def test_a_large_file_that_is_not_read_on_has_none():
    record = described(b"%PDF-1.7\n" + bytes(10_000_000))
    assert (record.status, record.sha256) == ("failed", None)


def test_a_file_that_is_read_again_after_a_failure_has_it_of_one_reading(monkeypatch):
    from chalicelib.intake import describe as describing

    read = describing.read_csv_metadata

    def failing(stream, *, profile, **options):
        if profile:
            stream.read(10)
            raise ValueError("the profile fails")
        return read(stream, profile=profile, **options)

    monkeypatch.setattr(describing, "read_csv_metadata", failing)
    assert described(CSV).sha256 == hashlib.sha256(CSV).hexdigest()
