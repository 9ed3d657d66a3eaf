"""Size and latency of each network in each format it can be stored in, as a table.

    python -m benchmarks.formats [--write] [RECIPE ...]

Size of the file, and median time of one answer for one clip without its features, for every recipe with a network (or
those named): as stored by Keras, in LiteRT, in ONNX, and in LiteRT with 8-bit weights where that is what is served.
`difference` is the largest difference of a probability from Keras, over a few clips of noise.

`crnn` is the committed model. The others are trained for one epoch on random values, because neither size nor time
depends on what a network has learned. LiteRT and ONNX Runtime run on one thread, Keras on all cores. `--write` puts
the table into benchmarks/formats.md, with the machine and its load.
"""

import argparse
import os
import platform
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from ser_core.config import PROJECT_DIR
from ser_core.corpora import Utterance
from ser_core.features.feature_sets import get_feature_set
from ser_core.labels import Emotion
from ser_core.metrics import softmax
from ser_core.models.card import KERAS_FILE, SERVED_FILE, ClassicCard, ModelCard, load_card
from ser_core.models.export import FORMATS, Measured, by_keras, exportable, measure, probe
from ser_core.models.latency import median_ms
from ser_core.models.litert import LiteRt
from ser_core.recipes import EnsembleRecipe, NetworkRecipe, get_recipe, recipes
from ser_core.training.data.vectors import Vectors
from ser_core.training.trainer import Task
from ser_core.training.trainers import trainer_of

TABLE = Path(__file__).with_suffix(".md")
_LABELS = tuple(Emotion)[:7]
_CLIPS = 64


def one_epoch(recipe: NetworkRecipe, folder: Path) -> ModelCard | ClassicCard:
    """Leaves a network of the recipe in a folder, trained for one epoch on random values."""
    shape = get_feature_set(recipe.features).shape
    values = np.random.default_rng(0).standard_normal((_CLIPS, *shape)).astype(np.float32)
    clips = tuple(Utterance(Path(str(i)), _LABELS[i % len(_LABELS)], "folder", "nobody") for i in range(_CLIPS))
    data = Vectors(clips, values, np.empty((_CLIPS, 0, *shape), dtype=np.float32))
    trainer = trainer_of(replace(recipe, epochs=1))
    return trainer.export(trainer.fit(data, Task(clips)), folder)


def costs(card: ModelCard | ClassicCard, folder: Path) -> list[Measured]:
    """One row for each format."""
    network = exportable(card, folder)
    contents = {name: known.convert(network) for name, known in FORMATS.items()}
    rows = list(measure(card, network, contents, (folder / KERAS_FILE).stat().st_size))
    if isinstance(card, ModelCard):
        content = (folder / SERVED_FILE).read_bytes()
        served = LiteRt(content).run
        probes = [probe(card, seed) for seed in range(3)]
        differences = [
            np.abs(softmax(served(one), card.calibration.temperature) - by_keras(network, one)).max() for one in probes
        ]
        time_ms = median_ms(lambda: served(probes[0]))
        rows.append(Measured("tflite, 8 bits", len(content) / 1e6, time_ms, float(max(differences))))
    return rows


def as_table(measured: dict[str, list[Measured]]) -> str:
    lines = ["| recipe | format | MB | ms a clip | difference |", "|---|---|---|---|---|"]
    for name, rows in measured.items():
        for row in rows:
            difference = "" if row.format == "keras" else f"{row.difference:.0e}"
            lines.append(f"| `{name}` | {row.format} | {row.size_mb:.2f} | {row.latency_ms:.2f} | {difference} |")
    return "\n".join(lines) + "\n"


def machine(load_before: float) -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("keras", "tensorflow", "ai-edge-litert", "onnxruntime"))
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()} with {os.cpu_count()} cores; {packages}. Load of the "
        f"machine in the minute before: {load_before:.1f} (above the number of cores, times are too long)."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recipes", nargs="*", help="recipes with networks (default: all)")
    parser.add_argument("--write", action="store_true", help=f"write {TABLE.name}")
    options = parser.parse_args()
    load_before = os.getloadavg()[0]
    chosen = [get_recipe(name) for name in options.recipes] or [
        recipe for recipe in recipes() if isinstance(recipe, EnsembleRecipe | NetworkRecipe)
    ]
    measured = {}
    for recipe in chosen:
        with TemporaryDirectory() as scratch:
            if isinstance(recipe, NetworkRecipe):
                folder = Path(scratch) / recipe.name
                card = one_epoch(recipe, folder)
            else:
                folder = PROJECT_DIR / "models" / recipe.name
                card = load_card(recipe.name, folder.parent)
            measured[recipe.name] = costs(card, folder)
    table = as_table(measured)
    if options.write:
        text = __doc__.partition("\n\n")[2]
        TABLE.write_text(f"# Size and latency by format\n\n{text}\n{machine(load_before)}\n\n{table}", encoding="utf-8")
    print(table)


if __name__ == "__main__":
    main()
