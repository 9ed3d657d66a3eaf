"""A model's folder made ready to run, whatever its kind."""

from pathlib import Path
from typing import Any

from ser_core.errors import ModelError
from ser_core.models.card import KERAS_FILE, SERVED_FILE, AnyCard, ClassicCard, EncoderCard, ModelCard, read_verified
from ser_core.models.runner import Runner

# What pip calls a package, where that is not what Python calls it.
_IN_PIP = {"xgboost": "xgboost-cpu"}


def open_runner(card: AnyCard, folder: Path) -> Runner[Any]:
    """The model in `folder`, with its files checked against its card.

    Raises ModelError when they are missing, altered or cannot be run, or when a package that they need is missing.
    """
    # Each kind's features are imported by models of that kind alone.
    if isinstance(card, ModelCard):
        from ser_core.models.network_runner import NetworkRunner

        return NetworkRunner(card, read_verified(card, folder, SERVED_FILE))
    if isinstance(card, EncoderCard):
        from ser_core.models.encoder_runner import EncoderRunner

        return EncoderRunner(card, read_verified(card, folder, SERVED_FILE))
    return _open_classic(card, folder)


def _open_classic(card: ClassicCard, folder: Path) -> Runner[Any]:
    from ser_core.models.classic_runner import ClassicRunner
    from ser_core.models.estimators import SKOPS_FILE, EstimatorModel
    from ser_core.models.litert import LiteRt

    if SERVED_FILE in card.files:
        model = LiteRt(read_verified(card, folder, SERVED_FILE))
        (name,) = model.inputs
        return ClassicRunner(card, lambda values: model.run({name: values}))
    if KERAS_FILE in card.files:
        raise ModelError(
            "{name} holds no {served_file}, which answers without TensorFlow. Train it anew.",
            name=card.name,
            served_file=SERVED_FILE,
        )
    content = read_verified(card, folder, SKOPS_FILE)
    try:
        return ClassicRunner(card, EstimatorModel.loads(content, folder / SKOPS_FILE).predict_proba)
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        raise ModelError(
            "{name} needs the package {package} to answer: pip install {package2}.",
            name=card.name,
            package=package,
            package2=_IN_PIP.get(package, package),
        ) from error
