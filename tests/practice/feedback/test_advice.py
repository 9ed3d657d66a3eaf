import json
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ser_core.labels import Emotion
from ser_core.practice.feedback import MAX_SENTENCES, Advice, give_advice
from ser_core.prosody import MEASURES, measure_prosody
from ser_core.prosody.disfluency import Disfluency, DisfluencyKind
from tests.practice.feedback.takes import band, placement, spoken
from tests.prosody.voices import clip_of, silence, steady

TAKE = spoken()
ANGRY = Emotion.ANGRY
UM = Disfluency(DisfluencyKind.FILLED_PAUSE, 0.5, 1.0, 1.0)


def test_the_sentence_says_take_target_and_what_to_do():
    _, change = give_advice(TAKE, (), [placement(value=3.2)], ANGRY)
    assert change.sentence == (
        "Your pitch varied by 3 semitones, while angry takes usually vary by 6 to 10: "
        "let the word that matters jump up here, where your voice is flattest."
    )
    assert (change.kind, change.about, change.take, change.low, change.high) == (
        "change", "pitch_range_semitones", 3.2, 6.0, 10.0,
    )  # fmt: skip
    # The flat half of the take is its first 1.2 s.
    assert change.end_s <= 1.3


def test_praise_comes_first_and_names_what_matters_most():
    fitting = [
        placement("dynamics_db", 8.0, weight=0.4),
        placement("articulation_rate", 8.0, weight=0.9),
        placement("hnr_db", 8.0, weight=2.0, confidence=0.1),
    ]
    praise, *_ = give_advice(TAKE, (), fitting, ANGRY)
    assert (praise.kind, praise.about) == ("praise", "articulation_rate")


def test_what_separates_most_is_said_first():
    changes = [placement("dynamics_db", 1.0, weight=0.3), placement(value=3.0, weight=1.0)]
    assert [a.about for a in give_advice(TAKE, (), changes, ANGRY)][1:] == ["pitch_range_semitones", "dynamics_db"]


def test_what_to_do_follows_the_target():
    flat = [placement(value=1.0)]
    aims = {target: give_advice(TAKE, (), flat, target)[1].sentence.partition(": ")[2] for target in Emotion}
    assert "jump" in aims[Emotion.ANGRY]
    assert "gently" in aims[Emotion.CALM]  # a calm voice does not jump


def test_a_measurement_without_trust_is_not_spoken_of():
    unsure = [placement(value=0.0, confidence=0.0)]
    assert [a.kind for a in give_advice(TAKE, (), unsure, ANGRY)] == ["praise"]


def test_relative_numbers_are_said_as_such():
    _, change = give_advice(TAKE, (), [placement(value=-3.0, middle=2.0, relative=True)], ANGRY)
    assert change.sentence.startswith(
        "Your pitch varied 3 semitones less than in your neutral voice, while angry takes usually differ by 0 to +4: "
    )


def test_a_negative_number_has_a_minus_sign_and_one_semitone_is_one():
    ending = placement("pitch_final_semitones", -6.0, middle=-2.0)
    _, change = give_advice(TAKE, (), [ending], ANGRY)
    assert (
        "fell by 6 semitones on the last word, while angry takes usually change by −4 to 0 semitones" in change.sentence
    )
    _, change = give_advice(TAKE, (), [placement(value=0.6)], ANGRY)
    assert "Your pitch varied by 1 semitone, while" in change.sentence


def test_a_take_that_is_right_in_all_is_shown_the_way():
    inside = [placement(value=6.8), placement("dynamics_db", 8.0, weight=1.5)]
    praise, nudge = give_advice(TAKE, (), inside, ANGRY)
    assert praise.about == "dynamics_db"
    assert nudge.sentence.startswith("You are on the right track, and it will sound more angry if you go further: let")


def test_disfluencies_are_pointed_at():
    _, change = give_advice(TAKE, [UM], [], None)
    assert (change.about, change.start_s, change.end_s) == ("filled_pause", 0.5, 1.0)
    assert "0.5 s" in change.sentence


