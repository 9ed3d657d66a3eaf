"""Signing in with a real OpenID Connect provider on this machine: two accounts, and neither sees the other's takes."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from playwright.sync_api import Browser, Page, expect

from ser_core.config import PROJECT_DIR

pytestmark = pytest.mark.browser

SECRET = "only-for-this-test"
# Streamlit's cookie of a signed-in account.
COOKIE = "_streamlit_user"

# In place of the home page: a result to save, which takes no recording.
HOME = """
from tests.history.conftest import a_practice, noise
from ui.shared import frame, save

frame.start("Result")
save.offer("r", a_practice(), noise)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], address: str, folder: Path, **variables: str) -> Iterator[None]:
    """Runs a server until it is no longer needed."""
    log = folder / f"{command[0]}.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=folder, env=os.environ | variables, stdout=sink, stderr=sink
        )
    try:
        until = time.monotonic() + 120
        while True:
            try:
                urllib.request.urlopen(address, timeout=5).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    pytest.fail(f"{command[0]} did not start:\n{log.read_text('utf-8')}")
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real server, with another home page, and with Anna and Ben in its provider."""
    folder = tmp_path_factory.mktemp("sign-in")
    (folder / "app.py").write_text(HOME, "utf-8")
    shutil.copytree(PROJECT_DIR / "pages", folder / "pages", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(PROJECT_DIR / ".streamlit", folder / ".streamlit", ignore=shutil.ignore_patterns("secrets*"))
    shutil.copy(PROJECT_DIR / "serve.py", folder)
    port, provider_port = free_port(), free_port()
    address, provider = f"http://localhost:{port}", f"http://127.0.0.1:{provider_port}"
    people = [f'--user-claims={{"sub": "{name.lower()}", "name": "{name}"}}' for name in ("Anna", "Ben")]
    with (
        running(["oidc_provider_mock", "--port", str(provider_port), *people], f"{provider}/jwks", folder),
        running(
            ["streamlit", "run", "serve.py"],
            f"{address}/ready",
            folder,
            STREAMLIT_SERVER_PORT=str(port),
            STREAMLIT_SERVER_COOKIE_SECRET=SECRET,
            PYTHONPATH=str(PROJECT_DIR),
            SER_DATA_DIR=str(folder / "data"),
            SER_DATABASE_URL="",
            SER_PUBLIC_URL=address,
            SER_OIDC_METADATA_URL=f"{provider}/.well-known/openid-configuration",
            SER_OIDC_CLIENT_ID="ser",
            SER_OIDC_CLIENT_SECRET="secret",
        ),
    ):
        yield address


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 1400})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(url)
    yield page
    context.close()


def sign_in(page: Page, name: str) -> None:
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/oauth2/authorize**")
    page.get_by_text(name.lower(), exact=False).first.click()
    expect(page.get_by_text(f"Signed in as {name}")).to_be_visible()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="End session").click()  # the provider asks
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def save(page: Page, place: str) -> None:
    expect(page.get_by_text(f"into the history of {place}")).to_be_visible()
    page.get_by_role("button", name="Save this result").click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def test_takes_belong_to_the_account_and_to_no_other(page: Page, url: str, browser: Browser) -> None:
    sign_in(page, "Anna")
    save(page, "your account")
    page.get_by_role("link", name="Open History").click()
    expect(page.get_by_text("1 saved take", exact=True)).to_be_visible()
    # No cookie of the browser's own is set: the account is enough.
    assert "ser_profile" not in {cookie["name"] for cookie in page.context.cookies()}

    sign_out(page)
    page.goto(f"{url}/history")
    expect(page.get_by_text("Nothing saved yet")).to_be_visible()
    page.goto(url)
    save(page, "this browser")

    sign_in(page, "Ben")
    page.goto(f"{url}/history")
    expect(page.get_by_text("Signed in as Ben")).to_be_visible()
    expect(page.get_by_text("Nothing saved yet")).to_be_visible()

    # Anna finds hers, and only hers, in another browser.
    elsewhere = browser.new_context()
    other = elsewhere.new_page()
    other.set_default_timeout(60_000)
    other.goto(url)
    sign_in(other, "Anna")
    other.goto(f"{url}/history")
    expect(other.get_by_text("1 saved take", exact=True)).to_be_visible()
    elsewhere.close()


def signed_days_ago(cookie: str, days: int) -> str:
    """The same cookie, as if it had been signed so many days ago."""

    class Earlier(TimestampSigner):
        def get_timestamp(self) -> int:
            return super().get_timestamp() - days * 24 * 3600

    content = URLSafeTimedSerializer(SECRET, salt=COOKIE).loads(cookie)
    return str(URLSafeTimedSerializer(SECRET, salt=COOKIE, signer=Earlier).dumps(content))


def test_signing_in_ends_with_signing_out_and_after_a_month(page: Page, url: str, browser: Browser) -> None:
    sign_in(page, "Ben")
    (cookie,) = [cookie for cookie in page.context.cookies() if cookie["name"] == COOKIE]
    assert cookie["httpOnly"]
    other = page.context.new_page()
    other.set_default_timeout(60_000)
    other.goto(f"{url}/history")
    expect(other.get_by_text("Signed in as Ben")).to_be_visible()

    sign_out(page)
    assert COOKIE not in {cookie["name"] for cookie in page.context.cookies()}
    other.reload()  # the other window of the same browser
    expect(other.get_by_role("button", name="Sign in")).to_be_visible()
    expect(other.get_by_text("Signed in as Ben")).to_be_hidden()

    # A copy of the cookie in another browser is good for a month and no longer.
    for days, said in ((29, "Signed in as Ben"), (32, "What you save belongs to this browser")):
        elsewhere = browser.new_context()
        elsewhere.add_cookies([{"name": COOKIE, "value": signed_days_ago(cookie["value"], days), "url": url}])
        copy = elsewhere.new_page()
        copy.set_default_timeout(60_000)
        copy.goto(f"{url}/history")
        expect(copy.get_by_text(said)).to_be_visible()
        elsewhere.close()


def test_a_made_up_cookie_signs_nobody_in(page: Page, url: str) -> None:
    page.context.add_cookies([{"name": COOKIE, "value": '{"sub": "anna", "is_logged_in": true}', "url": url}])
    page.goto(f"{url}/history")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_text("Nothing saved yet")).to_be_visible()
