import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ser_core.adaptation.enrolment import Enrolment
from ser_core.adaptation.voices import KnownVoice
from ser_core.audio import read_clip
from ser_core.claim import ClaimKind
from ser_core.config import PROJECT_DIR
from ser_core.history import NewTake, account_owner, open_history, token_owner
from ser_core.history.store import History
from ser_core.labels import Emotion
from ser_core.practice.delivery import judge_delivery
from ser_core.prosody import MEASURES, measure_prosody
from tests.history.conftest import a_delivery, a_practice, a_report, noise
from tests.ui.history_helpers import Browser
from ui.shared.samples import samples
from ui.shared.text import literal

TOKEN = "B" * 22
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
Open = Callable[[], AppTest]


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Browser:
    return Browser(monkeypatch, tmp_path / "data", cookie=TOKEN)


@pytest.fixture
def history(browser: Browser) -> History:
    return open_history()


@pytest.fixture
def mine(history: History) -> int:
    return history.open_profile(token_owner(TOKEN))


@pytest.fixture
def open_page(browser: Browser) -> Open:
    def run() -> AppTest:
        page = AppTest.from_file(str(PROJECT_DIR / "app.py"), default_timeout=30)
        page.switch_page("pages/history.py")
        page.session_state["notice_read"] = True
        page.run()
        assert not page.exception
        return page

    return run


def _texts(page: AppTest) -> str:
    kinds = ("markdown", "caption", "header", "subheader")
    return "\n".join(element.value for kind in kinds for element in page.get(kind))


def _takes(page: AppTest) -> list[str]:
    """What stands in the list, without its pictures."""
    return [
        re.sub(r" ?!\[\]\(data:[^)]*\) ?", " ", entry.label).strip() for entry in page.expander if " · " in entry.label
    ]


def test_without_anything_saved_it_says_how_to_begin(open_page: Open, browser: Browser, tmp_path: Path) -> None:
    browser.cookie = browser.sent = ""
    page = open_page()
    assert "Nothing saved yet" in _texts(page)
    assert not page.get("download_button")
    assert not (tmp_path / "data").exists()  # looking stores nothing


def test_the_list_says_what_was_aimed_for_and_heard(history: History, mine: int, open_page: Open) -> None:
    history.save_take(mine, a_practice(), now=NOON)
    history.save_take(
        mine, a_practice(Emotion.SAD, report=a_report(kind=ClaimKind.UNSURE)), now=NOON + timedelta(hours=1)
    )
    history.save_take(mine, NewTake(a_report(), audio=noise()), now=NOON + timedelta(hours=2))
    page = open_page()
    assert "3 saved takes" in _texts(page)
    assert _takes(page) == [
        r"**take\.wav** · heard: angry (65%) · 1 Mar 2026, 14:00 :material/volume_up:",
        r"**take\.wav** · aimed for Sad · unsure · 1 Mar 2026, 13:00",
        r"**take\.wav** · aimed for Angry · came across, 65% · 1 Mar 2026, 12:00",
    ]


def test_what_was_in_front_with_too_little_came_across_partly(history: History, mine: int, open_page: Open) -> None:
    history.save_take(mine, a_practice(report=a_report(confidence=0.28)), now=NOON)
    page = open_page()
    assert _takes(page) == [r"**take\.wav** · aimed for Angry · partly came across, 28% · 1 Mar 2026, 12:00"]
    page.session_state["progress"] = True
    (chart,) = page.run().get("plotly_chart")
    assert "angry 0%" in chart.proto.alt


def test_times_are_those_of_the_browser(history: History, mine: int, open_page: Open) -> None:
    history.save_take(mine, a_practice(), now=NOON)
    page = open_page()
    page.context = {"timezone": "Asia/Tokyo"}
    assert _takes(page.run())[0].endswith("1 Mar 2026, 21:00")
    page.context = {"timezone": "Nowhere/Else"}
    assert _takes(page.run())[0].endswith("1 Mar 2026, 12:00")


