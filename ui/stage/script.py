"""A component's script: modules that an editor and a linter read one by one, given to the browser as one.

Streamlit hands a component's script over as text, from which it can import nothing. A bundler would be a build step
for a few small files; putting them in line, their imports and exports taken away, is what one would do to them.

Text travels with everything that a component is told anew. The player's script is the largest by far, and it is told
something with every stretch that is selected: of this one Streamlit is handed over a line that fetches it, which a
browser does once.
"""

import gzip
import hashlib
import json
import re
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ui.server.paths import base

PLAYER = Path(__file__).parent / "player" / "js"
_PLAYER_ENTRY = "stage"
_PATH = "/player/"
# Its name tells its content, so that it never changes; another server's may be newer or older for a while.
_KEPT, _NOT_KEPT = "public, max-age=31536000, immutable", "no-store"
_STANDS_IN = "export default async (given) => (await player).default(given);\n"
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)


@cache
def script(folder: Path, entry: str) -> str:
    """The module `entry` of a folder and all that it imports as one, each after those it imports. Names at the top of a
    module must be its own in all of them.
    """
    ordered: dict[str, str] = {}

    def add(name: str) -> None:
        if name in ordered:
            return
        text = (folder / f"{name}.js").read_text(encoding="utf-8")
        for imported in _IMPORT.findall(text):
            add(imported)
        text = _IMPORT.sub("", text)
        ordered[name] = text if name == entry else re.sub(r"^export ", "", text, flags=re.MULTILINE)

    add(entry)
    return "\n".join(ordered.values())


def player() -> str:
    """A module that stands for the player's and fetches it."""
    path = json.dumps(f"{base()}{_PATH}{_player_name()}")
    # In two lines: Streamlit takes one for the name of a file.
    return f"const player = import(new URL({path}, location.origin).href);\n{_STANDS_IN}"


def route() -> Route:
    """The address under which the player's script lies."""
    return Route(f"{base()}{_PATH}{{name}}", _give)


async def _give(request: Request) -> Response:
    kept = _KEPT if request.path_params["name"] == _player_name() else _NOT_KEPT
    headers = {"Cache-Control": kept, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(script(PLAYER, _PLAYER_ENTRY), media_type="text/javascript", headers=headers)
    return Response(_compressed(), media_type="text/javascript", headers=headers | {"Content-Encoding": "gzip"})


@cache
def _compressed() -> bytes:
    return gzip.compress(script(PLAYER, _PLAYER_ENTRY).encode(), mtime=0)


@cache
def _player_name() -> str:
    digest = hashlib.sha256(script(PLAYER, _PLAYER_ENTRY).encode()).hexdigest()
    return f"{_PLAYER_ENTRY}-{digest[:16]}.js"
