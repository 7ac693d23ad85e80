"""gzip, read member by member, with the place of any damage."""

import gzip
import random
import struct

import pytest

from chalicelib.csv_reader.decompress import gunzip, is_gzip
from chalicelib.csv_reader.detect.encoding import UnreadableCsv
from tests.unit.csv_reader.csv_oracle import cut

TEXT = random.Random(1).randbytes(3_000).hex().encode()  # noqa: S311
ZIPPED = gzip.compress(TEXT, mtime=0)


def decompressed(data: bytes, piece: int = 1 << 16, max_bytes: int = 10**9) -> bytes:
    return b"".join(gunzip(cut(data, [piece]), max_bytes))


def test_gzip_is_told_by_its_first_bytes():
    assert is_gzip(ZIPPED)
    assert not is_gzip(b"id,name\n")
    assert not is_gzip(b"")


@pytest.mark.parametrize("piece", [1, 7, 1000, 1 << 16])
@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(b"", mtime=0),
        ZIPPED,
        ZIPPED * 3,
        ZIPPED + gzip.compress(b"", mtime=0) + ZIPPED,
        ZIPPED + b"\0" * 1000,
        ZIPPED + b"\0" * 1000 + ZIPPED,
        gzip.compress(b"\n" * 5_000_000, mtime=0),
        gzip.compress(b"\n" * (1 << 18), mtime=0),
    ],
)
def test_what_gzip_reads_is_read_in_pieces_of_any_length(data, piece):
    assert decompressed(data, piece) == gzip.decompress(data)


def test_a_thousandfold_of_a_small_file_comes_in_small_pieces():
    pieces = list(gunzip(iter([gzip.compress(b"\n" * 10_000_000, mtime=0)]), 10**9))
    assert max(map(len, pieces)) <= 1 << 18


@pytest.mark.parametrize("piece", [1, 100, 1 << 16])
def test_a_file_cut_off_anywhere_is_refused_with_its_length(piece):
    data = ZIPPED + ZIPPED
    whole = len(ZIPPED)
    for length in [
        1,
        2,
        9,
        10,
        11,
        500,
        whole - 8,
        whole - 1,
        whole + 1,
        whole + 500,
        len(data) - 1,
    ]:
        with pytest.raises(UnreadableCsv, match=f"cut off at byte {length:,},"):
            decompressed(data[:length], piece)


@pytest.mark.parametrize("piece", [1, 100, 1 << 16])
@pytest.mark.parametrize(
    ("data", "at", "fault"),
    [
        (b"\x1f\x8b\x07" + ZIPPED[3:], 3, "unknown compression method"),
        (ZIPPED[:10] + b"\x07" + ZIPPED[11:], 10, "invalid block type"),
        (ZIPPED[:-8] + struct.pack("<I", 1) + ZIPPED[-4:], len(ZIPPED) - 5, "incorrect data check"),
        (ZIPPED[:-4] + struct.pack("<I", 1), len(ZIPPED) - 1, "incorrect length check"),
        (ZIPPED + b"id,name\n", len(ZIPPED) + 1, "incorrect header check"),
        (ZIPPED * 2 + b"\0\0\0PK", 2 * len(ZIPPED) + 4, "incorrect header check"),
    ],
)
def test_damage_is_refused_with_its_place(data, at, fault, piece):
    with pytest.raises(UnreadableCsv, match=f"damaged gzip data at byte {at:,}: {fault}"):
        decompressed(data, piece)


def test_any_flipped_bit_is_refused_or_changes_nothing():
    bits = random.Random(2)  # noqa: S311
    for _ in range(300):
        damaged = bytearray(ZIPPED)
        damaged[bits.randrange(len(damaged))] ^= 1 << bits.randrange(8)
        try:
            assert decompressed(bytes(damaged)) == TEXT  # a bit of the name, the time, the system
        except UnreadableCsv as error:
            assert "gzip data" in str(error)  # noqa: PT017


def test_the_cap_is_on_all_members_together():
    assert decompressed(ZIPPED * 3, max_bytes=3 * len(TEXT)) == TEXT * 3
    with pytest.raises(UnreadableCsv, match="more than 17,999 bytes"):
        decompressed(ZIPPED * 3, max_bytes=3 * len(TEXT) - 1)
