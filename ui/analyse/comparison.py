"""Two recordings side by side: their answers, their curves and their delivery on common axes."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from ser_core.audio import to_wav
from ser_core.figures import Curves, curves_together, scores_by_name
from ser_core.language import N_, _
from ser_core.prosody import MEASURES, Prosody, measure_prosody
from ser_core.recognition.analyse import WHOLE_UP_TO_S
from ser_core.records import Report
from ser_core.text import answer
from ser_core.text.numbers import Number
from ui.analyse import analysis
from ui.analyse.sources import Recording
from ui.server.turns import Urgency
from ui.shared import memory, waiting
from ui.shared.charts import chart
from ui.shared.illustrations import faces, img
from ui.shared.text import AUDIBLE, duration, literal

_PINNED = "compared_with"
_HOW_OTHERS = N_(
    "Frames are counted from the start of each recording, so the same words are seldom at the same moment."
)
_LONGEST_LEGEND = 32


@dataclass(frozen=True, eq=False)
class _Side:
    """One of the two recordings, as far as it is compared: it outlives the recording itself on the page.

    Attributes:
        prosody: its delivery; None of a recording that is too long to be measured as a whole.
        wav: its sound for a player; None likewise.
    """

    digest: str
    report: Report
    prosody: Prosody | None
    wav: bytes | None


def show(recording: Recording, report: Report) -> None:
    """Draw the offer to compare the recording with the next one, or the two side by side. `report` is what the page
    says of it.
    """
    pinned: _Side | None = st.session_state.get(_PINNED)
    section = st.expander(
        _("Compare two recordings"), icon=":material/compare_arrows:", on_change="rerun", key="compare"
    )
    if not section.open:
        return
    with section:
        if pinned is None:
            _offer(recording, report)
        elif pinned.digest == recording.digest:
            st.markdown(
                _(
                    "**{file}** is the first of two. Give the other one under *Another recording*, at the top of this "
                    "page.",
                    file=literal(pinned.report.file),
                )
            )
            _stop_button()
        else:
            _side_by_side(pinned, _side(recording, report))
            _stop_button()


def forget() -> None:
    """Let go of the recording that the next one was to be compared with."""
    st.session_state.pop(_PINNED, None)


def _offer(recording: Recording, report: Report) -> None:
    st.markdown(_("Keep this recording as the first of two, and give another one: both then stand here side by side."))
    if st.button(_("Compare the next one with this"), icon=":material/push_pin:", key="compare_pin"):
        st.session_state[_PINNED] = _side(recording, report)
        st.rerun()
    if report.duration_s > WHOLE_UP_TO_S:
        st.caption(_too_long())


def _too_long() -> str:
    return _(
        "Curves and delivery are compared for recordings of up to {most:.0f} s; of longer ones, the answers.",
        most=WHOLE_UP_TO_S,
    )


def _stop_button() -> None:
    st.button(_("Stop comparing"), type="tertiary", icon=":material/close:", on_click=forget, key="compare_stop")


def _side(recording: Recording, report: Report) -> _Side:
    def measure() -> tuple[Prosody | None, bytes | None]:
        if report.duration_s > WHOLE_UP_TO_S:
            return None, None
        with (
            st.spinner(_("Measuring …")),
            waiting.for_turn(analysis.turns_of(recording), Urgency.PICTURES),
        ):
            clip = analysis.whole_sound(recording)
            return measure_prosody(clip), to_wav(clip)

    prosody, wav = memory.once(("compared", recording.digest), measure)
    return _Side(recording.digest, report, prosody, wav)


def _side_by_side(first: _Side, second: _Side) -> None:
    sides = (first, second)
    names = _names(first, second)
    for place, side, name in zip(st.columns(2), sides, names, strict=True):
        with place, st.container(border=True, key=f"compared_{name[0]}"):
            claim = side.report.prediction.claim
            pictures = "".join(img(which, size_px=64) for which in faces(claim))
            st.html(f'<div class="ser-face">{pictures}</div>')
            st.markdown(f"{literal(name)}")
            st.markdown(f"**{answer.headline(claim)}**")
            st.markdown(answer.explanation(claim, bold=True))
            st.caption(_("{length} of sound.", length=duration(side.report.duration_s)))
            if side.wav is not None:
                st.audio(side.wav, format="audio/wav", alt=name)
    figure = scores_by_name({name: side.report.prediction for name, side in zip(names, sides, strict=True)})
    said = _("Two recordings side by side · {model}", model=first.report.prediction.model)
    chart(figure, "compared-scores", title=said, key="compared_scores")
    if first.prosody is None or second.prosody is None:
        st.caption(_too_long())
        return
    figure = curves_together(
        [_curves(first.prosody, names[0]), _curves(second.prosody, names[1])],
    )
    chart(figure, "compared-curves", title=_("Two recordings: pitch and level"), key="compared_curves")
    st.caption(_(_HOW_OTHERS))
    st.markdown(_delivery(first.prosody, second.prosody))


def _names(first: _Side, second: _Side) -> tuple[str, str]:
    """What the two are called, told apart even if their files are not."""
    return f"A: {first.report.file}", f"B: {second.report.file}"


def _curves(prosody: Prosody, name: str) -> Curves:
    pitch, frames = prosody.pitch, prosody.frames
    return Curves(
        name if len(name) <= _LONGEST_LEGEND else f"{name[: _LONGEST_LEGEND - 1]}…",
        prosody.duration_s,
        pitch.times_s.astype(np.float64),
        np.where(pitch.voiced, pitch.f0_hz, np.nan),
        frames.level_db.astype(np.float64),
    )


def _delivery(first: Prosody, second: Prosody) -> str:
    """A table of what can be heard, with the difference."""
    rows = [_("| Delivery | A | B | B − A |"), "|---|---:|---:|---:|"]
    for name in AUDIBLE:
        info, a, b = MEASURES[name], first.values[name], second.values[name]
        change = None if a is None or b is None else b - a
        cells = [_written(a, info.decimals), _written(b, info.decimals), _written(change, info.decimals, "+")]
        rows.append(f"| {_(info.label)} ({_(info.unit)}) | {' | '.join(cells)} |")
    return "\n".join(rows)


def _written(value: float | None, decimals: int, sign: str = "") -> str:
    return "–" if value is None else f"{Number(value):{sign}.{decimals}f}"
