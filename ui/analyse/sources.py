"""The ways to provide a recording: upload a file, record in the browser, hear it live, or pick a sample."""

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape

import streamlit as st

from ser_core.labels import named
from ser_core.language import _
from ui.shared import loaders, memory, reloaded
from ui.shared.handover import handed_over
from ui.shared.samples import Sample, heard_as_acted, offered
from ui.shared.text import literal
from ui.stage.recorder import next_recording, record, record_and_hear
from ui.stage.upload import Given, empty, upload
from ui.stage.ways import Way, choose_way

_CURRENT = "recording"
_UPLOAD = "analyse"
_RECORDER = "analyse"
_LIVE = "analyse_live"
_SAMPLE = "sample"
_CHANNELS = {"both": None, "left": 0, "right": 1}


@dataclass(frozen=True)
class Recording:
    """A recording as it was provided.

    Attributes:
        name: its name; text, never a path to open or markup to render.
        data: the file's bytes.
        way: how it was provided.
        note: what is told beside the name.
        channel: the channel to analyse, counted from 0; None for all together.
    """

    name: str
    data: bytes
    way: Way
    channel: int | None = None
    note: str = ""

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content, hex, and which channel of it is heard."""
        which = "" if self.channel is None else f"-{self.channel}"
        return hashlib.sha256(self.data).hexdigest() + which


def current() -> Recording | None:
    """The recording the person gave last, or another page has handed over; None without any."""
    handed = handed_over()
    if handed is not None:
        take(Recording(handed.name, handed.data, Way.UPLOAD))
    recording: Recording | None = st.session_state.get(_CURRENT)
    return recording


def choose() -> Recording | None:
    """Draw the ways in, or, once there is a recording, a line that says which and a fold with the ways in; the
    recording the person gave last, or None.
    """
    given = current()
    if given is None:
        _ways_in()
        return None
    _introduce(given)
    # Folded up again with every recording. What is in it is drawn once it is open: a recorder that is made out of sight
    # stays without height.
    fold = st.expander(
        _("Another recording"), icon=":material/swap_horiz:", on_change="rerun", key=f"another_{given.digest[:16]}"
    )
    if fold.open:
        with fold:
            _ways_in(given.way)
    return given


def _ways_in(before: Way | None = None) -> None:
    way = choose_way((Way.UPLOAD, Way.RECORD, Way.LIVE, Way.SAMPLE), "way", before)
    with st.container(border=True):
        if way == Way.UPLOAD:
            upload(_("A recording of one person speaking"), _UPLOAD, _take_upload)
        elif way == Way.RECORD:
            _take_recording(_RECORDER, way, record(_RECORDER))
        elif way == Way.LIVE:
            _take_recording(_LIVE, way, record_and_hear(_LIVE, loaders.chosen_recogniser()))
        else:
            _sample()


def forget() -> None:
    """Drop the recording."""
    st.session_state.pop(_CURRENT, None)
    empty(_UPLOAD)
    st.session_state.pop(_SAMPLE, None)
    memory.forget_all()


def _introduce(recording: Recording) -> None:
    """Draw which recording the page is about, and the button to drop it."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        note = f" · {recording.note}" if recording.note else ""
        # Escaped HTML, which is the only way to show any name exactly as it is.
        st.html(f'<p class="ser-recording"><b>{escape(recording.name)}</b>{escape(note)}</p>', width="content")
        st.button(
            _("Remove recording"),
            on_click=forget,
            type="tertiary",
            icon=":material/delete:",
            help=_("Removes the recording and its results from the server's memory."),
            key="forget",
        )


def choose_channel(recording: Recording) -> Recording:
    """Draw the choice between the sides of a call; the recording as it is then heard."""
    names = {"both": _("Both"), "left": _("Left"), "right": _("Right")}
    chosen: str = st.segmented_control(
        _("Each side of this recording has a voice of its own. Which one do you want to hear?"),
        list(_CHANNELS),
        default="both",
        format_func=names.__getitem__,
        required=True,
        key=f"channel_{recording.digest[:16]}",
    )
    return replace(recording, channel=_CHANNELS[chosen])


def _take_upload(given: Given) -> None:
    take(Recording(given.name, given.data, Way.UPLOAD))
    empty(_UPLOAD)


def take(recording: Recording) -> None:
    """Make this the recording that the page is about; of the one before nothing is left."""
    if st.session_state.get(_CURRENT) is not None:
        memory.forget_all()
    reloaded.forget()
    st.session_state[_CURRENT] = recording


def _take_recording(key: str, way: Way, made: bytes | None) -> None:
    if made is not None:
        next_recording(key)
        number = st.session_state.get("recordings_made", 0) + 1
        st.session_state["recordings_made"] = number
        take(Recording(_("Recording {number}.wav", number=number), made, way))
        st.rerun()


def _sample() -> None:
    model = loaders.chosen_recogniser().name
    st.markdown(_("Synthetic voices. No person is speaking: these show how the app works, not how well."))
    if counted := heard_as_acted(model):
        right, count = counted
        st.caption(
            _(
                "Each of the first {count} is acted for one emotion: {model} hears {right} of them as they were meant.",
                count=count,
                right=right,
                model=literal(model),
            )
        )
    st.pills(
        _("Sample"),
        offered(),
        required=True,
        format_func=lambda sample: _(sample.title),
        label_visibility="collapsed",
        key=_SAMPLE,
        on_change=_take_sample,
    )


def _take_sample() -> None:
    sample: Sample = st.session_state[_SAMPLE]
    name = _("{title} (synthetic).flac", title=_(sample.title))
    take(Recording(name, sample.path.read_bytes(), Way.SAMPLE, note=_note(sample)))


def _note(sample: Sample) -> str:
    how = _(sample.how_made)
    if sample.emotion is None:
        return how
    return _("{how}. Acted for: {emotion}", how=how, emotion=named(sample.emotion))
