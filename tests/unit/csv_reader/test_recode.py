"""Any encoding as UTF-8, as Python decodes it, and how many bytes of it are no text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.csv_reader.recode import Utf8Recoder
from tests.examples import examples
from tests.unit.csv_reader.csv_oracle import cut, piece_lengths

ENCODINGS = [
    *("utf-8", "utf-8-sig", "ascii", "cp1252", "latin-1", "cp037"),
    *("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"),
    *("shift_jis", "gb18030", "big5", "euc_kr"),
]
some_bytes = st.one_of(
    st.binary(max_size=40),
    st.lists(
        st.sampled_from(
            [b"a", b"\n", b"|", b"||", "é".encode(), "\ufffd".encode(), b"\xef\xbb\xbf", b"\xff"]
        )
    ).map(b"".join),
)


def recoded(recoder, chunks):
    for chunk in chunks:
        yield from recoder.feed(chunk)
    yield from recoder.finish()


@settings(max_examples=examples(60), deadline=None)
@given(
    data=some_bytes,
    encoding=st.sampled_from(ENCODINGS),
    delimiter=st.sampled_from([",", "||", "::", "aab", "é"]),
    lengths=piece_lengths,
)
def test_any_bytes_in_any_pieces_are_recoded_as_python_decodes_them(
    data, encoding, delimiter, lengths
):
    if encoding in ("utf-16", "utf-32"):
        data = "".encode(encoding) + data  # they are not recognised but by their mark
    recoder = Utf8Recoder(encoding, delimiter)
    utf8 = b"".join(recoded(recoder, cut(data, lengths)))
    text = data.decode(encoding, "replace")
    if len(delimiter.encode()) == 1:
        assert utf8.decode() == text
    else:
        assert utf8 == b"\xff".join(part.encode() for part in text.split(delimiter))
    assert recoder.text(utf8) == text


@pytest.mark.parametrize(
    ("data", "encoding", "undecodable"),
    [
        (b"", "utf-8", 0),
        ("é\ufffd".encode(), "utf-8", 0),
        (b"\xff\xfe", "utf-8", 2),
        (b"\xc3", "utf-8", 1),
        (b"\xe2\x82a", "utf-8", 2),
        (b"\xed\xa0\x80", "utf-8", 3),
        (b"\x81a\x8d", "cp1252", 2),
        (b"\x00\xd8a\x00", "utf-16-le", 2),
        (b"a\x00b", "utf-16-le", 1),
        (b"\x00\x00\x11\x00", "utf-32-le", 4),
        ("\ufffd".encode("utf-16-le"), "utf-16-le", 0),
    ],
)
@pytest.mark.parametrize("piece", [1, 2, 3, 100])
def test_the_bytes_that_are_no_text_are_counted(data, encoding, undecodable, piece):
    recoder = Utf8Recoder(encoding, ",")
    for _ in recoded(recoder, cut(data, [piece])):
        pass
    assert recoder.undecodable == undecodable


@pytest.mark.parametrize("text", ["id,name\n", "naïve,café\n"])
def test_valid_utf_8_passes_untouched(text):
    chunk = text.encode()
    [first] = Utf8Recoder("utf-8", ",").feed(chunk)
    assert first is chunk
