from ser_core.figures import clip_counts, describe, speaker_counts, spread_by_emotion
from ser_core.labels import STYLES, Emotion


def test_clips_by_emotion_tell_voices_apart_without_colours():
    figure = clip_counts({"sad": {"f": 3, "m": 2}, "happy": {"f": 1}})
    women, men = figure.data
    assert list(women.y) == ["Sad", "Happy"]
    assert (list(women.x), list(men.x)) == ([3, 1], [2, 0])
    assert women.marker.pattern.shape != men.marker.pattern.shape
    assert list(women.marker.color) == [STYLES[Emotion.SAD].colour, STYLES[Emotion.HAPPY].colour]
    assert describe(figure) == "Clips by emotion: happy 1, sad 5."


def test_speakers_are_names_not_numbers_nor_markup():
    figure = speaker_counts({"01": 60, "<b>": 58})
    assert list(figure.data[0].x) == ["01", "&lt;b&gt;"]
    assert figure.layout.xaxis.type == "category"
    assert "2 speakers with 58 to 60 clips" in describe(figure)


def test_a_spread_tells_its_medians_and_leaves_out_what_was_not_measured():
    figure = spread_by_emotion({"angry": [1.0, 2.0, 9.0], "sad": [], "calm": [4.0]}, "Length", "s")
    assert [box.name for box in figure.data] == ["Angry", "Calm"]
    assert figure.layout.xaxis.title.text == "Length (s)"
    assert describe(figure) == "Length by emotion, medians in s: calm 4, angry 2."
