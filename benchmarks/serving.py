"""The real server, started on a free loopback port, and what its visitors give it."""

import contextlib
import io
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import soundfile

from benchmarks.load.group import Group
from benchmarks.processes import PROJECT, start

VOICE = PROJECT / "assets" / "samples" / "synthetic-changing.flac"
CHROMIUM_ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
HEALTH = "/_stcore/health"


def chromium() -> str | None:
    """The installed Chromium: the one that CHROMIUM names, or the one on the path."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


@contextlib.contextmanager
def running_server(
    group: Group | None = None,
    *,
    page: str = "serve.py",
    python: str = sys.executable,
    ready: str = "/ready",
    core: int | None = None,
    env: Mapping[str, str] = {},
    folder: Path = PROJECT,
) -> Iterator[tuple[str, int]]:
    """Address and process ID of a server that has answered at the path `ready`: ours has then answered once itself.

    `group` limits its memory, `core` keeps it on one core; `page` is another page to serve, by another `python`,
    in a `folder` whose settings for Streamlit it takes.
    """
    port = free_port()
    with tempfile.TemporaryDirectory() as data, open(f"{data}/log", "wb") as log:
        command = [python, "-m", "streamlit", "run", page, "--server.headless=true"]
        process = start(
            command if group is None else group.enter(command),
            core=core,
            cwd=folder,
            env=os.environ
            | {"STREAMLIT_SERVER_PORT": str(port), "STREAMLIT_SERVER_ADDRESS": "127.0.0.1", "SER_DATA_DIR": data}
            # As in the container, where temporary files take up memory.
            | ({} if group is None else {"TMPDIR": "/dev/shm"})  # noqa: S108 - memory for a folder of our own
            | env,
            stdout=log,
            stderr=log,
        )
        try:
            while process.poll() is None:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}{ready}", timeout=30).close()
                    break
                except OSError:
                    time.sleep(0.01)
            else:
                sys.exit(f"The server ended before it answered:\n{Path(log.name).read_text('utf-8')}")
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            _end(process)


@contextlib.contextmanager
def caddy(url: str) -> Iterator[str]:
    """The server's public address, behind the proxy that it has when deployed."""
    http, https = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            ["caddy", "run", "--adapter", "caddyfile", "--config", "deploy/Caddyfile"],
            cwd=PROJECT,
            env=os.environ
            | {"SER_DOMAIN": "localhost", "SER_HTTP_PORT": str(http), "SER_HTTPS_PORT": str(https)}
            | {"SER_UPSTREAMS": url.removeprefix("http://"), "XDG_DATA_HOME": folder, "XDG_CONFIG_HOME": folder},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            # Caddy's own certificate, which nobody trusts.
            unverified = ssl._create_unverified_context()  # noqa: S323 - own certificate
            until = time.monotonic() + 60
            while process.poll() is None and time.monotonic() < until:
                try:
                    urllib.request.urlopen(f"https://localhost:{https}/", timeout=30, context=unverified).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield f"https://localhost:{https}"
        finally:
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """A port of the loopback address that nobody uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def clip(duration_s: float, number: int) -> bytes:
    """The synthetic voice as WAV at 16 kHz; different numbers give different samples."""
    samples, rate_hz = soundfile.read(VOICE, dtype="float32")
    file = io.BytesIO()
    part = np.resize(np.roll(samples, -997 * number), round(duration_s * rate_hz))
    soundfile.write(file, part, rate_hz, format="WAV")
    return file.getvalue()
