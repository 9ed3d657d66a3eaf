"""The figures as a browser draws them: nothing fails, nothing is cut off on a phone, the tool bar covers nothing."""

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from plotly.offline import get_plotlyjs

from ser_core.figures import picture_config
from tests.figures.gallery import gallery, voice

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# A small phone, a usual one, a laptop.
WIDTHS = (360, 390, 1280)

WAIT_MS = 120_000  # seconds on an idle machine

# Whether every figure is there, with its tool bar, and as wide as its place.
ARE_DRAWN = """n => {
    const plots = [...document.querySelectorAll('.js-plotly-plot')]
    return plots.length == n && plots.every(plot => plot.querySelector('.modebar') &&
        Math.abs(plot.querySelector('.main-svg').getBoundingClientRect().width - plot.clientWidth) < 2)
}"""

# Names of figures in which a text is cut by the figure's edge or lies under the tool bar, or a title lies on a tick.
FIND_FAULTS = r"""() => [...document.querySelectorAll('.js-plotly-plot')].flatMap(plot => {
    const box = plot.getBoundingClientRect()
    const bar = plot.querySelector('.modebar').getBoundingClientRect()
    const meet = (a, b) => a.right > b.left && a.left < b.right && a.bottom > b.top && a.top < b.bottom
    const ticks = [...plot.querySelectorAll('.xtick text, .ytick text')].map(tick => tick.getBoundingClientRect())
    return [...plot.querySelectorAll('.main-svg text')].flatMap(text => {
        const r = text.getBoundingClientRect()
        if (!r.width) return []
        const name = plot.closest('body > div').id
        const cut = r.left < box.left - 1 || r.right > box.right + 1 || r.top < box.top - 1 || r.bottom > box.bottom + 1
        const isTitle = /[xy]\d*title/.test(text.getAttribute('class'))
        const collides = isTitle && ticks.some(tick => meet(r, tick))
        return [...(cut ? [`${name}: "${text.textContent}" is cut`] : []),
                ...(meet(r, bar) ? [`${name}: "${text.textContent}" is under the tool bar`] : []),
                ...(collides ? [`${name}: "${text.textContent}" lies on a tick`] : [])]
    })
})"""

# What lies outside the time that its figure shows: places in the units of the axis after Plotly has read them.
FIND_STRAYS = """() => [...document.querySelectorAll('.js-plotly-plot')].flatMap(plot => {
    const axis = plot._fullLayout.xaxis
    const [low, high] = axis.range.map(edge => axis.r2l(edge))
    const slack = 0.02 * (high - low)
    const places = plot.calcdata.flatMap(trace =>
        trace[0].z ? [...trace[0].x] : trace.map(point => point.p ?? point.x))
    const strays = places.filter(x => Number.isFinite(x) && !(low - slack <= x && x <= high + slack))
    return strays.length ? [`${plot.closest('body > div').id}: ${strays.slice(0, 3)}`] : []
})"""


@pytest.fixture(scope="module")
def page_of_figures(tmp_path_factory) -> tuple[Path, int]:
    """All figures of a short and of a longer sound on one page, with Plotly's own script, and their number."""
    figures = gallery(voice(5)) | {f"{name}-clock": figure for name, figure in gallery(voice(130)).items()}
    parts = [
        f'<div id="{name}">{figure.to_html(full_html=False, include_plotlyjs=False, config=picture_config(name))}</div>'
        for name, figure in figures.items()
    ]
    file = tmp_path_factory.mktemp("figures") / "figures.html"
    script = f"<script>{get_plotlyjs()}</script>"
    file.write_text(f'<meta charset="utf-8"><body style="margin:0">{script}{"".join(parts)}', encoding="utf-8")
    return file, len(figures)


@pytest.mark.browser
def test_everything_is_drawn_and_readable(chromium, page_of_figures):
    said: list[str] = []
    faults: dict[int, list[str]] = {}
    file, n_figures = page_of_figures
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": WIDTHS[0], "height": 900})
        page.set_default_timeout(WAIT_MS)
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(file.as_uri())
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_function(ARE_DRAWN, arg=n_figures)
            faults[width] = page.evaluate(FIND_FAULTS)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        strays = page.evaluate(FIND_STRAYS)
        assert page.locator(".modebar-btn[data-title*=Download]").count() == n_figures
        browser.close()
    assert said == []
    assert strays == []
    assert faults == {width: [] for width in WIDTHS}
