"""The home page in a real browser: every way in, every way out, and what a person sees when something is wrong."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from ser_core.labels import Emotion
from ser_core.recognition.analyse import analyse
from ser_core.text.answer import headline
from tests.browser.conftest import FAKE_MICROPHONE, FOREIGN_HOST, watched
from ui.shared.text import name_of
from ui.stage.microphone import EXPLANATIONS, Problem

pytestmark = pytest.mark.browser

NAMES = [name_of(emotion) for emotion in Emotion]
HOSTILE = "**x**<script>alert(1)<|script> :smile: `y` $z$ [a](b).wav"


def answer(page: Page) -> Locator:
    """The heading of the answer, once it is there."""
    heading = page.locator(".st-key-answer").get_by_role("heading", level=2)
    expect(heading).to_be_visible()
    return heading


def upload(page: Page, name: str, content: bytes) -> None:
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": content})


def choose(page: Page, way: str) -> None:
    page.get_by_test_id("stButtonGroup").get_by_text(way, exact=True).click()


def expected(content: bytes) -> str:
    prediction = analyse(content).prediction
    return headline(prediction.claim)


@pytest.mark.parametrize("container", ["WAV", "MP3", "OGG", "FLAC"])
def test_an_upload_ends_in_a_visible_emotion(page: Page, recording: Callable[[str], bytes], container: str) -> None:
    content = recording(container)
    upload(page, f"voice.{container.lower()}", content)
    assert answer(page).inner_text() == expected(content)
    expect(page.locator(".ser-face img")).to_be_visible()
    bars = page.locator(".st-key-answer .js-plotly-plot")
    for name in NAMES:
        expect(bars.get_by_text(name, exact=True)).to_be_visible()


def test_a_recording_ends_in_a_visible_emotion_and_the_next_begins_empty(page: Page) -> None:
    choose(page, "Record")
    for take in (1, 2):
        icon = page.frame_locator("iframe[title^=audio_recorder]").locator("svg[role=button]")
        expect(page.get_by_text("Ready. Press the microphone to start.")).to_be_visible()
        icon.click()
        expect(page.get_by_text("Recording. Press the microphone again to stop.")).to_be_visible()
        page.wait_for_timeout(1500)
        icon.click()
        expect(page.get_by_text(f"Recording {take}.wav")).to_be_visible()
        assert answer(page).inner_text() in {*NAMES, "Unsure"}


def test_the_recorder_is_worked_by_keyboard(page: Page) -> None:
    choose(page, "Record")
    icon = page.frame_locator("iframe[title^=audio_recorder]").get_by_role("button", name="Start recording")
    icon.focus()
    page.keyboard.press("Enter")
    stop = page.frame_locator("iframe[title^=audio_recorder]").get_by_role("button", name="Stop recording")
    expect(stop).to_be_visible()
    page.wait_for_timeout(1500)
    page.keyboard.press("Space")
    answer(page)


def test_the_plain_recorder_works_as_well(page: Page) -> None:
    choose(page, "Record")
    page.get_by_text("Use the browser's plain recorder").click()
    page.get_by_role("button", name="Record", exact=True).click()
    page.wait_for_timeout(1500)
    page.get_by_role("button", name="Stop recording").click()
    assert answer(page).inner_text() in {*NAMES, "Unsure"}


def test_a_sample_is_answered_and_called_synthetic(page: Page) -> None:
    choose(page, "Samples")
    choose(page, "Loud and hard")
    answer(page)
    expect(page.locator(".ser-recording")).to_contain_text("made with espeak-ng")


def test_predictions_adapt_to_a_voice(page: Page) -> None:
    choose(page, "Samples")
    choose(page, "Loud and hard")
    answer(page)
    page.get_by_text("Wrong about this voice? Adapt it").click()
    page.get_by_role("combobox", name="How was this recording meant?").press("ArrowDown")
    page.get_by_role("option", name="Sad").click()
    page.get_by_role("button", name="Adapt to this voice").click()
    expect(page.get_by_text("Named so far: sad.")).to_be_visible()
    choose(page, "Slow and low")
    expect(page.get_by_text("Adapted to this voice by one recording that you named.")).to_be_visible()
    page.get_by_role("button", name="Forget this voice").click()
    expect(page.get_by_text("Adapted to this voice")).to_have_count(0)


@pytest.mark.parametrize(
    "arguments, host, problem",
    [
        ([], "localhost", Problem.NO_DEVICE),
        ([FAKE_MICROPHONE, "--deny-permission-prompts"], "localhost", Problem.DENIED),
        ([FAKE_MICROPHONE], FOREIGN_HOST, Problem.INSECURE),
    ],
)
def test_a_dead_microphone_is_explained(
    launch: Callable[..., Browser], server: str, arguments: list[str], host: str, problem: Problem
) -> None:
    browser = launch(*arguments)
    try:
        with watched(browser.new_context(), server.replace("localhost", host)) as page:
            choose(page, "Record")
            if problem is Problem.DENIED:
                page.frame_locator("iframe[title^=audio_recorder]").locator("svg[role=button]").click()
            alert = page.get_by_role("alert").filter(has_text=EXPLANATIONS[problem][0])
            expect(alert).to_be_visible()
            expect(alert).to_contain_text(EXPLANATIONS[problem][1])
            expect(page.locator("iframe[title^=audio_recorder]")).to_have_count(0)
    finally:
        browser.close()


def test_a_microphone_that_does_not_start_can_be_tried_again(browser: Browser, server: str) -> None:
    context = browser.new_context()
    context.add_init_script(
        "const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);"
        "navigator.mediaDevices.getUserMedia = async (wish) => {"
        " if (sessionStorage.failed) return ask(wish);"
        " sessionStorage.failed = 'yes'; throw new DOMException('in use', 'NotReadableError'); };"
    )
    with watched(context, server) as page:
        choose(page, "Record")
        icon = page.frame_locator("iframe[title^=audio_recorder]").locator("svg[role=button]")
        icon.click()
        expect(page.get_by_role("alert").filter(has_text=EXPLANATIONS[Problem.FAILED][0])).to_be_visible()
        page.get_by_role("button", name="Try again").click()
        icon.click()
        page.wait_for_timeout(1500)
        icon.click()
        answer(page)


def test_a_hostile_name_is_shown_as_it_is(page: Page, recording: Callable[[str], bytes]) -> None:
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    upload(page, HOSTILE, recording("WAV"))
    answer(page)
    assert page.locator(".ser-recording").inner_text() == HOSTILE
    assert page.locator(".stMain script").count() == 0


def test_a_file_that_the_uploader_refuses_is_told_of_in_words(page: Page, recording: Callable[[str], bytes]) -> None:
    uploader = page.get_by_test_id("stFileUploader")
    said = "element => getComputedStyle(element, '::after').content"
    upload(page, "notes.txt", b"Milk, bread, two apples. ")
    expect(page.get_by_test_id("stFileChipIconError")).to_be_visible()
    assert "This file was not taken" in uploader.evaluate(said)
    upload(page, "voice.wav", recording("WAV"))
    answer(page)
    assert uploader.evaluate(said) == "none"


def test_a_file_that_is_no_sound_is_refused_kindly(page: Page) -> None:
    upload(page, "notes.wav", b"Milk, bread, two apples. " * 100)
    expect(page.get_by_test_id("stAlert")).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_the_report_is_downloaded_and_can_be_read(
    page: Page, recording: Callable[[str], bytes], tmp_path: Path
) -> None:
    upload(page, "my voice.wav", recording("WAV"))
    heard = answer(page).inner_text()
    with page.expect_download() as download:
        page.get_by_role("button", name="Report as JSON").click()
    assert download.value.suggested_filename == "my_voice-emotion.json"
    report = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert report["file"] == "my voice.wav"
    assert heard in {"Unsure", report["emotion"].capitalize()}
    assert set(report["scores"]) == {emotion.value for emotion in Emotion}
    with page.expect_download() as download:
        page.get_by_role("button", name="Report as CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8"))))
    assert [row["part"] for row in rows] == ["whole", *["segment"] * len(report["timeline"])]
    assert rows[0]["emotion"] == report["emotion"]


def test_every_picture_is_downloaded_as_png(page: Page, recording: Callable[[str], bytes]) -> None:
    upload(page, "voice.wav", recording("WAV"))
    answer(page)
    panel = page.get_by_role("tabpanel")
    for tab, name in [("Spectrogram", "spectrogram-linear"), ("MFCC", "mfcc-0"), ("Frame curves", "frame-curves")]:
        page.get_by_role("tab", name=tab).click()
        expect(panel.locator(".js-plotly-plot:visible")).to_be_visible()
        with page.expect_download() as download:
            panel.locator(".js-plotly-plot:visible [data-title*='Download plot']").click()
        assert download.value.suggested_filename == f"voice-{name}.png"
        assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_another_axis_redraws_the_spectrogram_alone(page: Page, recording: Callable[[str], bytes]) -> None:
    upload(page, "voice.wav", recording("WAV"))
    answer(page)
    panel = page.get_by_role("tabpanel")
    for axis in ("Mel", "Logarithmic", "Linear"):
        panel.get_by_text(axis, exact=True).click()
        expect(panel.get_by_text(f"{axis}: ")).to_be_visible()


def test_everything_is_reached_by_keyboard(page: Page) -> None:
    reached: set[str] = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.innerText || document.activeElement.ariaLabel || ''").strip())
    wanted = ("I understand", "Prohibited uses", "Upload", "What this app is for, and prohibited uses")
    for label in wanted:
        assert any(label in text for text in reached), (label, reached)


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_screen(page: Page, recording: Callable[[str], bytes], width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    upload(page, f"{'long name ' * 12}.wav", recording("WAV"))
    answer(page)
    for part in page.locator(".stMain, .stMainBlockContainer").all():
        assert part.evaluate("part => part.scrollWidth <= part.clientWidth + 1")
