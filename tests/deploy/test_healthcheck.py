import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "deploy/healthcheck.py"


@contextmanager
def answering(status: int, body: bytes) -> Iterator[int]:
    """A server that answers /ready like this; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/ready" else 404)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def check(port: int) -> tuple[int, str]:
    environ = {"STREAMLIT_SERVER_PORT": str(port)}
    done = subprocess.run([sys.executable, str(SCRIPT)], env=environ, capture_output=True, text=True)
    return done.returncode, done.stderr


def test_a_server_that_predicts_is_healthy() -> None:
    with answering(200, b'{"ready": true}') as port:
        assert check(port) == (0, "")


def test_a_server_without_a_model_is_not_and_says_why() -> None:
    with answering(503, b"There is no model") as port:
        code, said = check(port)
    assert code == 1
    assert "There is no model" in said


def test_no_server_is_not_healthy() -> None:
    with answering(200, b"") as port:
        pass
    code, said = check(port)
    assert code == 1
    assert str(port) in said
