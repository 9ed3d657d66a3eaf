"""Which recipe, made by which code, a training or a figure is of."""

import hashlib
import json
from dataclasses import asdict

from ser_core.recipes.network import Recipe
from ser_core.training.dataset import FRAMES_VERSION, STATISTICS_VERSION
from ser_core.training.loop import Schedule
from ser_core.training.perceptron import PerceptronSchedule


def recipe_id(recipe: Recipe) -> str:
    """Ten characters that change with the recipe or with how its training clips are made, and so with its figures."""
    made_by = [asdict(Schedule()), asdict(PerceptronSchedule()), FRAMES_VERSION, STATISTICS_VERSION]
    facts = json.dumps([asdict(recipe), *made_by])
    return hashlib.sha256(facts.encode()).hexdigest()[:10]
