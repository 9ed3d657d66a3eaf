import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from ser_core.adaptation.enrolment import Enrolment
from ser_core.adaptation.voices import KnownVoice, Labelled
from ser_core.history import NewTake
from ser_core.history.cleaning import to_flac
from ser_core.history.store import History
from ser_core.labels import Emotion
from ser_core.recognition.analyse import report_dict
from ser_core.records import Prediction
from tests.history.conftest import a_delivery, a_practice, a_report, noise

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
Maker = Callable[[], int]


def _open(history: History, profile: int) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(history.export(profile))))


def test_an_export_holds_everything(history: History, new_profile: Maker) -> None:
    profile = new_profile()
    report = a_report(Emotion.CALM, file="Übung.wav")
    practice = NewTake(report, a_delivery(Emotion.SAD, "Speak up."), noise())
    first = history.save_take(profile, practice, now=NOON)
    second = history.save_take(profile, NewTake(a_report()))
    with _open(history, profile) as file:
        assert file.testzip() is None
        assert set(file.namelist()) == {"README.txt", "takes.json", f"audio/{first}.flac"}
        assert file.read(f"audio/{first}.flac") == to_flac(noise())
        entries = json.loads(file.read("takes.json"))
    assert [entry["id"] for entry in entries] == [first, second]
    assert entries[0] == {
        "id": first,
        "saved_at": "2026-03-01T12:00:00+00:00",
        "kind": "practice",
        "target": "sad",
        "file": "Übung.wav",
        "name": "Übung.wav",
        "duration_s": 1.0,
        "model": "crnn",
        "emotion": "calm",
        "confidence": 0.65,
        "speech": True,
        "unsure": False,
        "pair": None,
        "target_probability": 0.05,
        "outcome": "heard otherwise",
        "audio": f"audio/{first}.flac",
        "report": report_dict(report),
        "delivery": a_delivery(Emotion.SAD, "Speak up.").to_dict(),
    }
    assert (entries[1]["audio"], entries[1]["outcome"]) == (None, None)


def test_an_empty_profile_exports_an_empty_list(history: History, new_profile: Maker) -> None:
    with _open(history, new_profile()) as file:
        assert json.loads(file.read("takes.json")) == []


def test_a_neutral_voice_is_part_of_everything(history: History, new_profile: Maker) -> None:
    profile = new_profile()
    voice = Enrolment({"pitch_median_hz": 180.0}, 8.0)
    history.save_enrolment(profile, voice)
    with _open(history, profile) as file:
        assert Enrolment.from_dict(json.loads(file.read("neutral_voice.json"))) == voice


def test_the_voices_are_part_of_everything(history: History, new_profile: Maker) -> None:
    profile = new_profile()
    voice = KnownVoice("Anna", (Labelled("ab", Prediction({Emotion.SAD: 1.0}, "crnn"), Emotion.SAD),))
    history.save_voice(profile, voice)
    with _open(history, profile) as file:
        assert [KnownVoice.from_dict(each) for each in json.loads(file.read("voices.json"))] == [voice]


def test_a_take_deleted_during_the_export_is_left_out(history: History, new_profile: Maker) -> None:
    profile = new_profile()
    takes = [history.save_take(profile, a_practice(audio=noise(seed=seed))) for seed in range(3)]
    pieces = history.export(profile)
    received = [next(pieces)]
    history.delete_take(profile, takes[2])
    received += pieces
    with zipfile.ZipFile(io.BytesIO(b"".join(received))) as file:
        assert file.testzip() is None
        assert {entry["id"] for entry in json.loads(file.read("takes.json"))} == set(takes[:2])


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_memory_stays_at_a_few_recordings(history: History, new_profile: Maker) -> None:
    profile = new_profile()
    clip = noise(60)  # 1.7 MB of FLAC each
    for _ in range(12):
        history.save_take(profile, a_practice(audio=clip))
    one = len(to_flac(clip))
    tracemalloc.start()
    total = sum(len(piece) for piece in history.export(profile))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total > 12 * one
    # The recording itself, the copy that the writer makes and the piece given away, and room for one more.
    assert peak < 5 * one
