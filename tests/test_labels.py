"""The emotions and their colours: told apart by everybody, on white and on dark pages."""

from itertools import combinations

import numpy as np
import pytest

from ser_core.figures.curves import CURVE_COLOURS
from ser_core.figures.style import SOUND_COLOUR
from ser_core.labels import STYLES, Emotion

# White, and the dark pages of .streamlit/config.toml.
BACKGROUNDS = ("#FFFFFF", "#0E1117")

# How linear RGB looks without one kind of cone. Machado, Oliveira and Fernandes: A physiologically-based model for
# simulation of color vision deficiency, IEEE TVCG 15(6), 2009; severity 1.
VISION = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
# IEC 61966-2-1: linear sRGB to CIE XYZ under D65.
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])

# Neighbouring patches differ noticeably from a CIE Lab distance of 2.3 on (Mahy, van Eycken and Oosterlinck 1994).
# Bars and lanes are small, apart, and on any screen: eight times as much.
MIN_DISTANCE = 8 * 2.3
MIN_CONTRAST = 3.0  # WCAG 2.2, 1.4.11: graphics that are needed to understand the content


def linear_rgb(colour: str) -> np.ndarray:
    srgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    share = XYZ @ np.clip(rgb, 0, 1) / XYZ.sum(axis=1)
    f = np.where(share > (6 / 29) ** 3, np.cbrt(share), share / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2, 1 to 21."""
    low, high = sorted(float(XYZ[1] @ linear_rgb(colour)) + 0.05 for colour in (one, other))
    return high / low


def test_the_measures_agree_with_published_values():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21, rel=1e-3)
    # Lab of sRGB red, from Lindbloom's calculator.
    np.testing.assert_allclose(lab(linear_rgb("#FF0000")), [53.24, 80.09, 67.20], atol=0.1)
    # Without red cones a pure red is dark: the model keeps greys and loses the red.
    np.testing.assert_allclose(VISION["protanopia"].sum(axis=1), 1, atol=1e-4)


def test_every_emotion_has_a_look():
    assert list(STYLES) == list(Emotion)
    assert all(style.sounds_like.endswith(".") for style in STYLES.values())


@pytest.mark.parametrize("vision", VISION)
def test_colours_are_told_apart(vision):
    seen = {emotion: lab(VISION[vision] @ linear_rgb(style.colour)) for emotion, style in STYLES.items()}
    for one, other in combinations(Emotion, 2):
        distance = float(np.linalg.norm(seen[one] - seen[other]))
        assert distance >= MIN_DISTANCE, f"{one} and {other}: {distance:.1f} with {vision}"


@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("colour", [*(style.colour for style in STYLES.values()), SOUND_COLOUR, *CURVE_COLOURS])
def test_colours_stand_out_from_the_page(colour, background):
    assert contrast(colour, background) >= MIN_CONTRAST
