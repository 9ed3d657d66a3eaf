"""The shell of every page."""

from pathlib import Path

import streamlit
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from ser_core.config import PROJECT_DIR
from ui.server.shell import Shell

PAGE = "<html><head><title>A page</title></head><body></head></body></html>"
STYLE = (PROJECT_DIR / "assets" / "style.css").read_text("utf-8")


def page(request: Request) -> Response:
    conditional = "if-none-match" in request.headers
    return HTMLResponse("kept" if conditional else PAGE, headers={"ETag": "old", "Last-Modified": "long ago"})


def words(request: Request) -> Response:
    return PlainTextResponse("</head>")


def of_its_own(request: Request) -> Response:
    return HTMLResponse(PAGE, headers={"Content-Security-Policy": "default-src 'none'"})


def streamlits(request: Request) -> Response:
    """The shell as Streamlit has it, whose first words ours looks for."""
    return FileResponse(Path(streamlit.__file__).parent / "static" / "index.html")


def icon(request: Request) -> Response:
    return FileResponse(PROJECT_DIR / "assets" / "logo.svg", headers={"ETag": "kept"})


PATHS = {"/": page, "/words": words, "/icon": icon, "/own": of_its_own, "/real": streamlits}
client = TestClient(Shell(Starlette(routes=[Route(path, answer) for path, answer in PATHS.items()])))
BROWSER = {"Accept": "text/html,*/*;q=0.8", "If-None-Match": "old", "Accept-Encoding": "gzip"}


def test_a_page_has_the_stylesheet_and_the_script_at_the_end_of_its_head() -> None:
    answer = client.get("/", headers=BROWSER)
    head, _, rest = answer.text.partition("</head>")
    assert STYLE in head
    assert "stSidebarCollapseButton" in head
    assert head.startswith("<html><head><title>A page</title><style>")
    assert rest == "<body></head></body></html>"
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert not answer.headers.keys() & {"etag", "last-modified"}


def test_the_script_knows_the_pages_that_there_are() -> None:
    text = client.get("/", headers=BROWSER).text
    assert "(?:conversations|data|history|models|practise)" in text
    assert "PAGES" not in text


def test_everything_else_is_left_as_it_is() -> None:
    assert client.get("/words", headers=BROWSER).text == "</head>"
    assert client.get("/own", headers=BROWSER).text == PAGE
    assert client.get("/icon", headers=BROWSER).headers["etag"] == "kept"
    assert client.get("/", headers={"Accept": "application/json"}).text == PAGE
    assert client.head("/", headers=BROWSER).headers["etag"] == "old"


def test_a_page_is_in_the_language_that_the_browser_asks_for() -> None:
    def language(**headers: str) -> str:
        asked = {name.replace("_", "-"): said for name, said in headers.items()}
        text = client.get("/real", headers=BROWSER | asked).text
        return text.partition('<html lang="')[2].partition('"')[0]

    assert language() == "en"
    assert language(accept_language="pl-PL,pl;q=0.9,en;q=0.8") == "pl"
    assert language(accept_language="fr") == "en"
    assert language(accept_language="pl", cookie="ser_language=en") == "en"
    assert language(accept_language="en", cookie="a=b; ser_language=pl") == "pl"
    assert language(accept_language="en", cookie="ser_language=<script>") == "en"
