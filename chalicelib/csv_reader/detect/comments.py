"""Lines of comments above a table, which may be longer than what detection looks at."""

import re

_KEPT_LINES = 2  # of the last ones: a header may be behind the same mark
_COMMENTS = re.compile(rb"(?:\xef\xbb\xbf)?(#|%|//|!)[^\r\n]*(?:\r\n|\r|\n)")


def comments_end(head: bytes) -> int:
    """Return how many bytes a file begins with that are lines of comments, and are over.

    Works in encodings that have ASCII characters as they are.
    """
    first = _COMMENTS.match(head)
    if not first:
        return 0
    line_end = rb"(?:\r\n|\r(?!\n)|\n)(?!%b)" % re.escape(first[1])
    other = re.compile(line_end).search(head, first.end() - 1)
    end = other.end() if other else len(head)
    last = max(head.rfind(b"\n", 0, end), head.rfind(b"\r", 0, end))
    return min(end, last + 1)


def without_last_lines(comments: bytes) -> bytes:
    """The comments less the last few of them."""
    return b"".join(comments.splitlines(keepends=True)[:-_KEPT_LINES])
