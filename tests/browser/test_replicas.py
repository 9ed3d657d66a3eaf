"""Two replicas behind the real proxy with the real configuration and one PostgreSQL: each visitor keeps theirs, one may
die, and what was saved on it is still there.
"""

import hashlib
import hmac
import os
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from ser_core.config import PROJECT_DIR
from tests.browser.conftest import WAIT_MS
from tests.browser.test_analyse import another, answer, choose, upload

pytestmark = [pytest.mark.browser, pytest.mark.proxy, pytest.mark.postgres]

SECRET = "only-for-this-test"
# The proxy makes its own certificate for localhost, which nobody trusts.
UNVERIFIED = ssl._create_unverified_context()  # noqa: S323 - own certificate


@dataclass(frozen=True)
class Replicas:
    """Two running servers by the cookie value that leads to them, and the proxy's address."""

    address: str
    servers: dict[str, subprocess.Popen[bytes]]

    def kill(self, cookie: str) -> None:
        self.servers[cookie].kill()
        self.servers[cookie].wait()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def cookie_of(upstream: str) -> str:
    # What the proxy calls an upstream in its cookie: its address, keyed with the secret.
    return hmac.new(SECRET.encode(), upstream.encode(), hashlib.sha256).hexdigest()


@pytest.fixture
def replicas(tmp_path: Path, postgres_url: str) -> Iterator[Replicas]:
    common = {
        "STREAMLIT_SERVER_ADDRESS": "127.0.0.1",
        "STREAMLIT_SERVER_COOKIE_SECRET": SECRET,
        "SER_DATABASE_URL": postgres_url,
    }
    started: list[subprocess.Popen[bytes]] = []

    def start(command: list[str | Path], **variables: str) -> subprocess.Popen[bytes]:
        with (tmp_path / f"log-{len(started)}").open("wb") as log:
            process = subprocess.Popen(
                command, cwd=PROJECT_DIR, env=os.environ | variables, stdout=log, stderr=subprocess.STDOUT
            )
        started.append(process)
        return process

    servers = {}
    for name in ("one", "two"):
        port = str(free_port())
        upstream = f"127.0.0.1:{port}"
        servers[upstream] = start(
            [sys.executable, "-m", "streamlit", "run", "serve.py"],
            **common,
            STREAMLIT_SERVER_PORT=port,
            SER_DATA_DIR=str(tmp_path / name),
        )
    http, https = str(free_port()), str(free_port())
    start(
        ["caddy", "run", "--adapter", "caddyfile", "--config", "deploy/Caddyfile"],
        SER_DOMAIN="localhost",
        SER_HTTP_PORT=http,
        SER_HTTPS_PORT=https,
        SER_UPSTREAMS=" ".join(servers),
        SER_COOKIE_SECRET=SECRET,
        XDG_DATA_HOME=str(tmp_path / "caddy-data"),
        XDG_CONFIG_HOME=str(tmp_path / "caddy-config"),
    )
    try:
        for upstream in servers:
            wait_for(f"http://{upstream}/ready")
        address = f"https://localhost:{https}"
        wait_for(f"{address}/_stcore/health")
        yield Replicas(address, {cookie_of(upstream): server for upstream, server in servers.items()})
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_for(address: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5, context=UNVERIFIED):
                return
        except OSError as error:
            if time.monotonic() > until:
                pytest.fail(f"No answer from {address}: {error}")
            time.sleep(0.1)


def replica_of(context: BrowserContext) -> str:
    return next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "ser_replica")


def visitor(browser: Browser, address: str) -> Page:
    page = browser.new_context(ignore_https_errors=True).new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(address)
    page.get_by_role("heading", level=1).wait_for()
    return page


def test_visitors_keep_their_replica_and_outlive_it(
    replicas: Replicas, browser: Browser, recording: Callable[[str], bytes]
) -> None:
    # One visitor on each: the proxy deals newcomers at random.
    pages: dict[str, Page] = {}
    for _ in range(30):
        page = visitor(browser, replicas.address)
        pages.setdefault(replica_of(page.context), page)
        if len(pages) == 2:
            break
    assert set(pages) == set(replicas.servers)

    content = recording("MP3")
    for cookie, page in pages.items():
        upload(page, "voice.mp3", content)
        heard = answer(page).inner_text()
        another(page)
        choose(page, "Record")
        icon = page.frame_locator("iframe[title^=audio_recorder]").locator("svg[role=button]")
        icon.click()
        page.wait_for_timeout(1500)
        icon.click()
        expect(page.get_by_text("Recording 1.wav", exact=True)).to_be_visible()
        answer(page)
        assert replica_of(page.context) == cookie

    (dying, orphan), (living, undisturbed) = pages.items()
    orphan.get_by_role("button", name="Save this result").click()
    expect(orphan.get_by_text("Saved.")).to_be_visible()
    replicas.kill(dying)

    # Who was on the other notices nothing.
    another(undisturbed)
    choose(undisturbed, "Upload")
    upload(undisturbed, "again.mp3", content)
    expect(undisturbed.locator(".ser-recording")).to_contain_text("again.mp3")
    expect(answer(undisturbed)).to_have_text(heard)
    # Who was on this one starts anew on the other.
    orphan.reload()
    orphan.get_by_role("heading", level=1).wait_for()
    upload(orphan, "again.mp3", content)
    expect(answer(orphan)).to_have_text(heard)
    assert replica_of(orphan.context) == living
    # And finds there what the dead one has saved, which the other visitor does not.
    orphan.get_by_role("link", name="History").first.click()
    expect(orphan.get_by_text("1 saved take", exact=True)).to_be_visible()
    undisturbed.get_by_role("link", name="History").first.click()
    expect(undisturbed.get_by_text("Nothing saved yet")).to_be_visible()


def test_what_is_for_machines_stays_inside(replicas: Replicas) -> None:
    for path in ("/ready", "/metrics", "/_stcore/metrics"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{replicas.address}{path}", timeout=10, context=UNVERIFIED)
        assert refused.value.code == 404
    with urllib.request.urlopen(f"{replicas.address}/", timeout=10, context=UNVERIFIED) as answered:
        assert answered.headers["Permissions-Policy"].startswith("microphone=(self)")
        assert answered.headers["X-Content-Type-Options"] == "nosniff"
