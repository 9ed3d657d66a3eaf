"""What is done with one file, in whichever process."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from ser_core import __version__
from ser_core.batch.finding import source_of
from ser_core.config import load_settings
from ser_core.errors import AudioError, ModelError, NoSpeechError
from ser_core.machine import keep_arrays_on_one_core, keep_freed_memory
from ser_core.models.card import CARD_FILE, digests
from ser_core.recognition.analyse import analyse, no_speech_dict, report_dict
from ser_core.recognition.recogniser import Recogniser, load_recogniser
from ser_core.records import Report

Row = dict[str, Any]
"""What `ser predict --json` prints for a file: its answer, or "file" and "error"."""


@dataclass(frozen=True)
class Asked:
    """What all files are asked: of which model, and by which program.

    Attributes:
        model: name of the model's folder.
        digest: SHA-256 of its card, which has the digests of its files.
        channel: the channel that is heard, counted from 0; all of them mixed if None.
        version: version of this program.
    """

    model: str
    digest: str
    channel: int | None = None
    version: str = __version__


@dataclass(frozen=True)
class Task:
    """A file to hear.

    Attributes:
        folder: the folder or address that was searched.
        name: the file's path below it.
        shown: what the row calls it.
        size_bytes: its size.
        asked: what it is asked.
    """

    folder: str
    name: str
    shown: str
    size_bytes: int
    asked: Asked


def asked_of(model: str | None, channel: int | None = None) -> Asked:
    """The question to a model, the configured one if None. Raises ModelError when it cannot be used."""
    name = model or load_settings().model
    load_recogniser(name)
    return Asked(name, _digest(name), channel)


def hear(task: Task) -> Row:
    """The row of a file. A recording that cannot be used is a row; raises ModelError when the model cannot be."""
    match _outcome(task):
        case NoSpeechError() as error:
            return no_speech_dict(task.shown, error.duration_s, task.asked.model)
        case AudioError() as error:
            return error_row(task.shown, str(error))
        case report:
            return report_dict(report, timeline=False)


def hear_untold(task: Task) -> Row:
    """What becomes of a file, under "outcome": the report, or the AudioError that tells why there is none. It is for
    whoever asked to put it into words. Raises ModelError when the model cannot be used.
    """
    return {"file": task.shown, "outcome": _outcome(task)}


def _outcome(task: Task) -> Report | AudioError:
    recogniser = recogniser_for(task.asked)
    try:
        return analyse(
            source_of(task.folder, task.name), name=task.shown, recogniser=recogniser, channel=task.asked.channel
        )
    except AudioError as error:
        return error.anew()


def error_row(shown: str, sentence: str) -> Row:
    """The row of a file that has no answer."""
    return {"file": shown, "error": sentence}


@cache
def recogniser_for(asked: Asked) -> Recogniser:
    """The model, loaded once a process. Raises ModelError unless it and this program are the very ones of `asked`."""
    if asked.version != __version__:
        raise ModelError(f"This is version {__version__} of the program, and the batch was started by {asked.version}.")
    recogniser = load_recogniser(asked.model)
    if _digest(asked.model) != asked.digest:
        raise ModelError(f"The model {asked.model} here is not the one that the batch was started with.")
    keep_arrays_on_one_core()
    keep_freed_memory()
    return recogniser


def _digest(model: str) -> str:
    return digests(load_settings().models_dir / model, CARD_FILE)[CARD_FILE]
