"""The Practise page in each of its states, run by Streamlit's AppTest with the served model."""

import io
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import streamlit as st
from streamlit.testing.v1 import AppTest

from ser_core.adaptation.enrolment import Enrolment
from ser_core.config import PROJECT_DIR
from ser_core.history import token_owner
from ser_core.labels import Emotion
from ser_core.practice.session import MAX_TAKES
from ser_core.practice.take import TakeResult, judge_take
from ser_core.practice.task import SENTENCES
from ser_core.recognition.analyse import analyse
from tests.prosody.voices import espeak, silence, steady, syllables
from tests.ui.history_helpers import Browser
from ui.shared.text import name_of
from ui.stage.ways import Way

Make = Callable[[float], bytes]


def wav(*parts: np.ndarray) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, np.concatenate(parts), 16_000, format="WAV")
    return file.getvalue()


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Browser:
    return Browser(monkeypatch, tmp_path / "data")


@pytest.fixture
def page(browser: Browser) -> AppTest:
    """The page, run once."""
    page = AppTest.from_file(str(PROJECT_DIR / "app.py"), default_timeout=60)
    page.switch_page("pages/practise.py")
    page.session_state["notice_read"] = True
    return checked(page.run())


def checked(page: AppTest) -> AppTest:
    assert not page.exception, page.exception
    return page


def texts(page: AppTest) -> str:
    kinds = ("markdown", "caption", "subheader", "header", "info")
    return "\n".join(element.value for kind in kinds for element in page.get(kind))


def html(page: AppTest) -> str:
    return "\n".join(element.proto.body for element in page.get("html"))


def charts(page: AppTest) -> list[str]:
    """The alternative text of each chart, once they are opened."""
    page.session_state["practise_pictures"] = True
    return [element.proto.alt for element in checked(page.run()).get("plotly_chart")]


def players(page: AppTest) -> int:
    return len(page.get("audio"))


def aim(page: AppTest, target: Emotion) -> AppTest:
    return checked(page.button_group(key="practise_target").set_value(target).run())


def give(page: AppTest, content: bytes, key: str = "practise") -> AppTest:
    """Upload a take."""
    page.button_group(key=f"{key}_way").set_value(Way.UPLOAD).run()
    return checked(page.file_uploader[0].upload("take.wav", content).run())


def press(page: AppTest, key: str) -> AppTest:
    return checked(page.button(key=key).click().run())


def test_it_starts_with_a_target_a_sentence_and_the_recorder(page: AppTest, tmp_path: Path) -> None:
    assert page.button_group(key="practise_target").options == [name_of(emotion) for emotion in Emotion]
    assert page.selectbox(key="practise_sentence").options == [*SENTENCES, "My own words"]
    assert page.button_group(key="practise_way").value == "Record"
    assert "Bright and lively" in texts(page)
    assert "Compare with your own voice" in texts(page)
    assert not charts(page)
    assert not (tmp_path / "data").exists()
    with pytest.raises(KeyError):
        page.button(key="practise_finish")


def test_another_target_shows_what_it_sounds_like(page: AppTest) -> None:
    aim(page, Emotion.SAD)
    assert "Quiet and slow" in texts(page)


def test_own_words_are_shown_as_text(page: AppTest) -> None:
    page.selectbox(key="practise_sentence").select("My own words").run()
    page.text_area(key="practise_own_text").input("**Hello** <b>you</b> :smile:").run()
    assert "“**Hello** &lt;b&gt;you&lt;/b&gt; :smile:”" in html(page)
    assert "Read the sentence above; at most" in texts(page)


@pytest.mark.parametrize(
    "temperature, heading, said",
    [
        (0.02, "It came across", "It came across: heard as"),
        (9.0, "It partly came across", "before all else, but with only"),
    ],
)
def test_a_take_that_came_across(
    page: AppTest,
    recording: Make,
    set_threshold: Callable[..., None],
    temperature: float,
    heading: str,
    said: str,
) -> None:
    set_threshold(0.0, temperature, pair_below=0.0)
    heard = analyse(recording(3.0)).prediction
    aim(page, heard.emotion)
    give(page, recording(3.0))
    assert [header.value for header in page.header] == [heading]
    assert f"The model heard **{heard.emotion.value}** before all else" in texts(page)
    assert said in html(page)


