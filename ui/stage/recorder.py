"""Recording in the browser, on any page."""

import streamlit as st
from audio_recorder_streamlit import audio_recorder

from ui.stage import microphone
from ui.stage.microphone import Problem

# The recorder stops by itself after this time, unless the person stops it earlier. It keeps the sound as text in the
# browser and the server (see maxWidgetStateSize in .streamlit/config.toml), so longer takes need the plain recorder.
LONGEST_TAKE_S = 60

_HEADER_BYTES = 44
# A colour that stands out against both backgrounds: the recorder's frame does not know the theme.
_READY_COLOUR = "#5B6BE0"


def record(key: str, wanted: str = "A few sentences are best") -> bytes | None:
    """The recording that a person has made, as a WAV file, on every run of the page until `next_recording`; or None.

    `key` tells the recorders of the pages apart; `wanted` says what to speak. If the microphone is unavailable, the
    page says why and what to do.
    """
    if st.session_state.get(f"{key}_plain"):
        taken = _record_plainly(key)
    else:
        problem, taken = _record_here(key, wanted)
        # If the recorder is impossible, so is the browser's plain one.
        if problem not in {None, Problem.FAILED}:
            return None
    st.toggle(
        "Use the browser's plain recorder",
        key=f"{key}_plain",
        help=f"For more than {LONGEST_TAKE_S} seconds, or if the microphone above does not respond.",
    )
    return taken


def next_recording(key: str) -> None:
    """Release the recording and be ready for the next one."""
    # A recorder with a new key is empty: the browser neither keeps the last take nor sends it again.
    st.session_state[f"{key}_take"] += 1


def _record_here(key: str, wanted: str) -> tuple[Problem | None, bytes | None]:
    take = st.session_state.setdefault(f"{key}_take", 0)
    intro = st.container()
    with st.container(horizontal=True, vertical_alignment="center"):
        slot = st.container(width=64)
        with st.container(width="stretch"):
            problem = microphone.check(f"{key}_microphone_{take}")
    if problem is not None:
        microphone.explain(problem)
        if problem is Problem.FAILED:
            st.button("Try again", on_click=next_recording, args=(key,), key=f"{key}_try_again")
        return problem, None
    intro.markdown(
        f"Press the microphone, speak, and press it again to stop. {wanted}; at most {LONGEST_TAKE_S} seconds."
    )
    with slot:
        # Its automatic stop would cut a sentence off at the first pause. Every level is above a start of -1 and below
        # an end of 2, so it "pauses" from the first moment on, and stops when the pause is as long as a take may be.
        taken: bytes | None = audio_recorder(
            text="",
            energy_threshold=(-1.0, 2.0),
            pause_threshold=float(LONGEST_TAKE_S),
            neutral_color=_READY_COLOUR,
            recording_color=microphone.RECORDING_COLOUR,
            key=f"{key}_recorder_{take}",
        )
    # The recorder sends only a header when it has recorded nothing; microphone.js then presses it again.
    if taken is None or len(taken) <= _HEADER_BYTES:
        return None, None
    return None, taken


def _record_plainly(key: str) -> bytes | None:
    take = st.session_state.setdefault(f"{key}_take", 0)
    taken = st.audio_input("Record your voice", key=f"{key}_plain_{take}", sample_rate=16_000)
    return None if taken is None else taken.getvalue()
