"""Every place that tells an answer tells the same one, also where two emotions are too close to choose between."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from ser_core.audio import read_clip
from ser_core.batch import work
from ser_core.claim import ClaimKind
from ser_core.cli import main
from ser_core.config import PROJECT_DIR, Settings
from ser_core.errors import NoSpeechError
from ser_core.history import NewTake, open_history, token_owner
from ser_core.history.store import History
from ser_core.labels import Emotion
from ser_core.practice.delivery import judge_delivery
from ser_core.practice.summary import session_text
from ser_core.practice.take import Take
from ser_core.practice.task import Task
from ser_core.prosody import measure_prosody
from ser_core.recognition.analyse import report_csv, report_dict
from ser_core.recognition.recogniser import load_recogniser
from ser_core.records import Prediction, Report, Segment
from tests.history.conftest import a_delivery
from tests.ui.history_helpers import Browser
from ui.server import api
from ui.shared.samples import samples
from ui.stage.ways import Way

SCORES = {Emotion.SAD: 0.1, Emotion.FEARFUL: 0.44, Emotion.ANGRY: 0.46}
TOKEN = "D" * 22
# What every place must say, in capitals or not, and what none may then say.
SAID = {
    ClaimKind.ONE_EMOTION: ("angry", ("angry or fearful", "unsure", "no speech")),
    ClaimKind.NEAR_TIE: ("angry or fearful", ("unsure", "no speech")),
    ClaimKind.UNSURE: ("unsure", ("emotion detected", "too close", "no speech")),
    ClaimKind.NO_SPEECH: ("no speech", ("emotion detected", "too close", "unsure")),
}


def the_report(kind: ClaimKind) -> Report:
    prediction = Prediction(SCORES, "crnn", kind)
    return Report("voice.wav", 3.0, prediction, (Segment(0.0, 3.0, prediction),))


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], AppTest]:
    Browser(monkeypatch, tmp_path / "data", cookie=TOKEN)

    def opened(name: str) -> AppTest:
        page = AppTest.from_file(str(PROJECT_DIR / "app.py"), default_timeout=60)
        if name != "app.py":
            page.switch_page(name)
        page.session_state["notice_read"] = True
        return page.run()

    return opened


@pytest.fixture
def claiming(monkeypatch: pytest.MonkeyPatch) -> Callable[[ClaimKind], None]:
    """Lets every recording be answered by one kind of claim."""

    def answer_by(kind: ClaimKind) -> None:
        def analyse(*_: object, **__: object) -> Report:
            if kind is ClaimKind.NO_SPEECH:
                raise NoSpeechError(3.0)
            return the_report(kind)

        for module in ("recognition.analyse", "practice.take", "practice.told", "batch.work"):
            monkeypatch.setattr(f"ser_core.{module}.analyse", analyse)
        monkeypatch.setattr("ui.server.api.endpoints.analyse", analyse)

    return answer_by


def visible(page: AppTest) -> str:
    kinds = ("header", "markdown", "caption", "warning", "error", "info")
    return "\n".join(element.value for kind in kinds for element in page.get(kind))


def html(page: AppTest) -> str:
    return "\n".join(element.proto.body for element in page.get("html"))


def analysed(open_page: Callable[[str], AppTest]) -> AppTest:
    page = open_page("app.py")
    return page.file_uploader[0].upload("voice.wav", samples()[0].path.read_bytes()).run()


def practised(open_page: Callable[[str], AppTest], target: Emotion) -> AppTest:
    page = open_page("pages/practise.py")
    page.button_group(key="practise_target").set_value(target).run()
    page.button_group(key="practise_way").set_value(Way.UPLOAD).run()
    return page.file_uploader[0].upload("take.wav", samples()[0].path.read_bytes()).run()


def saved(kind: ClaimKind, target: Emotion | None) -> None:
    history, mine = _history()
    history.save_take(mine, NewTake(the_report(kind), None if target is None else a_delivery(target)))


def _history() -> tuple[History, int]:
    history = open_history()
    return history, history.open_profile(token_owner(TOKEN))


def headline_of_analyse(kind, open_page):
    (header,) = analysed(open_page).header
    return header.value


def announced_on_analyse(kind, open_page):
    return next(part for part in html(analysed(open_page)).splitlines() if 'role="alert"' in part)


def picture_of_analyse(kind, open_page):
    page = analysed(open_page)
    if kind is ClaimKind.NO_SPEECH:
        return page.header[0].value  # no bars are drawn
    return next(part for part in html(page).splitlines() if 'class="ser-bars' in part)


def result_of_practise(kind, open_page):
    page = practised(open_page, Emotion.SAD)
    return visible(page) if kind is ClaimKind.NO_SPEECH else page.header[0].value


def announced_on_practise(kind, open_page):
    page = practised(open_page, Emotion.SAD)
    if kind is ClaimKind.NO_SPEECH:
        return visible(page)
    told = next(part for part in html(page).splitlines() if 'role="alert"' in part)
    return told.replace("The model was unsure", "unsure")


def takes_of_practise(kind, open_page):
    page = practised(open_page, Emotion.SAD)
    page.button(key="practise_again").click().run()
    page.button_group(key="practise_way").set_value(Way.UPLOAD).run()
    page.file_uploader[0].upload("take.wav", samples()[0].path.read_bytes()).run()
    return next(part for part in html(page).split("<tr>") if "Outcome" in part)


def list_of_history(kind, open_page):
    saved(kind, None)
    (entry,) = [each.label for each in open_page("pages/history.py").expander if " · " in each.label]
    return entry


def list_of_history_of_practice(kind, open_page):
    saved(kind, Emotion.SAD)
    (entry,) = [each.label for each in open_page("pages/history.py").expander if " · " in each.label]
    return entry


def details_of_history(kind, open_page):
    saved(kind, None)
    page = open_page("pages/history.py")
    page.session_state["history_take_1"] = True
    page.run()
    (bars,) = (each.proto.body for each in page.get("html") if 'class="ser-bars' in each.proto.body)
    said = next(block.value for block in page.markdown if "46%" in block.value)
    assert SAID[kind][0] in said.lower()
    return bars


def command(kind, open_page):
    return CliRunner().invoke(main, ["predict", str(samples()[0].path)]).output


def json_of_command(kind, open_page):
    told = json.loads(CliRunner().invoke(main, ["predict", "--json", str(samples()[0].path)]).output)
    return said_by_values(told)


def row_of_batch(kind, open_page):
    path = samples()[0].path
    return said_by_values(work.hear(work.Task(str(path.parent), path.name, path.name, 1, work.asked_of("crnn"))))


def answer_to_programs(kind, open_page):
    routes = api.routes(Settings(api_token=TOKEN), load_recogniser)
    with TestClient(Starlette(routes=routes), headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        return said_by_values(client.post("/api/v1/analyse", files={"file": samples()[0].path.read_bytes()}).json())


def said_by_values(told):
    if not told["speech"]:
        assert told["emotion"] is None
        return "no speech"
    if told["pair"]:
        assert not told["unsure"]
        return " or ".join(told["pair"])
    return "unsure" if told["unsure"] else told["emotion"]


def command_for_delivery(kind, open_page):
    path = samples()[0].path
    told = CliRunner().invoke(main, ["delivery", str(path), "--target", "sad"])
    return told.output.partition("\n\n")[0].replace("The model was unsure", "unsure") or str(told.exception)


def report_as_json(kind, open_page):
    return said_by_values(report_dict(the_report(kind)))


def report_as_csv(kind, open_page):
    rows = list(csv.DictReader(io.StringIO(report_csv(the_report(kind)))))
    assert len({row["answer"] for row in rows}) == 1
    return rows[0]["answer"]


def report_on_practice(kind, open_page):
    clip = read_clip(samples()[0].path)
    delivery = judge_delivery(measure_prosody(clip), Emotion.SAD)
    take = Take(1, Task(Emotion.SAD, ""), the_report(kind), delivery, b"")
    text = session_text([take], datetime(2026, 3, 1, tzinfo=UTC))
    return next(line for line in text.splitlines() if "take 1" in line)


ALWAYS = [
    headline_of_analyse,
    announced_on_analyse,
    picture_of_analyse,
    result_of_practise,
    announced_on_practise,
    command,
    json_of_command,
    row_of_batch,
    answer_to_programs,
]
# Where nobody speaks, there is nothing to save, to report on or to list.
WHERE_SOMEBODY_SPEAKS = [
    takes_of_practise,
    list_of_history,
    list_of_history_of_practice,
    details_of_history,
    command_for_delivery,
    report_as_json,
    report_as_csv,
    report_on_practice,
]


@pytest.mark.parametrize(
    "place, kind",
    [
        pytest.param(place, kind, id=f"{place.__name__}-{kind.name.lower()}")
        for place in [*ALWAYS, *WHERE_SOMEBODY_SPEAKS]
        for kind in ClaimKind
        if place in ALWAYS or kind is not ClaimKind.NO_SPEECH
    ],
)
def test_every_place_tells_the_same_answer(place, kind, open_page, claiming):
    claiming(kind)
    said = place(kind, open_page).lower()
    must, must_not = SAID[kind]
    assert must in said
    assert not [words for words in must_not if words in said]
