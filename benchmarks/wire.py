"""A connection through which everything passes and is counted, as it goes over the wire."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

_AT_ONCE = 1 << 16


@dataclass
class Wire:
    """What has passed so far.

    Attributes:
        url: the address that leads through here.
        to_browser: bytes from the server, headers included.
        last_at: when something last came, on the monotonic clock.
    """

    url: str
    to_browser: int = 0
    last_at: float = field(default_factory=time.monotonic)

    def wait_until_quiet(self, quiet_s: float, at_most_s: float) -> None:
        """Wait until nothing has come for `quiet_s` from now on."""
        began = time.monotonic()
        while time.monotonic() < min(began + at_most_s, max(began, self.last_at) + quiet_s):
            time.sleep(0.05)


@contextlib.contextmanager
def counted(url: str) -> Iterator[Wire]:
    """The server at `url` (http://127.0.0.1:8501) behind a port of its own that counts."""
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        wire = Wire(f"http://127.0.0.1:{listener.getsockname()[1]}")
        open_ones: list[socket.socket] = []

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    inside, _ = listener.accept()
                    outside = socket.create_connection((host, int(port)))
                    open_ones.extend((inside, outside))
                    for pair, count in (((inside, outside), False), ((outside, inside), True)):
                        threading.Thread(target=_pass_on, args=(*pair, wire if count else None), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield wire
        finally:
            # Closing alone does not wake a thread that waits for the next visitor.
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            for each in open_ones:
                each.close()


def _pass_on(source: socket.socket, target: socket.socket, wire: Wire | None) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(_AT_ONCE):
            if wire is not None:
                wire.to_browser += len(data)
                wire.last_at = time.monotonic()
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
