"""The frame around every page: page settings, navigation, the types of emotions, the notice."""

from dataclasses import dataclass
from html import escape

import streamlit as st

from ser_core.config import PROJECT_DIR
from ser_core.labels import STYLES, Emotion
from ser_core.language import N_, _
from ui.server.uploads import release_mine
from ui.shared import language, memory, notice, profile
from ui.shared.illustrations import LOGO, img
from ui.shared.samples import offered
from ui.shared.text import name_of

PRODUCT = N_("Speech Emotion Recognition")
_SHOWN = "page_shown"


@dataclass(frozen=True)
class PageLine:
    """A line in the navigation: the page's file, what it is called, its icon, and whether results are saved there."""

    file: str
    label: str
    icon: str
    saves: bool = False

    @property
    def exists(self) -> bool:
        """Whether the page is there."""
        return (PROJECT_DIR / self.file).is_file()


# A new page is one new file and its line here.
NAVIGATION = (
    PageLine("app.py", N_("Analyse"), ":material/graphic_eq:", saves=True),
    PageLine("pages/practise.py", N_("Practise"), ":material/record_voice_over:", saves=True),
    PageLine("pages/conversations.py", N_("Conversations"), ":material/forum:"),
    PageLine("pages/history.py", N_("History"), ":material/history:"),
    PageLine("pages/models.py", N_("Models"), ":material/leaderboard:"),
    PageLine("pages/data.py", N_("Data"), ":material/database:"),
)


def start(
    title: str,
    *,
    heading: str | None = None,
    lead: str | None = None,
    first_notice: bool = True,
    emotions: bool = False,
) -> None:
    """Begin a page. Must be the first call of every page.

    `title` is the name of the page in the browser's tab, marked by `N_`; `heading` its first heading, the title unless
    given; `lead` a sentence under it that says what the page is for. `first_notice` is whether the notice, until it is
    read, stands here; a page that has something to show first draws `notice.strip` under that. `emotions` is whether
    the page names emotions, which are then explained beside it.
    """
    st.set_page_config(page_title=f"{_(title)} · {_(PRODUCT)}", page_icon=str(LOGO), layout="wide")
    if st.session_state.get(_SHOWN, title) != title:
        release_mine()  # a file that was given on another page can no longer be seen there
        memory.leave_page()
    st.session_state[_SHOWN] = title
    with st.sidebar:
        _navigation()
        language.selector()
        profile.sign_in_button()
        if emotions:
            _emotions()
        notice.again()
        notice.remember()
    st.title(heading or _(title), anchor=False)
    if lead is not None:
        st.markdown(lead)
    if first_notice:
        notice.first_use()


def _navigation() -> None:
    st.logo(str(LOGO), size="large")
    st.markdown(f"**{_(PRODUCT)}**")
    lines = [line for line in NAVIGATION if line.exists]
    # A single page needs no way to it, and without a `pages` folder Streamlit refuses to link to any.
    if len(lines) > 1:
        for line in lines:
            st.page_link(line.file, label=_(line.label), icon=line.icon, width="stretch")


def _emotions() -> None:
    st.subheader(_("Types of basic emotions"), anchor=False)
    st.html(
        '<ul class="ser-emotions">'
        + "".join(
            f"<li>{img(emotion, size_px=40)}<div><b>{name_of(emotion)}</b>"
            f"<span>{escape(_(STYLES[emotion].sounds_like))}</span></div></li>"
            for emotion in Emotion
        )
        + "</ul>"
    )
    # What is in it is drawn once it is open: eight more stops of the tab key are for those who want them.
    fold = st.expander(_("Hear an example"), icon=":material/volume_up:", on_change="rerun", key="emotion_examples")
    if fold.open:
        with fold:
            _example()


@st.fragment
def _example() -> None:
    acted = {sample.emotion: sample for sample in offered() if sample.emotion}
    chosen = st.pills(_("A synthetic voice, acted for"), list(acted), format_func=name_of, key="emotion_example")
    if chosen:
        st.audio(acted[chosen].path.read_bytes(), format="audio/flac", autoplay=True)