def test_a_take_that_was_heard_otherwise_with_all_its_feedback(
    page: AppTest, recording: Make, set_threshold: Callable[[float], None]
) -> None:
    set_threshold(0.0)
    heard = analyse(recording(5.0)).prediction
    target = heard.ranked[-1][0]
    aim(page, target)
    give(page, recording(5.0))
    assert [header.value for header in page.header] == [f"Heard as {heard.emotion.value}"]
    assert f"The probability of **{target.value}** was" in texts(page)
    assert [subheader.value for subheader in page.subheader][:2] == ["What went well", "What to try next"]
    assert {"Your voice in pictures", "All values, and what they mean"} <= {each.label for each in page.expander}
    changes = [block for block in page.markdown if ":material/arrow_forward:" in block.value]
    praise = [block for block in page.markdown if ":material/thumb_up:" in block.value]
    assert len(praise) == 1
    assert 1 <= len(changes) <= 2
    assert players(page) == len(praise) + len(changes)  # a moment for each sentence
    assert len([data for data in page.get("bidi_component") if '"layers"' in data.proto.json]) == 1  # the take's stage
    assert re.search(rf'class="ser-bars" role="img" aria-label="Emotion scores: {heard.emotion.value}', html(page))
    assert not page.get("plotly_chart")  # their library is large
    assert [alt.split(" ")[0] for alt in charts(page)] == ["Melody", "Your"]
    assert f"Your take among {target.value} takes" in charts(page)[-1]
    assert "semitone" in texts(page)
    assert "LUFS" in texts(page)
    assert "Keep this result?" in texts(page)


def test_a_target_that_was_nearly_heard_is_said_to_be(
    page: AppTest, recording: Make, set_threshold: Callable[..., None]
) -> None:
    set_threshold(0.0, temperature=9.0, pair_below=1.0)
    first, second = (emotion for emotion, _ in analyse(recording(3.0)).prediction.ranked[:2])
    aim(page, second)
    give(page, recording(3.0))
    assert [header.value for header in page.header] == [f"It partly came across, as {first.value} or {second.value}"]
    assert f"The model heard **{first.value} or {second.value}** (" in texts(page)


def test_an_unsure_answer_is_said_plainly(
    page: AppTest, recording: Make, set_threshold: Callable[[float], None]
) -> None:
    set_threshold(1.0)
    give(page, recording(3.0))
    assert [header.value for header in page.header] == ["Unsure"]
    assert "The model cannot tell." in texts(page)
    assert "The probability of **happy** was" in texts(page)
    assert "The model was unsure. You aimed for happy" in html(page)


def test_a_target_in_front_of_an_unsure_answer_is_said_to_be(
    page: AppTest, recording: Make, set_threshold: Callable[[float], None]
) -> None:
    set_threshold(1.0)
    target = analyse(recording(3.0)).prediction.emotion
    aim(page, target)
    give(page, recording(3.0))
    assert [header.value for header in page.header] == ["Unsure"]
    assert f"The model cannot tell. It heard **{target.value}** before all else, but with only" in texts(page)


@pytest.mark.parametrize(
    "content, expected",
    [
        (b"This is no sound at all. " * 40, "no"),
        (wav(silence(3.0)), "silent"),
        (wav(steady(120, 121.0)), "at most 0:02:00"),
    ],
    ids=["text", "silence", "too long"],
)
def test_a_file_that_cannot_be_used_is_one_friendly_message(page: AppTest, content: bytes, expected: str) -> None:
    give(page, content)
    (error,) = page.error
    assert expected in error.value.replace("\\", "").replace("\u2060", "")
    assert not charts(page)
    give(page, wav(silence(0.2), syllables(110, 150, 2.0), silence(0.2)))  # the next is taken, and the message gone
    assert not page.error
    assert "Take 1: you aimed for happy" in texts(page)


def test_noise_is_no_take(page: AppTest, rng: np.random.Generator) -> None:
    give(page, wav(0.1 * rng.standard_normal(48_000)))
    (error,) = page.error
    assert "No speech was heard" in error.value
    assert not page.header
    assert not charts(page)
    assert page.button_group(key="practise_way")  # the recorder is still there


@pytest.mark.espeak
def test_speech_without_a_voice_gets_help_instead_of_advice(page: AppTest) -> None:
    give(page, wav(espeak("The children are talking by the door.", voice_name="en+whisper")))
    assert "The voice was not clear enough" in texts(page)
    assert "What went well" not in texts(page)


