"""The one file in a zip archive, read as a stream: from its front, as no stream can be from behind.

The layout is that of PKWARE's APPNOTE.TXT 6.3.10. Where the sizes are behind a file only, the
end of its deflated data is known from these.
"""

import struct
import zlib
from collections.abc import Iterator

from chalicelib.csv_reader.detect.encoding import UnreadableCsv
from chalicelib.csv_reader.detect.other_formats import zip_content

ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
_LOCAL = struct.Struct("<4s5H3L2H")
_LOCAL_MAGIC, _END_MAGIC, _CENTRAL_MAGIC = b"PK\x03\x04", b"PK\x05\x06", b"PK\x01\x02"
_DESCRIPTOR_MAGIC = b"PK\x07\x08"
_CENTRAL = struct.Struct("<8xH18x3H12x")
_STORED, _DEFLATED = 0, 8
_OTHER_METHODS = {
    9: "Deflate64",
    12: "bzip2",
    14: "LZMA",
    93: "Zstandard",
    95: "xz",
    98: "PPMd",
    99: "AES encryption",
}
_ENCRYPTED, _SIZES_BEHIND, _IS_UTF8 = 1, 8, 1 << 11
_IN_EXTRA = 0xFFFFFFFF
_ZIP64_EXTRA = 1
_PIECE_BYTES = 1 << 18
_FIRST_BYTES = 1 << 12  # of a file, as the others are copied where it has no more
_DIRECTORY_BYTES = 1 << 20  # of the list of files, that are looked at
_NAMES_SHOWN = 10
_NAME_CHARACTERS = 100


