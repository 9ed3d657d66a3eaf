"""How much processor time a recording may take in the decoding process, by the size of its file."""

import math
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ser_core.audio.containers.refusals import takes_too_long

# Processor time without any progress, be it a page fetched, a part opened or a block decoded: such a step usually takes
# milliseconds. A decoder that takes this long will never come back.
STEP_S = 5.0
# Finding the sound in a file. Ogg with a page for every 20 ms is the slowest, at 10 MB a second.
SCAN_S, SCAN_S_PER_MB = 10.0, 0.5
# Decoding. Of what telephones and browsers send, AMR at 4.75 kbit/s takes most for its size, 5 s a MB, and no sound of
# up to two channels and 48 kHz takes more than 1 s for 250 s. On the same machine, 8 silent channels at 192 kHz take
# 104 s a MB (all measured on one core of a virtual machine).
DECODE_S, DECODE_S_PER_MB = 10.0, 10.0
SOUND_S_PER_S = 75.0
# How far a step may exceed the budget before the process is ended: until then the decoder may return and be told.
_GRACE_S = 1.0


class Budget:
    """The processor time that one recording may take, over all steps on it: first to find its sound, then to decode it.

    There is one clock for each purpose, and both count from the moment at which they are started. The sum over the
    steps is the process's own time, without what other recordings take in between. The end of a single step comes from
    a timer of the kernel that counts down (`ITIMER_PROF`); nothing is compared with what the process used before, which
    a second clock may see differently.
    """

    def __init__(self, source_bytes: int, max_duration_s: float = math.inf) -> None:
        megabytes = source_bytes / 1e6
        self._left_s = SCAN_S + megabytes * SCAN_S_PER_MB
        self._for_decoding_s = DECODE_S + min(megabytes * DECODE_S_PER_MB, max_duration_s / SOUND_S_PER_S)
        self._scanning = True
        self._began_s = 0.0

    @contextmanager
    def step(self) -> Iterator[None]:
        """What happens inside this context is paid from the budget."""
        self._began_s = time.process_time()
        self._wind(self._left_s)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            self._left_s -= time.process_time() - self._began_s

    def decode(self) -> None:
        """The sound has been found: from here on it is decoded."""
        self._scanning = False
        self._began_s = time.process_time()
        self._left_s = self._for_decoding_s
        self._wind(self._left_s)

    def on_page(self) -> None:
        """A page of the file is fetched. While the sound is searched, as `on_block`; a decoder that asks cannot pass on
        an error, so it only gets no more time.
        """
        if self._scanning:
            self.on_block()
        else:
            self._wind(self._now_left_s())

    def on_block(self) -> None:
        """Something was decoded or skipped. Raises AudioError when the budget is used up."""
        left_s = self._now_left_s()
        if left_s <= 0:
            raise takes_too_long()
        self._wind(left_s)

    def _now_left_s(self) -> float:
        return self._left_s - (time.process_time() - self._began_s)

    def _wind(self, left_s: float) -> None:
        """Let the kernel end the process (SIGPROF) after a step's time, or soon after the budget is used up."""
        if left_s + _GRACE_S <= 0:
            signal.raise_signal(signal.SIGPROF)
        signal.setitimer(signal.ITIMER_PROF, min(STEP_S, left_s + _GRACE_S))