def test_nobody_sees_anothers_takes(history: History, mine: int, open_page: Open) -> None:
    theirs = history.open_profile(token_owner("C" * 22))
    history.save_take(theirs, a_practice())
    assert "Nothing saved yet" in _texts(open_page())


def test_an_opened_take_shows_all_of_it(history: History, mine: int, open_page: Open) -> None:
    delivery = a_delivery(
        Emotion.SAD, "Speak *up*.", "Slower.", pitch_median_hz=181.2, loudness_lufs=-23.4, hnr_db=None
    )
    take = NewTake(a_report(Emotion.CALM, file="**mine** <b>.wav"), delivery, noise())
    number = history.save_take(mine, take, now=NOON)
    page = open_page()
    page.session_state[f"history_take_{number}"] = True
    texts = _texts(page.run())
    assert not page.exception
    assert r"\*\*mine\*\* \<b\>\.wav" in texts
    assert "Heard as calm (65%). You aimed for sad, which got 5%." in texts
    assert r"- Speak \*up\*\. \(at 1\.2 s\)" in texts
    assert r"- Slower\. \(at 1\.2 s\)" in texts
    assert "| Pitch | 181 Hz |" in texts
    assert "| Loudness | −23.4 LUFS |" in texts
    assert any('aria-label="Emotion scores: calm. calm 65 per cent, ' in each.proto.body for each in page.get("html"))
    assert len(page.get("audio")) == 1


def test_what_delivery_reports_is_shown(history: History, mine: int, open_page: Open) -> None:
    result = judge_delivery(measure_prosody(read_clip(samples()[0].path)), Emotion.SAD)
    number = history.save_take(mine, a_practice(delivery=result))
    page = open_page()
    page.session_state[f"history_take_{number}"] = True
    texts = _texts(page.run())
    assert not page.exception
    for advice in result.advice:
        assert literal(advice.sentence) in texts
    known = [MEASURES[name].label for name, value in result.values.items() if value is not None]
    assert len(known) > 5
    for label in known:
        assert f"| {label} |" in texts


def test_a_closed_take_loads_no_audio(history: History, mine: int, open_page: Open) -> None:
    history.save_take(mine, a_practice(audio=noise()))
    assert not open_page().get("audio")


def test_many_takes_come_in_pages(history: History, mine: int, open_page: Open) -> None:
    for minute in range(22):
        history.save_take(mine, a_practice(), now=NOON + timedelta(minutes=minute))
    page = open_page()
    assert len(_takes(page)) == 20
    page.pagination[0].set_value(2).run()
    assert [label[-17:] for label in _takes(page)] == ["1 Mar 2026, 12:01", "1 Mar 2026, 12:00"]


def test_the_list_has_faces_and_bars(history: History, mine: int, open_page: Open) -> None:
    history.save_take(mine, NewTake(a_report(kind=ClaimKind.NEAR_TIE)), now=NOON)
    (label,) = (entry.label for entry in open_page().expander if " · " in entry.label)
    assert label.count("![](data:image/svg+xml;base64,") == 3  # two faces and a bar


def test_takes_are_found_by_name_emotion_and_kind(history: History, mine: int, open_page: Open) -> None:
    for number in range(6):
        history.save_take(mine, NewTake(a_report(Emotion.SAD, file=f"call {number}.wav")), now=NOON)
    history.save_take(mine, a_practice(), now=NOON)
    page = open_page()
    assert len(_takes(page)) == 7
    page.selectbox(key="history_heard").set_value(Emotion.ANGRY).run()
    assert len(_takes(page)) == 1
    assert "1 saved take found." in _texts(page)
    page.selectbox(key="history_heard").set_value(None).run()
    page.text_input(key="history_text").set_value("CALL 3").run()
    assert [take[:18] for take in _takes(page)] == [r"**call 3\.wav** · "]
    page.selectbox(key="history_kind").set_value("practice").run()
    assert _takes(page) == []
    assert "No saved take is like that." in _texts(page)
    assert "7 saved takes" in _texts(page)