def test_a_noisy_recording_is_told_beside_the_advice(page: AppTest, rng: np.random.Generator) -> None:
    voice = np.concatenate([silence(0.3), syllables(110, 150, 2.0), silence(0.3)])
    give(page, wav(voice + 0.05 * rng.standard_normal(len(voice))))
    assert "dB above the noise" in texts(page)
    assert "What went well" in texts(page)


def test_a_missing_model_is_one_friendly_message(
    page: AppTest, recording: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SER_MODEL", "nowhere")
    give(page, recording(2.0))
    (error,) = page.error
    assert "nowhere" in error.value


def test_a_take_is_not_lost_when_the_run_that_hears_it_is_broken_off(
    page: AppTest, recording: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = []

    def broken_off_at_first(*arguments: Any, **options: Any) -> TakeResult:
        heard.append(arguments)
        if len(heard) == 1:
            st.rerun()  # as when the browser asks for another run meanwhile
        return judge_take(*arguments, **options)

    monkeypatch.setattr("ui.practise.recording.judge_take", broken_off_at_first)
    give(page, recording(2.0))
    assert len(heard) == 2
    assert "Take 1: you aimed for happy" in texts(page)


def test_a_second_take_stands_beside_the_first(page: AppTest, recording: Make) -> None:
    give(page, recording(3.0))
    assert "Your takes side by side" not in texts(page)
    press(page, "practise_again")
    assert not page.header  # the recorder is there again, and nothing of the last take
    assert page.button_group(key="practise_way")
    give(page, recording(5.0))
    assert "Your takes side by side" in texts(page)
    table = html(page).partition("<table>")[2]
    assert 0 < table.index("Take 2") < table.index("Take 1")
    assert "Pitch range (semitones)" in table
    before = players(page)
    page.button_group(key="practise_listen_1").select("Take 1").run()
    assert players(checked(page)) == before + 1


def test_a_finished_session_is_reported_and_can_be_taken_away(page: AppTest, recording: Make) -> None:
    give(page, wav(silence(0.2), syllables(110, 112, 2.0), silence(0.2)))
    press(page, "practise_again")
    give(page, wav(silence(0.2), syllables(110, 180, 2.0), silence(0.2)))
    press(page, "practise_finish")
    assert "**Happy**: " in texts(page)
    assert "of 2 takes came across" in texts(page)
    # Whether it moved by a per cent is the model's business.
    assert re.search(r"The probability of happy (went from|stayed at) .* from the first take to the last", texts(page))
    assert "- Pitch range\\:\u2060 " in texts(page)
    assert [button.proto.label for button in page.get("download_button")] == ["Report as text", "Report as JSON"]
    press(page, "practise_go_on")
    assert page.button_group(key="practise_way")
    press(page, "practise_finish")
    press(page, "practise_anew")
    assert "Your takes side by side" not in texts(page)
    assert not page.session_state["practice"].takes


def test_another_page_does_not_end_the_session(page: AppTest, recording: Make) -> None:
    aim(page, Emotion.ANGRY)
    give(page, recording(3.0))
    checked(page.switch_page("pages/history.py").run())
    checked(page.switch_page("pages/practise.py").run())
    assert "Take 1: you aimed for angry" in texts(page)


@pytest.mark.parametrize("own", [False, True])
def test_the_next_take_is_for_the_same_target_and_sentence(page: AppTest, recording: Make, own: bool) -> None:
    aim(page, Emotion.SAD)
    sentence = "My own words" if own else SENTENCES[2]
    page.selectbox(key="practise_sentence").select(sentence).run()
    if own:
        page.text_area(key="practise_own_text").input("It rains again").run()
    give(page, recording(2.0))
    press(page, "practise_again")
    assert page.button_group(key="practise_target").value is Emotion.SAD
    assert page.selectbox(key="practise_sentence").value == sentence
    assert ("It rains again" if own else SENTENCES[2]) in html(page)
    assert page.session_state["practice"].takes[0].task.sentence == ("It rains again" if own else SENTENCES[2])


def test_a_session_has_an_end(page: AppTest, recording: Make) -> None:
    give(page, recording(2.0))
    page.session_state["practice"].takes *= MAX_TAKES
    press(page, "practise_again")
    assert "a good moment to finish" in texts(page)
    assert not [group for group in page.button_group if group.key == "practise_way"]


def test_a_take_is_saved_with_its_target_and_feedback(page: AppTest, recording: Make, browser: Browser) -> None:
    aim(page, Emotion.SURPRISED)
    give(page, recording(3.0))
    page.checkbox(key="save_audio_practice_1_1").check()
    press(page, "save_button_practice_1_1")
    assert "Saved." in texts(page)
    history, profile = browser.saved()
    (take,) = history.takes(profile)
    assert (take.kind, take.target, take.has_audio) == ("practice", Emotion.SURPRISED, True)
    details = history.details(profile, take.id)
    assert details is not None
    assert details.advice == page.session_state["practice"].takes[0].delivery.advice


NEUTRAL = wav(syllables(122, 118, 9.0))
KNOWN = re.compile(r"pitch around 1[12]\d Hz")


def test_the_own_voice_is_what_takes_are_seen_from(page: AppTest, browser: Browser, tmp_path: Path) -> None:
    press(page, "practise_voice_begin")
    assert "On weekdays I get up at seven" in texts(page)
    give(page, NEUTRAL, "practise_voice")
    assert KNOWN.search(texts(page))
    assert not (tmp_path / "data").exists()
    give(page, wav(silence(0.2), syllables(150, 250, 2.0), silence(0.2)))
    assert "from your neutral voice" in charts(page)[-1]
    assert "relative to the speaker’s own neutral voice" in texts(page)
    press(page, "practise_voice_forget")
    assert "Compare with your own voice" in texts(page)


def test_the_own_voice_is_kept_only_when_asked_and_found_again(page: AppTest, browser: Browser) -> None:
    press(page, "practise_voice_begin")
    give(page, NEUTRAL, "practise_voice")
    press(page, "practise_voice_keep")
    assert "Kept with your profile" in texts(page.run())
    history, profile = browser.saved()
    kept = history.enrolment(profile)
    assert kept is not None
    assert kept.neutral is not None
    # How the voice sounds to the model is kept with it, so that the next session is heard relative to it too.
    assert set(kept.neutral.logits) == set(Emotion)

    browser.sent = browser.cookie
    later = AppTest.from_file(str(PROJECT_DIR / "app.py"), default_timeout=60)
    later.switch_page("pages/practise.py")
    assert KNOWN.search(texts(checked(later.run())))
    press(later, "practise_voice_forget")
    assert history.enrolment(profile) is None
    assert "Compare with your own voice" in texts(page.run())  # the first page knows it as well


def test_a_tune_is_no_neutral_voice(page: AppTest) -> None:
    press(page, "practise_voice_begin")
    give(page, wav(*(steady(hz, 1.5) for hz in (131, 165, 196, 165, 131, 196))), "practise_voice")
    (error,) = page.error
    assert "sounds like noise or music" in error.value
    assert "Compare with your own voice" not in texts(page)  # it still waits for one


def test_a_neutral_voice_too_short_is_told_what_to_do(page: AppTest) -> None:
    press(page, "practise_voice_begin")
    give(page, wav(steady(120, 1.0), silence(1.0)), "practise_voice")
    (error,) = page.error
    assert "Read a text aloud" in error.value
    press(page, "practise_voice_cancel")
    assert not page.error
    assert page.button_group(key="practise_way")


def test_a_history_out_of_reach_does_not_stop_practice(
    page: AppTest, browser: Browser, recording: Make, tmp_path: Path
) -> None:
    browser.sent = browser.cookie = "B" * 22
    (tmp_path / "data").write_text("in the way")
    give(page, recording(2.0))
    assert "Take 1: you aimed for happy" in texts(page)


def test_a_damaged_neutral_voice_is_as_good_as_none(page: AppTest, browser: Browser) -> None:
    browser.sent = browser.cookie = "B" * 22
    history, profile = browser.saved()
    assert profile == history.find_profile(token_owner("B" * 22))
    history.save_enrolment(profile, Enrolment({}, 8.0))
    assert "Compare with your own voice" in texts(checked(page.run()))


def test_practising_loads_no_training_library() -> None:
    script = f"""
import sys
from streamlit.testing.v1 import AppTest
from ui.stage.ways import Way
from ui.shared.samples import samples
page = AppTest.from_file({str(PROJECT_DIR / "app.py")!r}, default_timeout=60)
page.switch_page("pages/practise.py").run()
page.button_group(key="practise_way").set_value(Way.UPLOAD).run()
page.file_uploader[0].upload("take.flac", samples()[0].path.read_bytes()).run()
assert page.header and not page.exception, page.exception
print(*sorted({{name.partition(".")[0] for name in sys.modules}}))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT_DIR, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.splitlines()[-1].split())
    assert not loaded & {"tensorflow", "keras", "librosa", "numba", "torch", "sklearn", "matplotlib"}
