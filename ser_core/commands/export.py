"""`ser export`: a trained network for other programs."""

import json
from importlib.util import find_spec
from pathlib import Path

import click

from ser_core.errors import ModelError, SerError


@click.command(epilog="Example:  ser export crnn --format onnx --format tflite --out exported")
@click.argument("model")
@click.option(
    "--format", "formats", multiple=True, default=("onnx",), show_default=True,
    type=click.Choice(["onnx", "tflite"]), help="Format to write; may be given several times.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path(), show_default="this folder", help="Where to write."
)
def export(model: str, formats: tuple[str, ...], out: Path) -> None:
    """Write the network MODEL for other programs: from the values it takes to calibrated probabilities.

    MODEL.json beside the files says what goes in and what comes out, and holds the model's card. Every file is run and
    its probabilities are held against Keras' before it is written. Size and time of one answer are printed for each
    format. Of `whisper` the LiteRT file is the one that is served, in eight bits, and gives logits.
    """
    from ser_core.atomic import check_writable, write_text
    from ser_core.config import load_settings
    from ser_core.models.card import load_card

    check_writable(out)
    needed = ("tensorflow", *(("onnx", "onnxruntime", "tf2onnx") if "onnx" in formats else ()))
    if missing := [module for module in needed if find_spec(module) is None]:
        raise SerError(f"Exporting needs {', '.join(missing)}: pip install -r requirements-train.lock.")
    models_dir = load_settings().models_dir
    card = load_card(model, models_dir)
    from ser_core.models.export import convert, exportable, measure, size_in_keras
    from ser_core.models.export_description import description

    folder = models_dir / model
    network = exportable(card, folder)
    contents = {name: convert(card, folder, network, name) for name in dict.fromkeys(formats)}
    measured = measure(card, network, contents, size_in_keras(card, folder))
    for row in measured:
        if row.difference > row.allowed:
            raise ModelError(
                f"As {row.format} {model} answers differently from Keras, by up to {row.difference:.2g} in a "
                f"probability; {row.allowed:g} is allowed. Nothing was written."
            )
    out.mkdir(parents=True, exist_ok=True)
    files = {f"{model}.{name}": content for name, content in contents.items()}
    for file, content in files.items():
        (out / file).write_bytes(content)
        click.echo(f"{out / file}")
    told = description(card, folder, {entry.name: entry.shape for entry in network.inputs}, files)
    write_text(out / f"{model}.json", json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    click.echo(f"{out / f'{model}.json'}")
    click.echo("\nformat       MB  ms a clip  difference")
    for row in measured:
        click.echo(f"{row.format:<8}{row.size_mb:>7.2f}{row.latency_ms:>11.2f}{row.difference:>12.1g}")
