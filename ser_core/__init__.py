"""Speech emotion recognition: which emotion a voice sounds like, how sure the model is, and why.

>>> from ser_core import analyse  # doctest: +SKIP
>>> report = analyse("clip.mp3")  # doctest: +SKIP
>>> report.prediction.emotion, report.prediction.confidence  # doctest: +SKIP
(<Emotion.ANGRY: 'angry'>, 0.83)
"""

from typing import Any

__all__ = ["__version__", "analyse"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # `analyse` is looked up on first use, so that importing one small module of the package does not import everything.
    if name == "analyse":
        from ser_core.recognition.analyse import analyse

        return analyse
    raise AttributeError(f"module 'ser_core' has no attribute {name!r}")
