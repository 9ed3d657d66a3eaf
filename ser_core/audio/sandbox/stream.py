"""One recording on its way through a decoding process."""

import json
import signal
from collections.abc import Iterator
from typing import Any, Self

import numpy as np

from ser_core.arrays import Samples
from ser_core.audio.containers.view import PAGE_BYTES
from ser_core.audio.sandbox import wire
from ser_core.audio.sandbox.pool import POOL, Pool, Slot, Worker
from ser_core.audio.source import Recording
from ser_core.errors import AudioError


class _WorkerKilledError(Exception):
    """The worker was killed, perhaps for lack of memory: the recording may not be the cause."""


class Stream:
    """A recording being decoded, one request at a time.

    If its worker has ended because of another recording, the next request opens it again in a new worker and skips
    what has already been delivered: decoding gives the same samples every time.

    Attributes:
        ending: what is known once the whole recording has been read: `info`, the fields of AudioInfo, and `notices`,
            the fields of the notices.
    """

    def __init__(
        self, recording: Recording, max_duration_s: float, channel: int | None = None, *, pool: Pool = POOL
    ) -> None:
        self.ending: dict[str, Any] = {}
        self._recording = recording
        self._max_duration_s = max_duration_s
        self._channel = channel
        self._pool = pool
        self._slot: Slot | None = None
        self._worker: Worker | None = None
        self._number = 0
        self._delivered = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._slot is not None and self._number in self._slot.streams:
            self._slot.abandoned.append(self._number)

    def describe(self) -> dict[str, Any]:
        """The fields of AudioInfo. Raises AudioError."""
        return dict(json.loads(self._request(wire.PROBE)[1]))

    def pieces(self) -> Iterator[Samples]:
        """Mono samples at 16 kHz, a few seconds at a time. Raises AudioError, at the end if only that shows it."""
        while True:
            kind, payload = self._request(wire.NEXT)
            if kind == wire.END:
                self.ending = json.loads(payload)
                return
            self._delivered += 1
            yield np.frombuffer(payload, np.float32)

    def _request(self, kind: bytes) -> tuple[bytes, bytearray]:
        with self._pool.hold(self._slot) as self._slot:
            try:
                return self._step(self._slot, kind)
            except _WorkerKilledError:
                try:
                    return self._step(self._slot, kind)
                except _WorkerKilledError:
                    raise AudioError(
                        "Decoding the recording was interrupted twice. Memory may be short: try it again later."
                    ) from None

    def _step(self, slot: Slot, kind: bytes) -> tuple[bytes, bytearray]:
        worker = slot.ready()
        if kind == wire.PROBE:
            return self._open(slot, worker, kind)
        if worker is not self._worker:
            self._open(slot, worker, wire.OPEN)
            slot.streams.add(self._number)
            for _ in range(self._delivered):
                self._ask(slot, worker, wire.NEXT, wire.STREAM_FORMAT.pack(self._number))
            self._worker = worker
        return self._ask(slot, worker, wire.NEXT, wire.STREAM_FORMAT.pack(self._number))

    def _open(self, slot: Slot, worker: Worker, kind: bytes) -> tuple[bytes, bytearray]:
        self._number = self._pool.new_number()
        request = {
            "stream": self._number,
            "size": self._recording.size,
            "max_duration_s": self._max_duration_s,
            "channel": self._channel,
        }
        return self._ask(slot, worker, kind, json.dumps(request).encode())

    def _ask(self, slot: Slot, worker: Worker, kind: bytes, payload: bytes) -> tuple[bytes, bytearray]:
        """The answer to a request, after sending the parts of the recording that the worker asks for."""
        try:
            slot.say_abandoned(worker)
            worker.wire.send(kind, payload)
            if kind != wire.NEXT and self._recording.size:
                worker.wire.send(wire.DATA, self._recording.read(0, PAGE_BYTES))
            while True:
                answer, content = worker.wire.receive()
                if answer != wire.FETCH:
                    break
                worker.wire.send(wire.DATA, self._recording.read(*wire.FETCH_FORMAT.unpack(content)))
        except TimeoutError:
            slot.drop()
            raise AudioError(
                "The machine is too busy to decode the recording: nothing came for a minute. Try it again later."
            ) from None
        except OSError:
            raise _reason(slot.drop(patience_s=2)) from None
        except BaseException:
            # Ctrl-C, or a file that can no longer be read: half a conversation cannot be resumed.
            slot.drop()
            raise
        if answer in (wire.ERROR, wire.END):
            slot.streams.discard(self._number)
        if answer == wire.ERROR:
            raise AudioError.from_json(content.decode())
        return answer, content


def _reason(status: int) -> Exception:
    """Why a worker ended in the middle of a step, from its exit status."""
    if status == -signal.SIGKILL:
        return _WorkerKilledError()
    if status == -signal.SIGPROF:
        return AudioError("The recording makes its decoder hang: it is damaged. Export or convert it again.")
    return AudioError("The recording makes its decoder fail: it is damaged. Export or convert it again.")
