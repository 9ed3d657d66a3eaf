"""The errors a person can encounter. Pages and the command line turn each into one sentence."""

import json
from typing import Any, Self

from ser_core.language import N_, Later, _


class SerError(Exception):
    """Root of every error that is not a bug. The message says what was given, what was expected and what to do.

    It is put into words when it is shown, in the language that is spoken there; `fields` fill in its `{fields}`.
    """

    def __init__(self, message: str = "", /, **fields: object) -> None:
        super().__init__(message)
        self.message, self.fields = message, fields

    def __str__(self) -> str:
        return _(self.message, **self.fields)

    def anew(self) -> Self:
        """The same without what it was raised from and went through."""
        return type(self)(self.message, **self.fields)

    def to_json(self) -> str:
        """The message and its fields, to be told in another process; `from_json` reads it back."""
        return json.dumps([self.message, self.fields], default=_plain)

    @classmethod
    def from_json(cls, content: str) -> Self:
        """The inverse of `to_json`."""
        message, fields = json.loads(content)
        return cls(message, **{name: _part(value) for name, value in fields.items()})


def _plain(value: object) -> object:
    return {"later": [value.sentence, value.fields]} if isinstance(value, Later) else str(value)


def _part(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    sentence, fields = value["later"]
    return Later(sentence, **{name: _part(each) for name, each in fields.items()})


class AudioError(SerError):
    """A recording cannot be used: empty, truncated, silent, too short, too long, or not audio."""


class NoSpeechError(AudioError):
    """A recording can be read, but nobody is heard speaking in it.

    Attributes:
        duration_s: length of the recording in seconds.
    """

    SENTENCE = N_(
        "No speech was heard in this recording: it sounds like noise or music, so no emotion is named. If somebody "
        "does speak in it, record closer to the voice and with less around it."
    )

    def __init__(self, duration_s: float) -> None:
        super().__init__(self.SENTENCE)
        self.duration_s = duration_s

    def anew(self) -> Self:
        """The same without the sound, which it would hold by what it went through."""
        return type(self)(self.duration_s)


class CorpusError(SerError):
    """A corpus folder does not have the layout its publisher gives it."""


class ModelError(SerError):
    """A model folder is missing, incomplete, altered, or made for another version."""


class ConfigError(SerError):
    """A SER_* environment variable has a value that cannot be used."""


class HistoryError(SerError):
    """Saved takes cannot be read or written: folder not writable, database unreachable, or a limit reached."""
