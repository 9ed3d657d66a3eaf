"""How many clips a second a training takes in."""

import json
import sys
from collections.abc import Iterator

from benchmarks.processes import run
from benchmarks.speed.bench import Bench, Contestant
from benchmarks.speed.records import Row, figure, with_ratios
from benchmarks.speed.sounds import clip_in
from benchmarks.speed.subjects.answers import small_network

_CLIPS = 128
_EPOCHS = 4
_FORWARD_AND_BACK = 3


def training(bench: Bench) -> Iterator[Row]:
    """Preparing: the vector of the tutorials (means of 40 MFCC, 12 chroma and 128 mel bands), the same values by the
    product and by librosa, and what `crnn` learns from (log-mel and global statistics), of 3.5 s in memory. Learning:
    seconds of an epoch of `crnn`'s network on 128 clips of noise on one core, without the first epoch, which builds the
    graph; the product's loop augments every clip and averages the weights, Keras `fit` does neither. Limit of an
    epoch: three times the operations of an answer, since the gradients take two.
    """
    path = str(clip_in(bench.scratch, "wav"))
    contestants = [Contestant("product", "vector", {"path": path})]
    contestants.append(Contestant("librosa", "vector", {"path": path}, peer=True))
    yield bench.interleaved("preparing the tutorials' vector", contestants, at_most_s=15)
    both = [Contestant("product", "learned_from", {"path": path})]
    yield bench.interleaved("preparing what `crnn` learns from", both, at_most_s=10)
    if bench.tiny:
        return
    epochs: dict[str, list[float]] = {"product": []}
    python = {"product": (sys.executable, "product")}
    if bench.peers:
        python["Keras `fit`"] = (str(bench.peers), "peers")
        epochs["Keras `fit`"] = []
    for _ in bench.rounds_within(60, at_least=1):
        for who, (binary, module) in python.items():
            command = [binary, "-m", f"benchmarks.speed.{module}", "epochs", json.dumps([_CLIPS, _EPOCHS])]
            ran = run(command, core=bench.core, env=bench.environment)
            epochs[who] += json.loads(ran.output.splitlines()[-1])
    limit = small_network().times(_FORWARD_AND_BACK * _CLIPS).limit(bench.machine)
    figures = [
        figure(who, values, limit=limit, notes={"clips_a_second": round(_CLIPS / sorted(values)[len(values) // 2], 1)})
        for who, values in epochs.items()
    ]
    yield Row(f"an epoch of {_CLIPS} clips", "s", with_ratios(figures, list(epochs.values())))
