"""The home page in each of its states, run by Streamlit's AppTest with the served model."""

import hashlib
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import soxr
from streamlit.testing.v1 import AppTest

from ser_core.config import PROJECT_DIR, load_settings
from ser_core.labels import Emotion
from ser_core.recognition.analyse import analyse
from ser_core.text import answer
from tests.audio.made import made
from tests.ui.history_helpers import Browser
from ui.analyse.sources import Recording
from ui.server import left
from ui.shared.samples import Sample, offered, samples
from ui.shared.text import name_of
from ui.stage.ways import Way

NAMES = {name_of(emotion) for emotion in Emotion}
HOSTILE = "**x**<script>alert(1)</script> :smile: `y` $z$.wav"


def upload(page: AppTest, name: str, content: bytes) -> AppTest:
    return page.run().file_uploader[0].upload(name, content).run()


def another(page: AppTest, content: bytes) -> AppTest:
    """Unfolds the ways to give another recording than the one of this content."""
    page.session_state[f"another_{hashlib.sha256(content).hexdigest()[:16]}"] = True
    return page.run()


def markdown(page: AppTest) -> str:
    return "\n".join(element.value for element in page.markdown)


def html(page: AppTest) -> str:
    return "\n".join(element.proto.body for element in page.get("html"))


@pytest.fixture
def voice_at() -> Callable[[int], np.ndarray]:
    """Three seconds of a synthetic voice at the rate asked for, float32."""
    voice, stored_hz = soundfile.read(samples()[0].path, dtype="float32")
    return lambda rate_hz: soxr.resample(voice[stored_hz : 4 * stored_hz], stored_hz, rate_hz).clip(-1, 1)


def stages(page: AppTest) -> list[dict[str, Any]]:
    """What the browser is told to put on each stage of the page."""
    held = [json.loads(element.proto.json) for element in page.get("bidi_component") if element.proto.json]
    return [data for data in held if "layers" in data]


def wish(page: AppTest, content: bytes, **wished: Any) -> AppTest:
    """What the browser sends when somebody asks for more at the stage."""
    key = f"stage_{hashlib.sha256(content).hexdigest()}"
    page.session_state[key] = {"wish": {"part": None, "stretch": None} | wished}
    return page.run()


def charts(page: AppTest) -> list[str]:
    """The alternative text of each picture on the page."""
    bars = re.findall(r'<div class="ser-bars[^>]* aria-label="([^"]*)"', html(page))
    return [*bars, *(element.proto.alt for element in page.get("plotly_chart"))]


def test_it_starts_with_the_notice_the_emotions_and_no_answer(page: AppTest) -> None:
    page.run()
    assert not page.exception
    assert "Before you start" in markdown(page)
    assert "article 5(1)(f)" in markdown(page)
    assert "article 50(3)" in markdown(page)
    assert all(f"<b>{name}</b>" in html(page) for name in NAMES)
    assert page.button_group(key="way").options == ["Upload", "Record", "Live", "Samples"]
    assert page.file_uploader[0].proto.max_upload_size_mb == load_settings().max_upload_mb
    assert not page.header
    assert not charts(page)


def test_the_notice_goes_for_good_once_it_was_read(page: AppTest) -> None:
    page.run()
    page.button(key="notice_read_button").click().run()
    assert "Before you start" not in markdown(page)
    page.run()
    assert "Before you start" not in markdown(page)
    # It can still be read in the sidebar.
    assert "article 5(1)(f)" in markdown(page)


