"""Detection takes time in proportion to its sample, and no more than a second for 64 KiB."""

import time
from contextlib import suppress

import pytest

from chalicelib.csv_reader.detect.dialect import detect_dialect
from chalicelib.csv_reader.detect.encoding import UnreadableCsv, detect_encoding
from tests.examples import first_of

SIZES = 1 << 14, 1 << 15, 1 << 16
PIECES = [
    *[bytes([byte]) for byte in b"_aA1,;:|~^ \t\n\r\"'\\-./#<{[(\0"],
    *[b"a_", b"aB", b"a.b ", b"a@", b"1.", b"1,", b"1 ", b"12:", b"jan ", b"http://", b"a0\0"],
    *[b'""', b'",', b'"\n', b'a"', b', "', b"',", b"'\n", b'\\"', b"\\,", b"\\\n", b"\r\n", b"#\n"],
    *[b"||", b"::", b"{1", b'{"a":1},', b"<a ", b"m/", b'"a,b\nc,d\n', b'a,"b\nc",\'d\\"e;f\n'],
    *[b"\xe9", b"\xe9,", b"aaaa aaa\xe9", b"\xa0", b"\x82\xa0", b"\x93a\x94 ", "é".encode()],
    "".join(chr(0xE000 + number) for number in range(6400)).encode() + b"\0",
]
ROWS = b"1,some words,x y\n" * 100
SHAPES = {
    "in a cell": lambda text: b'id,name\n1,"' + text,
    "in a name": lambda text: b"id," + text.translate(None, b',"\n\r\0') + b"-,note\n" + ROWS,
    "alone": lambda text: text,
}


def seconds(sample: bytes) -> float:
    start = time.process_time()
    with suppress(UnreadableCsv):
        encoding = detect_encoding(sample, complete=False).name
        detect_dialect(sample.decode(encoding, errors="replace"), complete=False)
    return time.process_time() - start


@pytest.mark.parametrize("shape", first_of(list(SHAPES)))
def test_it_takes_twice_the_time_for_twice_the_sample(shape):
    for piece in PIECES:
        text = piece * (SIZES[-1] // len(piece) + 1)
        # Of the text a little is left out, so that the rows below a long name are in the sample.
        samples = [SHAPES[shape](text[: size - 4096])[:size] for size in SIZES]
        first, second, third = map(seconds, samples)
        assert third < 1, piece
        assert third < 6 * first + 0.2, (piece, first, second, third)
        assert second < 3 * first + 0.2, (piece, first, second, third)
