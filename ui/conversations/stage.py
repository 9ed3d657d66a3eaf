"""The conversation plays over its pictures, with a ribbon for each party."""

from collections.abc import Sequence

import streamlit as st

from ser_core import audio
from ser_core.conversations import words
from ser_core.conversations.findings import Findings, PartyFindings
from ser_core.labels import STYLES
from ser_core.language import _
from ser_core.recognition.course import shares
from ser_core.records import Clip, Segment
from ser_core.text.answer import in_short
from ser_core.text.course import shares_in_words
from ser_core.text.numbers import duration
from ui.conversations.given import Recording
from ui.shared.errors import told_kindly
from ui.shared.text import name_of
from ui.stage.player.player import Answered, Moment, Ribbon, Scene, show, wished
from ui.stage.player.staged import Staged

# Heard around a turning point: what was before, and what came after.
_BEFORE_TURN_S, _AFTER_TURN_S = 5.0, 10.0


# A fragment: what is asked at the stage redraws this part of the page alone.
@st.fragment
def play(recording: Recording, staged: Staged, found: Findings) -> None:
    """Draw the stage."""
    key = f"stage_{recording.number}"
    heard = found.conversation
    several = len(found.parties) > 1
    with told_kindly():
        wish = wished(key)

        def cut(start_s: float, end_s: float) -> Clip:
            return audio.read_between(recording.data, start_s, end_s)

        show(
            key,
            Scene(
                name=recording.name,
                answer=" ".join(words.summary(each, each.party.name) for each in found.parties),
                duration_s=heard.duration_s,
                sound=staged.sound,
                layers=staged.layers(wish.part_s, cut),
                ribbons=[Ribbon(party.timeline, party.name if several else "") for party in heard.parties],
                moments=[moment for each in found.parties for moment in _moments(each, heard.duration_s, several)],
                answered=_answered(found, *wish.stretch) if wish.stretch else None,
            ),
        )


def _moments(found: PartyFindings, duration_s: float, several: bool) -> list[Moment]:
    """The strongest moments of a party and its turning points, in order."""
    who = f"{found.party.name}: " if several else ""
    moments = [
        Moment(each.start_s, each.end_s, f"{who}{name_of(each.emotion)}", STYLES[each.emotion].colour)
        for each in found.moments
    ]
    for point in found.turning_points:
        start_s, end_s = max(0.0, point.at_s - _BEFORE_TURN_S), min(duration_s, point.at_s + _AFTER_TURN_S)
        moments.append(Moment(start_s, end_s, who + _("Turning point")))
    return sorted(moments, key=lambda moment: moment.start_s)


def _answered(found: Findings, start_s: float, end_s: float) -> Answered:
    """What is told of a stretch: how each party sounds in it."""
    facts = []
    for each in found.parties:
        inside = [s for s in each.party.timeline if s.start_s < end_s and s.end_s > start_s]
        facts.append((each.party.name, _sounds(inside)))
    facts.append((_("Length"), duration(end_s - start_s)))
    said = "; ".join(f"{name} {value}" for name, value in facts)
    return Answered(
        start_s,
        end_s,
        tuple(facts),
        _("{start:.1f} to {end:.1f} seconds. {said}.", start=start_s, end=end_s, said=said),
    )


def _sounds(inside: Sequence[Segment]) -> str:
    if not inside:
        return _("says nothing")
    return in_short(inside[0].prediction.claim) if len(inside) == 1 else shares_in_words(shares(inside))
