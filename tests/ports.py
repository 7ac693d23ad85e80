"""Ports of this machine for the tests, which run side by side."""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def port_of_ones_own() -> Iterator[str]:
    """A port on which nothing listens, and that nobody else is given meanwhile.

    It stays bound. On Linux a server, which sets SO_REUSEADDR, can listen on it all the same;
    elsewhere it could not, and the port is only looked for.
    """
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        port = str(held.getsockname()[1])
        if sys.platform != "linux":
            held.close()
        yield port
