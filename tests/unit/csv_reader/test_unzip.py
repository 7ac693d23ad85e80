"""Zip archives, read from the front."""

import io
import struct
import zipfile

import pytest

from chalicelib.csv_reader import UnreadableCsv, read_csv_metadata
from chalicelib.csv_reader.unzip import unzip
from tests.unit.csv_reader.csv_oracle import cut

TEXT = b"id,name\n" + b"".join(b"%d,%x\n" % (i, i * 7919) for i in range(5000))


class Pipe(io.RawIOBase):
    """A file that can only be written on, as a server does that sends an archive."""

    def __init__(self):
        self.written = bytearray()

    def writable(self):
        return True

    def write(self, data):
        self.written += data
        return len(data)


def zipped(name="a.csv", content=TEXT, method=zipfile.ZIP_DEFLATED, piped=False, wide=False):
    file = Pipe() if piped else io.BytesIO()
    with zipfile.ZipFile(file, "w") as writer:
        entry = zipfile.ZipInfo(name)
        entry.compress_type = method
        with writer.open(entry, "w", force_zip64=wide) as target:
            target.write(content)
    return bytes(file.written) if piped else file.getvalue()


@pytest.mark.parametrize("piece", [1, 100, 1 << 16])
@pytest.mark.parametrize(
    "data",
    [
        zipped(),
        zipped(wide=True),
        zipped(piped=True),
        zipped(piped=True, wide=True),
        zipped(method=zipfile.ZIP_STORED),
        zipped(method=zipfile.ZIP_STORED, wide=True),
    ],
)
def test_the_only_file_is_read_in_pieces_of_any_length(data, piece):
    assert b"".join(unzip(cut(data, [piece]))) == TEXT


def archive_of(*names, content=TEXT):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as writer:
        for name in names:
            writer.writestr(name, b"" if name.endswith("/") else content)
    return file.getvalue()


def refusal(data):
    with pytest.raises(UnreadableCsv) as refused:
        read_csv_metadata(io.BytesIO(data))
    return str(refused.value)


def test_a_zipped_csv_file_is_read_and_its_compression_named():
    read = read_csv_metadata(io.BytesIO(archive_of("a.csv")))
    assert (read.compression, read.row_count, read.column_names) == ("zip", 5000, ("id", "name"))


def test_folders_and_what_macos_puts_beside_a_file_count_as_nothing():
    data = archive_of("f/", "f/.DS_Store", "f/a.csv", "__MACOSX/f/._a.csv", "._b.csv")
    assert read_csv_metadata(io.BytesIO(data)).row_count == 5000


def test_several_files_are_refused_and_named():
    assert refusal(archive_of("a.csv", "x/b.csv", "ü.txt")).endswith(": a.csv, x/b.csv, ü.txt")
    many = refusal(archive_of(*(f"part-{i:03}" for i in range(30))))
    assert many.endswith("part-009 and 20 more")


def test_an_archive_of_nothing_and_one_of_an_office_document_are_refused_as_such():
    assert "no file in it" in refusal(archive_of())
    assert "Excel workbook" in refusal(archive_of("[Content_Types].xml", "xl/workbook.xml"))
    assert "Excel workbook" in refusal(
        archive_of("a.xlsx", content=archive_of("xl/workbook.xml", "xl/a.xml"))
    )


@pytest.mark.parametrize("piece", [1, 1 << 16])
def test_a_file_cut_off_anywhere_is_refused(piece):
    data = zipped()
    behind_the_file = data.index(b"PK\x01\x02")
    for size in (4, 29, 31, 40, 5000, behind_the_file - 1):
        with pytest.raises(UnreadableCsv, match=f"cut off at byte {size:,},"):
            list(unzip(cut(data[:size], [piece])))


def test_damage_and_a_wrong_checksum_are_refused():
    data = bytearray(zipped())
    data[14:18] = struct.pack("<L", 1)
    assert "the checksum of a.csv is wrong" in refusal(data)
    data[35:60] = b"\xff" * 25
    assert "damaged zip data" in refusal(data)


def test_what_is_encrypted_or_packed_in_another_way_is_refused_by_name():
    data = bytearray(zipped())
    data[6] |= 1
    assert "encrypted" in refusal(data)
    assert "LZMA" in refusal(zipped(method=zipfile.ZIP_LZMA))
    assert "does not say how long" in refusal(zipped(method=zipfile.ZIP_STORED, piped=True))


def test_a_bomb_is_refused_at_the_cap():
    data = zipped(content=b"1\n" * 5_000_000)
    with pytest.raises(UnreadableCsv, match="more than 1,000,000 bytes"):
        read_csv_metadata(io.BytesIO(data), max_decompressed_bytes=1_000_000)
