"""What all recipes have in common: one record with everything that determines a model."""

import hashlib
import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a model is made. Each kind of recipe adds its own knobs, and `ser_core.training` has a trainer for each kind.

    Attributes:
        name: its name in commands.
        summary: one sentence.
        source: where the recipe comes from.
        random_test: share of test clips in the random split with which it was published.
        version: raised when the same knobs produce a different model.
    """

    name: str
    summary: str
    source: str
    random_test: float = 0.2
    version: int = 1

    @property
    def id(self) -> str:
        """Ten characters that change with every knob, and so with the model and its figures; descriptions do not
        count.
        """
        knobs = {name: value for name, value in asdict(self).items() if name not in ("summary", "source")}
        return hashlib.sha256(json.dumps(knobs, sort_keys=True, default=str).encode()).hexdigest()[:10]
