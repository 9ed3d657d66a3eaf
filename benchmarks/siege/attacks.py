"""The attacks. Each is bounded: so many connections, so many bytes, and an end."""

import contextlib
import http.client
import io
import os
import signal
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import numpy as np
import soundfile
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from benchmarks.load.visitor import Visitor, visitor
from benchmarks.processes import processor_time_s, tree
from benchmarks.serving import clip
from benchmarks.siege.memory import held_by_streamlit
from ser_core.config import default_max_upload_mb

_MB = 1 << 20
_PATIENCE_S = 120.0


@dataclass(frozen=True)
class Target:
    """The server that is attacked: its address, its process, and the memory that it has."""

    url: str
    pid: int
    memory_mb: int

    @property
    def address(self) -> str:
        """Host and port."""
        return urlsplit(self.url).netloc


# What became of an attack, in words, and whether it was kept from what it was meant to do.
Outcome = Callable[[], tuple[str, bool]]


@dataclass(frozen=True)
class Attack:
    """An attack: its name, and what goes on while the context is open."""

    name: str
    going_on: Callable[[Target], AbstractContextManager[Outcome]]


@contextmanager
def large_messages(target: Target) -> Iterator[Outcome]:
    """Six strangers send 95 MB each over a page's connection."""
    with strangers(target, 6) as connections, ThreadPoolExecutor(6) as crowd:
        sent = [crowd.submit(_send, each, bytes(95 * 1_000_000)) for each in connections]

        def outcome() -> tuple[str, bool]:
            refused = sum(not each.result() for each in sent)
            return f"{refused} of 6 were cut off", refused == 6

        yield outcome


@contextmanager
def recordings_as_text(target: Target) -> Iterator[Outcome]:
    """Ten people send a recording of a minute as the recorder would by itself, as text over the page's connection."""
    message = BackMsg()
    state = message.rerun_script.widget_states.widgets.add(id="recorder")
    state.json_value = "[" + "128," * 4_400_000 + "0]"  # 17.6 MB
    raw = message.SerializeToString()
    with ExitStack() as stack, ThreadPoolExecutor(10) as crowd:
        people = [stack.enter_context(visitor(target.url, patience_s=_PATIENCE_S)) for _ in range(10)]
        for somebody in people:
            somebody.open()
        sent = [crowd.submit(_send_as, somebody, raw) for somebody in people]

        def outcome() -> tuple[str, bool]:
            refused = sum(not each.result() for each in sent)
            return f"{refused} of 10 were cut off", refused == 10

        yield outcome


@contextmanager
def ten_minutes_of_recording(target: Target) -> Iterator[Outcome]:
    """Ten people record a minute each at the same time, with the recorder."""
    with crowd_of(target, 10, lambda somebody, number: somebody.record(clip(60.0, number)), recorder=True) as answers:

        def outcome() -> tuple[str, bool]:
            answered_s, refused = answers()
            return _told(answered_s, refused), len(answered_s) == 10

        yield outcome


@contextmanager
def fifty_at_once(target: Target) -> Iterator[Outcome]:
    """Fifty people give a clip of 4 s at the same time."""
    yield from _at_once(target, 50, within_s=8.0)


@contextmanager
def two_hundred_at_once(target: Target) -> Iterator[Outcome]:
    """Two hundred people give a clip of 4 s at the same time: each is answered, or told to come back."""
    yield from _at_once(target, 200, within_s=60.0)


@contextmanager
def largest_files_at_once(target: Target) -> Iterator[Outcome]:
    """Eight people give a file of the largest size at the same time."""
    content = clip(5.0, 0)
    content += bytes(default_max_upload_mb(target.memory_mb << 20) * 1_000_000 - len(content))
    with crowd_of(target, 8, lambda somebody, _: somebody.upload(content)) as answers:

        def outcome() -> tuple[str, bool]:
            answered_s, refused = answers()
            return _told(answered_s, refused), bool(answered_s)

        yield outcome


@contextmanager
def idle_uploads(target: Target) -> Iterator[Outcome]:
    """Sixty visitors announce a large file each, and never send it."""
    size = default_max_upload_mb(target.memory_mb << 20) * 1_000_000
    with ExitStack() as stack:
        people = [stack.enter_context(visitor(target.url, patience_s=_PATIENCE_S)) for _ in range(30)]
        sockets = []
        for somebody in people:
            somebody.open()
            paths = [somebody.path_for_upload() for _ in range(2)]
            sockets += [stack.enter_context(announced(target, path, size, somebody.cookie)) for path in paths]

        def outcome() -> tuple[str, bool]:
            ended = sum(_is_answered(each, within_s=30.0) for each in sockets)
            return f"{ended} of {len(sockets)} were given up", ended == len(sockets)

        yield outcome


