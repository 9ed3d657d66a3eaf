"""Messages between the app and its decoding process: a kind, a length, and that many bytes.

Both ends use native byte order, because they run on the same machine.
"""

import socket
import struct

# From the parent.
OPEN, PROBE, NEXT, CLOSE, DATA = b"O", b"P", b"N", b"C", b"D"
# From the worker.
READY, FETCH, INFO, SAMPLES, END, ERROR = b"r", b"f", b"i", b"s", b"z", b"e"

FETCH_FORMAT = struct.Struct("=QI")
STREAM_FORMAT = struct.Struct("=Q")

_HEAD = struct.Struct("=cI")
# Ten seconds of samples are 640 kB and a page is 256 KiB: a message that announces more than this is faulty.
_LARGEST_BYTES = 1 << 24


class Wire:
    """One end of the connection. Raises OSError when the other end has gone or, with a timeout, stays silent."""

    def __init__(self, end: socket.socket) -> None:
        self.socket = end

    def send(self, kind: bytes, payload: bytes | memoryview = b"") -> None:
        """Send one message."""
        head = _HEAD.pack(kind, len(payload))
        if len(payload) < 4096:
            self.socket.sendall(head + payload)
        else:
            self.socket.sendall(head)
            self.socket.sendall(payload)

    def receive(self) -> tuple[bytes, bytearray]:
        """The next message: its kind and its content."""
        kind, size = _HEAD.unpack(self._receive_bytes(_HEAD.size))
        if size > _LARGEST_BYTES:
            raise ConnectionError(f"a message of {size} bytes")
        return kind, self._receive_bytes(size)

    def _receive_bytes(self, size: int) -> bytearray:
        data = bytearray(size)
        rest = memoryview(data)
        while rest:
            count = self.socket.recv_into(rest)
            if not count:
                raise ConnectionError("the other end is gone")
            rest = rest[count:]
        return data
