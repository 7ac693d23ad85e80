"""Compressed files, read member by member, with the place of any damage."""

import bz2
import gzip
import io
import lzma
import random
import struct

import pytest
from backports import zstd

from chalicelib.csv_reader import read_csv_metadata
from chalicelib.csv_reader.decompress import Decompressed
from chalicelib.csv_reader.detect.encoding import UnreadableCsv
from tests.unit.csv_reader.csv_oracle import cut

TEXT = random.Random(1).randbytes(3_000).hex().encode()  # noqa: S311
ZIPPED = gzip.compress(TEXT, mtime=0)
SKIPPED_FRAME = b"\x50\x2a\x4d\x18\x04\0\0\0abcd"


def checked_zstd(data):
    return zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: 1})


OTHERS = {"bz2": bz2.compress, "xz": lzma.compress, "zstd": checked_zstd}


def decompressed(data: bytes, piece: int = 1 << 16, max_bytes: int = 10**9) -> bytes:
    return b"".join(Decompressed(cut(data, [piece]), max_bytes))


@pytest.mark.parametrize(
    ("data", "compression"),
    [(ZIPPED, "gzip"), (b"id,name\n", None), (b"BZh9,name\n", None), (b"", None), (b"P", None)]
    + [(compress(TEXT), name) for name, compress in OTHERS.items()]
    + [(SKIPPED_FRAME + zstd.compress(TEXT), "zstd")],
)
def test_a_compression_is_told_by_the_first_bytes(data, compression):
    file = Decompressed(iter([data]), 10**9)
    list(file)
    assert file.compression == compression


@pytest.mark.parametrize("piece", [1, 7, 1000, 1 << 16])
@pytest.mark.parametrize("compress", OTHERS.values(), ids=OTHERS)
def test_members_of_other_formats_are_read_as_one_in_pieces_of_any_length(compress, piece):
    assert decompressed(compress(TEXT) + compress(b"") + compress(TEXT), piece) == TEXT * 2


@pytest.mark.parametrize("compress", OTHERS.values(), ids=OTHERS)
def test_of_other_formats_too_small_pieces_come_and_no_more_than_the_cap(compress):
    data = compress(b"\n" * 10_000_000)
    assert max(map(len, Decompressed(iter([data]), 10**9))) <= 1 << 18
    with pytest.raises(UnreadableCsv, match="decompresses to more than 9,999,999 bytes"):
        decompressed(data, max_bytes=9_999_999)


@pytest.mark.parametrize(
    ("name", "said"), [("bz2", "bzip2 data"), ("xz", "xz data"), ("zstd", "Zstandard data")]
)
def test_a_damaged_or_cut_file_of_another_format_is_refused_by_its_name(name, said):
    data = OTHERS[name](TEXT)
    with pytest.raises(UnreadableCsv, match=f"{said} is cut off at byte {len(data) - 1:,},"):
        decompressed(data[:-1])
    middle = len(data) // 2
    with pytest.raises(UnreadableCsv, match=f"damaged {said} at byte"):
        decompressed(data[:middle] + bytes(100) + data[middle + 100 :])


@pytest.mark.parametrize("piece", [1, 7, 1 << 16])
@pytest.mark.parametrize("behind", [b"id,name\n", b"x", b"\0\0PK", b"\x1f\x8c rest"])
@pytest.mark.parametrize("compress", [gzip.compress, *OTHERS.values()])
def test_what_comes_behind_the_compressed_data_is_counted_and_left_out(compress, behind, piece):
    file = Decompressed(cut(compress(TEXT) * 2 + behind, [piece]), 10**9)
    assert b"".join(file) == TEXT * 2
    assert file.ignored_bytes == len(behind.lstrip(b"\0"))


def test_data_behind_the_end_is_warned_of():
    read = read_csv_metadata(io.BytesIO(gzip.compress(b"id\n1\n", mtime=0) + b"<html>"))
    assert read.row_count == 1
    assert read.warnings == ("6 bytes behind the end of the gzip data were not read",)


def test_time_is_checked_while_little_is_read_that_decompresses_to_much():
    times = iter(range(100))

    def check_time():
        if next(times) == 20:
            raise TimeoutError

    stream = io.BytesIO(gzip.compress(b"1,2\n" * 10_000_000, mtime=0))
    with pytest.raises(TimeoutError):
        read_csv_metadata(stream, check_time=check_time)


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
    pieces = Decompressed(iter([gzip.compress(b"\n" * 10_000_000, mtime=0)]), 10**9)
    assert max(map(len, pieces)) <= 1 << 18


@pytest.mark.parametrize("piece", [1, 100, 1 << 16])
def test_a_file_cut_off_anywhere_is_refused_with_its_length(piece):
    data = ZIPPED + ZIPPED
    whole = len(ZIPPED)
    for length in [
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
        (ZIPPED + b"\x1f\x8b\x07" + ZIPPED[3:], len(ZIPPED) + 3, "unknown compression method"),
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
