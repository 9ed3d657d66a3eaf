"""A visitor without a browser: it speaks Streamlit's own protocol, so that only the server is measured."""

import http.client
import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect

_ANSWER = re.compile(rb"Emotion detected|Too close to choose|No clear emotion")
_MOST_BYTES = 64 << 20


class Visitor:
    """One open page.

    Attributes:
        received_bytes: bytes that the server has sent over the page's connection so far.
    """

    def __init__(self, connection: ClientConnection, address: str, cookie: str, patience_s: float) -> None:
        self._connection, self._address, self._cookie, self._patience_s = connection, address, cookie, patience_s
        self._session = ""
        self._uploader = ""
        self._script = ""
        self._state: dict[str, WidgetState] = {}
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
        self._put(place.upload_url, name, content)
        state = WidgetState(id=self._uploader)
        state.file_uploader_state_value.uploaded_file_info.add(
            file_id=place.file_id, name=name, size=len(content), file_urls=place
        )
        self._state[self._uploader] = state
        answered: list[float] = []

        def watch(message: bytes) -> None:
            if not answered and _ANSWER.search(message):
                answered.append(time.perf_counter() - began)

        self._rerun(watch)
        if not answered:
            raise RuntimeError("The page was drawn without an answer.")
        return answered[0]

    def _rerun(self, watch: Callable[[bytes], None] = lambda message: None, page: str = "") -> None:
        request = BackMsg()
        request.rerun_script.page_name = page
        request.rerun_script.page_script_hash = self._script
        request.rerun_script.widget_states.widgets.extend(self._state.values())
        self._connection.send(request.SerializeToString())
        for message, raw in self._messages():
            watch(raw)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self._session = message.new_session.initialize.session_id
                self._script = message.new_session.page_script_hash
            elif kind == "delta" and message.delta.new_element.HasField("file_uploader"):
                self._uploader = message.delta.new_element.file_uploader.id
            elif kind == "delta" and message.delta.new_element.HasField("exception"):
                raise RuntimeError(f"The page failed: {message.delta.new_element.exception.type}")
            elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
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

    def _put(self, path: str, name: str, content: bytes) -> None:
        boundary = uuid.uuid4().hex
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
            "Content-Type: audio/wav\r\n\r\n"
        ).encode()
        tail = f"\r\n--{boundary}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(len(head) + len(content) + len(tail)),
            "Cookie": f"_streamlit_xsrf={self._cookie}",
            "X-Xsrftoken": self._cookie,
        }
        server = http.client.HTTPConnection(self._address, timeout=self._patience_s)
        try:
            # In three parts: a copy of a large file would only cost memory.
            server.request("PUT", path, body=iter((head, content, tail)), headers=headers)
            status = server.getresponse().status
        finally:
            server.close()
        if status != http.client.NO_CONTENT:
            raise RuntimeError(f"The upload was refused: {status}")

    def _messages(self) -> Iterator[tuple[ForwardMsg, bytes]]:
        until = time.monotonic() + self._patience_s
        while (left_s := until - time.monotonic()) > 0:
            raw = self._connection.recv(left_s)
            if isinstance(raw, str):
                raise TypeError("The server sent text; its protocol is binary.")
            self.received_bytes += len(raw)
            yield ForwardMsg.FromString(raw), raw
        raise TimeoutError(f"The page was not drawn within {self._patience_s:.0f} s.")


@contextmanager
def visitor(url: str, *, patience_s: float = 60.0) -> Iterator[Visitor]:
    """A visitor to the server at `url` (http://127.0.0.1:8501) who has not opened a page yet."""
    address = urlsplit(url).netloc
    cookie = _xsrf_cookie(address)
    with connect(
        f"ws://{address}/_stcore/stream",
        origin=f"http://{address}",  # type: ignore[arg-type]
        subprotocols=["streamlit", cookie],  # type: ignore[list-item]
        additional_headers={"Cookie": f"_streamlit_xsrf={cookie}"},
        max_size=_MOST_BYTES,
        open_timeout=patience_s,
    ) as connection:
        yield Visitor(connection, address, cookie, patience_s)


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
