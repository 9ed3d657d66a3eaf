"""The server's log: one line per event on standard error, as JSON unless it goes to a terminal.

It contains no file names, sound or results, and nothing about visitors. For the same reason an error is logged by its
class and its place in the code: its message may quote what a visitor entered.
"""

import json
import logging
import re
import sys
import threading
import time
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import PurePath
from types import TracebackType
from typing import Any

import streamlit.config
import streamlit.logger

from ser_core import __version__
from ser_core.config import PROJECT_DIR, Settings, load_settings
from ser_core.machine import memory_limit_bytes
from ui.server import failures

LOG = logging.getLogger("ser")

# Enough to reach from a page into any library; Streamlit's own frames come before it.
_INNERMOST_FRAMES = 20
# What names a page, and would let who reads the log take its place: Streamlit's sessions and files (UUIDs), and the
# addresses of recordings (24 bytes in base64). Libraries log them with addresses.
_NAMES = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|/(sound|recording)/[\w-]{32}")

# These log every request with the visitor's address: only failures are worth a line.
_TALKATIVE = ("uvicorn", "uvicorn.asgi", "uvicorn.error", "websockets", "httpx2")


def tell(event: str, *, level: int = logging.INFO, **facts: str | float | bool | None) -> None:
    """Log an event with its fields, with units in their names. Fields that are None are left out."""
    LOG.log(level, event, extra={"facts": {name: value for name, value in facts.items() if value is not None}})


def configure(settings: Settings) -> None:
    """Send everything that is logged in this process through one formatter, including Streamlit's and the server's
    messages.
    """
    as_json = settings.log_format == "json" if settings.log_format else not sys.stderr.isatty()
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLine() if as_json else TextLine())
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    logging.captureWarnings(True)
    # Streamlit gives each of its loggers a handler of its own, including later ones, and prints errors of
    # pages in colours where it can.
    streamlit.config.set_option("logger.enableRich", False)
    streamlit.logger.setup_formatter = _write_through_root
    streamlit.logger.update_formatter()
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        _write_through_root(logger)
        logger.setLevel(logging.WARNING)
    logging.getLogger("uvicorn.access").disabled = True
    # The first time, the model is loaded outside any page, and Streamlit would warn about a spinner that nobody sees.
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)
    logging.getLogger("streamlit.error_util").addFilter(failures.Numbered())
    sys.excepthook = _tell_uncaught
    threading.excepthook = lambda args: _tell_uncaught(args.exc_type, args.exc_value, args.exc_traceback)


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Log the server's start, with the memory it has found and the model it serves, and its end."""
    settings = load_settings()
    limit_bytes = memory_limit_bytes()
    tell(
        "started",
        version=__version__,
        model=settings.model,
        memory_mb=None if limit_bytes is None else limit_bytes >> 20,
        max_upload_mb=settings.max_upload_mb,
    )
    yield
    tell("stopped")


class JsonLine(logging.Formatter):
    """An event as a JSON object on one line: time, level and event first, then its fields."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line: dict[str, Any] = {"time": f"{moment}.{int(record.msecs):03}Z", "level": record.levelname.lower()}
        error = record.exc_info[1] if record.exc_info else None
        facts = getattr(record, "facts", None)
        if facts is not None:
            line |= {"event": record.getMessage(), **facts}
        else:
            line |= {
                "event": "error" if error else "message",
                "logger": record.name,
                "message": _unnamed(record.getMessage()),
            }
        if error is not None:
            line |= {"error": _class_of(error), "trace": _trace(error)}
            if error.__cause__ is not None:
                line["cause"] = _class_of(error.__cause__)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLine(logging.Formatter):
    """An event for a person at a terminal; an error comes with its whole traceback."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s", "%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # the name is the standard library's
        """The first line."""
        facts = getattr(record, "facts", {})
        return " ".join(
            [_unnamed(super().formatMessage(record)), *(f"{name}={value}" for name, value in facts.items())]
        )


def _unnamed(text: str) -> str:
    return _NAMES.sub(lambda found: f"/{found[1]}/…" if found[1] else "…", text)


def _write_through_root(logger: logging.Logger) -> None:
    for handler in logger.handlers[:]:
        logger.removeHandler(handler)
    logger.propagate = True


def _tell_uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if error is None or issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    LOG.critical("Uncaught", exc_info=(kind, error, trace), extra={"facts": {}})


def _class_of(error: BaseException) -> str:
    kind = type(error)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def _trace(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-_INNERMOST_FRAMES:]
    return [f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _place(filename: str) -> str:
    path = PurePath(filename)
    if "site-packages" in path.parts:
        return str(PurePath(*path.parts[path.parts.index("site-packages") + 1 :]))
    return str(path.relative_to(PROJECT_DIR)) if path.is_relative_to(PROJECT_DIR) else path.name
