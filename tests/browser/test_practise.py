"""Practice in a real browser, from the target to the last byte deleted."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Browser, BrowserContext, Page, expect

from ser_core.adaptation.enrolment import enrol
from ser_core.audio import read_clip
from ser_core.history.database import FILE_NAME
from ser_core.history.tables import AudioRow, ProfileRow, TakeRow
from tests.browser.conftest import FAKE_MICROPHONE, FAKE_PERMISSION, watched
from tests.browser.test_accessibility import violations
from tests.browser.test_analyse import at_rest
from tests.conftest import RATE_HZ
from tests.prosody.voices import syllables

pytestmark = pytest.mark.browser

# For a busy machine: a second or two are usual.
PATIENCE_MS = 60_000


@pytest.fixture
def practise(browser: Browser, server: str) -> Iterator[Page]:
    """The Practise page, reached from the home page as a person does."""
    expect.set_options(timeout=PATIENCE_MS)
    with watched(browser.new_context(viewport={"width": 1280, "height": 1600}, color_scheme="dark"), server) as page:
        page.get_by_role("link", name="Practise").click()
        expect(page.get_by_role("heading", name="Practise how you sound")).to_be_visible()
        page.get_by_role("button", name="I understand").click()
        yield page
    expect.set_options(timeout=5_000)


def record(page: Page, duration_s: float) -> None:
    """Speak into the microphone, which plays its file."""
    expect(page.get_by_text("Ready. Press the microphone to start.")).to_be_visible()
    icon = page.frame_locator("iframe[title^=audio_recorder]").locator("svg[role=button]")
    icon.click()
    expect(page.get_by_text("Recording. Press the microphone again to stop.")).to_be_visible()
    page.wait_for_timeout(1000 * duration_s)
    icon.click()


def take(page: Page) -> None:
    """Two seconds through the microphone, and what came of them."""
    record(page, 2.0)
    expect(page.locator(".st-key-answer").get_by_role("heading", level=2)).to_be_visible()


def open_pictures(page: Page) -> None:
    """Open the charts of a take, once the page is complete: a press while it is still drawn may be lost."""
    at_rest(page)
    page.get_by_text("Your voice in pictures").click()


def stored(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("history*"))


def rows(folder: Path) -> tuple[int, int]:
    """How many takes and recordings the server holds."""
    with closing(sqlite3.connect(f"file:{folder / FILE_NAME}?mode=ro", uri=True)) as database:
        counts = [database.execute(f"SELECT count(*) FROM {table.__tablename__}") for table in (TakeRow, AudioRow)]
        takes, recordings = (count.fetchone()[0] for count in counts)
    return takes, recordings


def test_from_the_target_to_the_last_byte_deleted(practise: Page, server_dir: Path) -> None:
    page = practise
    at_first = stored(server_dir)
    page.get_by_test_id("stButtonGroup").get_by_text("Angry", exact=True).click()
    expect(page.locator(".st-key-practise_task").get_by_text("Loud and tense")).to_be_visible()

    # A take, and what came of it: the answer, the pictures, and for each sentence a moment that plays.
    take(page)
    expect(page.get_by_text("Take 1: you aimed for angry")).to_be_visible()
    expect(page.get_by_text("What went well")).to_be_visible()
    open_pictures(page)
    for key in ("practise_contours", "practise_strips"):
        expect(page.locator(f".st-key-{key} .js-plotly-plot")).to_be_visible()
    assert violations(page) == []
    moments = page.locator(".st-key-practise_praise_0 audio, [class*=st-key-practise_change_] audio")
    assert 1 <= moments.count() <= 3
    for moment in moments.all():
        expect(moment).to_have_js_property("readyState", 4)
        assert 0 < moment.evaluate("audio => audio.duration") < 10

    # Another beside it, which is saved; until then nothing is stored.
    page.get_by_role("button", name="Try again").click()
    take(page)
    expect(page.get_by_role("columnheader", name="Take 2")).to_be_visible()
    assert stored(server_dir) == at_first
    page.get_by_text("Keep the audio too").click()
    page.get_by_role("button", name="Save this result").click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    # The report on both.
    page.get_by_role("button", name="Finish session").click()
    expect(page.get_by_text("of 2 takes came across")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Report as JSON").click()
    report = json.loads(download.value.path().read_text("utf-8"))
    assert [each["target"] for each in report["takes"]] == ["angry", "angry"]

    # In the History it is, with its sound, and what it was aimed for.
    page.get_by_role("link", name="History").click()
    expect(page.get_by_text("1 saved take", exact=True)).to_be_visible()
    page.get_by_text("aimed for Angry").click()
    kept = page.locator("audio")
    expect(kept).to_have_count(1)
    expect(page.get_by_text(re.compile("came across: |You aimed for angry, which got"))).to_be_visible()
    flac = page.request.get(kept.evaluate("audio => audio.currentSrc || audio.src")).body()
    assert flac.startswith(b"fLaC")
    # The recording of a microphone does not compress away: its bytes can be searched for.
    pieces = [flac[start : start + 32] for start in range(512, len(flac) - 32, 512)]
    assert len(pieces) > 20
    takes, recordings = rows(server_dir)
    kept_bytes = stored(server_dir)
    assert sum(piece in kept_bytes for piece in pieces) > 0.9 * len(pieces)

    # Deleted, it is gone: the line, the row, and every byte.
    # A run of the page that is still under way would close what is opened now.
    expect(page.locator("[data-test-script-state=running]")).to_have_count(0)
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("has been deleted")).to_be_visible()
    expect(page.get_by_text("Nothing saved yet")).to_be_visible()
    assert rows(server_dir) == (takes - 1, recordings - 1)
    left = stored(server_dir)
    assert sum(piece in left for piece in pieces) == 0


_KNOWN = re.compile(r"Your neutral voice is enrolled \(pitch around 1[12]\d Hz\)")


@pytest.fixture(scope="module")
def neutral_voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine seconds of a voice around 120 Hz in a room. No sample is 0, as in what a microphone gives."""
    samples = syllables(120, 120, 9.0)
    path = tmp_path_factory.mktemp("neutral") / "voice.wav"
    soundfile.write(path, samples + np.random.default_rng(0).normal(0.0, 1e-3, len(samples)), RATE_HZ)
    return path


