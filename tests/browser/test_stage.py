"""The stage in a real browser: it plays, seeks, selects, zooms and says what it does, for a short and a long sound."""

import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PROJECT_DIR, wait_until_healthy, watched

pytestmark = pytest.mark.browser

# Longer than what is drawn whole, and what has its pitch drawn.
LONG_S = 240
# Notes what each picture takes to draw, in milliseconds. Not how many there are a second: that depends on what else
# the machine does (docs/stage.md has it measured on an idle one).
NOTE_DRAWING = """() => {
  window.drawing = [];
  const ask = window.requestAnimationFrame;
  window.requestAnimationFrame = (draw) => ask((now) => {
    const begun = performance.now();
    draw(now);
    window.drawing.push(performance.now() - begun);
  });
}"""


@pytest.fixture(scope="module")
def stage_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a page with nothing but the stage."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("stage") / "server.log"
    page = Path(__file__).with_name("stage_server.py")
    command = [sys.executable, "-m", "streamlit", "run", str(page), "--server.port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=PROJECT_DIR, stdout=output, stderr=subprocess.STDOUT)
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}/_stcore/health", process, log)
            yield f"http://localhost:{port}"
        finally:
            process.terminate()
            process.wait(10)


@pytest.fixture
def opened(browser: Browser, stage_server: str) -> Callable[..., Any]:
    @contextmanager
    def open_page(seconds: float, **context: Any) -> Iterator[Page]:
        with watched(browser.new_context(**context), f"{stage_server}/?seconds={seconds}") as page:
            expect(pictures(page)).to_have_attribute("aria-valuetext", re.compile("0:00"))
            page.wait_for_function(
                "() => performance.getEntriesByType('resource').filter((e) => e.name.includes('/sound/')).length > 1"
            )
            yield page

    return open_page


def pictures(page: Page) -> Locator:
    return page.get_by_role("slider", name="Position in the recording")


def now(page: Page) -> float:
    minutes, seconds = page.locator(".now").inner_text().split(":")
    return 60 * int(minutes) + float(seconds)


def is_playing(page: Page) -> bool:
    return page.get_by_role("button", name="Pause").count() == 1


def axis_x(page: Page, share: float) -> tuple[float, float]:
    """Where a share of what is on show lies on the screen."""
    box = pictures(page).bounding_box()
    assert box is not None
    left = 32 if box["width"] < 600 else 40
    return box["x"] + left + share * (box["width"] - left), box["y"] + 60


def drag(page: Page, start: float, end: float) -> None:
    page.mouse.move(*axis_x(page, start))
    page.mouse.down()
    page.mouse.move(*axis_x(page, (start + end) / 2))
    page.mouse.move(*axis_x(page, end))
    page.mouse.up()


def wheel(page: Page, share: float, *steps: float) -> None:
    page.mouse.move(*axis_x(page, share))
    page.keyboard.down("Control")
    for step in steps:
        page.mouse.wheel(0, step)
    page.keyboard.up("Control")


def test_it_plays_and_pauses_and_the_playhead_runs(opened: Callable[..., Any]) -> None:
    with opened(14) as page:
        page.get_by_role("button", name="Play", exact=True).click()
        expect(page.get_by_role("button", name="Pause")).to_be_visible()
        expect(page.locator(".now")).not_to_have_text("0:00.0")
        before = now(page)
        page.wait_for_timeout(600)
        assert now(page) > before
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
        at = now(page)
        page.wait_for_timeout(300)
        assert now(page) == at


def test_a_click_is_heard_from_there(opened: Callable[..., Any]) -> None:
    with opened(14) as page:
        page.mouse.click(*axis_x(page, 0.5))
        expect(page.get_by_role("button", name="Pause")).to_be_visible()
        expect(page.get_by_role("status").first).to_contain_text("Playing from 0:07")
        assert 6.9 < now(page) < 9


