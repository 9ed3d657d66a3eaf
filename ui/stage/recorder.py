"""Recording in the browser, on any page."""

import streamlit as st
from audio_recorder_streamlit import audio_recorder
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ser_core.language import N_, _
from ser_core.recognition.recogniser import Recogniser
from ui.server.inbox import Inbox
from ui.server.live import LiveLine
from ui.server.memory import give_back_soon
from ui.stage import microphone
from ui.stage.live import line_to, record_live
from ui.stage.long_recorder import record_long
from ui.stage.microphone import Problem

# The recorder stops by itself after this time, unless the person stops it earlier. It holds the sound in both channels
# and at the microphone's rate in the browser, so longer takes need the other one.
SHORT_TAKE_S = 60
# 29 MB.
LONGEST_TAKE_S = 15 * 60

_BYTES_A_S = 2 * 16_000
# The recorder looks at its clock a few times a second.
_OVERTIME_S = 5
# A colour that stands out against both backgrounds: the recorder's frame does not know the theme.
_READY_COLOUR = "#5B6BE0"


def record(key: str, wanted: str = N_("A few sentences are best"), longest_s: int = LONGEST_TAKE_S) -> bytes | None:
    """The recording that a person has made, as a WAV file at 16 kHz and mono, on every run of the page until
    `next_recording`; or None.

    `key` tells the recorders of the pages apart; `wanted` says what to speak, marked by `N_`; `longest_s` is how long
    it may be at most, in seconds. If the microphone is unavailable, the page says why and what to do.
    """
    inbox = _inbox(key, longest_s)
    take = st.session_state.setdefault(_take(key), 0)
    if st.session_state.get(f"{key}_long"):
        problem = _record_long(key, take, inbox, wanted, longest_s)
    else:
        problem = _record_short(key, take, inbox, wanted)
    # If the recorder is impossible, so is the other one.
    if problem in {None, Problem.FAILED}:
        st.toggle(
            _("Record longer than {seconds} s", seconds=SHORT_TAKE_S),
            key=f"{key}_long",
            help=_(
                "For up to {minutes} minutes, or if the microphone above does not respond.", minutes=longest_s // 60
            ),
        )
    return inbox.recording


def record_and_hear(key: str, recogniser: Recogniser, longest_s: int = LONGEST_TAKE_S) -> bytes | None:
    """The same as `record`, where `recogniser` says each second what it hears while the person speaks."""
    inbox = _inbox(key, longest_s)
    take = st.session_state.setdefault(_take(key), 0)
    intro = st.container()
    problem = record_live(f"{key}_live_{take}", inbox, _line(key, recogniser), longest_s)
    if problem is not None:
        _explain(problem, key)
        return None
    intro.markdown(
        _(
            "Press the button and speak: each second says what the last {seconds:.0f} seconds sounded like. "
            "When you stop, the whole recording is analysed. Nothing is kept unless you save it.",
            seconds=recogniser.window_s,
        )
    )
    return inbox.recording


def next_recording(key: str) -> None:
    """Release the recording and be ready for the next one."""
    # A recorder with a new key is empty, and one that is still sending sends to where nobody is.
    st.session_state[_take(key)] = st.session_state.get(_take(key), 0) + 1
    st.session_state.pop(_inbox_of(key), None)
    st.session_state.pop(_line_of(key), None)
    give_back_soon()


def _record_short(key: str, take: int, inbox: Inbox, wanted: str) -> Problem | None:
    intro = st.container()
    with st.container(horizontal=True, vertical_alignment="center"):
        slot = st.container(width=64)
        with st.container(width="stretch"):
            problem = microphone.check(f"{key}_microphone_{take}", inbox, SHORT_TAKE_S)
    if problem is not None:
        _explain(problem, key)
        return problem
    intro.markdown(
        _(
            "Press the microphone, speak, and press it again to stop. {wanted}; at most {seconds} seconds.",
            wanted=_(wanted),
            seconds=SHORT_TAKE_S,
        )
    )
    with slot:
        # Its automatic stop would cut a sentence off at the first pause. Every level is above a start of -1 and below
        # an end of 2, so it "pauses" from the first moment on, and stops when the pause is as long as a take may be.
        # What it records goes to the inbox (js/microphone.js) and never comes back from here.
        audio_recorder(
            text="",
            energy_threshold=(-1.0, 2.0),
            pause_threshold=float(SHORT_TAKE_S),
            neutral_color=_READY_COLOUR,
            recording_color=microphone.RECORDING_COLOUR,
            key=f"{key}_recorder_{take}",
        )
    return None


def _record_long(key: str, take: int, inbox: Inbox, wanted: str, longest_s: int) -> Problem | None:
    intro = st.container()
    problem = record_long(f"{key}_long_{take}", inbox, longest_s)
    if problem is not None:
        _explain(problem, key)
        return problem
    intro.markdown(
        _(
            "Press the button, speak, and press it again to stop. {wanted}; at most {minutes} minutes.",
            wanted=_(wanted),
            minutes=longest_s // 60,
        )
    )
    return None


def _explain(problem: Problem, key: str) -> None:
    microphone.explain(problem)
    if problem is Problem.FAILED:
        st.button(_("Try again"), on_click=next_recording, args=(key,), key=f"{key}_try_again")


def _inbox(key: str, longest_s: int) -> Inbox:
    held: Inbox | None = st.session_state.get(_inbox_of(key))
    if held is None:
        held = st.session_state[_inbox_of(key)] = Inbox(_session(), (longest_s + _OVERTIME_S) * _BYTES_A_S)
    return held


def _line(key: str, recogniser: Recogniser) -> LiveLine:
    """The line on which this model hears; another one for another model."""
    held: tuple[str, LiveLine] | None = st.session_state.get(_line_of(key))
    if held is None or held[0] != recogniser.name:
        held = st.session_state[_line_of(key)] = (recogniser.name, line_to(_session(), recogniser))
    return held[1]


def _session() -> str:
    context = get_script_run_ctx()
    return context.session_id if context else ""


def _line_of(key: str) -> str:
    return f"{key}_line"


def _inbox_of(key: str) -> str:
    return f"{key}_inbox"


def _take(key: str) -> str:
    return f"{key}_take"
