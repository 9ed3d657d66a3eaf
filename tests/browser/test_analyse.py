"""The home page in a real browser: every way in, every way out, and what a person sees when something is wrong."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import soxr
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from ser_core.labels import Emotion
from ser_core.recognition.analyse import analyse
from ser_core.text.answer import headline
from tests.audio.made import made
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
    """Press a choice until it is chosen, or has led on to where it is no longer offered.

    A press that meets the page while it is drawn anew is lost.
    """
    choice = page.get_by_test_id("stButtonGroup").get_by_role("radio", name=way, exact=True)
    choice.get_by_text(way, exact=True).click()
    for _ in range(20):
        try:
            expect(choice.and_(page.get_by_role("radio", checked=False))).to_have_count(0, timeout=3000)
            return
        except AssertionError:
            choice.get_by_text(way, exact=True).click()
    pytest.fail(f"{way} was pressed again and again.")


def another(page: Page) -> None:
    """Unfold the ways to give another recording."""
    page.get_by_text("Another recording").click()
    expect(page.get_by_test_id("stButtonGroup").get_by_text("Upload", exact=True).first).to_be_visible()
    at_rest(page)


def at_rest(page: Page) -> None:
    """Wait for the run of the page that is under way, which would undo what is clicked now."""
    expect(page.locator("[data-test-script-state=running]")).to_have_count(0)


def expected(content: bytes) -> str:
    prediction = analyse(content).prediction
    return headline(prediction.claim)


@pytest.mark.parametrize("container", ["WAV", "MP3", "OGG", "FLAC"])
def test_an_upload_ends_in_a_visible_emotion(page: Page, recording: Callable[[str], bytes], container: str) -> None:
    content = recording(container)
    upload(page, f"voice.{container.lower()}", content)
    assert answer(page).inner_text() == expected(content)
    expect(page.locator(".ser-face img").first).to_be_visible()
    bars = page.locator(".st-key-answer .ser-bars")
    for name in NAMES:
        expect(bars.get_by_text(name, exact=True)).to_be_visible()


@pytest.mark.parametrize(
    "name, container, codec, rate_hz",
    [
        ("Memo 12.M4A", "ipod", "aac", 44_100),
        ("recording.webm", "webm", "libopus", 48_000),
        ("call.amr", "amr", "libopencore_amrnb", 8_000),
        ("whatsapp.mpeg", "mp3", "libmp3lame", 16_000),
    ],
)
def test_what_phones_and_browsers_make_ends_in_a_visible_emotion(
    page: Page, voice: tuple[np.ndarray, int], name: str, container: str, codec: str, rate_hz: int
) -> None:
    samples = soxr.resample(*voice, rate_hz).clip(-1, 1)
    content = made(samples, container, codec, rate_hz, bit_rate=12_200 if "amr" in codec else None)
    upload(page, name, content)
    assert answer(page).inner_text() == expected(content)
    expect(page.locator(".ser-recording")).to_contain_text(name)


def test_a_refused_file_leaves_no_answer_and_no_list_of_possible_reasons(
    page: Page, recording: Callable[[str], bytes]
) -> None:
    upload(page, "voice.wav", recording("WAV"))
    answer(page)
    another(page)
    upload(page, "notes.m4a", b"%PDF-1.7 and what follows" + bytes(1000))
    expect(page.get_by_role("alert").get_by_text("This is a PDF document")).to_be_visible()
    expect(page.locator(".st-key-answer")).to_have_count(0)
    # And the next that can be read is answered as if nothing had been.
    another(page)
    upload(page, "voice.mp3", recording("MP3"))
    answer(page)
    expect(page.get_by_text("This is a PDF document")).to_have_count(0)


def test_a_recording_ends_in_a_visible_emotion_and_the_next_begins_empty(page: Page) -> None:
    choose(page, "Record")
    for take in (1, 2):
        if take == 2:
            another(page)
        icon = page.frame_locator("iframe[title^=audio_recorder]").locator("svg[role=button]")
        expect(page.get_by_text("Ready. Press the microphone to start.")).to_be_visible()
        icon.click()
        expect(page.get_by_text("Recording. Press the microphone again to stop.")).to_be_visible()
        page.wait_for_timeout(1500)
        icon.click()
        expect(page.locator(".ser-recording").get_by_text(f"Recording {take}.wav")).to_be_visible()
        assert set(answer(page).inner_text().capitalize().split(" or ")) <= {*NAMES, *map(str.lower, NAMES), "Unsure"}


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


def test_the_recorder_for_longer_works_as_well(page: Page) -> None:
    choose(page, "Record")
    page.get_by_text("Record longer than 60 s").click()
    page.get_by_role("button", name="Start recording").click()
    expect(page.get_by_text("0:02 of 15:00")).to_be_visible()
    page.get_by_role("button", name="Stop recording").click()
    expect(page.locator(".ser-recording").get_by_text("Recording 1.wav")).to_be_visible()
    assert set(answer(page).inner_text().capitalize().split(" or ")) <= {*NAMES, *map(str.lower, NAMES), "Unsure"}


def test_a_sample_is_answered_and_called_synthetic(page: Page) -> None:
    choose(page, "Samples")
    choose(page, "I told you twice")
    answer(page)
    expect(page.locator(".ser-recording")).to_contain_text("made with flite")


def test_a_tap_plays_an_example_of_an_emotion(page: Page) -> None:
    page.get_by_text("Hear an example").click()
    choose(page, "Angry")
    sound = page.locator("audio")
    expect(sound).to_have_count(1)
    found = page.request.get(sound.evaluate("audio => audio.currentSrc || audio.src"))
    assert found.body().startswith(b"fLaC")


def test_predictions_adapt_to_a_voice(page: Page) -> None:
    choose(page, "Samples")
    choose(page, "I told you twice")
    answer(page)
    page.get_by_text("Wrong about this voice? Adapt to it").click()
    expect(page.get_by_text("Which emotion was intended?")).to_be_visible()
    at_rest(page)
    choose(page, "Sad")
    expect(page.get_by_text("Labelled so far: sad.")).to_be_visible()
    another(page)
    choose(page, "She never came back")
    # It may be of somebody else: nothing is adapted before the person says whose voice it is.
    badge = page.locator(".st-key-adapted")
    expect(badge).to_contain_text("Adapted to a voice: off")
    at_rest(page)
    badge.get_by_text("Voice 1", exact=True).click()
    expect(badge).to_contain_text("Adapted to a voice: on, Voice 1")
    expect(page.get_by_text("Adapted to the voice of Voice 1 with one recording that you labelled.")).to_be_visible()
    at_rest(page)
    page.get_by_role("button", name="Forget this voice").click()
    expect(badge).to_have_count(0)


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
    assert heard in {"Unsure", report["emotion"].capitalize(), " or ".join(report["pair"] or ()).capitalize()}
    assert set(report["scores"]) == {emotion.value for emotion in Emotion}
    with page.expect_download() as download:
        page.get_by_role("button", name="Report as CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8"))))
    assert [row["part"] for row in rows] == ["whole", *["segment"] * len(report["timeline"])]
    assert rows[0]["emotion"] == report["emotion"]


def test_the_recording_plays_over_its_pictures_and_a_stretch_is_heard(
    page: Page, recording: Callable[[str], bytes]
) -> None:
    upload(page, "voice.mp3", recording("MP3"))
    answer(page)
    stage = page.get_by_role("slider", name="Position in the recording")
    expect(stage).to_have_attribute("aria-valuemax", re.compile(r"^5\.\d"))
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.locator(".now")).not_to_have_text(re.compile(r"^0:00\.0"))
    page.get_by_role("button", name="Pause").click()
    stage.focus()
    page.keyboard.press("Home")
    for _ in range(20):
        page.keyboard.press("Shift+ArrowRight")
    facts = page.locator(".stretch")
    expect(facts).to_contain_text(re.compile("angry|calm|happy|sad|neutral|fearful|disgust|surprised"))
    expect(facts).to_contain_text("dBFS")
    expect(facts).to_contain_text(re.compile(r"\d Hz"))


def test_why_is_laid_over_the_spectrogram(page: Page, recording: Callable[[str], bytes]) -> None:
    upload(page, "voice.wav", recording("WAV"))
    answer(page)
    expect(page.get_by_text("less sure without it")).to_be_hidden()
    page.locator("[class*=st-key-why_]").get_by_text(re.compile(f"^({'|'.join(NAMES)})$")).first.click()
    expect(page.get_by_text("less sure without it")).to_be_visible()
    expect(page.get_by_text("more sure without it")).to_be_visible()


def test_a_recording_that_is_forgotten_can_no_longer_be_fetched(page: Page, recording: Callable[[str], bytes]) -> None:
    fetched: set[str] = set()
    page.on("response", lambda response: fetched.add(response.url) if "/sound/" in response.url else None)
    upload(page, "voice.wav", recording("WAV"))
    answer(page)
    expect(page.get_by_role("slider", name="Position in the recording")).to_be_visible()
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    for _ in range(300):
        if len(fetched) >= 3:  # the sound, its outline, its spectrogram
            break
        page.wait_for_timeout(100)
    assert len(fetched) >= 3
    page.get_by_role("button", name="Remove recording").click()
    expect(page.get_by_role("slider", name="Position in the recording")).to_have_count(0)
    for address in fetched:
        for _ in range(50):  # Streamlit collects what a run left behind once it is over
            status = page.request.get(address).status
            if status == 404:
                break
            page.wait_for_timeout(100)
        assert status == 404


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_result_and_few_stops_lead_through_it(
    browser: Browser, server: str, recording: Callable[[str], bytes], scheme: Literal["light", "dark"]
) -> None:
    with watched(browser.new_context(color_scheme=scheme), server) as page:
        page.get_by_role("button", name="I understand").click()
        expect(page.get_by_role("button", name="I understand")).to_have_count(0)
        upload(page, "voice.wav", recording("WAV"))
        answer(page)
        expect(page.get_by_role("slider", name="Position in the recording")).to_be_visible()
        expect(page.get_by_role("button", name="Save this result")).to_be_visible()
        page.get_by_role("button", name="Pictures").click()
        found = Axe().run(page).response["violations"]
        assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
        # Inside the page: what its head and side have is the same on every page.
        page.locator(".stMain").evaluate("main => main.focus()")
        stops = 0
        while page.evaluate("document.querySelector('.stMain').contains(document.activeElement)") and stops < 40:
            page.keyboard.press("Tab")
            stops += 1
        assert stops <= 20


@pytest.mark.parametrize("way", ["upload", "sample", "record"])
def test_the_answer_is_in_view_on_a_phone(
    browser: Browser, server: str, recording: Callable[[str], bytes], way: str
) -> None:
    with watched(browser.new_context(viewport={"width": 390, "height": 844}), server) as page:
        if way == "upload":
            upload(page, "voice.wav", recording("WAV"))
        elif way == "sample":
            choose(page, "Samples")
            choose(page, "I told you twice")
        else:
            choose(page, "Record")
            icon = page.frame_locator("iframe[title^=audio_recorder]").locator("svg[role=button]")
            icon.click()
            page.wait_for_timeout(1500)
            icon.click()
        heading = answer(page)
        page.wait_for_timeout(500)
        box = heading.bounding_box()
        assert box is not None
        assert box["y"] > 0
        assert box["y"] + box["height"] < 844


@pytest.mark.parametrize("width", [390, 1280])
def test_next_to_nothing_moves_while_the_page_opens(browser: Browser, server: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844})
    context.add_init_script(
        "window.moved = 0; new PerformanceObserver((list) => list.getEntries().forEach((entry) => {"
        "  if (!entry.hadRecentInput) window.moved += entry.value;"
        "})).observe({ type: 'layout-shift', buffered: true });"
    )
    with watched(context, server) as page:
        expect(page.get_by_test_id("stButtonGroup").get_by_text("Upload", exact=True)).to_be_visible()
        at_rest(page)
        # A good page is under 0.1 (web.dev, Cumulative Layout Shift).
        assert page.evaluate("moved") < 0.1


def test_the_menu_of_a_phone_closes_once_a_page_is_chosen(browser: Browser, server: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    with watched(context, server) as page:
        page.get_by_test_id("stExpandSidebarButton").tap()
        page.get_by_role("link", name="History").tap()
        expect(page.get_by_role("heading", level=1, name="History")).to_be_visible()
        expect(page.get_by_role("link", name="History")).not_to_be_in_viewport()


def test_the_browser_remembers_that_the_notice_was_read(browser: Browser, server: str) -> None:
    context = browser.new_context()
    with watched(context, server) as page:
        page.get_by_role("button", name="I understand").click()
        expect(page.get_by_role("button", name="I understand")).to_have_count(0)
        page.wait_for_function("document.cookie.includes('ser_notice=read')")
        page.reload()
        expect(page.get_by_test_id("stButtonGroup").get_by_text("Upload", exact=True)).to_be_visible()
        expect(page.get_by_role("button", name="I understand")).to_have_count(0)


def test_on_paper_there_is_the_answer_and_nothing_to_click(page: Page, recording: Callable[[str], bytes]) -> None:
    upload(page, "voice.wav", recording("WAV"))
    heading = answer(page)
    expect(page.get_by_role("button", name="Report as JSON")).to_be_visible()
    page.emulate_media(media="print")
    expect(heading).to_be_visible()
    expect(page.locator(".st-key-answer .ser-bars")).to_be_visible()
    for name in ("Report as JSON", "Remove recording", "Save this result", "I understand"):
        expect(page.get_by_role("button", name=name)).to_be_hidden()
    expect(page.locator(".stSidebar")).to_be_hidden()


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
