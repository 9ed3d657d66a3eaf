"""Whether a function lets go of the clip that it was given, and of what it computed from it."""

import gc
import tracemalloc
import weakref
from collections.abc import Callable

import numpy as np

from ser_core.records import Clip
from tests.conftest import RATE_HZ

_SECONDS = 8
# Eight seconds are 512 kB of samples and 160 kB of log-mel. NumPy keeps some kB of small blocks for its own use.
_NOTEWORTHY_BYTES = 16_000


def a_voice(seed: int) -> Clip:
    """Eight seconds of a low voice that comes and goes, like no other seed's."""
    rng = np.random.default_rng(seed)
    times_s = np.arange(_SECONDS * RATE_HZ) / RATE_HZ
    harmonics = sum(np.sin(2 * np.pi * k * 120 * times_s) / k for k in range(1, 20))
    sound = 0.2 * harmonics * (np.sin(2 * np.pi * 0.7 * times_s) > -0.4) + 1e-3 * rng.standard_normal(len(times_s))
    return Clip(sound.astype(np.float32), RATE_HZ)


def what_stays(run: Callable[[Clip], object]) -> list[str]:
    """What is left of a clip once the result of `run` is gone: the clip itself, or memory that its work took."""
    run(a_voice(0))  # what is made once for all clips, such as filter banks and windows, may stay
    gc.collect()
    tracemalloc.start(12)
    try:
        before = tracemalloc.take_snapshot()
        clip = a_voice(1)
        watched = {"the clip": weakref.ref(clip), "its samples": weakref.ref(clip.samples)}
        run(clip)
        del clip
        gc.collect()
        grown = tracemalloc.take_snapshot().compare_to(before, "traceback")
    finally:
        tracemalloc.stop()
    kept = [name for name, reference in watched.items() if reference() is not None]
    return kept + [
        f"{each.size_diff} bytes from {each.traceback.format()[-2:]}"
        for each in grown
        if each.size_diff > _NOTEWORTHY_BYTES
    ]
