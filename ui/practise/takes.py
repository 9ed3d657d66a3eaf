"""Making a take: through the microphone, or from a file."""

from collections.abc import Callable
from enum import StrEnum

import streamlit as st

from ser_core.adaptation.enrolment import ASKED_S
from ser_core.config import load_settings
from ser_core.errors import SerError
from ser_core.practice.session import MAX_TAKE_S, attempt, neutral_voice
from ui.analyse.sources import ENDINGS
from ui.practise.sentences import NEUTRAL_PASSAGE
from ui.practise.state import Sitting
from ui.server import watch
from ui.shared import loaders
from ui.stage.recorder import record


class Way(StrEnum):
    """A way in, as the page calls it."""

    RECORD = "Record"
    UPLOAD = "Upload"


_ICONS = {Way.RECORD: ":material/mic:", Way.UPLOAD: ":material/upload_file:"}


def make(sitting: Sitting) -> None:
    """Draw the ways to make a take; once there is one, take it into the sitting and begin anew."""

    def hear(data: bytes, name: str) -> None:
        recogniser = loaders.recogniser()
        with watch.analysis("practise", data) as watched:
            made = attempt(data, sitting.target, name=name, recogniser=recogniser, baseline=sitting.baseline)
            watched.duration_s = made.clip.duration_s
        sitting.add(made)

    wanted = "Say what stands above" if sitting.sentence else "A few sentences are best"
    _obtain(sitting, "practise", f"Take {len(sitting.takes) + 1}.wav", wanted, hear)


def make_baseline(sitting: Sitting) -> None:
    """Draw the ways to give the neutral voice; once it is there, put it into the sitting and begin anew."""

    def hear(data: bytes, _: str) -> None:
        sitting.baseline = neutral_voice(data, loaders.recogniser())
        sitting.baseline_kept = False
        sitting.records_baseline = False
        sitting.problem = None

    with st.container(border=True):
        st.markdown(
            f"**Your neutral voice.** Read this aloud as you would to a friend, without acting, for about "
            f"{ASKED_S:.0f} seconds:"
        )
        st.markdown(f"“{NEUTRAL_PASSAGE}”")
        _obtain(sitting, "practise_voice", "Neutral voice.wav", "Read what stands above", hear)
        st.button("Not now", on_click=_leave_baseline, args=(sitting,), type="tertiary", key="practise_voice_cancel")


def _obtain(sitting: Sitting, key: str, name: str, wanted: str, hear: Callable[[bytes, str], None]) -> None:
    """Ask for a recording and hear it; a problem with it is left in the sitting for the page to tell."""
    way = st.segmented_control(
        "How do you want to give the recording?",
        list(Way),
        default=Way.RECORD,
        required=True,
        format_func=lambda way: f"{_ICONS[way]} {way.value}",
        label_visibility="collapsed",
        key=f"{key}_way",
    )
    given = _recorded(key, name, wanted) if way == Way.RECORD else _uploaded(key)
    if given is None:
        return
    try:
        with st.spinner("Listening …"):
            hear(*given)
    except SerError as error:
        sitting.problem = error
    st.rerun()


def _recorded(key: str, name: str, wanted: str) -> tuple[bytes, str] | None:
    taken = record(key, wanted)
    return None if taken is None else (taken, name)


def _uploaded(key: str) -> tuple[bytes, str] | None:
    # A new key empties the widget; that is the only way to.
    counter = f"{key}_upload_count"
    number = st.session_state.setdefault(counter, 0)
    upload = st.file_uploader(
        f"A recording of yourself, at most {MAX_TAKE_S / 60:.0f} minutes",
        type=ENDINGS,
        max_upload_size=load_settings().max_upload_mb,  # the widget names it
        key=f"{key}_upload_{number}",
    )
    if upload is None:
        return None
    st.session_state[counter] = number + 1
    return upload.getvalue(), upload.name


def _leave_baseline(sitting: Sitting) -> None:
    sitting.records_baseline = False
    sitting.problem = None