@contextmanager
def slow_uploads(target: Target) -> Iterator[Outcome]:
    """Ten visitors send a large file each, a few bytes a second."""
    size = default_max_upload_mb(target.memory_mb << 20) * 1_000_000
    done = threading.Event()
    with ExitStack() as stack:
        people = [stack.enter_context(visitor(target.url, patience_s=_PATIENCE_S)) for _ in range(10)]
        sockets = []
        for somebody in people:
            somebody.open()
            sockets.append(stack.enter_context(announced(target, somebody.path_for_upload(), size, somebody.cookie)))

        def drip() -> None:
            while not done.wait(1.0):
                for each in sockets:
                    with contextlib.suppress(OSError):
                        each.sendall(b"x" * 10)

        dripping = threading.Thread(target=drip)
        dripping.start()
        stack.callback(dripping.join)
        stack.callback(done.set)
        yield lambda: ("large files wait for them, short ones do not", True)


@contextmanager
def anonymous_uploads(target: Target) -> Iterator[Outcome]:
    """Strangers ask to upload 500 times, for sessions that there are not."""
    before_s = processor_time_s(target.pid)
    began = time.monotonic()

    def ask(number: int) -> int:
        server = http.client.HTTPConnection(target.address, timeout=30)
        try:
            server.putrequest("PUT", f"/_stcore/upload_file/stranger-{number}/file")
            server.putheader("Content-Length", str(100 * _MB))
            server.endheaders()
            return server.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            server.close()

    with ThreadPoolExecutor(20) as crowd:
        statuses = list(crowd.map(ask, range(500)))
    seconds, cpu_s = time.monotonic() - began, processor_time_s(target.pid) - before_s
    refused = statuses.count(400)
    yield lambda: (
        f"{refused} of 500 refused, {1000 * cpu_s / 500:.1f} ms of a processor each, in {seconds:.1f} s",
        refused == 500,
    )


@contextmanager
def foreign_origins(target: Target) -> Iterator[Outcome]:
    """A foreign page opens ten connections in the name of its visitors."""

    def ask(_: int) -> int:
        try:
            with connect(f"ws://{target.address}/_stcore/stream", origin="https://evil.example", open_timeout=60):  # type: ignore[arg-type]
                return 101
        except InvalidStatus as refusal:
            return refusal.response.status_code

    began = time.monotonic()
    with ThreadPoolExecutor(10) as crowd:
        statuses = list(crowd.map(ask, range(10)))
    seconds = time.monotonic() - began
    yield lambda: (f"{statuses.count(403)} of 10 refused within {seconds:.1f} s", statuses == [403] * 10)


@contextmanager
def long_recordings(target: Target) -> Iterator[Outcome]:
    """Three people give half an hour of sound each."""
    content = half_an_hour()
    with crowd_of(target, 3, lambda somebody, _: somebody.upload(content, name="long.flac"), patience_s=400) as answers:

        def outcome() -> tuple[str, bool]:
            answered_s, refused = answers()
            return _told(answered_s, refused), len(answered_s) == 3

        yield outcome


@contextmanager
def killed_decoders(target: Target) -> Iterator[Outcome]:
    """Whatever decodes is killed, over and over for three seconds, while somebody gives a clip; then it may live."""
    killed = 0
    until = time.monotonic() + 3.0
    with crowd_of(target, 1, lambda somebody, number: somebody.upload(clip(4.0, number))) as answers:
        while time.monotonic() < until:
            for pid in [each for each in tree(target.pid) if each != target.pid]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    killed += 1
            time.sleep(0.02)

        def outcome() -> tuple[str, bool]:
            answered_s, refused = answers()
            # Whose decoder is killed each time is told so; everybody else is answered.
            return f"{killed} decoders were killed; {_told(answered_s, refused)}", killed > 0

        yield outcome


@contextmanager
def files_that_stay(target: Target) -> Iterator[Outcome]:
    """Twenty visitors give a file of 10 MB each, and remove it again."""
    content = clip(4.0, 0)
    content += bytes(10 * _MB - len(content))
    with ExitStack() as stack:
        people = [stack.enter_context(visitor(target.url, patience_s=_PATIENCE_S)) for _ in range(20)]
        for somebody in people:
            somebody.open()
            somebody.upload(content)
            somebody.remove()
        time.sleep(2.0)
        held = held_by_streamlit(target.url, ("UploadedFileManager",))
        yield lambda: (f"{held} bytes in the upload store 2 s after the last was removed", held == 0)