def test_the_keys_of_a_player_work(opened: Callable[..., Any]) -> None:
    with opened(14) as page:
        slider = pictures(page)
        slider.focus()
        page.keyboard.press("End")
        expect(slider).to_have_attribute("aria-valuenow", "14.00")
        page.keyboard.press("Home")
        expect(slider).to_have_attribute("aria-valuenow", "0.00")
        page.keyboard.press("ArrowRight")
        expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^0:00\.3 of 0:14\.0, \w+ \(65%\)$"))
        page.keyboard.press("l")
        expect(page.get_by_role("button", name="Play over and over")).to_have_attribute("aria-pressed", "true")
        page.keyboard.press(" ")
        expect(page.get_by_role("button", name="Pause")).to_be_visible()
        page.keyboard.press(" ")
        expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
        page.keyboard.press("+")
        expect(page.get_by_role("status").first).to_contain_text(" to ")
        page.keyboard.press("0")
        expect(page.get_by_role("status").first).to_contain_text("0:00.0 to 0:14.0")


def test_a_stretch_is_selected_told_played_over_and_over_and_dropped(opened: Callable[..., Any]) -> None:
    with opened(14) as page:
        drag(page, 0.5, 0.6)
        expect(page.locator(".which")).to_have_text(re.compile(r"^0:0[67]\.\d\d – 0:08\.[34]\d$"))
        expect(page.locator(".stretch")).to_contain_text("Happy, 65%")
        expect(page.get_by_role("status").first).to_contain_text("seconds: happy, 65%")
        page.keyboard.press("l")
        page.keyboard.press(" ")
        expect(page.get_by_role("button", name="Pause")).to_be_visible()
        places = []
        for _ in range(30):
            page.wait_for_timeout(100)
            places.append(now(page))
        assert all(6.9 <= place <= 8.6 for place in places)
        assert any(after < before for before, after in pairwise(places))
        page.keyboard.press("Escape")
        expect(page.locator(".stretch")).to_be_hidden()


def test_shift_and_arrows_select_without_a_mouse(opened: Callable[..., Any]) -> None:
    with opened(5) as page:
        pictures(page).focus()
        page.keyboard.press("ArrowRight")
        for _ in range(10):
            page.keyboard.press("Shift+ArrowRight")
        expect(page.locator(".which")).to_have_text("0:00.10 – 0:01.10")
        expect(page.locator(".stretch")).to_contain_text("Happy, 65%")


def test_wheel_buttons_and_map_look_closer(opened: Callable[..., Any]) -> None:
    with opened(LONG_S) as page:
        status = page.get_by_role("status").first
        wheel(page, 0.35, *[-300.0] * 2)
        page.get_by_role("button", name="Zoom out").click()
        expect(status).to_have_text(re.compile(r"^[01]:\d\d(\.\d)? to [123]:\d\d(\.\d)?$"))
        page.get_by_role("button", name="Show all of it").click()
        expect(status).to_have_text("0:00 to 4:00")
        box = page.locator(".map").bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + 0.9 * box["width"], box["y"] + 10)
        page.get_by_role("button", name="Zoom in").click()
        expect(status).to_have_text(re.compile(r"^3:\d\d\.\d to 3:\d\d\.\d$"))


def test_a_part_of_a_long_recording_comes_in_detail_with_its_own_times(opened: Callable[..., Any]) -> None:
    with opened(LONG_S) as page:
        fetched: list[str] = []
        page.on("response", lambda answer: fetched.append(answer.url) if "/sound/" in answer.url else None)
        wheel(page, 0.35, *[-300.0] * 3)
        for _ in range(100):
            if len(fetched) >= 2:
                break
            page.wait_for_timeout(100)
        assert len(fetched) == 2  # its outline and its spectrogram
        page.mouse.click(*axis_x(page, 0.5))
        expect(page.get_by_role("status").first).to_contain_text(re.compile(r"Playing from 1:[123]\d"))


