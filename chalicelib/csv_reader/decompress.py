"""The bytes of a file, decompressed if its content says that it is compressed."""

import bz2
import lzma
import re
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any, Protocol

from chalicelib.csv_reader.detect.encoding import UnreadableCsv
from chalicelib.csv_reader.unzip import ZIP_MAGICS, unzip

CHUNK_BYTES = 1 << 18
_GZIP_FORMAT = 31  # zlib.decompressobj's wbits for a gzip member: its header, data, CRC and length
_XZ_MEMORY = 1 << 28  # that a file may ask for
_LONGEST_MAGIC = 10
_FIRST_BYTES = 1 << 12  # of a member, as what follows it is copied where it has no more
_NO_ZERO = re.compile(rb"[^\0]")

# What has been freed once in one block, glibc's malloc keeps from then on, and so does not map each
# chunk anew ("mallopt(3)", M_MMAP_THRESHOLD): a tenth of the time of a file without quotes.
bytes(4 * CHUNK_BYTES)


class Readable(Protocol):
    """Any stream of bytes."""

    def read(self, size: int, /) -> bytes: ...


def read_chunks(stream: Readable) -> Iterator[bytes]:
    """The rest of `stream`, in whatever pieces its `read` gives.

    What `read` raises passes through.
    """
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk


class Decompressed:
    """The decompressed bytes of a file, `CHUNK_BYTES` at most in a piece.

    Once the first piece is there, `compression` names how the file is compressed, as pandas does:
    `gzip`, `bz2`, `xz`, `zstd` or `zip`; None says that it isn't. At the end `ignored_bytes` counts
    what comes behind the compressed data, which GNU gzip leaves out too. Raises `UnreadableCsv`
    where the data is damaged, ends too early, or decompresses to more than `max_bytes`: a small
    file can hold a thousand times its size.
    """

    def __init__(self, chunks: Iterator[bytes], max_bytes: int):
        self._chunks = chunks
        self._max_bytes = max_bytes
        self.compression: str | None = None
        self.ignored_bytes = 0

    def __iter__(self) -> Iterator[bytes]:
        head = b""
        for chunk in self._chunks:
            head += chunk
            if len(head) >= _LONGEST_MAGIC:
                break
        chunks = chain([head], self._chunks) if head else iter(())
        if head.startswith(ZIP_MAGICS):
            self.compression, name = "zip", "zip"
            pieces = unzip(chunks)
        else:
            format_ = next((one for one in _FORMATS if head.startswith(one.magics)), None)
            if not format_:
                yield from chunks
                return
            self.compression, name = format_.compression, format_.name
            pieces = self._members(chunks, format_)
        total = 0
        for piece in pieces:
            total += len(piece)
            if total > self._max_bytes:
                raise UnreadableCsv(
                    f"{name} data decompresses to more than {self._max_bytes:,} bytes"
                )
            if piece:
                yield piece

    def _members(self, chunks: Iterator[bytes], format_: "_Format") -> Iterator[bytes]:
        """The data of members, one after the other. Zeros may pad the end of each."""
        member = None
        begun = b""  # of a magic number
        before = members = size = 0
        for chunk in chunks:
            data, begun, at = begun + chunk, b"", 0
            while at < len(data) or (member and not member.needs_input):
                if member is None:
                    filled = _NO_ZERO.search(data, at)
                    at = filled.start() if filled else len(data)
                    magic = data[at : at + _LONGEST_MAGIC]
                    if members and magic and not magic.startswith(format_.magics):
                        if any(each.startswith(magic) for each in format_.magics):
                            begun = magic
                            break
                        self.ignored_bytes = len(data) - at + sum(map(len, chunks))
                        return
                    if not magic:
                        break
                    member, size = format_.member(), _FIRST_BYTES
                piece = data[at : at + size]
                try:
                    decompressed = member.decompress(piece, CHUNK_BYTES)
                except format_.errors() as error:
                    offset = before + at + getattr(error, "bytes_before", 0)
                    fault = str(error).rpartition(": ")[2].lower()
                    raise UnreadableCsv(
                        f"damaged {format_.name} data at byte {offset:,}: {fault}"
                    ) from error
                yield decompressed
                at, size = at + len(piece), CHUNK_BYTES
                if member.eof:
                    at -= len(member.unused_data)
                    member, members = None, members + 1
            before += at
        if member is not None or begun:
            offset = before + len(begun)
            raise UnreadableCsv(
                f"{format_.name} data is cut off at byte {offset:,}, before its end"
            )


class _GzipError(Exception):
    """The data of a gzip file is damaged; `bytes_before` of what was given are not."""

    def __init__(self, reason: str, bytes_before: int):
        super().__init__(reason)
        self.bytes_before = bytes_before


class _GzipMember:
    """A member of a gzip file (RFC 1952), with the methods of `bz2.BZ2Decompressor`."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP_FORMAT)
        self._unread = b""
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._member.eof

    @property
    def unused_data(self) -> bytes:
        return self._member.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        checkpoint = self._member.copy()
        data = self._unread + data
        try:
            decompressed = self._member.decompress(data, max_length)
        except zlib.error as error:
            before = _bytes_before_error(checkpoint, data) - len(self._unread)
            raise _GzipError(str(error), before) from error
        self._unread = self._member.unconsumed_tail
        self.needs_input = not self._unread and len(decompressed) < max_length
        return decompressed


def _bytes_before_error(member: Any, data: bytes) -> int:
    """The number of bytes of `data` before the one that the decompressor fails at."""
    for position in range(len(data)):
        try:
            member.decompress(data[position : position + 1])
        except zlib.error:
            return position
    return len(data)


@cache
def _zstd() -> Any:
    """The module for Zstandard, loaded only where a file needs it."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd


@dataclass(frozen=True)
class _Format:
    """A format of compressed members: its magic numbers, and a member's decompressor and errors."""

    compression: str
    name: str
    magics: tuple[bytes, ...]
    member: Callable[[], Any]
    errors: Callable[[], type[Exception] | tuple[type[Exception], ...]]


_FORMATS = (
    _Format("gzip", "gzip", (b"\x1f\x8b",), _GzipMember, lambda: _GzipError),
    _Format(
        "bz2",
        "bzip2",
        tuple(
            b"BZh%d%b" % (level, block)
            for level in range(1, 10)
            for block in (b"1AY&SY", b"\x17rE8P\x90")  # the last one of an empty file
        ),
        bz2.BZ2Decompressor,
        lambda: (OSError, ValueError),
    ),
    _Format(
        "xz",
        "xz",
        (b"\xfd7zXZ\0",),
        lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY),
        lambda: lzma.LZMAError,
    ),
    _Format(  # a frame, or one to be skipped, which some compressors put first
        "zstd",
        "Zstandard",
        (b"\x28\xb5\x2f\xfd", *(b"%c\x2a\x4d\x18" % kind for kind in range(0x50, 0x60))),
        lambda: _zstd().ZstdDecompressor(),
        lambda: _zstd().ZstdError,
    ),
)
