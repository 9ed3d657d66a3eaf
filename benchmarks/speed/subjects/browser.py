"""What a browser is sent, counted on the wire."""

import zlib
from collections.abc import Iterator
from contextlib import ExitStack

from playwright.sync_api import Page, sync_playwright

from benchmarks.load.visitor import visitor
from benchmarks.serving import CHROMIUM_ARGUMENTS, chromium, clip
from benchmarks.speed.bench import Bench
from benchmarks.speed.records import Limit, Row, figure, with_ratios
from benchmarks.speed.sounds import recording_in
from benchmarks.speed.subjects.servers import LARGE, PAGE, Served, pages
from benchmarks.wire import Wire, counted

_QUIET_S = 2.0
_MOST_S = 60.0
_WARM_UP_S = 4.0
_PATIENCE_S = 300.0
_LENGTHS_S = {"5 s": 5.0, "60 s": 60.0, "10 min": 600.0, "1 h": 3600.0}
# Streamlit fades what belongs to the previous run; the answer counts once it belongs to this one.
_ANSWERED = """name => {
  const answer = document.querySelector('.st-key-answer h2');
  const recording = document.querySelector('.ser-recording');
  if (answer) return recording?.textContent.includes(name) && !answer.closest('[data-stale=true]');
  return document.body.textContent.match(/Emotion detected: \\w+, in (\\S+\\.wav)/)?.[1] === name;
}"""


def sent(bench: Bench) -> Iterator[Row]:
    """Kilobytes that Chromium is sent, 1280 x 720, headers included, through a port that counts: on a first visit until
    nothing more comes for 2 s, and for the answer to a WAV, from its upload until then, when another one was answered
    before, so that the scripts are there. Not scrolled. Counted once. Limit: all messages over the page's connection,
    deflated as one stream (level 6).
    """
    chosen = [page for page in pages(bench) if page.who in (LARGE, PAGE)]
    lengths = {"5 s": 5.0} if bench.tiny else _LENGTHS_S
    first: dict[str, float] = {}
    found: dict[str, dict[str, float]] = {name: {} for name in lengths}
    least: dict[str, Limit] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        for served in chosen:
            for name, seconds in lengths.items():
                if served.who == PAGE and seconds > 600:
                    continue  # it draws an hour sample by sample
                with served.running(bench) as (url, _), counted(url) as wire:
                    page = browser.new_page(viewport={"width": 1280, "height": 720})
                    page.set_default_timeout(1000 * _PATIENCE_S)
                    first[served.who] = _first_visit(page, wire)
                    found[name][served.who] = _answer(bench, page, wire, seconds)
                    page.close()
                if served.who == LARGE and seconds <= 600:
                    least[name] = _deflated(bench, served, seconds)
        browser.close()
    yield _row("a first visit", first, None)
    for name, values in found.items():
        yield _row(f"the answer to {name}", values, least.get(name))


def _first_visit(page: Page, wire: Wire) -> float:
    page.goto(wire.url)
    page.get_by_role("heading", level=1).wait_for()
    wire.wait_until_quiet(_QUIET_S, _MOST_S)
    return wire.to_browser / 1e3


def _answer(bench: Bench, page: Page, wire: Wire, seconds: float) -> float:
    # The first answer fetches the scripts that draw its pictures.
    for path in (recording_in(bench.scratch, _WARM_UP_S), recording_in(bench.scratch, seconds)):
        before = wire.to_browser
        # Once there is an answer, the ways to give a recording are folded away.
        fold = page.get_by_text("Another recording", exact=True)
        if fold.count() and not page.locator("input[type=file]").count():
            fold.click()
        page.locator("input[type=file]").first.set_input_files(path)
        page.wait_for_function(_ANSWERED, arg=path.name)
        wire.wait_until_quiet(_QUIET_S, _MOST_S)
    return (wire.to_browser - before) / 1e3


def _deflated(bench: Bench, served: Served, seconds: float) -> Limit:
    """The messages of an answer, as small as deflating makes them."""
    stream, size = zlib.compressobj(6), [0]

    def watch(message: bytes) -> None:
        size[0] += len(stream.compress(message))

    with ExitStack() as stack:
        url, _ = stack.enter_context(served.running(bench))
        somebody = stack.enter_context(visitor(url, patience_s=_PATIENCE_S))
        somebody.open()
        somebody.on_message = watch
        somebody.upload(clip(seconds, 0))
    size[0] += len(stream.flush())
    return Limit(size[0] / 1e3, "deflated")


def _row(what: str, values: dict[str, float], limit: Limit | None) -> Row:
    figures = [figure(who, [value], limit=limit if who == LARGE else None) for who, value in values.items()]
    return Row(what, "kB", with_ratios(figures, [[value] for value in values.values()]))
