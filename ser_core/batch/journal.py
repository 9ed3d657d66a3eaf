"""What is done of a batch, on disk while it runs, so that a run that was killed goes on where it stopped.

A file of JSON lines beside the result: first what was asked, then one line for each file that is done. A line is given
to the operating system at once, and so outlives the program; once a second all of them are written through to the
disk, and so outlive the machine. The end of a line that was being written is cut off.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from ser_core.batch.finding import Found
from ser_core.batch.work import Asked, Row
from ser_core.errors import SerError

_THROUGH_EVERY_S = 1.0


def journal_of(result: Path) -> Path:
    """The journal's path: it lies beside the result."""
    return result.with_name(f"{result.name}.journal")


class Journal:
    """The journal of one run, which no other run can open meanwhile.

    Raises SerError when another run has it, when it is of another question, or when it cannot be written.
    """

    def __init__(self, result: Path, folder: str, asked: Asked) -> None:
        self.path = journal_of(result)
        header = {"folder": folder if "://" in folder else str(Path(folder).absolute()), **asdict(asked)}
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file: IO[bytes] = open(self.path, "a+b")  # noqa: SIM115 (closed by `close`)
        except OSError as error:
            raise SerError(f"{self.path} cannot be written: {error.strerror}. Name another result.") from None
        self._through_s = 0.0
        # Of each file that is done: its size and version, and where its line begins.
        self._places: dict[str, tuple[int, str, int]] = {}
        try:
            self._begin(header)
        except SerError:
            self._file.close()
            raise

    def _begin(self, header: dict[str, Any]) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SerError(f"Another run is writing {self.path}. Wait for it, or name another result.") from None
        self._file.seek(0)
        whole = 0
        for number, line in enumerate(self._file):
            content = _parsed(line)
            if content is None:
                break
            if number == 0 and content != header:
                raise SerError(
                    f"{self.path} is of a run that asked something else ({_said(content)}; this is {_said(header)}). "
                    "Remove it, or name another result."
                )
            if number:
                size_bytes, version = content["of"]
                self._places[content["name"]] = (size_bytes, version, whole)
            whole += len(line)
        self._file.truncate(whole)
        self._file.seek(0, os.SEEK_END)
        if not whole:
            self._write(header)

    def has(self, found: Found) -> bool:
        """Whether the file is done, and has not changed since."""
        return self._places.get(found.name, (0, "", 0))[:2] == (found.size_bytes, found.version)

    def add(self, found: Found, row: Row) -> None:
        """Notes a file that is done."""
        place = self._file.tell()
        self._write({"name": found.name, "of": [found.size_bytes, found.version], "row": row})
        self._places[found.name] = (found.size_bytes, found.version, place)

    def rows(self, of: Iterable[Found]) -> Iterator[Row]:
        """The rows of files that are done, in the order of `of`, read one at a time."""
        with self.path.open("rb") as file:
            for found in of:
                file.seek(self._places[found.name][2])
                yield json.loads(file.readline())["row"]

    def _write(self, content: dict[str, Any]) -> None:
        try:
            # File names that are not UTF-8 are escaped in ASCII.
            self._file.write(json.dumps(content).encode("ascii") + b"\n")
            self._file.flush()
            now = time.monotonic()
            if now - self._through_s >= _THROUGH_EVERY_S:
                os.fsync(self._file.fileno())
                self._through_s = now
        except OSError as error:
            raise SerError(
                f"{self.path} cannot be written: {error.strerror}. The same command goes on later."
            ) from None

    def close(self) -> None:
        """Write through, and let others open it."""
        if not self._file.closed:
            os.fsync(self._file.fileno())
            self._file.close()

    def remove(self) -> None:
        """Once the result is written, it is needed no more."""
        self.path.unlink(missing_ok=True)
        self.close()


def _parsed(line: bytes) -> dict[str, Any] | None:
    """A line; None where it is not whole, as the last one after a power cut."""
    if not line.endswith(b"\n"):
        return None
    try:
        content = json.loads(line)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def _said(header: dict[str, Any]) -> str:
    channel = "" if header.get("channel") is None else f", channel {header['channel']}"
    return f"{header.get('folder')} with {header.get('model')}{channel}, version {header.get('version')}"
