"""What a browser is sent, counted on the wire."""

import zlib
from collections.abc import Iterator

from playwright.sync_api import Page, sync_playwright

from benchmarks.load.visitor import visitor
from benchmarks.serving import CHROMIUM_ARGUMENTS, chromium, clip
from benchmarks.speed.bench import Bench
from benchmarks.speed.records import Limit, Row, figure, with_ratios
from benchmarks.speed.sounds import recording_in
from benchmarks.speed.subjects.servers import LARGE, PAGE, pages
from benchmarks.wire import Wire, counted

_QUIET_S = 2.0
_MOST_S = 60.0
_WARM_UP_S = 4.0
_PATIENCE_S = 180.0
_PEER_UP_TO_S = _LIMIT_UP_TO_S = 600.0
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
    nothing more comes for 2 s, and for the answers to WAV one after another, each from its upload until then; one of
    4 s is answered before, so that the scripts are there. Not scrolled. Counted once. Limit: all messages over the
    page's connection for one answer, deflated as one stream (level 6).
    """
    chosen = [page for page in pages(bench) if page.who in (LARGE, PAGE)]
    lengths = {"5 s": 5.0} if bench.tiny else _LENGTHS_S
    first: dict[str, float] = {}
    found: dict[str, dict[str, float]] = {name: {} for name in lengths}
    least: dict[str, Limit] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        for served in chosen:
            with served.running(bench) as (url, _), counted(url) as wire:
                page = browser.new_page(viewport={"width": 1280, "height": 720})
                page.set_default_timeout(1000 * _PATIENCE_S)
                first[served.who] = _first_visit(page, wire)
                # The first answer fetches the scripts that draw its pictures.
                _answer(bench, page, wire, _WARM_UP_S)
                for name, seconds in lengths.items():
                    if served.who == PAGE and seconds > _PEER_UP_TO_S:
                        continue  # it draws an hour sample by sample
                    found[name][served.who] = _answer(bench, page, wire, seconds)
                    if served.who == LARGE and seconds <= _LIMIT_UP_TO_S:
                        least[name] = _deflated(url, seconds)
                page.close()
        browser.close()
    yield _row("a first visit", first, None)
    for name, values in found.items():
        yield _row(f"the answer to {name}", values, least.get(name))


def _first_visit(page: Page, wire: Wire) -> float:
    page.goto(wire.url)
    page.get_by_role("heading", level=1).wait_for()
    _wait_until_all_is_there(page, wire)
    return wire.to_browser / 1e3


def _answer(bench: Bench, page: Page, wire: Wire, seconds: float) -> float:
    path = recording_in(bench.scratch, seconds)
    place = page.locator("input[type=file]")
    # Once there is an answer, the product folds the ways to give a recording away.
    fold = page.locator("[class*=st-key-another_]")
    if fold.count():
        fold.locator("summary").click()
        place = fold.locator("input[type=file]")
        place.wait_for(state="attached")
        _wait_until_all_is_there(page, wire)
    before = wire.to_browser
    place.set_input_files(path)
    page.wait_for_function(_ANSWERED, arg=path.name)
    _wait_until_all_is_there(page, wire)
    return (wire.to_browser - before) / 1e3


def _wait_until_all_is_there(page: Page, wire: Wire) -> None:
    # While the page is computed, nothing may come for a while.
    page.wait_for_function("() => document.querySelector('[data-test-script-state=notRunning]')")
    # A busy browser asks for a picture some time after it has been told of it.
    page.evaluate("() => new Promise((done) => requestIdleCallback(done, { timeout: 30000 }))")
    wire.wait_until_quiet(_QUIET_S, _MOST_S)


def _deflated(url: str, seconds: float) -> Limit:
    """The messages of an answer, as small as deflating makes them."""
    stream, size = zlib.compressobj(6), [0]

    def watch(message: bytes) -> None:
        size[0] += len(stream.compress(message))

    with visitor(url, patience_s=_PATIENCE_S) as somebody:
        somebody.open()
        somebody.on_message = watch
        somebody.upload(clip(seconds, 0))
    size[0] += len(stream.flush())
    return Limit(size[0] / 1e3, "deflated")


def _row(what: str, values: dict[str, float], limit: Limit | None) -> Row:
    figures = [figure(who, [value], limit=limit if who == LARGE else None) for who, value in values.items()]
    return Row(what, "kB", with_ratios(figures, [[value] for value in values.values()]))
