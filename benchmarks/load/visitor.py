"""A visitor without a browser: it speaks Streamlit's own protocol, so that only the server is measured."""

import http.client
import re
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.frames import CloseCode
from websockets.sync.client import ClientConnection, connect

_ANSWER = re.compile(rb"Emotion detected|Too close to choose|No clear emotion")
_INBOX = re.compile(rb"/recording/[\w-]+")
_FAILED = re.compile("Something went wrong in this app")
_MOST_BYTES = 64 << 20


class Visitor:
    """One open page.

    Attributes:
        received_bytes: bytes of all messages that the server has sent over the page's connection so far.
        on_message: is given each message.
    """

    def __init__(
        self, connection: ClientConnection, wire: "_CountingSocket", address: str, cookie: str, patience_s: float
    ) -> None:
        self._connection, self._address, self._cookie, self._patience_s = connection, address, cookie, patience_s
        self._wire = wire
        self.on_message: Callable[[bytes], None] = lambda message: None
        self._session = ""
        self._uploader = ""
        self._inbox = ""
        self._buttons: dict[str, str] = {}
        self._script = ""
        self._state: dict[str, WidgetState] = {}
        # Messages that are named rather than sent again, by their hash, as a browser keeps them: with how many runs ago
        # they were last told.
        self._kept: dict[str, tuple[bytes, int]] = {}
        self._most_runs = 0
        self.received_bytes = 0

    def open(self, page: str = "") -> None:
        """Open a page (the home page by default) and wait until it is complete."""
        self._rerun(page=page)
        if not self._uploader:
            raise RuntimeError("The page has no place for a recording.")

    def upload(self, content: bytes, name: str = "clip.wav") -> float:
        """Upload a recording. Returns the seconds until the answer appears; the rest of the page may still be drawn
        then.
        """
        began = time.perf_counter()
        place = self._place_for_upload(name)
        self._put_form(place.upload_url, name, content)
        state = WidgetState(id=self._uploader)
        state.file_uploader_state_value.uploaded_file_info.add(
            file_id=place.file_id, name=name, size=len(content), file_urls=place
        )
        self._state[self._uploader] = state
        return self._answer(began)

    def rerun(self) -> None:
        """Have the page drawn again as it is, as a press that changes nothing does."""
        self._rerun()

    @property
    def wire_bytes(self) -> int:
        """Bytes that came over the page's connection so far, compressed as they came."""
        return self._wire.received_bytes

    def open_recorder(self) -> None:
        """Choose to record on the home page."""
        state = WidgetState(id=self._buttons["way"])
        state.string_array_value.data.append(":material/mic: Record")
        self._state[state.id] = state
        self._rerun()
        if not self._inbox:
            raise RuntimeError("The page has no recorder.")

    def record(self, wav: bytes) -> float:
        """Hand over what the recorder has recorded. Returns the seconds until the answer appears."""
        began = time.perf_counter()
        self.put(self._inbox, iter((wav,)), len(wav), {"Content-Type": "audio/wav"})
        return self._answer(began)

    def remove(self) -> None:
        """Press "Remove recording"."""
        state = WidgetState(id=self._buttons["forget"], trigger_value=True)
        self._state.pop(self._uploader, None)
        self._rerun(state=state)

    def _answer(self, began: float) -> float:
        answered: list[float] = []

        def watch(message: bytes) -> None:
            if not answered and _ANSWER.search(message):
                answered.append(time.perf_counter() - began)

        self._rerun(watch)
        if not answered:
            raise RuntimeError("The page was drawn without an answer.")
        return answered[0]

    def _rerun(
        self,
        watch: Callable[[bytes], None] = lambda message: None,
        page: str = "",
        state: WidgetState | None = None,
    ) -> None:
        request = BackMsg()
        request.rerun_script.page_name = page
        request.rerun_script.page_script_hash = self._script
        request.rerun_script.widget_states.widgets.extend(self._state.values())
        request.rerun_script.cached_message_hashes.extend(self._kept)
        if state is not None:
            request.rerun_script.widget_states.widgets.append(state)
        self._connection.send(request.SerializeToString())
        for message, raw in self._messages():
            watch(raw)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self._most_runs = message.new_session.config.max_cached_message_age
                self._session = message.new_session.initialize.session_id
                self._script = message.new_session.page_script_hash
            elif kind == "delta" and message.delta.new_element.HasField("file_uploader"):
                self._uploader = message.delta.new_element.file_uploader.id
            elif kind == "delta" and message.delta.new_element.WhichOneof("type") in ("button", "button_group"):
                widget = getattr(message.delta.new_element, message.delta.new_element.WhichOneof("type")).id
                self._buttons[widget.rpartition("-")[2]] = widget
            elif kind == "delta" and message.delta.new_element.HasField("bidi_component"):
                found = _INBOX.search(raw)
                self._inbox = found[0].decode("ascii") if found else self._inbox
            elif kind == "delta" and message.delta.new_element.HasField("exception"):
                raise RuntimeError(f"The page failed: {message.delta.new_element.exception.type}")
            elif kind == "delta" and _FAILED.search(message.delta.new_element.alert.body):
                raise RuntimeError(f"The page failed: {message.delta.new_element.alert.body}")
            elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                aged = {name: (kept, runs + 1) for name, (kept, runs) in self._kept.items()}
                self._kept = {name: each for name, each in aged.items() if each[1] <= self._most_runs}
                return

    def _place_for_upload(self, name: str) -> FileURLs:
        request = BackMsg()
        request.file_urls_request.request_id = uuid.uuid4().hex
        request.file_urls_request.file_names.append(name)
        request.file_urls_request.session_id = self._session
        self._connection.send(request.SerializeToString())
        for message, _ in self._messages():
            if message.WhichOneof("type") == "file_urls_response":
                return message.file_urls_response.file_urls[0]
        raise RuntimeError("The connection ended.")

    def _put_form(self, path: str, name: str, content: bytes) -> None:
        boundary = uuid.uuid4().hex
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
            "Content-Type: audio/wav\r\n\r\n"
        ).encode()
        tail = f"\r\n--{boundary}--\r\n".encode()
        # In three parts: a copy of a large file would only cost memory.
        size = len(head) + len(content) + len(tail)
        self.put(path, iter((head, content, tail)), size, {"Content-Type": f"multipart/form-data; boundary={boundary}"})

    def put(self, path: str, body: Iterator[bytes], size_bytes: int, headers: dict[str, str]) -> None:
        """Send a body to a path of the server, as this page. Raises RuntimeError when it is refused."""
        headers |= {
            "Content-Length": str(size_bytes),
            "Cookie": f"_streamlit_xsrf={self._cookie}",
            "X-Xsrftoken": self._cookie,
        }
        server = http.client.HTTPConnection(self._address, timeout=self._patience_s)
        try:
            server.request("PUT", path, body=body, headers=headers)
            status = server.getresponse().status
        finally:
            server.close()
        if status != http.client.NO_CONTENT:
            raise RuntimeError(f"The upload was refused: {status}")

    def path_for_upload(self) -> str:
        """Where this page may send a file."""
        path: str = self._place_for_upload("clip.wav").upload_url
        return path

    @property
    def cookie(self) -> str:
        """What this page shows against forged requests."""
        return self._cookie

    def listen(self, seconds: float) -> None:
        """Take what the server sends for so long."""
        with suppress(TimeoutError):
            until = time.monotonic() + seconds
            while (left_s := until - time.monotonic()) > 0:
                self._connection.recv(left_s)

    def send(self, raw: bytes) -> None:
        """Send something over the page's connection."""
        self._connection.send(raw)

    def _messages(self) -> Iterator[tuple[ForwardMsg, bytes]]:
        until = time.monotonic() + self._patience_s
        while (left_s := until - time.monotonic()) > 0:
            raw = self._connection.recv(left_s)
            if isinstance(raw, str):
                raise TypeError("The server sent text; its protocol is binary.")
            self.received_bytes += len(raw)
            self.on_message(raw)
            message = ForwardMsg.FromString(raw)
            if message.WhichOneof("type") == "ref_hash":
                raw = self._kept[message.ref_hash][0]
                message = ForwardMsg.FromString(raw)
            if message.metadata.cacheable:
                self._kept[message.hash] = (raw, 0)
            yield message, raw
        raise TimeoutError(f"The page was not drawn within {self._patience_s:.0f} s.")


