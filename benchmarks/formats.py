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
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from ser_core.training.classic_models import build_classic

from ser_core.config import PROJECT_DIR
from ser_core.features.feature_sets import get_feature_set
from ser_core.labels import Emotion
from ser_core.metrics import softmax
from ser_core.models.card import KERAS_FILE, SERVED_FILE, Calibration, ClassicCard, ModelCard, digest, load_any_card
from ser_core.models.export import FORMATS, Measured, exportable, measure, median_ms, open_tflite, probe
from ser_core.recipes import ClassicRecipe, get_recipe, recipes

TABLE = Path(__file__).with_suffix(".md")
_LABELS = tuple(Emotion)[:7]
_CLIPS = 64


def one_epoch(recipe: ClassicRecipe, folder: Path) -> ClassicCard:
    """Writes a network of the recipe, trained for one epoch on random values, to a folder."""
    features = get_feature_set(recipe.features)
    values = np.random.default_rng(0).standard_normal((_CLIPS, *features.shape)).astype(np.float32)
    model = build_classic(recipe, pca=None, select=None, epochs=1, seed=0)
    model.fit(values, np.arange(_CLIPS) % len(_LABELS))
    files = model.save(folder)
    return ClassicCard(
        name=recipe.name,
        summary=recipe.summary,
        labels=_LABELS,
        calibration=Calibration(1.0, 0.0),
        corpora={},
        protocol={},
        metrics={},
        training={},
        files={file: digest(folder / file) for file in files},
        made_with={},
        features=features.name,
        features_version=features.version,
    )


def costs(card: ModelCard | ClassicCard, folder: Path) -> list[Measured]:
    """One row for each format."""
    network = exportable(card, folder)
    contents = {name: known.convert(network) for name, known in FORMATS.items()}
    rows = list(measure(card, network, contents, (folder / KERAS_FILE).stat().st_size))
    if isinstance(card, ModelCard):
        content = (folder / SERVED_FILE).read_bytes()
        served = open_tflite(content)
        probes = [probe(card, seed) for seed in range(3)]
        differences = [
            np.abs(softmax(served(one), card.calibration.temperature) - network.predict_on_batch(dict(one))).max()
            for one in probes
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
    chosen = [get_recipe(name) for name in options.recipes] or [recipe for recipe in recipes() if recipe.net]
    measured = {}
    for recipe in chosen:
        with TemporaryDirectory() as scratch:
            if isinstance(recipe, ClassicRecipe):
                folder = Path(scratch) / recipe.name
                card = one_epoch(recipe, folder)
            else:
                folder = PROJECT_DIR / "models" / recipe.name
                card = load_any_card(recipe.name, folder.parent)
            measured[recipe.name] = costs(card, folder)
    table = as_table(measured)
    if options.write:
        text = __doc__.partition("\n\n")[2]
        TABLE.write_text(f"# Size and latency by format\n\n{text}\n{machine(load_before)}\n\n{table}", encoding="utf-8")
    print(table)


if __name__ == "__main__":
    main()