def test_a_long_recording_is_drawn_fast_enough_while_it_plays(opened: Callable[..., Any]) -> None:
    with opened(LONG_S) as page:
        page.evaluate(NOTE_DRAWING)
        wheel(page, 0.35, *[-300.0] * 3)
        page.mouse.click(*axis_x(page, 0.5))
        expect(page.get_by_role("button", name="Pause")).to_be_visible()
        page.evaluate("() => { drawing.length = 0; }")
        page.wait_for_function("() => drawing.length > 60")
        drawing = sorted(page.evaluate("drawing"))
        # A picture at 60 a second has 16.7 ms.
        assert drawing[len(drawing) // 2] < 8, drawing


def test_lanes_are_chosen_and_kept_on_one_axis(opened: Callable[..., Any]) -> None:
    with opened(5) as page:
        page.get_by_role("button", name="Pictures").click()
        height = pictures(page).bounding_box()["height"]
        for name in ("MFCC", "MFCC deltas", "Noise", "Brightness"):
            page.get_by_role("button", name=name, exact=True).click()
        assert pictures(page).bounding_box()["height"] > height + 200
        mel = page.get_by_role("button", name="Spectrogram, mel")
        expect(mel).to_have_attribute("aria-pressed", "true")
        page.get_by_role("button", name="Spectrogram, logarithmic").click()
        expect(mel).to_have_attribute("aria-pressed", "false")


def test_a_picture_is_saved_with_its_name(opened: Callable[..., Any], tmp_path: Path) -> None:
    with opened(5) as page:
        with page.expect_download() as download:
            page.get_by_role("button", name="Save as a picture").click()
        assert download.value.suggested_filename == "voice-pictures.png"
        assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_it_is_few_stops_of_the_tab_key_and_the_arrows_go_on(opened: Callable[..., Any]) -> None:
    with opened(14) as page:
        play = page.get_by_role("button", name="Play", exact=True)
        play.focus()
        page.keyboard.press("ArrowRight")
        assert page.evaluate(FOCUSED) == "Play over and over"
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED) == "Position in the recording"
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED) in {"After it", ""}


FOCUSED = """() => {
  let element = document.activeElement;
  while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element.getAttribute('aria-label') ?? '';
}"""


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_the_screen_and_is_drawn_in_either_theme(opened: Callable[..., Any], width: int, scheme: str) -> None:
    with opened(14, viewport={"width": width, "height": 844}, color_scheme=scheme) as page:
        page.wait_for_timeout(500)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        colours = page.evaluate(
            """() => {
              const root = document.querySelector("[data-testid=stBidiComponentIsolated]").shadowRoot;
              const canvas = root.querySelector(".still");
              const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
              return [new Set(new Uint32Array(data.buffer)).size, data[0]];
            }"""
        )
        assert colours[0] > 200  # pictures, no plain ground
        assert colours[1] == (255 if scheme == "light" else 14)


def test_a_finger_selects_and_two_zoom(opened: Callable[..., Any]) -> None:
    with opened(14, viewport={"width": 390, "height": 844}, has_touch=True) as page:
        (x, y), (to, _) = axis_x(page, 0.3), axis_x(page, 0.7)
        touch = page.context.new_cdp_session(page)

        def send(kind: str, *points: float) -> None:
            held = [{"x": point, "y": y, "id": i} for i, point in enumerate(points)]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": held})

        send("touchStart", x)
        for step in range(1, 6):
            send("touchMove", x + step * (to - x) / 5)
        send("touchEnd")
        expect(page.locator(".stretch")).to_contain_text("Happy, 65%")
        send("touchStart", x, x + 40)
        for step in range(1, 6):
            send("touchMove", x - 10 * step, x + 40 + 30 * step)
        send("touchEnd")
        page.get_by_role("button", name="Zoom in").click()
        expect(page.get_by_role("status").first).not_to_have_text(re.compile("^0:00.0 to 0:14"))
        expect(page.get_by_role("status").first).to_have_text(re.compile(r"^0:0\d\.\d+ to 0:0\d\.\d+$"))


def test_nothing_leaves_the_machine_and_no_voice_stays_in_the_browser(opened: Callable[..., Any]) -> None:
    with opened(5) as page:
        page.get_by_role("button", name="Play", exact=True).click()
        page.wait_for_timeout(500)
        names = page.evaluate("performance.getEntriesByType('resource').map((entry) => new URL(entry.name).hostname)")
        assert set(names) <= {"localhost", ""}
