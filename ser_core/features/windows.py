"""Windows along a recording that arrives in blocks."""

from collections.abc import Iterable, Iterator

import numpy as np

from ser_core.records import Clip

# A window whose loudest 25 ms are quieter than this contains no speech worth naming an emotion for; the noise floor of
# an ordinary quiet room recorded with a laptop is around -60 dBFS.
_SILENT_DBFS = -55.0


def windows_along(blocks: Iterable[Clip], window_s: float, step_s: float) -> Iterator[tuple[float, float, Clip]]:
    """Steps that tile the recording, (start_s, end_s), each with the window of sound around it.

    A window is centred on its step, or moved inwards at the edges of the recording. The last step absorbs a rest of
    less than half a step. A window must be at least as long as a step.
    """
    held = np.zeros(0, dtype=np.float32)
    held_from = 0  # place of held[0] in the recording, in samples
    step = rate_hz = window = hop = 0

    def first_sample(step: int) -> int:
        return max(0, step * hop + (hop - window) // 2)

    def cut(start: int) -> Clip:
        return Clip(held[start - held_from : start - held_from + window], rate_hz)

    for block in blocks:
        rate_hz = block.rate_hz
        window, hop = round(window_s * rate_hz), round(step_s * rate_hz)
        held = np.concatenate([held, block.samples])
        while first_sample(step) + window <= held_from + len(held):
            yield step * step_s, (step + 1) * step_s, cut(first_sample(step))
            step += 1
        # The windows at the end of the recording may reach back by one step.
        unneeded = first_sample(step - 1) - held_from if step else 0
        held, held_from = held[unneeded:], held_from + unneeded
    total = held_from + len(held)
    while step * hop < total:
        is_last = total - (step + 1) * hop < hop / 2
        end_s = total / rate_hz if is_last else (step + 1) * step_s
        yield step * step_s, end_s, cut(max(0, min(first_sample(step), total - window)))
        if is_last:
            return
        step += 1


def is_silent(clip: Clip) -> bool:
    """Whether the loudest 25 ms of the clip are too quiet for speech."""
    size = max(1, clip.rate_hz // 40)
    n = len(clip.samples) // size * size
    if not n:
        return True
    power = np.square(clip.samples[:n], dtype=np.float64).reshape(-1, size).mean(axis=1).max()
    return bool(10 * np.log10(power + 1e-12) <= _SILENT_DBFS)
