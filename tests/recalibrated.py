"""The same model under another calibration."""

import copy
from dataclasses import replace
from typing import Any

from ser_core.recognition.recogniser import Recogniser


def recalibrated(recogniser: Recogniser, **changes: Any) -> Recogniser:
    """`recogniser` with some attributes of its card's `Calibration` changed."""
    runner = copy.copy(recogniser.runner)
    runner.card = replace(runner.card, calibration=replace(runner.card.calibration, **changes))
    return Recogniser(runner)
