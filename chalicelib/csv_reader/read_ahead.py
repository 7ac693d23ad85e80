"""Network and processor side by side: the file is read on while what came before is looked at."""

from collections import deque
from collections.abc import Generator, Iterator
from threading import Condition, Thread

_ALONE = 4  # chunks that are read before a thread is worth its start


def read_ahead(chunks: Iterator[bytes], most: int) -> Generator[bytes, None, None]:
    """The same chunks, read by a thread as long as no more than `most` of them wait.

    What reading raises is raised here, after the chunks that came before. Once this iterator is
    closed nothing is read any more.
    """
    try:
        for _ in range(_ALONE):
            yield next(chunks)
    except StopIteration:
        return
    reader = _Reader(chunks, most)
    try:
        yield from reader
    finally:
        reader.stop()


class _Reader:
    def __init__(self, chunks: Iterator[bytes], most: int):
        self._chunks = chunks
        self._most = most
        self._waiting: deque[bytes] = deque()
        self._changed = Condition()
        self._ended = self._stopped = False
        self._error: BaseException | None = None
        self._thread = Thread(target=self._read, name="read-ahead", daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[bytes]:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._ended)
                if not self._waiting:
                    break
                chunk = self._waiting.popleft()
                self._changed.notify()
            yield chunk
        if self._error:
            raise self._error

    def stop(self) -> None:
        """Read no more, and wait until the chunk that is being read is there."""
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._thread.join()

    def _read(self) -> None:
        try:
            for chunk in self._chunks:
                with self._changed:
                    self._waiting.append(chunk)
                    self._changed.notify()
                    self._changed.wait_for(lambda: len(self._waiting) < self._most or self._stopped)
                    if self._stopped:
                        return
        except BaseException as error:  # noqa: BLE001  (raised where the chunks are wanted)
            self._error = error
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify()
