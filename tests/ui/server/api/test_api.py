"""The HTTP interface as a program uses it; every answer is held against the description."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
import soundfile
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.applications import Starlette
from starlette.testclient import TestClient

from ser_core.config import PROJECT_DIR, Settings
from ser_core.models.card import list_models
from ser_core.recognition.analyse import analyse, report_dict
from ser_core.recognition.recogniser import Recogniser
from ui.server import api, paths, watch
from ui.server.api import door, endpoints
from ui.server.turns import Turns, Urgency

TOKEN = "a-token-that-nobody-guesses"
SETTINGS = Settings(api_token=TOKEN, model="crnn", max_upload_mb=2)


@pytest.fixture(scope="module")
def client(recogniser: Recogniser) -> Iterator[TestClient]:
    routes = api.routes(SETTINGS, lambda name: recogniser)
    with TestClient(Starlette(routes=routes), headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        yield client


@pytest.fixture(scope="module")
def described(client: TestClient) -> dict[str, Any]:
    answer = client.get("/api/v1/openapi.json", headers={"Authorization": ""})
    assert answer.status_code == 200
    return dict(answer.json())


@pytest.fixture(scope="module")
def voice() -> Path:
    return PROJECT_DIR / "assets/samples/synthetic-changing.flac"


def post(client: TestClient, place: str, content: bytes, name: str = "clip.flac", **fields: str) -> Any:
    return client.post(f"/api/v1/{place}", files={"file": (name, content)}, data=fields)


def check(described: dict[str, Any], place: str, verb: str, answer: Any) -> Any:
    """The answer, which is as it is described, and which nobody on the way keeps."""
    (schema,) = described["paths"][place][verb]["responses"][str(answer.status_code)]["content"].values()
    jsonschema.Draft202012Validator({**schema["schema"], "components": described["components"]}).validate(answer.json())
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


def test_the_description_is_one_and_names_what_there_is(described: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(described).validate()
    fields = described["paths"]["/analyse"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert fields["properties"]["model"]["enum"] == list(list_models(SETTINGS.models_dir))
    assert "At most 2 MB and 4 hours" in described["info"]["description"]
    assert described["servers"] == [{"url": "/api/v1"}]
    assert TOKEN not in json.dumps(described)


def test_a_recording_comes_back_as_its_report(
    client: TestClient, described: dict[str, Any], voice: Path, recogniser: Recogniser
) -> None:
    told = check(described, "/analyse", "post", post(client, "analyse", voice.read_bytes(), "Ünna <b>.flac"))
    expected = report_dict(analyse(voice, name="Ünna <b>.flac", recogniser=recogniser, timeline=True))
    assert told == expected
    assert len(told["timeline"]) > 1


def test_the_timeline_can_be_left_out_and_one_side_heard(
    client: TestClient, described: dict[str, Any], voice: Path
) -> None:
    fields = {"timeline": "false", "channel": "left", "model": "crnn"}
    told = check(described, "/analyse", "post", post(client, "analyse", voice.read_bytes(), **fields))
    assert "timeline" not in told
    assert told["model"] == "crnn"


def test_where_nobody_speaks_no_emotion_is_named(client: TestClient, described: dict[str, Any], noise: bytes) -> None:
    told = check(described, "/analyse", "post", post(client, "analyse", noise))
    assert (told["speech"], told["emotion"], told["scores"], told["timeline"]) == (False, None, {}, [])


@pytest.fixture(scope="module")
def noise() -> bytes:
    file = io.BytesIO()
    soundfile.write(file, 0.1 * np.random.default_rng(0).standard_normal(32_000), 16_000, format="WAV")
    return file.getvalue()


def test_a_take_comes_back_with_its_delivery(client: TestClient, described: dict[str, Any]) -> None:
    voice = PROJECT_DIR / "assets/samples/synthetic-even.flac"
    told = check(described, "/delivery", "post", post(client, "delivery", voice.read_bytes(), target="angry"))
    assert (told["file"], told["target"]) == ("clip.flac", "angry")
    assert told["heard"]["model"] == "crnn"
    files = {"file": ("a.flac", voice.read_bytes()), "enrolment": ("b.flac", voice.read_bytes())}
    relative = check(
        described, "/delivery", "post", client.post("/api/v1/delivery", files=files, data={"target": "sad"})
    )
    assert any(placement["relative"] for placement in relative["reference"].values())
    plain = check(described, "/delivery", "post", post(client, "delivery", voice.read_bytes()))
    assert (plain["heard"], plain["outcome"], plain["reference"]) == (None, None, {})


def test_the_models_are_those_of_the_command(client: TestClient, described: dict[str, Any]) -> None:
    told = check(described, "/models", "get", client.get("/api/v1/models"))
    assert [model["name"] for model in told if model["default"]] == ["crnn"]
    assert {model["name"] for model in told} >= {"crnn", "whisper"}


@pytest.mark.parametrize("shown", ["", "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer é"])
def test_nobody_comes_in_without_the_token(client: TestClient, described: dict[str, Any], shown: str) -> None:
    headers = {"Authorization": shown.encode("utf-8")}
    for verb, place in (("post", "/analyse"), ("post", "/delivery"), ("get", "/models")):
        answer = client.request(verb, f"/api/v1{place}", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        check(described, place, verb, answer)


@pytest.mark.parametrize(
    "fields, said",
    [
        ({"model": "nothing"}, "model is one of crnn, whisper, whisper-shallow; got 'nothing'"),
        ({"model": "../crnn"}, "model is one of"),
        ({"channel": "middle"}, "channel is one of left, right"),
        ({"timeline": "maybe"}, "timeline is one of true, false"),
        ({"modle": "crnn"}, "There is no field 'modle' here. There are: file (a file), model, channel, timeline."),
        ({"model": "x" * 2000}, "Part exceeded maximum size"),
    ],
)
def test_a_form_that_is_not_as_described_is_refused(
    client: TestClient, described: dict[str, Any], fields: dict[str, str], said: str
) -> None:
    answer = post(client, "analyse", b"no sound", **fields)
    assert answer.status_code == 400
    assert said in check(described, "/analyse", "post", answer)["error"]


def test_a_body_that_is_no_form_or_holds_no_file_is_refused(client: TestClient, described: dict[str, Any]) -> None:
    for options, said in (
        ({"content": b"RIFF"}, "multipart/form-data"),
        ({"data": {"file": "clip.mp3"}}, "multipart/form-data"),
        ({"files": {"model": (None, "crnn")}}, "The recording is missing"),
        ({"files": {"clip": b"x"}}, "There is no file 'clip' here"),
        ({"files": [("file", b"x"), ("file", b"y")]}, "Too many files"),
        ({"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, "boundary"),
        ({"content": b"x", "headers": {"Content-Type": "multipart/form-data; boundary=y"}}, "cannot be read"),
    ):
        answer = client.post("/api/v1/analyse", **options)
        assert answer.status_code == 400, options
        assert said in check(described, "/analyse", "post", answer)["error"]


def test_a_recording_that_cannot_be_used_is_told_why(client: TestClient, described: dict[str, Any]) -> None:
    for place in ("analyse", "delivery"):
        for content, said in ((b"", "is empty"), (b"no sound", "not a recording")):
            answer = post(client, place, content)
            assert answer.status_code == 422
            assert said in check(described, f"/{place}", "post", answer)["error"]


def test_too_large_a_file_is_refused_unread(client: TestClient, described: dict[str, Any]) -> None:
    answer = post(client, "analyse", bytes(3 << 20))
    assert answer.status_code == 413
    assert "at most 2 MB" in check(described, "/analyse", "post", answer)["error"]


def test_a_body_of_unknown_length_is_refused(client: TestClient, described: dict[str, Any]) -> None:
    answer = client.post("/api/v1/analyse", content=iter([b"x"]))
    assert answer.status_code == 411
    check(described, "/analyse", "post", answer)


def test_without_memory_or_room_it_says_when_to_ask_again(described: dict[str, Any], recogniser: Recogniser) -> None:
    def asked(**options: Any) -> Any:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(api, "Door", lambda settings: door.Door(settings, **options))
            routes = api.routes(SETTINGS, lambda name: recogniser)
        with TestClient(Starlette(routes=routes), headers={"Authorization": f"Bearer {TOKEN}"}) as client:
            return post(client, "analyse", bytes(1 << 20))

    full = asked(limit_bytes=1 << 30, used_bytes=lambda: 1000 << 20)
    assert (full.status_code, full.headers["retry-after"]) == (503, "60")
    assert "no memory" in check(described, "/analyse", "post", full)["error"]
    busy = asked(most_at_once=0)
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "5")
    assert asked(limit_bytes=1 << 30, used_bytes=lambda: 100 << 20).status_code == 422


def test_nothing_of_it_is_logged_or_written(
    client: TestClient, voice: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("tempfile._get_default_tempdir", lambda *_: pytest.fail("A file is written."))
    monkeypatch.setattr("tempfile.tempdir", "nowhere")
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(watch.logs, "tell", lambda event, **facts: told.append({"event": event, **facts}))
    big = voice.read_bytes() + bytes(2_000_000 - voice.stat().st_size)  # Starlette would write more than 1 MB to a file
    assert post(client, "analyse", big, "anna-private.wav").status_code == 200
    (line,) = told
    assert (line["event"], line["page"], line["outcome"], line["format"]) == ("analysis", "api", "answered", "FLAC")
    assert "anna" not in str(line) + caplog.text


def test_without_a_token_at_the_server_there_is_no_interface() -> None:
    with TestClient(Starlette(routes=api.routes(Settings(), lambda name: pytest.fail("asked")))) as client:
        for verb, place in (("get", "models"), ("post", "analyse"), ("get", "openapi.json"), ("get", "docs")):
            answer = client.request(verb, f"/api/v1/{place}", headers={"Authorization": "Bearer "})
            assert answer.status_code == 404
            assert "SER_API_TOKEN is not set" in answer.json()["error"]


def test_the_page_shows_all_of_it_and_loads_nothing(client: TestClient, described: dict[str, Any]) -> None:
    answer = client.get("/api/v1/docs", headers={"Authorization": ""})
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    shown = answer.text
    for schema in described["components"]["schemas"].values():
        for name in schema["properties"]:
            assert f"<code>{name}</code>" in shown
    for place in described["paths"]:
        assert f"/api/v1{place}" in shown
    assert all(sign not in shown for sign in ("<script", "<img", "<link", "src=", "url(", "@import"))


def test_a_recording_takes_its_turn_and_is_refused_where_too_many_wait(
    client: TestClient, described: dict[str, Any], noise: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = Turns(1, typical_s=1.0, most_waiting=0)
    monkeypatch.setattr(endpoints, "turns_for", lambda duration_s: full)
    with full.turn(Urgency.ANSWER, lambda place: None):
        busy = post(client, "analyse", noise)
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "60")
    assert "Ask again in a minute" in check(described, "/analyse", "post", busy)["error"]
    assert post(client, "analyse", noise).status_code == 200


def test_it_lies_where_the_app_lies(recogniser: Recogniser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths.st, "get_option", {"server.baseUrlPath": "/voice/"}.get)
    with TestClient(Starlette(routes=api.routes(SETTINGS, lambda name: recogniser))) as client:
        described = client.get("/voice/api/v1/openapi.json").json()
        assert described["servers"] == [{"url": "/voice/api/v1"}]
        assert client.get("/voice/api/v1/models").status_code == 401
