"""The frame around every page: page settings, navigation, the types of emotions, the notice."""

from dataclasses import dataclass
from html import escape

import streamlit as st

from ser_core.config import PROJECT_DIR
from ser_core.labels import STYLES, Emotion
from ui.shared import notice, profile
from ui.shared.illustrations import LOGO, img
from ui.shared.text import name_of

PRODUCT = "Speech Emotion Recognition"


@dataclass(frozen=True)
class PageLine:
    """A line in the navigation: the page's file, what it is called, its icon."""

    file: str
    label: str
    icon: str

    @property
    def exists(self) -> bool:
        """Whether the page is there."""
        return (PROJECT_DIR / self.file).is_file()


# A new page is one new file and its line here.
NAVIGATION = (
    PageLine("app.py", "Analyse", ":material/graphic_eq:"),
    PageLine("pages/practise.py", "Practise", ":material/record_voice_over:"),
    PageLine("pages/history.py", "History", ":material/history:"),
    PageLine("pages/models.py", "Models", ":material/leaderboard:"),
    PageLine("pages/data.py", "Data", ":material/database:"),
)

# Streamlit has no setting for these: a reading width, pictures that share a line with their words, the list of
# emotions, captions at 4.5:1 and more, a stage that does not fade while the server hears a stretch of it, and words for
# a file that the uploader refused, which otherwise says "AxiosError" and that when pointed at alone. Colours come from
# the theme, so that light and dark both work.
_STYLE = """
<style>
.stMainBlockContainer { max-width: 68rem; padding-top: 3.5rem; padding-bottom: 4rem; }
ul.ser-emotions { list-style: none; margin: 0; padding: 0; }
ul.ser-emotions li { display: flex; gap: 0.75rem; align-items: center; margin: 0 0 0.7rem; padding: 0; }
.ser-emotions img { flex: none; }
.ser-emotions b { display: block; line-height: 1.3; font-weight: 600; }
.ser-emotions span { display: block; font-size: 0.85rem; line-height: 1.35; opacity: 0.8; }
.ser-recording { margin: 0; overflow-wrap: anywhere; }
.ser-face { display: flex; }
.ser-face img { display: block; width: clamp(6.5rem, 26vw, 9rem); height: auto; }
.ser-face img:not(:only-of-type) { width: clamp(4.5rem, 18vw, 6rem); }
.st-key-answer h2 { font-size: clamp(1.7rem, 7vw, 2.4rem); padding: 0 0 1.2rem; line-height: 1.1; }
.stFileUploader:has([data-testid="stFileChip"]):not(:has([data-testid="stFileChip"]:not([aria-invalid])))::after {
  content: "This file was not taken: it is too large, of another kind, or the server has no room for it just now. \
Choose another one, or give it again in a minute.";
  display: block; margin-top: 0.5rem; font-size: 0.875rem; line-height: 1.4; }
[data-testid="stCaptionContainer"] { color: inherit !important; opacity: 0.78; }
[class*="st-key-stage_"][data-stale="true"] { opacity: 1; }
.ser-unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
</style>
"""


def start(title: str, *, heading: str | None = None, lead: str | None = None) -> None:
    """Begin a page. Must be the first call of every page.

    `title` is the name of the page in the browser's tab; `heading` its first heading, the title unless given;
    `lead` a sentence under it that says what the page is for.
    """
    st.set_page_config(page_title=f"{title} · {PRODUCT}", page_icon=str(LOGO), layout="wide")
    st.html(_STYLE)
    with st.sidebar:
        _navigation()
        profile.sign_in_button()
        _emotions()
        notice.again()
    st.title(heading or title, anchor=False)
    if lead is not None:
        st.markdown(lead)
    notice.first_use()


def _navigation() -> None:
    st.logo(str(LOGO), size="large")
    st.markdown(f"**{PRODUCT}**")
    lines = [line for line in NAVIGATION if line.exists]
    # A single page needs no way to it, and without a `pages` folder Streamlit refuses to link to any.
    if len(lines) > 1:
        for line in lines:
            st.page_link(line.file, label=line.label, icon=line.icon, width="stretch")


def _emotions() -> None:
    st.subheader("Types of basic emotions", anchor=False)
    st.html(
        '<ul class="ser-emotions">'
        + "".join(
            f"<li>{img(emotion, size_px=40)}<div><b>{name_of(emotion)}</b>"
            f"<span>{escape(STYLES[emotion].sounds_like)}</span></div></li>"
            for emotion in Emotion
        )
        + "</ul>"
    )
