import hashlib
import io
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import soundfile
from sqlalchemy import text

from ser_core.adaptation.enrolment import Enrolment
from ser_core.adaptation.voices import KnownVoice, Labelled
from ser_core.claim import Claim, ClaimKind
from ser_core.config import Settings
from ser_core.errors import HistoryError, SerError
from ser_core.history import NewTake, Wanted, account_owner, new_token, open_history, store, token_owner
from ser_core.history.cleaning import to_flac
from ser_core.history.database import FILE_NAME
from ser_core.history.rows import to_row
from ser_core.history.saved_takes import MAX_AUDIO_S
from ser_core.history.store import FORGOTTEN_AFTER, MAX_VOICES, History
from ser_core.labels import Emotion
from ser_core.records import Clip, Prediction
from ser_core.text.outcome import Outcome
from tests.history.conftest import a_delivery, a_practice, a_report, noise

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
Maker = Callable[[], int]


def test_a_practice_comes_back_as_it_was_saved(history: History, new_profile: Maker) -> None:
    profile = new_profile()
    report = a_report(Emotion.CALM, file="Übung <b>*1*</b>.wav", duration_s=2.5)
    delivery = a_delivery(Emotion.SAD, "Lauter.", pitch_median_hz=201.5, hnr_db=None)
    clip = noise()
    number = history.save_take(profile, NewTake(report, delivery, clip), now=NOON)

    (take,) = history.takes(profile)
    assert (take.id, take.saved_at, take.kind) == (number, NOON, "practice")
    assert take.target is Emotion.SAD
    assert take.claim == Claim(ClaimKind.ONE_EMOTION, ((Emotion.CALM, 0.65), (Emotion.NEUTRAL, 0.05)))
    assert (take.target_probability, take.outcome) == (0.05, Outcome.HEARD_OTHERWISE)
    assert (take.file, take.duration_s, take.model) == ("Übung <b>*1*</b>.wav", 2.5, "crnn")
    details = history.details(profile, number)
    assert details is not None
    assert (details.take, details.prediction) == (take, report.prediction)
    assert list(details.prediction.scores) == list(Emotion)  # in the order given
    assert details.values == {"pitch_median_hz": 201.5}
    assert details.advice == delivery.advice
    flac = history.audio(profile, number)
    assert flac is not None
    samples, rate_hz = soundfile.read(io.BytesIO(flac), dtype="float32")
    assert rate_hz == 16_000
    np.testing.assert_allclose(samples, clip.samples, atol=1 / 32768)


def test_audio_is_kept_only_when_asked(history: History, new_profile: Maker) -> None:
    profile = new_profile()
    number = history.save_take(profile, NewTake(a_report()))
    (take,) = history.takes(profile)
    assert not take.has_audio
    assert take.target is None
    assert history.audio(profile, number) is None