def test_the_limit_in_force_is_named(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SER_MAX_UPLOAD_MB", "7")
    page.run()
    assert page.file_uploader[0].proto.max_upload_size_mb == 7


def test_a_setting_that_makes_no_sense_gets_one_friendly_message(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SER_MAX_UPLOAD_MB", "much")
    page.run()
    assert not page.exception
    assert "much" in page.error[0].value


@pytest.mark.parametrize("sample", offered(), ids=lambda sample: sample.path.stem)
def test_a_sample_is_answered_as_the_core_answers_it(page: AppTest, sample: Sample) -> None:
    page.run()
    page.button_group(key="way").set_value(Way.SAMPLE).run()
    page.button_group(key="sample").set_value(sample).run()
    assert not page.exception
    prediction = analyse(sample.path).prediction
    assert [element.value for element in page.header] == [answer.headline(prediction.claim)]
    assert sample.how_made in html(page)


def test_an_upload_is_answered_with_its_stage(
    page: AppTest, recording: Callable[[float], bytes], set_threshold: Callable[[float], None]
) -> None:
    set_threshold(0.0)
    upload(page, "voice.wav", recording(2.0))
    assert not page.exception
    assert page.header[0].value in NAMES
    assert "The model is **" in markdown(page)
    assert "Emotion detected: " in html(page)
    assert [alt.split(",")[0].split(":")[0] for alt in charts(page)] == ["Emotion scores"]
    (stage,) = stages(page)
    assert stage["duration_s"] == pytest.approx(2.0)
    assert stage["answer"].startswith(page.header[0].value.lower())
    assert stage["picture_name"] == "voice-pictures.png"
    (layer,) = stage["layers"]
    assert set(layer["files"]) == {"curves", "linear", "mel", "log", "mfcc", "mfcc_delta", "mfcc_delta2"}


@pytest.mark.parametrize("duration_s, has_timeline", [(4.5, False), (12.0, True)])
def test_only_a_clip_that_is_long_enough_has_an_emotion_over_time(
    page: AppTest, recording: Callable[[float], bytes], duration_s: float, has_timeline: bool
) -> None:
    upload(page, "voice.wav", recording(duration_s))
    assert any(section.label.startswith("Emotion over time") for section in page.expander) is has_timeline
    assert bool(stages(page)[0]["ribbons"]) is has_timeline


def test_the_lanes_are_drawn_once_somebody_opens_them(page: AppTest, recording: Callable[[float], bytes]) -> None:
    upload(page, "voice.wav", recording(12.0))
    assert len(charts(page)) == 1
    page.session_state["lanes"] = True
    page.run()
    assert not page.exception
    assert charts(page)[1].startswith("Emotion over 12.0 s")


def test_a_stretch_that_is_selected_is_heard(page: AppTest, recording: Callable[[float], bytes]) -> None:
    content = recording(8.0)
    upload(page, "voice.wav", content)
    assert stages(page)[0]["stretch"] is None
    wish(page, content, stretch=[2.0, 4.5])
    assert not page.exception
    stretch = stages(page)[0]["stretch"]
    facts = dict(stretch["facts"])
    assert (stretch["start_s"], stretch["end_s"]) == (2.0, 4.5)
    assert facts["Length"] == "2.5 s"
    assert any(emotion.value in facts["Sounds"] for emotion in Emotion)
    assert facts["Pitch"].endswith("Hz")
    assert facts["Loudness"].endswith("dBFS")


@pytest.mark.parametrize("odd", ["x", {"stretch": [3]}, {"stretch": [3.0, 1.0]}, {"part": -5}, {"stretch": [[], {}]}])
def test_an_odd_wish_is_none(page: AppTest, recording: Callable[[float], bytes], odd: Any) -> None:
    content = recording(2.0)
    upload(page, "voice.wav", content)
    page.session_state[f"stage_{hashlib.sha256(content).hexdigest()}"] = {"wish": odd}
    page.run()
    assert not page.exception
    assert stages(page)[0]["stretch"] is None


def test_over_fifteen_seconds_the_clearest_moments_can_be_heard(
    page: AppTest, recording: Callable[[float], bytes], set_threshold: Callable[..., None]
) -> None:
    set_threshold(0.0, pair_below=0.0)  # each second is claimed
    upload(page, "voice.wav", recording(30.0))
    moments = stages(page)[0]["moments"]
    assert 1 <= len(moments) <= 5
    assert all(moment["title"] in NAMES and moment["end_s"] - moment["start_s"] >= 2.9 for moment in moments)


def test_an_unsure_answer_says_so_and_names_the_two_most_likely(
    page: AppTest, recording: Callable[[float], bytes], set_threshold: Callable[[float], None]
) -> None:
    set_threshold(1.0)
    upload(page, "voice.wav", recording(2.0))
    assert not page.exception
    assert page.header[0].value == "Unsure"
    first, second = (emotion for emotion, _ in analyse(recording(3.0)).prediction.ranked[:2])
    assert f"The model cannot tell. Most likely **{first.value}**" in markdown(page)
    assert f"**{second.value}**" in markdown(page)
    assert "Emotion detected" not in [element.value for element in page.caption]
    assert charts(page)[0].startswith("Emotion scores: unsure")


@pytest.mark.parametrize(
    "name, content",
    [
        ("text.wav", b"This is no sound at all. " * 40),
        ("empty.wav", b""),
        ("picture.mp3", b"\x89PNG\r\n\x1a\n" + bytes(2000)),
    ],
)
def test_a_file_that_is_no_sound_gets_one_friendly_message(page: AppTest, name: str, content: bytes) -> None:
    upload(page, name, content)
    assert not page.exception
    assert len(page.error) == 1
    assert not page.header
    assert not charts(page)


@pytest.mark.parametrize("duration_s, level", [(0.2, 0.1), (2.0, 0.0)], ids=["too short", "silent"])
def test_a_sound_without_a_voice_gets_one_friendly_message(page: AppTest, duration_s: float, level: float) -> None:
    file = io.BytesIO()
    time_s = np.arange(round(duration_s * 16_000)) / 16_000
    soundfile.write(file, level * np.sin(2 * np.pi * 220 * time_s), 16_000, format="WAV")
    upload(page, "sound.wav", file.getvalue())
    assert not page.exception
    assert len(page.error) == 1


def test_music_gets_its_pictures_and_no_emotion(page: AppTest) -> None:
    file = io.BytesIO()
    time_s = np.arange(3 * 16_000) / 16_000
    chord = 0.1 * sum(np.sin(2 * np.pi * hz * time_s) for hz in (262, 330, 392))
    soundfile.write(file, chord, 16_000, format="WAV")
    upload(page, "organ.wav", file.getvalue())
    assert not page.exception
    assert [header.value for header in page.header] == ["No speech"]
    assert "No speech was heard in this recording: it sounds like noise or music" in markdown(page)
    assert 'role="alert"' in html(page)
    assert not NAMES & set(html(page).split())
    assert not charts(page)
    (stage,) = stages(page)
    assert stage["ribbons"] == []
    assert not page.get("download_button")
    wish(page, file.getvalue(), stretch=[0.5, 2.5])
    assert dict(stages(page)[0]["stretch"]["facts"])["Sounds"] == "no speech, so no emotion is named"


def test_a_missing_model_gets_one_friendly_message(
    page: AppTest, recording: Callable[[float], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SER_MODEL", "nowhere")
    upload(page, "voice.wav", recording(2.0))
    assert not page.exception
    assert "nowhere" in page.error[0].value


def test_a_hostile_name_is_shown_as_text(page: AppTest, recording: Callable[[float], bytes]) -> None:
    upload(page, HOSTILE, recording(2.0))
    assert not page.exception
    shown = "<b>**x**&lt;script&gt;alert(1)&lt;/script&gt; :smile: `y` $z$.wav</b>"
    assert shown in html(page)
    assert "<script>" not in html(page)
    # Nowhere else may the name stand where Markdown is read.
    assert "**x**" not in markdown(page) + "".join(element.value for element in page.caption)


def test_a_recording_that_was_forgotten_leaves_nothing_behind(
    page: AppTest, recording: Callable[[float], bytes]
) -> None:
    upload(page, "voice.wav", recording(2.0))
    page.button(key="forget").click().run()
    assert not page.exception
    assert not page.header
    assert not charts(page)
    assert "recording" not in page.session_state
    assert "computed" not in page.session_state
    # The same file can be given again.
    assert page.file_uploader[0].upload("voice.wav", recording(2.0)).run().header


def test_the_ways_in_fold_away_and_come_back_as_they_were(page: AppTest, recording: Callable[[float], bytes]) -> None:
    content = recording(2.0)
    upload(page, "voice.wav", content)
    assert not page.file_uploader
    another(page, content)
    assert page.file_uploader
    assert page.button_group(key="way").value == Way.UPLOAD
    # Folded up again, the recording stays.
    page.session_state[f"another_{hashlib.sha256(content).hexdigest()[:16]}"] = False
    assert page.run().header
    assert not page.exception


def test_a_rerun_computes_nothing_again(
    page: AppTest, recording: Callable[[float], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(page, "voice.wav", recording(2.0))

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr("ser_core.recognition.analyse.analyse", fail)
    monkeypatch.setattr("ser_core.audio.read_blocks", fail)
    page.button(key="notice_read_button").click().run()
    assert not page.exception
    assert page.header


def test_a_part_of_a_long_recording_is_looked_at_in_detail(page: AppTest, recording: Callable[[float], bytes]) -> None:
    content = recording(150.0)
    upload(page, "talk.wav", content)
    assert not page.exception
    (whole,) = stages(page)[0]["layers"]
    assert (whole["start_s"], whole["end_s"]) == (0.0, pytest.approx(150.0))
    wish(page, content, part=75)
    assert not page.exception
    again, part = stages(page)[0]["layers"]
    assert again == whole
    assert (part["start_s"], part["end_s"]) == (75.0, pytest.approx(135.0))


def test_the_report_can_be_taken_away(page: AppTest, recording: Callable[[float], bytes]) -> None:
    upload(page, "my voice.wav", recording(2.0))
    labels = [button.proto.label for button in page.get("download_button")]
    assert labels == ["Report to print", "Report as JSON", "Report as CSV"]


def test_recording_is_offered_with_a_way_around_a_dead_microphone(page: AppTest) -> None:
    page.run()
    page.button_group(key="way").set_value(Way.RECORD).run()
    assert not page.exception
    page.toggle(key="analyse_long").set_value(True).run()
    assert not page.exception
    assert any("at most 15 minutes" in each.value for each in page.markdown)


def test_what_the_recorder_put_into_its_inbox_is_answered_and_the_next_inbox_is_empty(
    page: AppTest, recording: Callable[[float], bytes]
) -> None:
    page.run()
    page.button_group(key="way").set_value(Way.RECORD).run()
    before = page.session_state["analyse_inbox"]
    before.recording = recording(2.0)
    page.run()
    assert page.header
    assert page.session_state["recording"].name == "Recording 1.wav"
    assert "analyse_inbox" not in page.session_state or page.session_state["analyse_inbox"] is not before


def test_what_was_heard_live_is_answered_as_a_whole_and_its_line_is_gone(
    page: AppTest, recording: Callable[[float], bytes]
) -> None:
    page.run()
    page.button_group(key="way").set_value(Way.LIVE).run()
    assert not page.exception
    _, line = page.session_state["analyse_live_line"]
    page.session_state["analyse_live_inbox"].recording = recording(2.0)
    page.run()
    assert page.header
    assert page.session_state["recording"].name == "Recording 1.wav"
    assert "analyse_live_line" not in page.session_state or page.session_state["analyse_live_line"][1] is not line


def test_what_a_reload_would_lose_is_offered_back(page: AppTest, recording: Callable[[float], bytes]) -> None:
    page.run()
    assert page.session_state["left"].content == {}
    upload(page, "mine.wav", recording(2.0))
    lost = page.session_state["left"]
    assert lost.content["recording"].name == "mine.wav"
    anew = AppTest.from_file(str(PROJECT_DIR / "app.py"), default_timeout=60).run()
    assert not [button for button in anew.button if button.key == "take_back"]
    # As the browser tells it.
    anew.session_state["left_before"] = dict(left.find(lost.name).content)
    anew.run()
    assert any("mine.wav" in each.proto.body for each in anew.get("html"))
    # It may be loaded anew once more.
    assert anew.session_state["left"].content["recording"].name == "mine.wav"
    anew.button(key="take_back").click().run()
    assert anew.header
    assert anew.session_state["recording"].name == "mine.wav"
    assert not [button for button in anew.button if button.key == "take_back"]
    anew.button(key="forget").click().run()
    assert anew.session_state["left"].content == {}


def test_what_is_not_wanted_back_is_dropped(page: AppTest, recording: Callable[[float], bytes]) -> None:
    page.run()
    page.session_state["left_before"] = {"recording": Recording("mine.wav", recording(1.0), Way.UPLOAD)}
    page.run()
    page.button(key="drop_lost").click().run()
    assert page.session_state["left"].content == page.session_state["left_before"] == {}
    assert not [button for button in page.button if button.key == "take_back"]


def test_serving_a_page_loads_no_training_library() -> None:
    script = f"""
import sys
from streamlit.testing.v1 import AppTest
from ui.shared.samples import Sample, offered
from ui.stage.ways import Way
page = AppTest.from_file({str(PROJECT_DIR / "app.py")!r}, default_timeout=60).run()
page.button_group(key="way").set_value(Way.SAMPLE).run()
page.button_group(key="sample").set_value(offered()[0]).run()
assert page.header and not page.exception, page.exception
print(*sorted({{name.partition(".")[0] for name in sys.modules}}))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT_DIR, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.splitlines()[-1].split())
    assert not loaded & {"tensorflow", "keras", "librosa", "numba", "torch", "sklearn", "matplotlib"}


def test_why_is_found_out_once_somebody_asks(page: AppTest, recording: Callable[[float], bytes]) -> None:
    upload(page, "voice.wav", recording(2.0))
    assert stages(page)[0]["saliency"] is None
    first, second = (emotion for emotion, _ in analyse(recording(2.0)).prediction.ranked[:2])
    shown = set()
    for emotion in (first, second):
        page.button_group(key=f"why_{first.value}_{second.value}").set_value(emotion).run()
        assert not page.exception
        shown.add(stages(page)[0]["saliency"])
        assert "occlusion" in next(text.help for text in page.markdown if text.value.startswith(("**Mostly", "**All")))
    assert len(shown) == 2


def test_why_in_a_longer_recording_looks_at_the_part_that_decides(
    page: AppTest, recording: Callable[[float], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(page, "voice.wav", recording(14.0))
    first, second = (emotion for emotion, _ in analyse(recording(14.0)).prediction.ranked[:2])
    page.button_group(key=f"why_{first.value}_{second.value}").set_value(first).run()
    assert not page.exception
    report = analyse(recording(14.0), timeline=True)
    most = max(report.timeline, key=lambda segment: segment.prediction.scores[report.prediction.emotion])
    shown = next(line for line in markdown(page).splitlines() if line.startswith("The model hears"))
    start_s = float(shown.partition("begins at ")[2].partition(" s,")[0])
    # The window is around the step that sounds most like the answer, or at an edge of the recording.
    assert start_s <= most.start_s < most.end_s <= start_s + 3.1

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr("ui.analyse.analysis.salient_window", fail)
    page.run()
    assert not page.exception


def box_of(content: bytes) -> str:
    return f"few_shot_{hashlib.sha256(content).hexdigest()}"


def badge_of(content: bytes) -> str:
    return f"voice_of_{hashlib.sha256(content).hexdigest()[:16]}"


def label(page: AppTest, content: bytes, meant: Emotion) -> None:
    """Tap the emotion that a recording was meant to carry."""
    page.button_group(key=box_of(content)).set_value(meant).run()


def test_predictions_adapt_to_a_voice_and_forget_it(
    page: AppTest, recording: Callable[[float], bytes], set_threshold: Callable[[float], None]
) -> None:
    set_threshold(0.0)
    page.session_state["few_shot"] = True
    first, second = recording(2.0), recording(3.0)
    upload(page, "one.wav", first)
    answer = page.header[0].value
    meant = next(emotion for emotion in Emotion if name_of(emotion) != answer)
    assert re.search(r"from \d+% to \d+%, averaged over the emotions \(`joint-speakers`\)", markdown(page))
    label(page, first, meant)
    assert not page.exception
    # Its own name has no part in its answer.
    assert page.header[0].value == answer
    assert f"You labelled this recording **{meant.value}**" in markdown(page)
    assert re.search(r"it would change from .*\d+%.* to \*\*.*\d+%", markdown(page))
    assert "Adapted to a voice" not in markdown(page)  # there is no other recording of it
    assert f"**Voice 1** · **Labelled so far:** {meant.value}." in markdown(page)
    another(page, first).file_uploader[0].upload("two.wav", second).run()
    # The next recording may be of somebody else: it is not adapted before the person says whose voice it is.
    own = charts(page)[0]
    assert "Adapted to a voice: **off**" in markdown(page)
    page.button_group(key=badge_of(second)).set_value("Voice 1").run()
    told = "Adapted to the voice of Voice 1 with one recording that you labelled."
    assert told in [c.value for c in page.caption]
    assert "Adapted to a voice: **on**, Voice 1" in markdown(page)
    assert charts(page)[0] != own
    page.button_group(key=badge_of(second)).set_value(None).run()
    assert told not in [c.value for c in page.caption]
    assert charts(page)[0] == own
    page.button_group(key=badge_of(second)).set_value("Voice 1").run()
    page.button(key="few_shot_forget").click().run()
    assert told not in [c.value for c in page.caption]
    assert "Labelled so far" not in markdown(page)
    assert charts(page)[0] == own


def test_a_second_voice_is_labelled_by_itself_and_can_be_renamed(
    page: AppTest, recording: Callable[[float], bytes]
) -> None:
    page.session_state["few_shot"] = True
    first, second = recording(2.0), recording(3.0)
    upload(page, "one.wav", first)
    label(page, first, Emotion.SAD)
    another(page, first).file_uploader[0].upload("two.wav", second).run()
    assert "Say first whose voice it is" in "".join(caption.value for caption in page.caption)
    page.selectbox(key=f"few_shot_whose_{hashlib.sha256(second).hexdigest()[:16]}").set_value("Voice 2").run()
    label(page, second, Emotion.HAPPY)
    assert "**Voice 2** · **Labelled so far:** happy." in markdown(page)
    page.text_input(key="few_shot_name_Voice 2").set_value("Voice 1").run()
    assert "There is a voice called Voice 1 already" in page.error[0].value.replace("\\", "")
    page.text_input(key="few_shot_name_Voice 2").set_value(" *Ben* ").run()
    assert not page.exception
    assert r"**\*Ben\*** · **Labelled so far:** happy." in markdown(page)
    assert page.button_group(key=badge_of(second)).options == ["Voice 1"]  # of its own voice there is no other


def test_a_voice_is_kept_with_the_profile_and_asked_for_in_the_next_session(
    page: AppTest, recording: Callable[[float], bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    browser = Browser(monkeypatch, tmp_path / "data")
    first, second = recording(2.0), recording(3.0)
    page.session_state["few_shot"] = True
    upload(page, "one.wav", first)
    label(page, first, Emotion.SAD)
    assert not (tmp_path / "data").exists()  # nothing is stored before it is asked for
    page.button(key="few_shot_keep").click().run()
    assert not page.exception
    assert "Kept with your profile" in markdown(page)
    history, mine = browser.saved()
    (voice,) = history.voices(mine)
    assert (voice.name, [each.meant for each in voice.labelled]) == ("Voice 1", [Emotion.SAD])
    page.text_input(key="few_shot_name_Voice 1").set_value("Anna").run()
    assert [voice.name for voice in history.voices(mine)] == ["Anna"]

    browser.sent = browser.cookie
    later = AppTest.from_file(str(PROJECT_DIR / "app.py"), default_timeout=60)
    upload(later, "two.wav", second)
    assert "Adapted to a voice: **off**" in markdown(later)
    later.button_group(key=badge_of(second)).set_value("Anna").run()
    assert "Adapted to a voice: **on**, Anna" in markdown(later)
    history.forget_voice(mine, "Anna")
    assert "Adapted to a voice" not in markdown(later.run())


def test_what_a_recording_was_named_can_be_taken_back(page: AppTest, recording: Callable[[float], bytes]) -> None:
    page.session_state["few_shot"] = True
    content = recording(2.0)
    upload(page, "one.wav", content)
    label(page, content, Emotion.SAD)
    page.button(key="few_shot_undo").click().run()
    assert not page.exception
    assert page.button_group(key=box_of(content)).value is None
    assert "Labelled so far" not in markdown(page)


@pytest.mark.parametrize(
    "name, container, codec, rate_hz",
    [
        ("Memo 12.m4a", "ipod", "aac", 44_100),
        ("recording.webm", "webm", "libopus", 48_000),
        ("AUD-2026.AMR", "amr", "libopencore_amrnb", 8_000),
        ("voice.3gp", "3gp", "libopencore_amrnb", 8_000),
        ("whatsapp.mpeg", "mp3", "libmp3lame", 16_000),
        ("long name.WAVE", "wav", "pcm_s16le", 16_000),
        ("no ending", "aiff", "pcm_s16be", 16_000),
    ],
)
def test_what_phones_and_browsers_make_is_answered(
    page: AppTest, voice_at: Callable[[int], np.ndarray], name: str, container: str, codec: str, rate_hz: int
) -> None:
    upload(page, name, made(voice_at(rate_hz), container, codec, rate_hz, bit_rate=12_200 if "amr" in codec else None))
    assert not page.exception
    assert not page.error
    assert len(page.header) == 1


def test_a_refused_file_takes_the_old_answer_with_it_and_says_why(
    page: AppTest, recording: Callable[[float], bytes]
) -> None:
    upload(page, "voice.wav", recording(2.0))
    assert page.header
    another(page, recording(2.0)).file_uploader[0].upload("voice.m4a", b"%PDF-1.7 and so on" + bytes(500)).run()
    assert not page.header
    assert not stages(page)
    (error,) = page.error
    assert "This is a PDF document" in error.value


def test_what_is_missing_is_told_beside_the_answer(page: AppTest, recording: Callable[[float], bytes]) -> None:
    content = recording(4.0)
    upload(page, "voice.wav", content[: len(content) * 3 // 4])
    assert page.header
    assert any("The file breaks off at 3.0 s of 4.0 s" in caption.value for caption in page.caption)


def test_the_sides_of_a_call_can_be_heard_one_by_one(page: AppTest, voice_at: Callable[[int], np.ndarray]) -> None:
    voice = np.resize(voice_at(16_000), 12 * 16_000)
    turns = (np.arange(len(voice)) // (3 * 16_000)) % 2
    file = io.BytesIO()
    soundfile.write(file, np.stack([voice * (turns == 0), voice * (turns == 1)], axis=1), 16_000, format="WAV")
    upload(page, "call.wav", file.getvalue())
    assert not page.exception
    answers = {}
    for side in ("Both", "Left", "Right"):
        (sides,) = [group for group in page.button_group if "Left" in group.options]
        sides.set_value(side).run()
        assert not page.exception
        answers[side] = json.dumps(stages(page)[0]["ribbons"])
    assert len(set(answers.values())) == 3


def test_two_recordings_stand_side_by_side(page: AppTest, recording: Callable[[float], bytes]) -> None:
    page.session_state["compare"] = True
    first, second = recording(2.0), recording(4.0)
    upload(page, "one.wav", first)
    page.button(key="compare_pin").click().run()
    assert "is the first of two" in markdown(page)
    another(page, first).file_uploader[0].upload("two.wav", second).run()
    assert not page.exception
    told = [chart.proto.alt for chart in page.get("plotly_chart")]
    assert any(alt.startswith("Answers side by side. A: one.wav: ") and "; B: two.wav: " in alt for alt in told)
    assert any(alt.startswith("Pitch and level on common axes. A: one.wav: 2.0 s") for alt in told)
    assert re.search(r"\| Pitch \(Hz\) \| \d+ \| \d+ \| [+−]?\d+ \|", markdown(page))
    assert len(page.get("audio")) == 2
    page.button(key="compare_stop").click().run()
    assert "Compare the next one with this" in [button.label for button in page.button]


def test_a_long_recording_is_compared_by_its_answer(page: AppTest, recording: Callable[[float], bytes]) -> None:
    page.session_state["compare"] = True
    first = recording(62.0)
    upload(page, "long.wav", first)
    page.button(key="compare_pin").click().run()
    another(page, first).file_uploader[0].upload("two.wav", recording(2.0)).run()
    assert not page.exception
    told = [chart.proto.alt for chart in page.get("plotly_chart")]
    assert any("Answers side by side" in alt for alt in told)
    assert not any("common axes" in alt for alt in told)
    assert any("of up to 60 s" in caption.value for caption in page.caption)
