"""The bytes of a CSV file in chunks, decompressed where they turn out to be gzip's."""

import zlib
from collections.abc import Iterator
from typing import BinaryIO

from chalicelib.csv_reader.detect.encoding import UnreadableCsv

CHUNK_BYTES = 1 << 18
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_FORMAT = 31  # zlib.decompressobj's wbits for a gzip member: its header, data, CRC and length


def read_chunks(stream: BinaryIO) -> Iterator[bytes]:
    """What is left of `stream`, in whatever pieces its `read` gives.

    What `read` raises passes through.
    """
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk


def is_gzip(head: bytes) -> bool:
    """Whether a file that begins with `head` is compressed by gzip."""
    return head.startswith(_GZIP_MAGIC)


def gunzip(chunks: Iterator[bytes], max_bytes: int) -> Iterator[bytes]:
    """The decompressed bytes of gzip members (RFC 1952), `CHUNK_BYTES` at most in a piece.

    Zeros may pad the end of a member, as Python's and GNU's gzip allow. Raises `UnreadableCsv`,
    with the offset in the compressed file, where that is damaged, ends too early, or decompresses
    to more than `max_bytes`: a small file can hold a thousand times its size.
    """
    member = None
    offset = total = 0
    for chunk in chunks:
        rest, more = chunk, True
        while more:
            if member is None:
                padded, rest = rest, rest.lstrip(b"\0")
                offset += len(padded) - len(rest)
                if not rest:
                    break
                member = zlib.decompressobj(_GZIP_FORMAT)
            checkpoint = member.copy()
            try:
                data = member.decompress(rest, CHUNK_BYTES)
            except zlib.error as error:
                offset += _bytes_before_error(checkpoint, rest)
                fault = str(error).rpartition(": ")[2]
                raise UnreadableCsv(f"damaged gzip data at byte {offset:,}: {fault}") from error
            total += len(data)
            if total > max_bytes:
                raise UnreadableCsv(f"gzip data decompresses to more than {max_bytes:,} bytes")
            if data:
                yield data
            if member.eof:
                unread = member.unused_data
                member, more = None, bool(unread)
            else:
                unread = member.unconsumed_tail
                more = bool(unread) or len(data) == CHUNK_BYTES
            offset += len(rest) - len(unread)
            rest = unread
    if member is not None:
        raise UnreadableCsv(f"gzip data is cut off at byte {offset:,}, before its end")


def _bytes_before_error(member, data: bytes) -> int:
    """How many bytes of `data` the decompressor takes before the one that it fails at."""
    for position in range(len(data)):
        try:
            member.decompress(data[position : position + 1])
        except zlib.error:
            return position
    return len(data)