def test_a_take_is_renamed(history: History, mine: int, open_page: Open) -> None:
    number = history.save_take(mine, NewTake(a_report()), now=NOON)
    page = open_page()
    page.session_state[f"history_take_{number}"] = True
    page.run()
    page.text_input(key=f"history_name_{number}").set_value("My *best* one").run()
    assert not page.exception
    assert _takes(page)[0].startswith(r"**My \*best\* one** · ")
    assert history.takes(mine)[0].file == "take.wav"


def test_a_kept_recording_is_opened_on_the_analyse_page(history: History, mine: int, open_page: Open) -> None:
    without = history.save_take(mine, NewTake(a_report()), now=NOON)
    number = history.save_take(mine, NewTake(a_report(), audio=read_clip(samples()[0].path)), now=NOON)
    page = open_page()
    for take in (without, number):
        page.session_state[f"history_take_{take}"] = True
    page.run()
    assert not [button for button in page.button if button.key == f"history_open_{without}"]
    page.button(key=f"history_open_{number}").click().run()
    assert not page.exception
    assert page.title[0].value == "Which emotion does this voice sound like?"
    assert any("take.wav" in each.proto.body for each in page.get("html"))
    assert page.header


def test_voices_that_are_kept_can_be_forgotten(history: History, mine: int, open_page: Open) -> None:
    history.save_take(mine, a_practice())
    history.save_voice(mine, KnownVoice("Anna"))
    page = open_page()
    assert "a voice you adapted to" in _texts(page)
    page.button(key="history_forget_Anna").click().run()
    assert history.voices(mine) == ()
    assert [success.value for success in page.success] == [r"The voice of Anna has been forgotten\."]


def test_progress_is_drawn_by_emotion_and_by_value(history: History, mine: int, open_page: Open) -> None:
    history.save_take(mine, a_practice(), now=NOON)
    page = open_page()
    assert not page.get("plotly_chart")  # the library of charts is large
    page.session_state["progress"] = True
    assert len(page.run().get("plotly_chart")) == 1
    page.session_state["progress_tabs"] = "By value"
    page.run()
    assert not page.exception
    assert page.selectbox(key="progress_value").options == ["Pitch"]
    assert "only one day so far" in _texts(page)
    assert "How high the voice is" in _texts(page)


def test_values_are_drawn_of_the_takes_towards_one_target(history: History, mine: int, open_page: Open) -> None:
    for day, (target, pitch_hz) in enumerate([(Emotion.SAD, 100.0), (Emotion.SAD, 110.0), (Emotion.ANGRY, 200.0)]):
        take = a_practice(delivery=a_delivery(target, pitch_median_hz=pitch_hz))
        history.save_take(mine, take, now=NOON + timedelta(days=day))
    page = open_page()
    page.session_state["progress"] = True
    page.session_state["progress_tabs"] = "By value"
    page.run()
    assert page.button_group(key="progress_target").value is Emotion.ANGRY  # the last that was practised
    page.button_group(key="progress_target").set_value(Emotion.SAD).run()
    assert not page.exception
    (chart,) = page.get("plotly_chart")
    assert chart.proto.alt == "Pitch, mean by day: from 100 Hz to 110 Hz over 2 days."


def test_analyses_alone_have_no_progress(history: History, mine: int, open_page: Open) -> None:
    history.save_take(mine, NewTake(a_report()))
    assert "Progress" not in [each.label for each in open_page().expander]