@contextmanager
def visitor(url: str, *, patience_s: float = 60.0) -> Iterator[Visitor]:
    """A visitor to the server at `url` (http://127.0.0.1:8501) who has not opened a page yet."""
    address = urlsplit(url).netloc
    cookie = _xsrf_cookie(address)
    wire = _CountingSocket()
    wire.settimeout(patience_s)
    host, _, port = address.partition(":")
    wire.connect((host, int(port)))
    with connect(
        f"ws://{address}/_stcore/stream",
        sock=wire,
        origin=f"http://{address}",  # type: ignore[arg-type]
        subprotocols=["streamlit", cookie],  # type: ignore[list-item]
        additional_headers={"Cookie": f"_streamlit_xsrf={cookie}"},
        max_size=_MOST_BYTES,
        open_timeout=patience_s,
        # How long is waited is said by `patience_s`: a server that computes on its only core answers no ping.
        ping_interval=None,
    ) as connection:
        try:
            yield Visitor(connection, wire, address, cookie, patience_s)
        finally:
            # As a browser does when its page is closed.
            connection.close(CloseCode.GOING_AWAY)


class _CountingSocket(socket.socket):
    """A connection that counts what comes over it."""

    received_bytes = 0

    def recv(self, *arguments: int) -> bytes:
        """What came, counted."""
        data = super().recv(*arguments)
        self.received_bytes += len(data)
        return data


def _xsrf_cookie(address: str) -> str:
    server = http.client.HTTPConnection(address, timeout=30)
    try:
        server.request("GET", "/_stcore/health")
        answer = server.getresponse()
        answer.read()
        found = re.search(r"_streamlit_xsrf=([^;]+)", answer.headers.get("Set-Cookie", ""))
    finally:
        server.close()
    if found is None:
        raise RuntimeError("The server gave no cookie against forged requests.")
    return found[1]
