"""The offer to save a result, on any page. Nothing is stored unless the person accepts it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from ser_core.errors import SerError
from ser_core.history import MAX_AUDIO_S, NewTake
from ser_core.language import _
from ser_core.records import Clip
from ui.shared import profile
from ui.shared.text import literal

_PAGE = "pages/history.py"


@dataclass(frozen=True)
class _Wish:
    """A wish to save the result, with or without its audio. Each has its own number, so that the browser is asked
    again.
    """

    number: int
    audio: bool


@dataclass(frozen=True)
class _Place:
    """Where the result is saved."""

    profile_id: int
    take_id: int


# A fragment, so that ticking the box or saving does not rerun the page that shows the result.
@st.fragment
def offer(key: str, take: NewTake, audio: Callable[[], Clip]) -> None:
    """Draw "Save this result", and save it when asked.

    `key` identifies the result within this session, such as the digest of its recording; `take` is what is saved;
    `audio` returns the recording, and is called only when the person asks to keep it as well.
    """
    saved, wanted = f"saved_{key}", f"save_wanted_{key}"
    with st.container(border=True, key=f"save_{key}"):
        if st.session_state.get(wanted):
            _save(take, audio, saved, wanted)
        if _still_there(saved):
            _say_saved()
        elif not st.session_state.get(wanted):
            _ask(take, key, wanted)


def _ask(take: NewTake, key: str, wanted: str) -> None:
    too_long = take.report.duration_s > MAX_AUDIO_S
    if profile.signed_in():
        where = _(
            "What you save goes into the history of your account, where nobody else can see it, until you delete it."
        )
    else:
        where = _(
            "What you save goes into the history of this browser, where nobody else can see it, until you delete it."
        )
    st.markdown(f"**{_('Keep this result?')}** {_('Nothing is stored unless you save it.')} {where}")
    with st.container(horizontal=True, vertical_alignment="center"):
        audio_box = f"save_audio_{key}"
        st.button(
            _("Save this result"),
            icon=":material/bookmark_add:",
            key=f"save_button_{key}",
            on_click=_want,
            args=(wanted, audio_box),
        )
        st.checkbox(
            _("Keep the audio too"),
            key=audio_box,
            disabled=too_long,
            help=_("Audio can be kept for recordings of up to {minutes:.0f} minutes.", minutes=MAX_AUDIO_S / 60)
            if too_long
            else None,
        )


def _want(wanted: str, audio_box: str) -> None:
    count = st.session_state.get("saves_wanted", 0) + 1
    st.session_state["saves_wanted"] = count
    st.session_state[wanted] = _Wish(count, audio=bool(st.session_state[audio_box]))


def _save(take: NewTake, audio: Callable[[], Clip], saved: str, wanted: str) -> None:
    wish: _Wish = st.session_state[wanted]
    try:
        profile_id = profile.open_for_saving(f"save_{wish.number}")
        if profile_id is None:
            st.caption(_("Saving …"))
            return
        if wish.audio:
            take = replace(take, audio=audio())
        number = profile.history().save_take(profile_id, take)
    except SerError as error:
        st.error(literal(str(error)), icon=":material/error:")
    else:
        st.session_state[saved] = _Place(profile_id, number)
    del st.session_state[wanted]


def _still_there(saved: str) -> bool:
    """Whether the result was saved, and not deleted since."""
    place: _Place | None = st.session_state.get(saved)
    if place is None:
        return False
    try:
        there = profile.history().details(place.profile_id, place.take_id) is not None
    except SerError:
        return True  # it was confirmed, and an unreachable database does not undo that
    if not there:
        del st.session_state[saved]
    return there


def _say_saved() -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/bookmark_added: **{_('Saved.')}**", width="content")
        st.page_link(_PAGE, label=_("Open History"), icon=":material/history:")
    if profile.is_lost_on_leaving():
        st.warning(
            _(
                "Your browser does not accept this site's cookie, so you can find the result only until you close this "
                "page. Download it from the History page now, or allow cookies and save it again."
            ),
            icon=":material/cookie_off:",
        )