def test_the_newest_comes_first_and_pages_do_not_overlap(history: History, new_profile: Maker) -> None:
    profile = new_profile()
    moments = [NOON + timedelta(minutes=minute) for minute in (3, 1, 2, 2, 0)]
    numbers = [history.save_take(profile, a_practice(), now=moment) for moment in moments]
    expected = [numbers[place] for place in (0, 3, 2, 1, 4)]
    pages = [history.takes(profile, limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    assert [take.id for page in pages for take in page] == expected
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert history.count(profile) == 5


def test_progress_follows_days_where_the_person_is(history: History, new_profile: Maker) -> None:
    profile = new_profile()
    history.save_take(profile, a_practice(), now=NOON)
    history.save_take(profile, a_practice(delivery=a_delivery(pitch_median_hz=100.0)), now=NOON + timedelta(hours=8))
    history.save_take(profile, NewTake(a_report()), now=NOON)
    series = history.progress(profile, ZoneInfo("Asia/Tokyo"))  # 21:00 and 05:00 of the day after
    assert [(point.day.day, point.target, point.came_across) for point in series.by_emotion] == [
        (1, Emotion.ANGRY, 1),
        (2, Emotion.ANGRY, 1),
    ]
    assert [(point.day.day, point.mean) for point in series.by_value] == [(1, 200.0), (2, 100.0)]


def test_a_profile_is_made_only_for_somebody_who_saves(history: History) -> None:
    owner = token_owner(new_token())
    assert history.find_profile(owner) is None
    profile = history.open_profile(owner)
    assert history.find_profile(owner) == profile == history.open_profile(owner)


def test_an_account_has_the_same_profile_from_every_browser(history: History) -> None:
    profile = history.open_profile(account_owner("https://id.example", "42"))
    assert history.open_profile(account_owner("https://id.example", "42")) == profile
    assert history.open_profile(account_owner("https://id.example", "43")) != profile


def test_the_database_does_not_hold_the_token(history: History, settings: Settings) -> None:
    token = new_token()
    history.open_profile(token_owner(token))
    if settings.database_url is None:
        with sqlite3.connect(settings.data_dir / FILE_NAME) as connection:
            (owner,) = connection.execute("SELECT owner FROM profiles").fetchone()
        history.close()
        content = b"".join(path.read_bytes() for path in settings.data_dir.iterdir())
        assert owner in content
        assert token.encode() not in content


def test_two_tabs_that_save_first_share_one_profile(history: History) -> None:
    owner = token_owner(new_token())
    found: list[int] = []
    start = threading.Barrier(4)

    def open_it() -> None:
        start.wait()
        found.append(history.open_profile(owner))

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_several_threads_save_at_once(history: History, new_profile: Maker) -> None:
    profile = new_profile()
    errors: list[BaseException] = []

    def save(seed: int) -> None:
        try:
            for _ in range(5):
                history.save_take(profile, a_practice(audio=noise(0.5, seed)))
        except BaseException as error:  # noqa: BLE001 - reported by the test below
            errors.append(error)

    threads = [threading.Thread(target=save, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert history.count(profile) == 20


def test_a_second_server_sees_a_deletion_at_once(history: History, settings: Settings, new_profile: Maker) -> None:
    profile = new_profile()
    number = history.save_take(profile, a_practice(audio=noise()))
    other = open_history(settings)
    try:
        assert other.audio(profile, number) is not None
        history.delete_take(profile, number)
        assert other.takes(profile) == ()
        assert other.audio(profile, number) is None
    finally:
        other.close()


def test_deleting_one_leaves_the_others(history: History, new_profile: Maker) -> None:
    profile = new_profile()
    kept, gone = (history.save_take(profile, a_practice(audio=noise(seed=seed))) for seed in (1, 2))
    history.delete_take(profile, gone)
    assert [take.id for take in history.takes(profile)] == [kept]
    assert history.audio(profile, kept) == to_flac(noise(seed=1))
    assert history.details(profile, gone) is None


def test_deleting_a_profile_leaves_other_people_alone(history: History, new_profile: Maker) -> None:
    mine, theirs = new_profile(), new_profile()
    for profile in (mine, mine, theirs):
        history.save_take(profile, a_practice(audio=noise()))
    history.delete_profile(mine)
    assert (history.count(mine), history.count(theirs)) == (0, 1)
    with pytest.raises(HistoryError, match="has been deleted"):
        history.save_take(mine, a_practice())


def test_numbers_are_not_given_out_again(history: History, new_profile: Maker) -> None:
    # A page that still shows a deleted take must not play or delete another in its place.
    profile = new_profile()
    first = history.save_take(profile, a_practice())
    history.delete_take(profile, first)
    assert history.save_take(profile, a_practice()) != first
    history.delete_profile(profile)
    assert new_profile() != profile


def test_a_neutral_voice_is_kept_replaced_and_forgotten(history: History, new_profile: Maker) -> None:
    profile, other = new_profile(), new_profile()
    assert history.enrolment(profile) is None
    for pitch_hz in (180.0, 190.0):
        history.save_enrolment(profile, Enrolment({"pitch_median_hz": pitch_hz}, 8.0))
    assert history.enrolment(profile) == Enrolment({"pitch_median_hz": 190.0}, 8.0)
    assert (history.has_enrolment(profile), history.has_enrolment(other)) == (True, False)
    history.save_enrolment(profile, None)
    assert history.enrolment(profile) is None
    history.delete_profile(profile)
    with pytest.raises(HistoryError, match="has been deleted"):
        history.save_enrolment(profile, Enrolment({}, 8.0))


def a_voice(name: str, *meant: Emotion) -> KnownVoice:
    heard = Prediction(dict.fromkeys(Emotion, 1 / len(Emotion)), "crnn")
    return KnownVoice(name, tuple(Labelled(f"{i:064x}", heard, each) for i, each in enumerate(meant)))


def test_voices_are_kept_replaced_and_forgotten_by_name(history: History, new_profile: Maker) -> None:
    profile, other = new_profile(), new_profile()
    assert history.voices(profile) == ()
    history.save_voice(profile, a_voice("Anna", Emotion.SAD))
    history.save_voice(profile, a_voice("Ben"))
    history.save_voice(profile, a_voice("Anna", Emotion.SAD, Emotion.HAPPY))
    kept = {voice.name: voice for voice in history.voices(profile)}
    assert set(kept) == {"Anna", "Ben"}
    assert [each.meant for each in kept["Anna"].labelled] == [Emotion.SAD, Emotion.HAPPY]
    assert history.voices(other) == ()
    history.forget_voice(profile, "Ben")
    history.forget_voice(profile, "Nobody")
    assert [voice.name for voice in history.voices(profile)] == ["Anna"]
    for number in range(MAX_VOICES - 1):
        history.save_voice(profile, a_voice(f"Voice {number}"))
    with pytest.raises(HistoryError, match="20 voices already"):
        history.save_voice(profile, a_voice("One more"))
    history.delete_profile(profile)
    with pytest.raises(HistoryError, match="has been deleted"):
        history.save_voice(profile, a_voice("Anna"))


def test_a_take_is_renamed_and_found_by_its_name(history: History, new_profile: Maker) -> None:
    profile = new_profile()
    plain = history.save_take(profile, NewTake(a_report(file="Call 100%.wav")))
    named = history.save_take(profile, NewTake(a_report(Emotion.SAD, file="b.wav")))
    history.rename_take(profile, named, "  My first\n try ")
    history.rename_take(new_profile(), plain, "somebody else's")
    assert [take.name for take in history.takes(profile)] == ["My first try", "Call 100%.wav"]
    for words, found in (("FIRST", [named]), ("100%", [plain]), ("_", []), ("b.wav", []), ("", [named, plain])):
        wanted = Wanted(text=words)
        assert [take.id for take in history.takes(profile, wanted=wanted)] == found
        assert history.count(profile, wanted) == len(found)
    history.rename_take(profile, named, " ")
    assert history.takes(profile)[0].name == "b.wav"


def test_takes_are_found_by_what_was_heard_and_by_their_kind(history: History, new_profile: Maker) -> None:
    profile = new_profile()
    scores = dict.fromkeys(Emotion, 0.01) | {Emotion.SAD: 0.5, Emotion.ANGRY: 0.43}
    tied = replace(a_report(), prediction=Prediction(scores, "crnn", ClaimKind.NEAR_TIE))
    unsure = replace(a_report(), prediction=Prediction(scores, "crnn", ClaimKind.UNSURE))
    numbers = [
        history.save_take(profile, take)
        for take in (NewTake(tied), NewTake(unsure), NewTake(a_report(Emotion.SAD)), a_practice())
    ]
    tie, _, sad, practice = numbers

    def found(**wanted: Any) -> set[int]:
        return {take.id for take in history.takes(profile, wanted=Wanted(**wanted))}

    assert found(heard=Emotion.SAD) == {tie, sad}
    assert found(heard=Emotion.ANGRY) == {tie, practice}
    assert found(kind="practice") == {practice}
    assert found(kind="analysis", heard=Emotion.ANGRY) == {tie}


def test_a_deleted_take_is_put_back_as_it_was(history: History, new_profile: Maker) -> None:
    profile = new_profile()
    number = history.save_take(profile, a_practice(audio=noise()))
    history.rename_take(profile, number, "mine")
    before, audio = history.details(profile, number), history.audio(profile, number)
    deleted = history.delete_take(profile, number)
    assert deleted is not None
    assert history.count(profile) == 0
    with pytest.raises(HistoryError, match="another profile"):
        history.restore_take(new_profile(), deleted)
    history.restore_take(profile, deleted)
    assert history.details(profile, number) == before
    assert history.audio(profile, number) == audio
    assert history.delete_take(profile, number + 1) is None
    assert history.save_take(profile, a_practice()) > number


def test_a_neutral_voice_that_cannot_be_used_is_there_to_be_deleted(history: History, new_profile: Maker) -> None:
    profile = new_profile()
    history.save_enrolment(profile, Enrolment({}, 8.0))  # without the pitch that all else stands on
    assert history.has_enrolment(profile)
    with pytest.raises(SerError, match="has no pitch"):
        history.enrolment(profile)


def test_profiles_nobody_can_reach_any_more_are_deleted(history: History) -> None:
    browser, account = token_owner(new_token()), account_owner("https://id.example", "42")
    lost = history.open_profile(browser, now=NOON)
    signed_in = history.open_profile(account, now=NOON)
    for profile in (lost, signed_in):
        history.save_take(profile, a_practice())
    for day in range(FORGOTTEN_AFTER.days + 1):
        history.find_profile(account, now=NOON + timedelta(days=day))
    history.open_profile(token_owner(new_token()), now=NOON + FORGOTTEN_AFTER + timedelta(days=1))
    assert history.find_profile(browser, now=NOON) is None
    assert history.count(lost) == 0
    assert history.count(signed_in) == 1  # an account can still be signed in to


@pytest.mark.parametrize("wrong", [timedelta(days=500), timedelta(days=9000), timedelta(days=-500)])
def test_a_wrong_clock_deletes_nothing(history: History, wrong: timedelta) -> None:
    mine, theirs = token_owner(new_token()), token_owner(new_token())
    kept = history.open_profile(mine, now=NOON)
    history.save_take(kept, a_practice(), now=NOON)
    # Some weeks with a clock that is wrong, and jumps to and fro: somebody saves something each day.
    for day in range(20):
        for moment in (NOON + wrong + timedelta(days=day), NOON + timedelta(days=day)):
            history.save_take(history.open_profile(theirs, now=moment), a_practice(), now=moment)
    history.open_profile(token_owner(new_token()), now=NOON + wrong)
    assert history.find_profile(mine, now=NOON + wrong) == kept
    assert history.count(kept) == 1


def test_days_are_counted_once_however_many_servers_count(history: History, settings: Settings) -> None:
    owner = token_owner(new_token())
    other = open_history(settings)
    for day in (0, 0, 1, 1, 2, 1, 2):
        for each in (history, other):
            each.find_profile(owner, now=NOON + timedelta(days=day))
    with history._engine.connect() as connection:
        assert connection.scalar(text("SELECT days FROM usage")) in (5, 6)  # three days, and two steps of the clock
    other.close()


def test_a_visit_keeps_a_profile(history: History) -> None:
    owner = token_owner(new_token())
    profile = history.open_profile(owner, now=NOON)
    assert history.find_profile(owner, now=NOON + timedelta(days=300)) == profile
    history.open_profile(token_owner(new_token()), now=NOON + FORGOTTEN_AFTER + timedelta(days=1))
    assert history.find_profile(owner, now=NOON + FORGOTTEN_AFTER) == profile


def test_a_full_profile_says_so(history: History, new_profile: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = new_profile()
    monkeypatch.setattr(store, "MAX_PROFILE_BYTES", 100_000)
    history.save_take(profile, a_practice(audio=noise(2)))  # 64 kB of samples in 16 bits
    with pytest.raises(HistoryError, match="profile is full"):
        history.save_take(profile, a_practice(audio=noise(2)))
    number = history.save_take(profile, a_practice())  # without audio there is room
    monkeypatch.setattr(store, "MAX_TAKES", 2)
    with pytest.raises(HistoryError, match="profile is full: it holds 2 takes"):
        history.save_take(profile, a_practice())
    history.delete_take(profile, number)
    history.save_take(profile, a_practice())


def test_a_recording_too_long_to_keep_is_refused(history: History, new_profile: Maker) -> None:
    long = Clip(np.zeros(int(MAX_AUDIO_S * 10) + 10, dtype=np.float32), 10)
    with pytest.raises(HistoryError, match="Save the result without the audio"):
        history.save_take(new_profile(), a_practice(audio=long))


def test_a_practice_needs_its_target() -> None:
    with pytest.raises(HistoryError, match="emotion it aimed for"):
        to_row(1, a_practice(delivery=a_delivery(None)), NOON)


def test_strange_file_names_are_text_everywhere(history: History, new_profile: Maker) -> None:
    profile = new_profile()
    for name in ("../../etc/passwd", "'; DROP TABLE takes; --", "nul\x00\ud800.wav", "a" * 5000, ""):
        history.save_take(profile, NewTake(a_report(file=name)), now=NOON)
    names = [take.file for take in history.takes(profile)]
    assert names == ["", "a" * 255, "nul\ufffd\ufffd.wav", "'; DROP TABLE takes; --", "../../etc/passwd"]


def test_saving_without_a_profile_is_refused_and_leaves_nothing(history: History) -> None:
    with pytest.raises(HistoryError, match="has been deleted"):
        history.save_take(12345, a_practice(audio=noise()))
    assert history.count(12345) == 0


def test_the_flac_is_the_same_every_time() -> None:
    digests = {hashlib.sha256(to_flac(noise())).hexdigest() for _ in range(2)}
    assert len(digests) == 1
