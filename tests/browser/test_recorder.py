"""The recorder: level, clock, pause, listening back, discard, and a word about a level that is wrong."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Browser, Locator, Page, Request, expect

from ser_core import audio
from tests.browser.conftest import FAKE_MICROPHONE, FAKE_PERMISSION, watched
from tests.browser.test_analyse import answer, choose

pytestmark = pytest.mark.browser

MOVED = "meter => meter.value > 0.2"


def icon(page: Page) -> Locator:
    return page.frame_locator("iframe[title^=audio_recorder]").locator("svg[role=button]")


def begin(page: Page) -> None:
    choose(page, "Record")
    expect(page.get_by_text("Ready. Press the microphone to start.")).to_be_visible()
    icon(page).click()
    expect(page.get_by_text("Recording. Press the microphone again to stop.")).to_be_visible()


def handed_over(page: Page) -> list[Request]:
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if "/recording/" in request.url else None)
    return sent


def test_it_shows_level_and_time_and_what_was_said_while_it_paused_is_not_in_it(page: Page) -> None:
    sent = handed_over(page)
    begin(page)
    meter, clock = page.get_by_role("meter", name="Level of the microphone"), page.locator("[data-clock]")
    expect(meter).to_be_visible()
    expect(clock).to_have_text("0:02 of 1:00")
    assert any(meter.evaluate(MOVED) or page.wait_for_timeout(50) for _ in range(100))
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused. Listen to it")).to_be_visible()
    listen = page.locator("[data-listen]")
    expect(listen).to_be_visible()
    so_far_s = listen.evaluate("async (audio) => { await audio.play(); audio.pause(); return audio.duration; }")
    assert so_far_s > 1.9
    page.wait_for_timeout(1500)
    page.get_by_role("button", name="Go on").click()
    expect(clock).to_have_text("0:03 of 1:00")
    before_s = float(page.evaluate("performance.now()")) / 1000
    icon(page).click()
    answer(page)
    made_s = audio.read_clip(sent[0].post_data_buffer or b"").duration_s
    took_s = float(page.evaluate("performance.now()")) / 1000 - before_s
    # The pause would have made it longer by a second and a half.
    assert 2.9 < made_s < 4.2 + took_s


def test_what_is_discarded_is_not_sent_and_the_next_is(page: Page) -> None:
    sent = handed_over(page)
    begin(page)
    expect(page.locator("[data-clock]")).to_have_text("0:01 of 1:00")
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("Discarded. Nothing of it was sent.")).to_be_visible()
    expect(page.get_by_role("button", name="Pause")).to_be_hidden()
    page.wait_for_timeout(500)
    assert sent == []
    icon(page).click()
    expect(page.locator("[data-clock]")).to_have_text("0:01 of 1:00")
    icon(page).click()
    answer(page)
    assert len(sent) == 1


@pytest.mark.parametrize(
    "level, said", [(0.001, "Very quiet. Speak up"), (40.0, "Too loud, it clips")], ids=["quiet", "clipping"]
)
def test_a_level_that_is_wrong_is_told_while_one_records(
    launch: Callable[..., Browser],
    server: str,
    voice: tuple[np.ndarray, int],
    tmp_path: Path,
    level: float,
    said: str,
) -> None:
    samples, rate_hz = voice
    heard = tmp_path / "heard.wav"
    soundfile.write(heard, (level * samples).clip(-1, 1), rate_hz)
    browser = launch(FAKE_MICROPHONE, FAKE_PERMISSION, f"--use-file-for-fake-audio-capture={heard}")
    try:
        with watched(browser.new_context(), server) as page:
            begin(page)
            expect(page.get_by_text(said)).to_be_visible()
    finally:
        browser.close()
