"""What a real server writes and counts: with a page that fails, and a visitor who gives good and bad files."""

import io
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed

from benchmarks.load.visitor import visitor
from benchmarks.siege.memory import held_by_streamlit
from ser_core.config import PROJECT_DIR

SECRET = "anna-private.wav"
TOKEN = "a-token-that-nobody-guesses"


@dataclass(frozen=True)
class Server:
    url: str
    log: Path

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        request = urllib.request.Request(self.url + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, ""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real server with the real home page, and one page more that fails."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(PROJECT_DIR / "pages", folder / "pages")
    (folder / "pages/fail.py").write_text(f"raise ValueError({SECRET!r})\n", "utf-8")
    for name in ("app.py", "serve.py"):
        shutil.copy(PROJECT_DIR / name, folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "log"
    environment = os.environ | {
        "PYTHONPATH": str(PROJECT_DIR),
        "SER_DATA_DIR": str(folder / "data"),
        "SER_API_TOKEN": TOKEN,
        "SER_MAX_UPLOAD_MB": "1",
        "STREAMLIT_SERVER_ADDRESS": "127.0.0.1",
        "STREAMLIT_SERVER_PORT": str(port),
        "STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE": "true",  # as in the container
    }
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(folder / "serve.py")],
            cwd=PROJECT_DIR,
            env=environment,
            stdout=errors,
            stderr=errors,
        )
    made = Server(f"http://127.0.0.1:{port}", log)
    try:
        until = time.monotonic() + 180  # on a busy machine; three seconds are usual
        while True:
            try:
                if made.get("/ready")[0] == 200:
                    break
            except OSError:
                pass
            if process.poll() is not None or time.monotonic() > until:
                pytest.fail(f"The server did not start:\n{log.read_text('utf-8')}")
            time.sleep(0.1)
        yield made
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def voice(duration_s: float) -> bytes:
    samples, rate_hz = soundfile.read(PROJECT_DIR / "assets/samples/synthetic-changing.flac", dtype="float32")
    file = io.BytesIO()
    soundfile.write(file, np.resize(samples, round(duration_s * rate_hz)), rate_hz, format="WAV")
    return file.getvalue()


def test_what_the_page_is_sent_travels_compressed(server):
    with visitor(server.url) as somebody:
        assert [each.name for each in somebody._connection.protocol.extensions] == ["permessage-deflate"]


def test_every_line_is_json_and_tells_what_was_done_to_whose_recording_without_saying_whose(server: Server) -> None:
    with visitor(server.url) as somebody:
        somebody.open()
        somebody.upload(voice(2.0), name=SECRET)
        with pytest.raises(RuntimeError, match="without an answer"):
            somebody.upload(b"%PDF-1.7 no sound at all", name=SECRET)
        assert "ser_sessions 1.0" in server.get("/metrics")[1]
    with visitor(server.url) as somebody, pytest.raises(RuntimeError, match=r"this number: [2-9A-Z]{6}$") as seen:
        somebody.open("fail")
    assert SECRET not in str(seen.value)
    text = server.log.read_text("utf-8")
    assert SECRET not in text
    assert "127.0.0.1" not in text
    lines = server.lines()
    assert all({"time", "level", "event"} <= set(line) for line in lines)
    assert lines[0]["event"] == "started"
    assert lines[0]["max_upload_mb"] == 1

    answered, refused = (line for line in lines if line["event"] == "analysis")
    assert answered.pop("latency_ms") > 0
    assert {name: answered[name] for name in set(answered) - {"time"}} == {
        "level": "info", "event": "analysis", "page": "analyse", "outcome": "answered", "duration_s": 2.0,
        "format": "WAV", "size_bytes": len(voice(2.0)),
    }  # fmt: skip
    assert (refused["outcome"], refused["error"], refused["format"]) == ("refused", "AudioError", "other")
    (failed,) = (line for line in lines if line["event"] == "error")
    assert (failed["level"], failed["error"]) == ("error", "ValueError")
    assert failed["trace"][-1].startswith("fail.py:1")
    # What the person was told finds the line.
    assert str(seen.value).endswith(failed["number"])


