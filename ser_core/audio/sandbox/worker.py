"""The process that decodes: `python -m ser_core.audio.sandbox.worker`, with one end of a socket as standard input.

Recordings come from strangers and decoders have faults. So whatever a file does to its decoder happens here, to a
process without open files and with little memory and time, and never to the app. The process keeps any number of
recordings open; each request performs one bounded step on one of them.
"""

import json
import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict

import numpy as np

from ser_core.arrays import Samples
from ser_core.audio.containers.recognise import recognise
from ser_core.audio.containers.view import Source
from ser_core.audio.decoding.decode import Decoding, describe
from ser_core.audio.decoding.memory import limit_memory
from ser_core.audio.limits import SAMPLE_RATE_HZ
from ser_core.audio.sandbox import wire
from ser_core.audio.sandbox.budget import Budget
from ser_core.audio.sandbox.wire import Wire
from ser_core.errors import AudioError

# Memory for decoding on top of what the process has when it starts. Half a second of 32 channels at 192 kHz takes 12 MB
# a copy; ordinary files need less than 30 MB.
MEMORY_BYTES = 160 * 1024 * 1024
_PIECE_SAMPLES = 10 * SAMPLE_RATE_HZ


def main() -> None:
    """Serve until the other end is closed."""
    link = socket.socket(fileno=os.dup(0))
    _keep_libraries_quiet()
    _end_with_parent(link)
    limit_memory(MEMORY_BYTES)
    connection = Wire(link)
    connection.send(wire.READY)
    streams: dict[int, _Stream] = {}
    with suppress(ConnectionError):
        while True:
            _serve(connection, streams)


class _Stream:
    """An open recording."""

    def __init__(self, decoding: Decoding, budget: Budget) -> None:
        self.decoding = decoding
        self.budget = budget
        self.pieces = _pieces(decoding.blocks())

    def ending(self) -> bytes:
        """What is known once it has been read to the end."""
        notices = [asdict(notice) for notice in self.decoding.notices()]
        return json.dumps({"info": self.decoding.info(), "notices": notices}).encode()


def _serve(connection: Wire, streams: dict[int, _Stream]) -> None:
    kind, payload = connection.receive()
    if kind == wire.CLOSE:
        (number,) = wire.STREAM_FORMAT.unpack(payload)
        streams.pop(number, None)
        return
    try:
        if kind == wire.NEXT:
            (number,) = wire.STREAM_FORMAT.unpack(payload)
            with streams[number].budget.step():
                piece = next(streams[number].pieces, None)
            if piece is None:
                connection.send(wire.END, streams.pop(number).ending())
            else:
                connection.send(wire.SAMPLES, piece.data.cast("B"))
            return
        request = json.loads(payload)
        number = request["stream"]
        budget = Budget(request["size"], request["max_duration_s"])
        source = _source(connection, request["size"], budget)
        with budget.step():
            plan = recognise(source)
            budget.decode()
            if kind == wire.PROBE:
                info = json.dumps(describe(plan, source, budget.on_block)).encode()
            else:
                decoding = Decoding(plan, source, request["max_duration_s"], request["channel"], budget.on_block)
                streams[number] = _Stream(decoding, budget)
                info = b""
        connection.send(wire.INFO, info)
    except AudioError as error:
        streams.pop(number, None)
        connection.send(wire.ERROR, error.to_json().encode())
    except MemoryError:
        streams.pop(number, None)
        refusal = AudioError("The recording takes too much memory to decode: it is damaged or a trap.")
        connection.send(wire.ERROR, refusal.to_json().encode())


def _source(connection: Wire, size: int, budget: Budget) -> Source:
    """A source whose first page comes with the request; other pages are requested when needed."""

    def fetch(offset: int, count: int) -> bytes:
        budget.on_page()
        connection.send(wire.FETCH, wire.FETCH_FORMAT.pack(offset, count))
        return bytes(connection.receive()[1])

    source = Source(size, _or_exit(fetch))
    if size:
        source.keep(0, bytes(connection.receive()[1]))
    return source


def _or_exit(fetch: Callable[[int, int], bytes]) -> Callable[[int, int], bytes]:
    """An error inside libsndfile's callbacks would only be printed, so without its parent the process ends."""

    def fetch_or_exit(offset: int, count: int) -> bytes:
        try:
            return fetch(offset, count)
        except OSError:
            os._exit(0)

    return fetch_or_exit


def _pieces(blocks: Iterator[Samples]) -> Iterator[Samples]:
    """The same samples in pieces of ten seconds. An error is raised after the samples that came before it.

    For a recording that is no longer than one piece, only the error is raised, because it is known in time.
    """
    held: list[Samples] = []
    count = pieces = 0
    failure = None
    try:
        for block in blocks:
            held.append(block)
            count += len(block)
            while count >= _PIECE_SAMPLES:
                joined = np.concatenate(held)
                held, count, pieces = [joined[_PIECE_SAMPLES:]], count - _PIECE_SAMPLES, pieces + 1
                yield joined[:_PIECE_SAMPLES]
    except AudioError as error:
        failure = error
    if count and (pieces or failure is None):
        yield np.concatenate(held)
    if failure is not None:
        raise failure


def _keep_libraries_quiet() -> None:
    """libmpg123 reports every oddity of a file on standard error; Python's own errors still go there."""
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1)
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    # Ctrl-C in a terminal reaches every process there; this one ends when its parent does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _end_with_parent(link: socket.socket) -> None:
    """End as soon as the parent does, even inside a decoder's endless loop."""
    poll = select.poll()
    poll.register(link, 0)

    def watch() -> None:
        poll.poll()
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    main()