def test_several_of_a_kind_are_one_sentence_about_the_surest():
    short, long = (
        Disfluency(DisfluencyKind.LONG_PAUSE, start, start + 1.1, sure) for start, sure in ((0, 0.6), (2, 0.9))
    )
    _, change = give_advice(TAKE, [short, long], [], None)
    assert change.sentence.startswith("There are 2 long silences, such as this one of 1.1 s,")
    assert change.start_s == 2


def halting(gap_s):
    """Five times half a second of voice, with silences of one length between."""
    parts = [steady(120, 0.5)] + [part for _ in range(4) for part in (silence(gap_s), steady(120, 0.5))]
    return measure_prosody(clip_of(np.concatenate([silence(0.2), *parts, silence(0.2)])))


def test_many_pauses_are_spoken_of_though_none_is_long():
    take = halting(0.6)  # 2.4 s of silence in 4.9 s, of which the voice's fading takes a little
    assert take.pause_share == pytest.approx(100 * 2.4 / 4.9, abs=2.0)
    praise, change = give_advice(take, (), (), None)
    assert change.sentence == (
        f"Pauses took up {take.pause_share:.0f}% of the time, 4 in all: "
        "try to link the words on either side of this one."
    )
    assert "fluently" not in praise.sentence
    (praise,) = give_advice(halting(0.25), (), (), None)  # 1 s in 3.5 s: sentences may need that
    assert praise.kind == "praise"


def test_one_sentence_about_pauses():
    pause = Disfluency(DisfluencyKind.LONG_PAUSE, 0.7, 1.8, 1.0)
    said = give_advice(halting(0.6), [pause, UM], [], ANGRY)
    assert {a.about for a in said[1:]} == {"long_pause", "filled_pause"}


def test_without_a_target_praise_is_about_what_always_holds():
    (praise,) = give_advice(TAKE, (), (), None)
    assert praise.about == "lively"
    assert "pitch varied" in praise.sentence


def test_silence_gets_no_advice():
    assert give_advice(measure_prosody(clip_of(silence(1.0))), (), (), ANGRY) == ()


@settings(max_examples=60)
@given(
    values=st.dictionaries(
        st.sampled_from(sorted(MEASURES)), st.tuples(st.floats(-50, 400), st.booleans(), st.floats(0, 1)), max_size=12
    ),
    stumbles=st.lists(st.sampled_from(list(DisfluencyKind)), max_size=5),
    target=st.sampled_from(list(Emotion)),
    middle=st.floats(-40, 300),
)
def test_at_most_three_sentences_praise_first_each_with_a_moment(values, stumbles, target, middle):
    placements = [
        placement(name, value, band=band(middle, 5.0), relative=relative, confidence=trust)
        for name, (value, relative, trust) in values.items()
    ]
    items = [Disfluency(kind, 0.1 * i, 0.1 * i + 0.3, 0.8) for i, kind in enumerate(stumbles)]
    said = give_advice(TAKE, items, placements, target)
    assert 1 <= len(said) <= MAX_SENTENCES
    assert [a.kind for a in said] == ["praise"] + ["change"] * (len(said) - 1)
    assert len({a.about for a in said}) == len(said)
    for a in said:
        assert 0 <= a.start_s < a.end_s <= TAKE.duration_s
        assert a.sentence.endswith(".")
        assert "{" not in a.sentence
        assert not re.search(r"[+−]0(?![.\d])", a.sentence)
        assert not re.search(r"-\d", a.sentence)
    assert np.isfinite([a.start_s for a in said]).all()


def test_json_and_back():
    said = give_advice(TAKE, [UM], [placement()], ANGRY)
    back = [Advice.from_dict(json.loads(json.dumps(a.to_dict()))) for a in said]
    assert [replace(a, start_s=0, end_s=0) for a in back] == [replace(a, start_s=0, end_s=0) for a in said]
    assert [(a.start_s, a.end_s) for a in back] == [(round(a.start_s, 3), round(a.end_s, 3)) for a in said]
