"""What the product is meant to reach, beside what was measured."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.speed.subjects import answers, servers


@dataclass(frozen=True)
class Target:
    """One figure that is wanted.

    Attributes:
        what: what is wanted, in words.
        least, most: the bounds; None where there is none.
        unit: of the figure.
        value: reads it from the results; raises KeyError where it was not measured.
    """

    what: str
    value: Callable[[Mapping[str, Any]], float]
    least: float | None = None
    most: float | None = None
    unit: str = "times"

    def reached(self, value: float) -> bool:
        """Whether a figure lies within the bounds."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    @property
    def wanted(self) -> str:
        """The bound in words."""
        return (
            f"at least {self.least:g} {self.unit}" if self.least is not None else f"at most {self.most:g} {self.unit}"
        )


def median(results: Mapping[str, Any], subject: str, what: str, who: str) -> float:
    """A median of the results. Raises KeyError when it is not there."""
    return float(_figure(results, subject, what, who)["median"])


def _figure(results: Mapping[str, Any], subject: str, what: str, who: str) -> Mapping[str, Any]:
    for row in results[subject]["rows"]:
        for each in row["figures"]:
            if row["what"] == what and each["who"] == who:
                found: Mapping[str, Any] = each
                return found
    raise KeyError(f"{subject}: {what}, {who}")


def _over(subject: str, what: str, above: str, below: str) -> Callable[[Mapping[str, Any]], float]:
    return lambda results: median(results, subject, what, above) / median(results, subject, what, below)


def _real_time(who: str) -> Callable[[Mapping[str, Any]], float]:
    return lambda results: 3600 / median(results, "lengths", "1 h of sound", who)


TARGETS = (
    Target(
        "WAV of 3.5 s, small model, faster than librosa and `tf.function`",
        _over("files", "WAV", answers.FUNCTION, answers.SMALL),
        least=2,
    ),
    Target(
        "the same with the large model, against that peer of the small one",
        _over("files", "WAV", answers.FUNCTION, answers.LARGE),
        least=1,
    ),
    Target(
        "large model faster than wav2vec2-base, 3 s",
        _over("network", "one answer", answers.WAV2VEC2, answers.LARGE),
        least=40,
    ),
    Target("log-mel faster than librosa's", _over("log-mel", "of the small model", "librosa", "product"), least=2.5),
    Target(
        "memory of the TensorFlow page over the app's, after the first answer",
        _over("server", "memory after the first answer", servers.PAGE, servers.LARGE),
        least=6,
    ),
    Target(
        "result page for 5 s, on the wire",
        lambda results: median(results, "bytes", "the answer to 5 s", servers.LARGE),
        most=120,
        unit="kB",
    ),
    Target(
        "result page for 10 minutes, on the wire",
        lambda results: median(results, "bytes", "the answer to 10 min", servers.LARGE),
        most=300,
        unit="kB",
    ),
    Target(
        "`ser predict`, cold, default model",
        lambda results: median(results, "command", "`ser predict`, a WAV of 3.5 s", answers.LARGE),
        most=0.4,
        unit="s",
    ),
    Target("an hour of sound, large model, times real time", _real_time(answers.LARGE), least=150),
    Target("an hour of sound, small model, times real time", _real_time(answers.SMALL), least=400),
    Target(
        "20 clips at once, the slowest answer, small model",
        lambda results: median(results, "crowd", "20 at once, the slowest answer", servers.SMALL),
        most=2,
        unit="s",
    ),
)


def table(results: Mapping[str, Any]) -> str:
    """The targets as a Markdown table; without those that were not measured."""
    lines = ["| target | wanted | measured | reached |", "|---|---|---:|---|"]
    for target in TARGETS:
        try:
            value = target.value(results)
        except KeyError:
            continue
        lines.append(f"| {target.what} | {target.wanted} | {value:.3g} | {'yes' if target.reached(value) else 'no'} |")
    return "\n".join(lines) + "\n"