def unzip(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The decompressed bytes of the only file in an archive, in pieces that are not long.

    Folders, and what macOS puts beside a file, count as nothing. Raises `UnreadableCsv` where the
    archive has several files, which it names, or none; where it is encrypted, compressed in another
    way, or damaged.
    """
    archive = _Bytes(chunks)
    found = False
    while archive.peek(4) == _LOCAL_MAGIC:
        header = _LOCAL.unpack(archive.take(_LOCAL.size))
        _, _, flags, method, _, _, checksum, packed, _, name_bytes, extra_bytes = header
        name = _decoded(archive.take(name_bytes), flags)
        extra = archive.take(extra_bytes)
        if _is_file(name):
            if other := zip_content(name, archive.peek(_PIECE_BYTES)):
                raise UnreadableCsv(f"looks like {other}, not a CSV file")
            if found:
                raise UnreadableCsv(_several_files(archive))
            found = True
        if flags & _ENCRYPTED:
            raise UnreadableCsv(f"a zip archive whose file {_shown(name)} is encrypted")
        if method == _DEFLATED:
            pieces = _inflated(archive)
        elif method == _STORED and not flags & _SIZES_BEHIND:
            pieces = archive.pieces(_size(packed, extra))
        elif method == _STORED:
            raise UnreadableCsv(f"a zip archive that does not say how long {_shown(name)} is")
        else:
            way = _OTHER_METHODS.get(method, f"method {method}")
            raise UnreadableCsv(
                f"a zip archive whose file {_shown(name)} is packed by {way}, not by Deflate"
            )
        actual = 0
        for piece in pieces:
            actual = zlib.crc32(piece, actual)
            if _is_file(name):
                yield piece
        if flags & _SIZES_BEHIND:
            checksum = _checksum_behind(archive)
        if actual != checksum:
            raise UnreadableCsv(f"damaged zip data: the checksum of {_shown(name)} is wrong")
    if archive.peek(4) not in (_CENTRAL_MAGIC, _END_MAGIC):
        raise UnreadableCsv(f"damaged zip data at byte {archive.offset:,}")
    if not found:
        raise UnreadableCsv("a zip archive with no file in it")
    archive.last(0)


class _Bytes:
    """A stream of chunks, taken in lengths that are asked for."""

    def __init__(self, chunks: Iterator[bytes]):
        self._chunks = chunks
        self._ahead = b""
        self._taken = 0  # of what is ahead: short pieces are not worth a copy of the others
        self.offset = 0

    def peek(self, size: int) -> bytes:
        """The next bytes, fewer than `size` only at the end."""
        while len(self._ahead) - self._taken < size and (chunk := next(self._chunks, None)):
            self._ahead, self._taken = self._ahead[self._taken :] + chunk, 0
        return self._ahead[self._taken : self._taken + size]

    def take(self, size: int) -> bytes:
        """The next `size` bytes. Raises `UnreadableCsv` if they are not there."""
        taken = self.peek(size)
        if len(taken) < size:
            offset = self.offset + len(taken)
            raise UnreadableCsv(f"zip data is cut off at byte {offset:,}, before its end")
        self._taken += size
        self.offset += size
        return taken

    def some(self, most: int) -> bytes:
        """The next bytes, as many as are there, and no more than that."""
        self.peek(1)
        return self.take(min(max(len(self._ahead) - self._taken, 1), most))

    def pieces(self, size: int) -> Iterator[bytes]:
        """The next `size` bytes, as they come."""
        while size:
            piece = self.some(size)
            yield piece
            size -= len(piece)

    def give_back(self, unused: bytes) -> None:
        """Put back bytes that were taken last."""
        self._taken -= len(unused)
        self.offset -= len(unused)

    def last(self, size: int) -> bytes:
        """The last `size` bytes of all, and no more than are left."""
        kept = self._ahead[self._taken :]
        for chunk in self._chunks:
            kept = (kept + chunk)[-size:] if size else b""
        return kept


def _inflated(archive: _Bytes) -> Iterator[bytes]:
    member, is_first = zlib.decompressobj(-zlib.MAX_WBITS), True
    while not member.eof:
        packed = member.unconsumed_tail or archive.some(_FIRST_BYTES if is_first else _PIECE_BYTES)
        is_first = False
        try:
            yield member.decompress(packed, _PIECE_BYTES)
        except zlib.error as error:
            fault = str(error).rpartition(": ")[2]
            raise UnreadableCsv(
                f"damaged zip data before byte {archive.offset:,}: {fault}"
            ) from error
    archive.give_back(member.unused_data)


def _size(packed: int, extra: bytes) -> int:
    """The size of a stored file, which is in the extra field where it has more than 4 GB."""
    while packed == _IN_EXTRA and len(extra) >= 4:
        kind, length = struct.unpack_from("<2H", extra)
        if kind == _ZIP64_EXTRA and length >= 16:
            size: int = struct.unpack_from("<8xQ", extra, 4)[0]
            return size
        extra = extra[4 + length :]
    return packed


def _checksum_behind(archive: _Bytes) -> int:
    """The checksum of the data descriptor behind a file, whose sizes have four or eight bytes."""
    if archive.peek(4) == _DESCRIPTOR_MAGIC:
        archive.take(4)
    checksum: int = struct.unpack("<L", archive.take(4))[0]
    is_wide = archive.peek(12)[8:] not in (_LOCAL_MAGIC, _CENTRAL_MAGIC)
    archive.take(16 if is_wide else 8)
    return checksum


def _is_file(name: str) -> bool:
    """Return whether someone put the entry there as a file: not a folder, not macOS's own."""
    last = name.rpartition("/")[2]
    is_of_macos = name.startswith("__MACOSX/") or last == ".DS_Store" or last.startswith("._")
    return last != "" and not is_of_macos


def _several_files(archive: _Bytes) -> str:
    """A sentence with the names that the list of files at the end of the archive has."""
    directory = archive.last(_DIRECTORY_BYTES)
    names = []
    at = directory.find(_CENTRAL_MAGIC)
    while directory[at : at + 4] == _CENTRAL_MAGIC and len(directory) - at >= _CENTRAL.size:
        flags, *lengths = _CENTRAL.unpack_from(directory, at)
        start = at + _CENTRAL.size
        name = _decoded(directory[start : start + lengths[0]], flags)
        at = start + sum(lengths)
        if _is_file(name):
            names.append(name)
    shown = ", ".join(map(_shown, names[:_NAMES_SHOWN])) or "cut off before they are named"
    others = f" and {len(names) - _NAMES_SHOWN:,} more" if len(names) > _NAMES_SHOWN else ""
    return f"a zip archive of several files, not of one CSV file: {shown}{others}"


def _decoded(name: bytes, flags: int) -> str:
    return name.decode("utf-8" if flags & _IS_UTF8 else "cp437", "replace")


def _shown(name: str) -> str:
    return name if len(name) <= _NAME_CHARACTERS else name[:_NAME_CHARACTERS] + "…"