ATTACKS = [
    Attack("95 MB messages", large_messages),
    Attack("recordings as text", recordings_as_text),
    Attack("a foreign page", foreign_origins),
    Attack("anonymous uploads", anonymous_uploads),
    Attack("uploads that never come", idle_uploads),
    Attack("uploads that drip", slow_uploads),
    Attack("files that stay", files_that_stay),
    Attack("killed decoders", killed_decoders),
    Attack("ten record a minute", ten_minutes_of_recording),
    Attack("largest files", largest_files_at_once),
    Attack("long recordings", long_recordings),
    Attack("fifty at once", fifty_at_once),
    Attack("two hundred at once", two_hundred_at_once),
]


@contextmanager
def strangers(target: Target, count: int) -> Iterator[list[ClientConnection]]:
    """So many connections without a page, a cookie or an origin."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(connect(f"ws://{target.address}/_stcore/stream", open_timeout=60)) for _ in range(count)
        ]


@contextmanager
def announced(target: Target, path: str, size_bytes: int, cookie: str) -> Iterator[socket.socket]:
    """A connection over which an upload of that size has been announced."""
    host, _, port = target.address.partition(":")
    with socket.create_connection((host, int(port)), timeout=60) as made:
        made.sendall(
            (
                f"PUT {path} HTTP/1.1\r\nHost: {target.address}\r\nContent-Length: {size_bytes}\r\n"
                f"Content-Type: multipart/form-data; boundary=x\r\nCookie: _streamlit_xsrf={cookie}\r\n"
                f"X-Xsrftoken: {cookie}\r\n\r\n"
            ).encode()
        )
        yield made


@contextmanager
def crowd_of(
    target: Target,
    count: int,
    act: Callable[[Visitor, int], float],
    *,
    recorder: bool = False,
    patience_s: float = _PATIENCE_S,
) -> Iterator[Callable[[], tuple[list[float], list[str]]]]:
    """So many people who do something at the same moment; when asked, how long each waited and why some did not."""
    start = threading.Barrier(count)

    def visit(number: int) -> float | str:
        try:
            with visitor(target.url, patience_s=patience_s) as somebody:
                somebody.open()
                if recorder:
                    somebody.open_recorder()
                start.wait(60)
                return act(somebody, number)
        except (OSError, RuntimeError, TimeoutError, ConnectionClosed) as error:
            return str(error)

    with ThreadPoolExecutor(count) as crowd:
        visits = [crowd.submit(visit, number) for number in range(count)]
        # They have all opened their pages, and ask now.
        time.sleep(0.5)

        def answers() -> tuple[list[float], list[str]]:
            results = [each.result() for each in visits]
            return [r for r in results if isinstance(r, float)], [r for r in results if isinstance(r, str)]

        yield answers


def half_an_hour() -> bytes:
    """Half an hour of a synthetic voice, as FLAC."""
    samples, rate_hz = soundfile.read(io.BytesIO(clip(60.0, 0)), dtype="int16")
    file = io.BytesIO()
    soundfile.write(file, np.tile(samples, 30), rate_hz, format="FLAC")
    return file.getvalue()


def _at_once(target: Target, count: int, within_s: float) -> Iterator[Outcome]:
    with crowd_of(target, count, lambda somebody, number: somebody.upload(clip(4.0, number))) as answers:

        def outcome() -> tuple[str, bool]:
            answered_s, refused = answers()
            late = statistics.quantiles(answered_s, n=20)[-1] if len(answered_s) > 1 else float("inf")
            politely = all("busy" in why or "Many people" in why for why in refused)
            return _told(answered_s, refused), late <= within_s and politely

        yield outcome


def _told(answered_s: list[float], refused: list[str]) -> str:
    words = [f"{len(answered_s)} answered"]
    if len(answered_s) > 1:
        late = statistics.quantiles(answered_s, n=20)[-1]
        words.append(f"median {statistics.median(answered_s):.1f} s, 95th percentile {late:.1f} s")
    if refused:
        words.append(f"{len(refused)} not, such as: {refused[0]}")
    return ", ".join(words)


def _send(connection: ClientConnection, raw: bytes) -> bool:
    """Whether the server took the message and stayed connected."""
    try:
        connection.send(raw)
        while True:
            connection.recv(10)
    except TimeoutError:
        return True
    except (ConnectionClosed, OSError):
        return False


def _send_as(somebody: Visitor, raw: bytes) -> bool:
    try:
        somebody.send(raw)
        somebody.listen(10.0)
    except (ConnectionClosed, OSError):
        return False
    return True


def _is_answered(connection: socket.socket, within_s: float) -> bool:
    """Whether the server ended the request, instead of waiting for its body."""
    connection.settimeout(within_s)
    try:
        connection.recv(4096)
        return True
    except TimeoutError:
        return False
    except OSError:
        return True
