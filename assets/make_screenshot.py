"""Takes the README's screenshot of the Analyse page: `python -m assets.make_screenshot` (needs Chromium)."""

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from benchmarks.serving import CHROMIUM_ARGUMENTS, chromium, running_server

PICTURE = Path(__file__).resolve().parent / "screenshot.png"
SIZE = {"width": 1280, "height": 1270}
SAMPLE = "We won"
# The colours are flat, so this many are enough, and the file is a quarter of the size.
COLOURS = 128


def main() -> None:
    """Analyse a sample and take the screenshot."""
    with sync_playwright() as playwright, running_server() as (address, _):
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.set_default_timeout(90_000)
        page.goto(address)
        page.get_by_role("button", name="I understand").click()
        page.get_by_text("Before you start").wait_for(state="detached")
        choices = page.get_by_test_id("stButtonGroup")
        choices.get_by_text("Samples", exact=True).click()
        choices.get_by_text(SAMPLE, exact=True).click()
        # The last picture of the page is drawn last; then the pointer's hover fades.
        page.locator(".st-key-stage canvas, canvas").first.wait_for()
        page.mouse.move(SIZE["width"] - 1, SIZE["height"] - 1)
        page.wait_for_timeout(6000)
        picture = Image.open(io.BytesIO(page.screenshot()))
        browser.close()
    picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
