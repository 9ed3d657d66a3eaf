"""The pages in Polish: as the browser asks for it, or chosen and remembered, with no English left in them."""

import re
from collections.abc import Callable, Iterator
from pathlib import PurePath

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Browser, Page, expect

from ser_core.labels import Emotion, named
from ser_core.language import _, languages, own_name, speaking
from ser_core.language.catalogues import CATALOGUES
from tests.browser.conftest import watched
from tests.browser.test_analyse import at_rest, choose, upload
from ui.shared.frame import NAVIGATION, PageLine

pytestmark = pytest.mark.browser

PAGES = [line for line in NAVIGATION if line.exists]

# What is read and what is read out: lines of text, words in pictures, and names of what can be pressed or seen.
_SAID = """() => {
  const seen = (element) => element.checkVisibility({ visibilityProperty: true })
    && !element.closest("[data-testid=stToolbar], [data-testid=stHeader], .modebar, [data-testid=stDataFrame]");
  const names = ["aria-label", "alt", "placeholder", "title"];
  const named = [...document.querySelectorAll(names.map((name) => `[${name}]`).join(","))].filter(seen)
    .flatMap((element) => names.map((name) => element.getAttribute(name)));
  const drawn = [...document.querySelectorAll("svg text")].filter(seen).map((element) => element.textContent);
  const own = [...document.querySelectorAll("*")].filter((element) => element.shadowRoot)
    .flatMap((element) => [...element.shadowRoot.querySelectorAll("*")])
    .flatMap((element) => [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data));
  return [...document.body.innerText.split("\\n"), ...named, ...drawn, ...own].filter(Boolean).map((s) => s.trim());
}"""


@pytest.fixture(scope="module")
def english() -> Callable[[str], bool]:
    """Whether something is an English sentence of the catalogue that Polish says otherwise."""
    with (CATALOGUES / "pl.po").open("rb") as file:
        messages = [message for message in read_po(file, locale="pl") if message.id]
    pairs = [(m.id, m.string) if isinstance(m.id, str) else (m.id[-1], m.string[-1]) for m in messages]
    same = {polish for _sentence, polish in pairs}
    plain = {re.sub(r"[*`]", "", sentence).strip() for sentence, polish in pairs if sentence not in same}
    exact = {sentence for sentence in plain if "{" not in sentence and len(sentence) > 2}
    shapes = [
        re.compile(".+".join(re.escape(part) for part in re.split(r"\{[^}]*\}", sentence)))
        for sentence in plain
        if "{" in sentence and len(re.sub(r"\{[^}]*\}|[^A-Za-z]", "", sentence)) > 10
    ]
    return lambda said: said in exact or any(shape.fullmatch(said) for shape in shapes)


@pytest.fixture
def polish(browser: Browser, server: str) -> Iterator[Page]:
    """The home page in a browser that asks for Polish."""
    with watched(browser.new_context(locale="pl-PL"), server) as page, speaking("pl"):
        yield page


def left(page: Page, english: Callable[[str], bool]) -> list[str]:
    at_rest(page)
    offered = {own_name(language) for language in languages()}
    return sorted({said for said in page.evaluate(_SAID) if english(said)} - offered)


@pytest.mark.parametrize("line", PAGES, ids=lambda line: line.label)
def test_no_english_is_left_on_a_page(
    browser: Browser, server: str, line: PageLine, english: Callable[[str], bool]
) -> None:
    page = "" if line.file == "app.py" else PurePath(line.file).stem
    with watched(browser.new_context(locale="pl-PL"), f"{server}/{page}") as polish, speaking("pl"):
        expect(polish).to_have_title(f"{_(line.label)} · Rozpoznawanie emocji w głosie")
        expect(polish.locator("html")).to_have_attribute("lang", "pl")
        expect(polish.get_by_role("link", name=_("History")).first).to_be_visible()
        assert left(polish, english) == []


def test_no_english_is_left_in_a_result(
    polish: Page, english: Callable[[str], bool], recording: Callable[[str], bytes]
) -> None:
    upload(polish, "nagranie.wav", recording("WAV"))
    heading = polish.locator(".st-key-answer").get_by_role("heading", level=2)
    expect(heading).to_be_visible()
    emotions = "|".join(named(emotion) for emotion in Emotion)
    unsure = "brak pewności"
    expect(heading).to_have_text(re.compile(rf"({emotions}|{unsure})( lub ({emotions}))?", re.IGNORECASE))
    expect(polish.get_by_text(re.compile("model(em)? whisper")).first).to_be_visible()
    for fold in (_("Wrong about this voice? Adapt to it"), _("How your takes are kept"), _("Another recording")):
        if polish.get_by_text(fold, exact=True).count():
            polish.get_by_text(fold, exact=True).click()
            at_rest(polish)
    assert left(polish, english) == []


def test_a_file_that_is_no_sound_is_refused_in_polish(polish: Page, english: Callable[[str], bool]) -> None:
    upload(polish, "dokument.pdf", b"%PDF-1.7 " + bytes(2000))
    expect(polish.get_by_test_id("stAlert")).to_contain_text("To dokument PDF")
    assert left(polish, english) == []


def test_a_language_is_chosen_and_remembered(page: Page, server: str) -> None:
    expect(page.locator("html")).to_have_attribute("lang", "en")
    choose(page, "Polski")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Jaką emocję słychać w tym głosie?")
    expect(page.locator("html")).to_have_attribute("lang", "pl")
    page.reload()
    expect(heading).to_have_text("Jaką emocję słychać w tym głosie?")
    # From the first byte on, before any page is drawn.
    assert '<html lang="pl"' in page.request.get(server, headers={"Accept": "text/html"}).text()
    choose(page, "English")
    expect(heading).to_have_text("Which emotion does this voice sound like?")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_recording_stays_when_the_language_changes(page: Page, recording: Callable[[str], bytes]) -> None:
    upload(page, "voice.wav", recording("WAV"))
    answer = page.locator(".st-key-answer").get_by_role("heading", level=2)
    expect(answer).to_be_visible()
    choose(page, "Polski")
    expect(page.locator(".ser-recording").get_by_text("voice.wav")).to_be_visible()
    expect(page.get_by_text("Zachowaj wynik", exact=True)).to_be_visible()
    expect(answer).to_be_visible()
