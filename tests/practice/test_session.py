"""The stages of a session and the moves between them, without a page."""

import gc
import weakref
from datetime import UTC, datetime

import pytest

from ser_core.adaptation.enrolment import Enrolment
from ser_core.errors import AudioError
from ser_core.labels import Emotion
from ser_core.practice.delivery import judge_delivery
from ser_core.practice.session import MAX_TAKES, Enrolling, Finished, Full, Recording, Reviewing, Session
from ser_core.practice.take import Take, TakeResult
from ser_core.practice.task import Task
from ser_core.prosody import measure_prosody
from ser_core.records import Clip, Prediction, Report
from tests.prosody.voices import clip_of, steady

NOW = datetime(2026, 3, 1, 18, 30, tzinfo=UTC)
SAD = Task(Emotion.SAD, "It rains again", own_words=True)
VOICE = Enrolment({"pitch_median_hz": 120.0}, 8.0)
CLIP = clip_of(steady(120, 0.5))
PROSODY = measure_prosody(CLIP)
REPORT = Report("take.wav", 0.5, Prediction({Emotion.SAD: 1.0}, "m"), ())
DELIVERY = judge_delivery(PROSODY)


def made(session: Session) -> TakeResult:
    return TakeResult(Take(session.next_number, session.task, REPORT, DELIVERY, b"RIFF"), CLIP, PROSODY)


def at(stage: type) -> Session:
    """A session that has come to this stage with one take, or as many as fit."""
    session = Session()
    for _ in range(MAX_TAKES if stage is Full else 1):
        session.add(made(session))
        if stage is not Reviewing:
            session.next_take()
    if stage is Enrolling:
        session.begin_enrolment()
    elif stage is Finished:
        session.finish(NOW)
    assert isinstance(session.stage, stage)
    return session


MOVES = {
    "add": lambda session: session.add(made(session)),
    "next_take": Session.next_take,
    "begin_enrolment": Session.begin_enrolment,
    "leave_enrolment": Session.leave_enrolment,
    "enrol": lambda session: session.enrol(VOICE),
    "finish": lambda session: session.finish(NOW),
    "resume": Session.resume,
    "start_anew": Session.start_anew,
}
LEADS_TO = {
    (Recording, "add"): Reviewing,
    (Recording, "begin_enrolment"): Enrolling,
    (Recording, "finish"): Finished,
    (Reviewing, "next_take"): Recording,
    (Reviewing, "begin_enrolment"): Enrolling,
    (Reviewing, "finish"): Finished,
    (Enrolling, "leave_enrolment"): Recording,
    (Enrolling, "enrol"): Recording,
    (Enrolling, "begin_enrolment"): Enrolling,
    (Full, "begin_enrolment"): Enrolling,
    (Full, "finish"): Finished,
    (Finished, "resume"): Recording,
    (Finished, "start_anew"): Recording,
}


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("stage", [Recording, Reviewing, Enrolling, Full, Finished])
def test_each_move_from_each_stage(stage: type, move: str) -> None:
    session = at(stage)
    before = dict(vars(session))
    MOVES[move](session)
    if (stage, move) in LEADS_TO:
        assert isinstance(session.stage, LEADS_TO[stage, move])
    else:
        assert vars(session) == before  # a second click changes nothing


def test_a_take_is_added_and_shown() -> None:
    session = Session()
    session.choose(SAD)
    result = made(session)
    session.add(result)
    assert isinstance(session.stage, Reviewing)
    assert session.stage.result is result
    assert [(take.number, take.target) for take in session.takes] == [(1, Emotion.SAD)]
    assert session.next_number == 2


def test_a_full_session_takes_nothing_more() -> None:
    session = at(Full)
    assert len(session.takes) == MAX_TAKES
    for leave in (session.leave_enrolment, lambda: session.enrol(VOICE)):
        session.begin_enrolment()
        leave()
        assert isinstance(session.stage, Full)
    session.finish(NOW)
    session.resume()
    assert isinstance(session.stage, Full)


def test_without_a_take_there_is_nothing_to_finish() -> None:
    session = Session()
    session.finish(NOW)
    assert isinstance(session.stage, Recording)


def test_a_finished_session_knows_when_it_ended() -> None:
    assert at(Finished).stage == Finished(NOW)


def test_the_task_of_a_take_that_was_made_stays() -> None:
    session = at(Reviewing)
    session.choose(SAD)
    assert session.task == Task()


@pytest.mark.parametrize("move", ["add", "begin_enrolment", "finish"])
def test_a_problem_is_told_until_the_next_move(move: str) -> None:
    session = at(Recording)
    session.refuse(AudioError("silent"))
    assert str(session.problem) == "silent"
    assert isinstance(session.stage, Recording)
    MOVES[move](session)
    assert session.problem is None


def test_a_problem_holds_on_to_no_sound() -> None:
    session = Session()

    def refused() -> "weakref.ref[Clip]":
        clip = clip_of(steady(120, 0.5))
        try:
            try:
                raise ValueError
            except ValueError as cause:
                raise AudioError("silent") from cause
        except AudioError as error:
            session.refuse(error)
        return weakref.ref(clip)

    clip = refused()
    gc.collect()
    assert clip() is None
    assert str(session.problem) == "silent"


def test_a_neutral_voice_is_the_persons_until_they_keep_it() -> None:
    session = at(Enrolling)
    session.enrol(VOICE)
    assert (session.enrolment, session.enrolment_kept) == (VOICE, False)
    session.recall(VOICE, kept=True)
    assert session.enrolment_kept
    session.recall(None, kept=True)  # the profile holds none
    assert (session.enrolment, session.enrolment_kept) == (None, False)


def test_another_session_begins_without_takes_and_with_the_same_voice_and_task() -> None:
    session = Session()
    session.choose(SAD)
    session.recall(VOICE, kept=True)
    session.add(made(session))
    session.finish(NOW)
    session.start_anew()
    assert (session.number, session.takes, session.task) == (2, (), SAD)
    assert (session.enrolment, session.enrolment_kept) == (VOICE, True)
