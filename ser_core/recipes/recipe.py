"""What every recipe has: everything that makes a model, in one record."""

import hashlib
import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a model is made. Each kind of recipe adds its own knobs, and `ser_core.training` has a trainer for each kind.

    Attributes:
        name: how commands call it.
        summary: one sentence.
        source: where it comes from.
        random_test: share of test clips in a random split: that with which it was published.
        version: raised when the same knobs come to make another model.
    """

    name: str
    summary: str
    source: str
    random_test: float = 0.2
    version: int = 1

    @property
    def id(self) -> str:
        """Ten characters that change with every knob, and so with the model and its figures; words do not count."""
        knobs = {name: value for name, value in asdict(self).items() if name not in ("summary", "source")}
        return hashlib.sha256(json.dumps(knobs, sort_keys=True, default=str).encode()).hexdigest()[:10]
