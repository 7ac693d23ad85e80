"""Reading ahead: the same chunks, in the same order, and never more of them than is bounded."""

import threading

import pytest

from chalicelib.csv_reader.read_ahead import read_ahead

CHUNKS = [b"%d" % number for number in range(500)]


class Source:
    """Chunks that tell how many of them were taken, and by which thread."""

    def __init__(self, chunks, error=None):
        self.chunks = chunks
        self.error = error
        self.taken = 0
        self.threads = set()

    def __iter__(self):
        for chunk in self.chunks:
            self.taken += 1
            self.threads.add(threading.get_ident())
            yield chunk
        self.threads.add(threading.get_ident())
        if self.error:
            raise self.error


@pytest.mark.parametrize("count", [0, 1, 4, 5, 500])
def test_the_chunks_are_the_same(count):
    assert list(read_ahead(iter(CHUNKS[:count]), 7)) == CHUNKS[:count]


def test_a_file_of_a_few_chunks_needs_no_thread():
    source = Source(CHUNKS[:3])
    assert list(read_ahead(iter(source), 7)) == CHUNKS[:3]
    assert source.threads == {threading.get_ident()}


def test_no_more_is_read_ahead_than_is_bounded():
    source = Source(CHUNKS)
    chunks = read_ahead(iter(source), 7)
    for number in range(1, len(CHUNKS) + 1):
        next(chunks)
        assert source.taken <= number + 7 + 1


def test_what_reading_raises_is_raised_after_the_chunks_before_it():
    chunks = read_ahead(iter(Source(CHUNKS[:100], ConnectionError("reset"))), 7)
    found = []
    with pytest.raises(ConnectionError, match="reset"):
        found.extend(chunk for chunk in chunks if found.append(chunk))
    assert found == CHUNKS[:100]


def test_nothing_is_read_once_nobody_wants_it():
    source = Source(CHUNKS)
    chunks = read_ahead(iter(source), 7)
    for _ in range(10):
        next(chunks)
    chunks.close()
    taken = source.taken
    assert taken < len(CHUNKS)
    assert not [thread for thread in threading.enumerate() if thread.name == "read-ahead"]
    assert source.taken == taken


def test_reading_goes_on_while_a_chunk_is_looked_at():
    wanted = threading.Event()

    class Signals(Source):
        def __iter__(self):
            for number, chunk in enumerate(super().__iter__()):
                if number == 20:
                    wanted.set()
                yield chunk

    chunks = read_ahead(iter(Signals(CHUNKS)), 30)
    for _ in range(5):
        next(chunks)
    assert wanted.wait(timeout=10)
    chunks.close()
