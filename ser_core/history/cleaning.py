"""Cleans what goes into the database, so that SQLite and PostgreSQL store the same."""

import io
import math
from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any

from ser_core.errors import HistoryError
from ser_core.records import Clip

MAX_NAME_CHARS = 255


def plain_text(text: str) -> str:
    """`text` without what PostgreSQL refuses or a list cannot show: control characters and lone surrogates
    become U+FFFD.
    """
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)


def file_name(name: str) -> str:
    """A file name on one line of at most MAX_NAME_CHARS characters."""
    return plain_text(" ".join(name.split()))[:MAX_NAME_CHARS]


def plain_json(value: Any) -> Any:
    """`value` as plain JSON: names as strings, numbers as int or float, NaN and infinities as None, because JSON
    cannot express them. Raises HistoryError for anything that is not data.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return plain_text(str(value))
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {plain_text(str(key)): plain_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_json(item) for item in value]
    raise HistoryError("A report holds text, numbers, lists and mappings; got {name}.", name=type(value).__name__)


def to_flac(clip: Clip) -> bytes:
    """The clip as 16-bit FLAC: lossless for a 16-bit recording, and about half the size of WAV."""
    import soundfile

    file = io.BytesIO()
    soundfile.write(file, clip.samples, clip.rate_hz, format="FLAC", subtype="PCM_16")
    return file.getvalue()