def test_one_take_is_deleted_and_can_be_put_back(history: History, mine: int, open_page: Open) -> None:
    kept = history.save_take(mine, a_practice(), now=NOON)
    number = history.save_take(mine, a_practice(audio=noise()), now=NOON + timedelta(hours=1))
    page = open_page()
    page.session_state[f"history_take_{number}"] = True
    page.run()
    page.button(key=f"history_delete_{number}").click().run()
    assert [take.id for take in history.takes(mine)] == [kept]
    assert "1 saved take" in _texts(page)
    page.run()
    assert "“take\\.wav” has been deleted" in _texts(page)
    page.button(key="history_undo_button").click().run()
    assert [take.id for take in history.takes(mine)] == [number, kept]
    assert history.audio(mine, number) is not None
    assert "has been deleted" not in _texts(page)


def test_what_was_deleted_cannot_be_put_back_from_another_page(history: History, mine: int, open_page: Open) -> None:
    number = history.save_take(mine, a_practice(), now=NOON)
    history.save_take(mine, a_practice(), now=NOON)
    page = open_page()
    page.session_state[f"history_take_{number}"] = True
    page.run()
    page.button(key=f"history_delete_{number}").click().run()
    page.switch_page("pages/models.py").run()
    page.switch_page("pages/history.py").run()
    assert not [button for button in page.button if button.key == "history_undo_button"]


def test_everything_is_deleted_and_the_browser_forgets(
    history: History, mine: int, open_page: Open, browser: Browser
) -> None:
    history.save_take(mine, a_practice(audio=noise()))
    page = open_page()
    page.button(key="history_delete_all_confirmed").click().run()
    assert [success.value for success in page.success] == [r"Everything has been deleted\."]
    assert "Nothing saved yet" in _texts(page)
    assert history.find_profile(token_owner(TOKEN)) is None
    assert browser.cookie == ""
    page.run()
    assert "Nothing saved yet" in _texts(page)  # though the page still came with the old cookie


def test_a_neutral_voice_alone_can_be_deleted(history: History, mine: int, open_page: Open) -> None:
    history.save_enrolment(mine, Enrolment({"pitch_median_hz": 180.0}, 8.0))
    page = open_page()
    assert "Nothing saved yet" in _texts(page)
    assert "This deletes **your neutral voice**, including all audio" in _texts(page)
    page.button(key="history_delete_all_confirmed").click().run()
    assert history.find_profile(token_owner(TOKEN)) is None


def test_what_another_tab_saved_is_found(history: History, mine: int, open_page: Open, browser: Browser) -> None:
    history.save_take(mine, a_practice())
    browser.sent = ""  # this page was opened before the other tab saved
    page = open_page().run()
    assert "1 saved take" in _texts(page)


def test_a_deletion_that_fails_is_told(
    history: History, mine: int, open_page: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    history.save_take(mine, a_practice())
    page = open_page()
    monkeypatch.setenv("SER_DATABASE_URL", "postgresql://ser@127.0.0.1:1/ser")
    page.button(key="history_delete_all_confirmed").click().run()
    assert any("could not be" in error.value for error in page.error)
    assert history.count(mine) == 1


def test_a_database_out_of_reach_is_one_sentence(mine: int, open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SER_DATABASE_URL", "postgresql://ser@127.0.0.1:1/ser")
    (error,) = open_page().error
    assert "could not be opened" in error.value
    assert "127" not in error.value


def test_an_account_sees_its_own_in_every_browser(history: History, mine: int, open_page: Open) -> None:
    history.save_take(mine, a_practice())
    account = history.open_profile(account_owner("https://id.example", "42"))
    for _ in range(2):
        history.save_take(account, a_practice())
    page = open_page()
    assert "1 saved take" in _texts(page)
    page.user = {"is_logged_in": True, "iss": "https://id.example", "sub": "42"}
    assert "2 saved takes" in _texts(page.run())
    assert "account you are signed in with" in _texts(page)


def test_a_damaged_cookie_is_no_profile(open_page: Open, browser: Browser) -> None:
    browser.cookie = browser.sent = "'; DROP TABLE takes; --"
    assert "Nothing saved yet" in _texts(open_page())
