"""Where a recording's bytes come from: memory, a file, or wherever somebody else reads them."""

import os
import stat
from pathlib import Path
from typing import Protocol, Self

from ser_core.errors import AudioError


class Elsewhere(Protocol):
    """A recording that is neither in memory nor in a file, such as an object in a store.

    Attributes:
        size: its length in bytes.
    """

    size: int

    def read(self, offset: int, count: int) -> bytes:
        """Bytes from `offset`; fewer at the end. Raises AudioError when they cannot be read."""


class Recording:
    """The bytes of a recording, for the decoding process to ask for. Raises AudioError when there are none."""

    def __init__(self, source: bytes | Path | Elsewhere) -> None:
        self._file: int | None = None
        self._elsewhere: Elsewhere | None = None
        if isinstance(source, bytes | bytearray | memoryview):
            self._bytes = memoryview(source).cast("B")
            self.size = len(self._bytes)
            return
        if not isinstance(source, Path):
            self._elsewhere = source
            self.size = source.size
            return
        try:
            # Not blocking, or opening a pipe would wait for somebody to write into it.
            self._file = os.open(source, os.O_RDONLY | os.O_NONBLOCK)
        except FileNotFoundError:
            raise AudioError(
                "There is no file {source}. Check the name and the folder.", source=repr(str(source))
            ) from None
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise AudioError(
                "The file {source} cannot be opened: {reason}.", source=repr(str(source)), reason=reason
            ) from None
        status = os.fstat(self._file)
        if not stat.S_ISREG(status.st_mode):
            self.close()
            kind = "a folder: name a recording in it" if stat.S_ISDIR(status.st_mode) else "not a regular file"
            raise AudioError("{source} is {kind}.", source=repr(str(source)), kind=kind)
        self.size = status.st_size

    def read(self, offset: int, count: int) -> bytes | memoryview:
        """Bytes from `offset`; fewer at the end. Raises AudioError when the file can no longer be read."""
        if self._elsewhere is not None:
            return self._elsewhere.read(offset, count)
        if self._file is None:
            return self._bytes[offset : offset + count]
        try:
            return os.pread(self._file, count, offset)
        except OSError as error:
            raise AudioError(
                "The file can no longer be read: {strerror}. Try it again.", strerror=error.strerror
            ) from None

    def close(self) -> None:
        """Close the file, if it is one."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
