"""Work in the background: progress, results, errors, and an end when nobody wants it."""

import gc
import threading

import pytest

from ser_core.errors import AudioError, NoSpeechError
from ui.conversations.job import Job, Tell


def test_what_the_work_returns_is_the_result():
    job = Job(lambda tell: "done")
    assert job.wait(10)
    assert (job.is_over, job.result, job.error) == (True, "done", None)


def test_progress_is_told_with_the_time_left():
    half, go_on = threading.Event(), threading.Event()

    def work(tell: Tell) -> None:
        tell(0.5)
        half.set()
        go_on.wait(10)

    job = Job(work)
    assert half.wait(10)
    assert job.has_begun
    assert job.share == 0.5
    assert job.left_s is not None
    assert 0 <= job.left_s < 10
    go_on.set()
    assert job.wait(10)


def test_errors_of_ours_are_kept_without_the_sound_and_bugs_as_they_are():
    def no_speech(tell: Tell) -> None:
        raise NoSpeechError(3.0)

    def refused(tell: Tell) -> None:
        raise AudioError("It is empty.")

    def broken(tell: Tell) -> None:
        raise ZeroDivisionError

    jobs = [Job(work) for work in (no_speech, refused, broken)]
    assert all(job.wait(10) for job in jobs)
    assert isinstance(jobs[0].error, NoSpeechError)
    assert (jobs[0].error.duration_s, jobs[0].error.__traceback__) == (3.0, None)
    assert (type(jobs[1].error), str(jobs[1].error)) == (AudioError, "It is empty.")
    assert isinstance(jobs[2].error, ZeroDivisionError)


@pytest.mark.parametrize("how", ["cancelled", "let go of"])
def test_work_that_nobody_wants_ends(how):
    begun, ended = threading.Event(), threading.Event()

    def work(tell: Tell) -> None:
        begun.set()
        try:
            while True:
                tell(0.1)
        finally:
            ended.set()

    job: Job[None] | None = Job(work)
    assert begun.wait(10)
    if how == "cancelled":
        job.cancel()
        assert job.is_over
        assert job.wait(10)
        assert job.result is None
    else:
        job = None
        gc.collect()
    assert ended.wait(10)


def test_others_wait_until_it_is_their_turn():
    go_on = threading.Event()
    jobs = [Job(lambda tell: go_on.wait(10)) for _ in range(2)]
    third = Job(lambda tell: "third")
    assert not third.wait(0.6)
    assert not third.has_begun
    go_on.set()
    assert all(job.wait(10) for job in (*jobs, third))
    assert third.result == "third"
