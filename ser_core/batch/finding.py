"""The recordings of a tree: a folder of this machine, or one that fsspec reads, such as `s3://bucket/calls`."""

import importlib
import importlib.util
import mimetypes
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ser_core.audio import Source
from ser_core.errors import AudioError, SerError

# What is sound is told by content. By name alone a file is left out only if it is surely none; the table is Python's
# own, never the machine's, so that the same files are found everywhere.
_TYPES = mimetypes.MimeTypes()
_MAYBE_SOUND = ("audio/", "video/", "application/ogg", "application/octet-stream", "application/vnd.rn-realmedia")
_NEVER_SOUND = frozenset(
    {".parquet", ".jsonl", ".toml", ".yaml", ".yml", ".log", ".md", ".journal", ".npz", ".db", ".part"}
)
# Object stores that are read by obstore where fsspec's usual package is not installed.
_BY_OBSTORE = {"s3": "s3fs", "gs": "gcsfs", "abfs": "adlfs"}
_INSTALL = "pip install -r requirements-batch.txt"


@dataclass(frozen=True)
class Found:
    """A file of a tree.

    Attributes:
        name: its path below the folder, with slashes between the parts.
        size_bytes: its size.
        version: changes when the file does.
        problem: why it cannot even be listed, or None.
    """

    name: str
    size_bytes: int
    version: str
    problem: str | None = None

    @property
    def shown(self) -> str:
        """The name as text: bytes that are not UTF-8 are written with a backslash, in hex."""
        return self.name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def find(folder: str) -> tuple[tuple[Found, ...], int]:
    """The files of a tree that may be recordings, by name, and how many others there are.

    Hidden files and folders do not count at all. Raises SerError when there is no such folder or it cannot be listed.
    """
    listed = _remote(folder) if is_url(folder) else _local(Path(folder))
    visible = [found for found in listed if not any(part.startswith(".") for part in found.name.split("/"))]
    maybe = sorted((found for found in visible if _may_be_sound(found)), key=lambda found: found.name)
    return tuple(maybe), len(visible) - len(maybe)


def is_url(folder: str) -> bool:
    """Whether fsspec reads the folder."""
    return "://" in folder


def source_of(folder: str, name: str) -> Source:
    """The recording called `name` in a tree, to be read. Raises AudioError when it is not there any more."""
    return _Object(folder, name) if is_url(folder) else Path(folder) / name


class _Object:
    """A file of an fsspec file system, read from where the decoder wants it, a few megabytes at a time."""

    _AHEAD_BYTES = 4 << 20

    def __init__(self, folder: str, name: str) -> None:
        system, root = _file_system(folder)
        self._name = name
        with _Told(AudioError, f"{name!r} cannot be read"):
            self._file: Any = system.open(f"{root}/{name}", "rb", block_size=self._AHEAD_BYTES)
            self.size = int(self._file.size)

    def read(self, offset: int, count: int) -> bytes:
        with _Told(AudioError, f"{self._name!r} can no longer be read"):
            self._file.seek(offset)
            return bytes(self._file.read(count))


def _may_be_sound(found: Found) -> bool:
    suffix = os.path.splitext(found.name)[1].lower()
    kind, packed = _TYPES.guess_type(f"x{suffix}")
    if packed or suffix in _NEVER_SOUND:
        return False
    return kind is None or kind.startswith(_MAYBE_SOUND)


def _local(folder: Path) -> Iterator[Found]:
    if not folder.is_dir():
        raise SerError(f"{folder} is not a folder. Name one with recordings in it.")
    unlisted: list[OSError] = []
    for parent, folders, files in os.walk(folder, onerror=unlisted.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            path = Path(parent, name)
            try:
                status = path.stat()
            except OSError as error:
                yield Found(_below(path, folder), 0, "", f"The file cannot be opened: {error.strerror}.")
                continue
            yield Found(_below(path, folder), status.st_size, str(status.st_mtime_ns))
    for closed in unlisted:
        name = _below(Path(closed.filename), folder)
        if name == ".":
            raise SerError(f"{folder} cannot be listed: {closed.strerror}.")
        yield Found(name, 0, "", f"The folder cannot be listed: {closed.strerror}.")


def _below(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _remote(folder: str) -> Iterator[Found]:
    system, root = _file_system(folder)
    with _Told(SerError, f"{folder} cannot be listed"):
        details = system.find(root, detail=True)
    if not details:
        raise SerError(f"There is nothing in {folder}. Check the address, and what you may read there.")
    for path, facts in details.items():
        version = next((facts[key] for key in ("ETag", "e_tag", "etag", "LastModified", "mtime") if facts.get(key)), "")
        yield Found(str(path).removeprefix(f"{root}/"), int(facts.get("size") or 0), str(version))


@cache
def _file_system(folder: str) -> tuple[Any, str]:
    """The fsspec file system of an address, and the path in it."""
    try:
        fsspec = importlib.import_module("fsspec")
    except ModuleNotFoundError:
        raise SerError(f"Addresses such as {folder} need the package fsspec: {_INSTALL}.") from None
    protocol = folder.partition("://")[0]
    if (usual := _BY_OBSTORE.get(protocol)) and importlib.util.find_spec(usual) is None:
        try:
            importlib.import_module("obstore.fsspec").register(protocol)
        except ModuleNotFoundError:
            raise SerError(f"{protocol}:// needs the package obstore or {usual}: {_INSTALL}.") from None
    with _Told(SerError, f"{folder} cannot be opened"):
        system, root = fsspec.core.url_to_fs(folder)
    return system, str(root).rstrip("/")


class _Told:
    """Turns what a file system of somebody else's raises, of whatever class, into an error of ours."""

    def __init__(self, kind: type[SerError], what: str) -> None:
        self._kind, self._what = kind, what

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, SerError):
            reason = " ".join(str(error).split())[:200] or type(error).__name__
            raise self._kind(f"{self._what}: {reason}") from error