@pytest.fixture
def speaker(launch: Callable[..., Browser], neutral_voice: Path) -> Iterator[BrowserContext]:
    """The browser of somebody with that voice."""
    browser = launch(FAKE_MICROPHONE, FAKE_PERMISSION, f"--use-file-for-fake-audio-capture={neutral_voice}")
    expect.set_options(timeout=PATIENCE_MS)
    yield browser.new_context(viewport={"width": 1280, "height": 1600})
    expect.set_options(timeout=5_000)
    browser.close()


def kept_voices(folder: Path) -> list[dict[str, Any]]:
    """The neutral voices that the server holds."""
    with closing(sqlite3.connect(f"file:{folder / FILE_NAME}?mode=ro", uri=True)) as database:
        held = database.execute(f"SELECT enrolment FROM {ProfileRow.__tablename__} WHERE enrolment IS NOT NULL")
        return [json.loads(content) for (content,) in held]


def test_the_neutral_voice_from_the_microphone_to_its_deletion(
    speaker: BrowserContext, server: str, server_dir: Path, neutral_voice: Path
) -> None:
    with watched(speaker, f"{server}/practise") as page:
        page.get_by_role("button", name="I understand").click()
        page.get_by_role("button", name="Record my neutral voice").click()
        expect(page.get_by_text("On weekdays I get up at seven")).to_be_visible()
        record(page, 5.0)
        expect(page.get_by_text(_KNOWN)).to_be_visible()

        # What the recorder gave is what was played: no gain of the browser's has made it louder.
        page.get_by_role("button", name="Keep it for next time").click()
        expect(page.get_by_text("Kept with your profile.")).to_be_visible()
        (kept,) = kept_voices(server_dir)
        truth = enrol(read_clip(neutral_voice)).values
        assert abs(kept["values"]["pitch_median_hz"] - truth["pitch_median_hz"]) < 3.0
        assert abs(kept["values"]["loudness_lufs"] - truth["loudness_lufs"]) < 0.5

        # A take of the same voice lies where the neutral one does.
        take(page)
        open_pictures(page)
        among_others = page.locator(".st-key-practise_strips").get_by_role("figure")
        expect(among_others).to_have_accessible_name(re.compile("Pitch 0 semitones from your neutral voice"))

        # Another visit finds it, and the History deletes it with all else.
        page.goto(f"{server}/practise")
        expect(page.get_by_text(_KNOWN)).to_be_visible()
        page.goto(f"{server}/history")
        page.get_by_role("button", name="Delete everything").click()
        expect(page.get_by_text("This deletes your neutral voice, including all audio")).to_be_visible()
        page.get_by_role("button", name="Delete everything for good").click()
        expect(page.get_by_text("Everything has been deleted.")).to_be_visible()
        assert kept_voices(server_dir) == []
