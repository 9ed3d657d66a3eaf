"""A whole profile as a ZIP file, made piece by piece, so that only one recording at a time is in memory."""

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from ser_core.history.saved_takes import Json, TakeDocuments
from ser_core.text import answer

_README = """Your saved takes
================

takes.json   one entry a take, oldest first: when it was saved (UTC), what you aimed for, what was heard, the
             report and, for a practice, the delivery values and advice.
audio/       the recordings you chose to keep, as FLAC, named after the take's number.
neutral_voice.json
             the values of your neutral voice, if you keep them.
voices.json  the voices that predictions are adapted to, if you keep them: labels and scores, no sound.

A score is a guess about how a voice sounds, not about what a person feels.
"""


class _Pipe(io.RawIOBase):
    """Collects what the ZIP writer writes until it is taken.

    It cannot seek, so the writer puts the sizes after the data.
    """

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        return len(data)

    def take(self) -> bytes:
        data = bytes(self._waiting)
        self._waiting.clear()
        return data


def archive(
    takes: Iterable[TakeDocuments], audio: Callable[[int], bytes | None], enrolment: Json | None, voices: Sequence[Json]
) -> Iterator[bytes]:
    """The bytes of the ZIP file. `audio` returns the recording of a take, given its number."""
    pipe = _Pipe()
    with_audio = []
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("README.txt", _README)
        if enrolment is not None:
            file.writestr("neutral_voice.json", json.dumps(enrolment))
        if voices:
            file.writestr("voices.json", json.dumps(voices, ensure_ascii=False))
        with file.open("takes.json", "w", force_zip64=True) as entry:
            entry.write(b"[")
            for place, saved in enumerate(takes):
                entry.write((",\n" if place else "\n").encode() + _json(saved))
                if saved.take.has_audio:
                    with_audio.append(saved.take.id)
                yield pipe.take()
            entry.write(b"\n]\n")
        for number in with_audio:
            flac = audio(number)
            if flac is not None:  # deleted while the export was running
                file.writestr(audio_name(number), flac, zipfile.ZIP_STORED)
                yield pipe.take()
    yield pipe.take()


def audio_name(take_id: int) -> str:
    """The path of a take's recording in the ZIP file."""
    return f"audio/{take_id}.flac"


def _json(saved: TakeDocuments) -> bytes:
    take = saved.take
    entry = {
        "id": take.id,
        "saved_at": take.saved_at.isoformat(),
        "kind": take.kind,
        "target": take.target,
        "file": take.file,
        "name": take.name,
        "duration_s": take.duration_s,
        "model": take.model,
        **answer.values(take.claim),
        "target_probability": None if take.target_probability is None else round(take.target_probability, 4),
        "outcome": take.outcome,
        "audio": audio_name(take.id) if take.has_audio else None,
        "report": saved.report,
        "delivery": saved.delivery,
    }
    return json.dumps(entry, ensure_ascii=False).encode()