def test_the_figures_count_it_and_stay_inside(server: Server) -> None:
    status, figures = server.get("/metrics")
    assert status == 200
    assert 'ser_analyses_total{outcome="answered",page="analyse"} 1.0' in figures
    assert 'ser_analyses_total{outcome="refused",page="analyse"} 1.0' in figures
    assert 'ser_analysis_seconds_count{page="analyse"} 1.0' in figures
    assert "ser_heard_seconds_total 2.0" in figures
    assert "ser_page_failures_total 1.0" in figures
    assert "ser_memory_used_bytes" in figures
    assert server.get("/metrics", **{"X-Forwarded-For": "192.0.2.1"})[0] == 404


def test_the_largest_file_passes_and_a_larger_one_does_not(server: Server) -> None:
    wav = voice(1.0)
    with visitor(server.url) as somebody:
        somebody.open()
        # What follows the sound in a WAV is not read.
        somebody.upload(wav + bytes(1_000_000 - len(wav)))
        with pytest.raises(RuntimeError, match="refused: 413"):
            somebody.upload(wav + bytes(1_100_000 - len(wav)))


def test_programs_are_answered_by_the_same_server(server: Server) -> None:
    assert server.get("/api/v1/models")[0] == 401
    status, models = server.get("/api/v1/models", Authorization=f"Bearer {TOKEN}")
    assert (status, {model["name"] for model in json.loads(models)}) == (200, {"crnn", "whisper", "whisper-shallow"})
    headers = {"Authorization": f"Bearer {TOKEN}"}
    files = {"file": (SECRET, voice(2.0))}
    told = httpx.post(f"{server.url}/api/v1/analyse", headers=headers, files=files, timeout=60).json()
    assert (told["file"], told["speech"], told["duration_s"]) == (SECRET, True, 2.0)
    assert SECRET not in server.log.read_text("utf-8")
    assert 'ser_analyses_total{outcome="answered",page="api"} 1.0' in server.get("/metrics")[1]


def test_of_a_recording_that_was_removed_and_of_a_page_that_was_closed_nothing_stays(server: Server) -> None:
    with visitor(server.url) as somebody:
        somebody.open()
        somebody.upload(voice(2.0))
        until_nothing_is_held(server, ("UploadedFileManager",))
        somebody.remove()
        until_nothing_is_held(server, ("UploadedFileManager", "st_memory_media_file_storage"))
        somebody.upload(voice(2.0))
    until_nothing_is_held(server, ("UploadedFileManager", "st_memory_media_file_storage", "st_session_state"))


def test_a_recording_goes_beside_the_connection_and_large_messages_end_it(server: Server) -> None:
    with visitor(server.url) as somebody:
        somebody.open()
        somebody.open_recorder()
        assert somebody.record(voice(2.0)) > 0
    with visitor(server.url) as somebody:
        somebody.open()
        somebody.send(bytes(2_000_000))
        with pytest.raises(ConnectionClosed):
            somebody.listen(30)


@pytest.mark.parametrize("name", ["", "\0", "a\0b.wav", "..", "/", "\u202ewav.exe", "x" * 300])
def test_a_strange_name_is_answered_like_any_other(server: Server, name: str) -> None:
    with visitor(server.url) as somebody:
        somebody.open()
        assert somebody.upload(voice(1.0), name=name) > 0


def until_nothing_is_held(server: Server, kinds: tuple[str, ...]) -> None:
    """As it is to be within two seconds; a busy machine has more."""
    until = time.monotonic() + 20
    while held_by_streamlit(server.url, kinds):
        assert time.monotonic() < until, kinds
        time.sleep(0.1)


def test_a_run_that_changes_nothing_sends_little_and_nothing_large_again(server: Server) -> None:
    """Counted before compression, so the figures are the same on every machine: 26 kB with the answer, 13 kB again."""
    with visitor(server.url, patience_s=300) as somebody:
        somebody.open()
        before = somebody.received_bytes
        somebody.upload(voice(2.0))
        answered = somebody.received_bytes - before
        elements: list[int] = []

        def note(raw: bytes) -> None:
            if ForwardMsg.FromString(raw).WhichOneof("type") == "delta":
                elements.append(len(raw))

        somebody.on_message = note
        somebody.rerun()
        again = somebody.received_bytes - before - answered
    # From 600 bytes on (.streamlit/config.toml), an element that the browser has is named to it by its hash.
    assert len(elements) > 20
    assert max(elements) < 700
    assert again < 0.6 * answered
    # No sound, no picture and no script of the stage comes this way at all: the script alone has 55 kB.
    assert answered < 40_000
