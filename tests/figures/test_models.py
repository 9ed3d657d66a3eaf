import numpy as np
import pytest

from ser_core.figures import Compared, confusion_picture, describe, protocol_bars, training_curves

ROWS = [Compared("svm", 0.4, 0.8), Compared("mlp", 0.5, None), Compared("<b>own</b>", None, 0.7)]


def test_recipes_are_ranked_by_the_honest_figure():
    figure = protocol_bars(ROWS)
    customary, honest = figure.data
    assert list(honest.y) == ["&lt;b&gt;own&lt;/b&gt;", "svm", "mlp"]
    assert list(honest.x) == [None, 40, 50]
    assert list(customary.x) == [70, 80, None]
    # Told apart without colours.
    assert (honest.marker.pattern.shape, customary.marker.pattern.shape) == ("", "/")
    assert "mlp 50 per cent, not measured; svm 40 per cent, 80 per cent" in describe(figure)
    with pytest.raises(ValueError, match="no recipe"):
        protocol_bars([])


def test_a_confusion_matrix_shows_counts_and_colours_shares_of_what_was_acted():
    figure = confusion_picture(["happy", "sad", "calm"], [[8, 2, 0], [0, 5, 15], [0, 0, 0]])
    (cells,) = figure.data
    np.testing.assert_allclose(cells.z, [[80, 20, 0], [0, 25, 75], [0, 0, 0]])
    shown = {(letter.y, letter.x): letter.text for letter in figure.layout.annotations}
    assert shown["Sad", "Calm"] == "15"
    assert len(shown) == 9
    assert describe(figure) == (
        "Confusion matrix of 30 clips, 13 of them right. The most frequent confusion: Sad answered as Calm, 15 clips."
    )


def test_letters_stand_out_from_their_cell():
    def luminance(colour):
        channels = [int(colour[i : i + 2], 16) / 255 if colour[0] == "#" else None for i in (1, 3, 5)]
        if colour[0] != "#":
            channels = [float(part) / 255 for part in colour[4:-1].split(",")]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))

    scale = confusion_picture(["a", "b"], [[1, 0], [0, 1]]).data[0].colorscale
    places, colours = zip(*scale, strict=True)
    lights = [luminance(colour) for colour in colours]
    for share in np.linspace(0, 1, 21):
        n = round(1000 * share)
        letter = confusion_picture(["a", "b"], [[n, 1000 - n], [0, 1]]).layout.annotations[0].font.color
        cell = np.interp(share, places, lights)
        low, high = sorted((cell, luminance(letter)))
        # WCAG's 3:1 for large letters, at the worst place in the middle.
        assert (high + 0.05) / (low + 0.05) > 3


def test_curves_tell_from_where_to_where():
    history = [{"loss": 2.0, "accuracy": 0.2}, {"loss": 1.0, "accuracy": 0.6}, {"loss": 0.5, "accuracy": 0.9}]
    figure = training_curves(history)
    loss, accuracy = figure.data
    assert list(loss.y) == [2.0, 1.0, 0.5]
    assert list(accuracy.y) == pytest.approx([20, 60, 90])
    assert accuracy.yaxis == "y2"
    assert "loss goes from 2.00 to 0.50" in describe(figure)
