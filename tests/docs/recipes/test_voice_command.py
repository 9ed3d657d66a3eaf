"""The hook for voice assistants, against the real interface in a server of its own."""

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import uvicorn
from starlette.applications import Starlette

from docs.recipes import voice_command
from docs.recipes.voice_command import PLAIN, tone_of
from ser_core.config import PROJECT_DIR, Settings
from ser_core.labels import Emotion
from ser_core.recognition.recogniser import Recogniser
from ser_core.records import Prediction
from ui.server import api

TOKEN = "a-token-that-nobody-guesses"
COMMAND = PROJECT_DIR / "assets/samples/synthetic-even.flac"


@pytest.fixture(scope="module")
def address(recogniser: Recogniser) -> Iterator[str]:
    """A running interface whose model is sure that everybody is angry."""

    class Angry(Recogniser):
        def conclude(self, *_: object, **__: object) -> Prediction:
            return Prediction({Emotion.ANGRY: 0.9, Emotion.NEUTRAL: 0.1}, "angry")

    routes = api.routes(Settings(api_token=TOKEN), lambda name: Angry(recogniser.runner))
    place = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [place]})
    thread.start()
    yield f"http://127.0.0.1:{place.getsockname()[1]}/"
    server.should_exit = True
    thread.join()
    place.close()


@pytest.fixture
def environment(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SER_API_URL", address)
    monkeypatch.setenv("SER_API_TOKEN", TOKEN)
    monkeypatch.setattr(voice_command, "_PATIENCE_S", 60)


@pytest.mark.usefixtures("environment")
def test_an_angry_command_is_answered_briefly_and_carried_out(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    reactions = tmp_path / "reactions.json"
    note = tmp_path / "note"
    carry_out = ["sh", "-c", f'echo "$COMMAND_TONE|$COMMAND_TEXT|$COMMAND_ANSWER" > {note}']
    reactions.write_text(json.dumps({"angry": carry_out}), "utf-8")
    voice_command.main([str(COMMAND), "--text", "Licht aus; rm -rf", "--reactions", str(reactions)])
    told = json.loads(capfd.readouterr().out)
    assert told == {"text": "Licht aus; rm -rf", "tone": "angry", "answer": "Right away."}
    assert note.read_text("utf-8") == "angry|Licht aus; rm -rf|Right away.\n"


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("variable, value", [("SER_API_TOKEN", "wrong"), ("SER_API_URL", "http://127.0.0.1:1")])
def test_a_command_is_carried_out_even_if_nobody_knows_its_tone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    reactions = tmp_path / "reactions.json"
    reactions.write_text(json.dumps({"any": ["sh", "-c", f"echo $COMMAND_TONE > {tmp_path}/note"]}), "utf-8")
    voice_command.main([str(COMMAND), "--reactions", str(reactions)])
    printed = capfd.readouterr()
    assert json.loads(printed.out)["tone"] == PLAIN
    assert printed.err.startswith("The tone is not known: ")
    assert (tmp_path / "note").read_text("utf-8") == "plain\n"


@pytest.mark.parametrize(
    "report, tone",
    [
        ({"emotion": "angry", "confidence": 0.6, "unsure": False, "pair": None}, "angry"),
        ({"emotion": "angry", "confidence": 0.59, "unsure": False, "pair": None}, PLAIN),
        ({"emotion": "angry", "confidence": 0.9, "unsure": True, "pair": None}, PLAIN),
        ({"emotion": "angry", "confidence": 0.9, "unsure": False, "pair": ["angry", "sad"]}, PLAIN),
        ({"emotion": "neutral", "confidence": 0.9, "unsure": False, "pair": None}, PLAIN),
        ({"emotion": None, "confidence": None, "unsure": True, "pair": None}, PLAIN),
    ],
)
def test_only_one_sure_emotion_is_a_tone(report: dict[str, object], tone: str) -> None:
    assert tone_of(report) == tone


def test_every_emotion_has_an_answer_or_is_plain() -> None:
    told = SimpleNamespace(**{emotion: voice_command.ANSWERS.get(emotion) for emotion in Emotion})
    assert {name for name, answer in vars(told).items() if answer is None} == {"neutral", "calm"}
