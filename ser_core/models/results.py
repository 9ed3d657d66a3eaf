"""The results file: the figures of each recipe under each protocol, with seed and commit."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ser_core.atomic import write_text
from ser_core.config import PROJECT_DIR
from ser_core.errors import SerError

# Committed beside the code that measured it; it is the only source of figures for the pages and the README.
RESULTS_FILE = Path(__file__).with_name("results.json")

Results = dict[str, dict[str, dict[str, Any]]]


def load_results(path: Path = RESULTS_FILE) -> Results:
    """Figures by protocol and recipe: `results["ravdess-actors"]["crnn"]["ua"]`. Empty where there is no file.

    Raises SerError when the file cannot be read.
    """
    if not path.exists():
        return {}
    try:
        results: Results = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SerError(
            "{path} is not a results file: {error}. Restore it, or delete it and measure again.",
            path=path,
            error=str(error),
        ) from error
    return results


def measured_under(recipe: str, path: Path = RESULTS_FILE) -> dict[str, dict[str, Any]]:
    """Figures of a recipe by protocol, without those under which it was not measured."""
    return {name: by_recipe[recipe] for name, by_recipe in load_results(path).items() if recipe in by_recipe}


def of_earlier_recipe(results: Results, protocol: str, recipe: str, reference: str = "ravdess-actors") -> bool:
    """Whether figures were measured with a different version of the recipe than its figures under `reference`."""
    current = results.get(reference, {}).get(recipe, {}).get("recipe_id")
    return current is not None and results[protocol][recipe].get("recipe_id") != current


def save_result(protocol: str, recipe: str, figures: Mapping[str, Any], path: Path = RESULTS_FILE) -> None:
    """Writes the figures of one run to the file; the others stay unchanged."""
    results = load_results(path)
    results.setdefault(protocol, {})[recipe] = dict(figures)
    ordered = {name: dict(sorted(results[name].items())) for name in sorted(results)}
    write_text(path, json.dumps(ordered, indent=1) + "\n")


def current_commit() -> str | None:
    """The commit of the running code, abbreviated, with a "+" if the code differs from it; None outside git."""
    root = PROJECT_DIR

    def git(*arguments: str) -> str:
        return subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True
        ).stdout.strip()

    try:
        return git("rev-parse", "--short=10", "HEAD") + ("+" if git("status", "--porcelain", "ser_core/*.py") else "")
    except (OSError, subprocess.CalledProcessError):
        return None
