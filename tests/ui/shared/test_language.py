"""The language of a visitor of a page."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from ser_core.language import current


def app() -> None:
    import streamlit as st

    from ser_core.language import _
    from ui.shared import language

    def press() -> None:
        st.session_state["said"] = _("Cancel")

    @st.fragment
    def part() -> None:
        st.button("in a fragment")
        st.caption(_("Cancel"))

    language.selector()
    st.title(_("Cancel"))
    st.button("press", on_click=press)
    part()


@pytest.fixture
def visit() -> Callable[[str], AppTest]:
    """The page, as a visitor of that language sees it."""

    def start(language: str) -> AppTest:
        page = AppTest.from_function(app, default_timeout=30)
        page.session_state["language"] = language
        return page.run()

    return start


def test_english_is_spoken_to_whom_asks_for_nothing_else() -> None:
    page = AppTest.from_function(app, default_timeout=30).run()
    assert page.title[0].value == "Cancel"


def test_the_choice_holds_for_the_page_its_fragments_and_its_callbacks(visit: Callable[[str], AppTest]) -> None:
    page = visit("en")
    page.button_group(key="language_choice").set_value("pl").run()
    assert page.title[0].value == "Anuluj"
    page.button[1].click().run()
    assert page.caption[0].value == "Anuluj"
    page.button[0].click().run()
    assert page.session_state["said"] == "Anuluj"


def test_one_visitors_language_is_not_the_next_ones(visit: Callable[[str], AppTest]) -> None:
    assert visit("pl").title[0].value == "Anuluj"
    assert visit("en").title[0].value == "Cancel"
    assert current() == "en"
