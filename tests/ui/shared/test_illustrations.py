from xml.etree import ElementTree

import pytest

from ser_core.labels import STYLES, Emotion
from ui.shared.illustrations import LOGO, Mood, data_url, illustration, img

ALL = [*Emotion, *Mood]
SVG = "{http://www.w3.org/2000/svg}"
# The colours a picture may have beside its own: ink, white, and the tongue.
SHARED_COLOURS = {"#14161F", "#FFFFFF", "#F7B0BE", "none"}


def colours_of(root: ElementTree.Element) -> set[str]:
    return {element.get(kind, "none") for element in root.iter() for kind in ("fill", "stroke")}


@pytest.mark.parametrize("emotion", Emotion)
def test_an_illustration_has_the_colour_of_its_emotion(emotion: Emotion) -> None:
    root = ElementTree.parse(illustration(emotion)).getroot()
    assert colours_of(root) - SHARED_COLOURS == {STYLES[emotion].colour}


@pytest.mark.parametrize("which", ALL)
def test_an_illustration_is_square_says_what_it_shows_and_loads_nothing(which: Emotion | Mood) -> None:
    root = ElementTree.parse(illustration(which)).getroot()
    assert root.get("viewBox") == "0 0 64 64"
    assert (root.findtext(f"{SVG}title") or "").lower().startswith(which.value.replace("_", " "))
    assert not any("href" in name for element in root.iter() for name in element.attrib)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        *("svg", "title", "g"),
        *("path", "circle", "ellipse", "rect"),
    }


def test_no_two_illustrations_have_the_same_outline() -> None:
    def outline(which: Emotion | Mood) -> bytes:
        return ElementTree.tostring(ElementTree.parse(illustration(which)).getroot()[1])

    assert len({outline(which) for which in ALL}) == len(ALL)


def test_the_picture_carries_its_words() -> None:
    assert 'alt="Angry &quot;face&quot;"' in img(Emotion.ANGRY, size_px=32, alt='Angry "face"')
    assert 'width="32" height="32"' in img(Emotion.ANGRY, size_px=32)


def test_the_logo_is_an_address_of_its_own() -> None:
    assert data_url(LOGO).startswith("data:image/svg+xml;base64,")
