"""The `ser` command. Each subcommand is a file in `ser_core.commands`, imported only when it is used."""

import importlib
import os
import sys
from typing import Any

import click

from ser_core import __version__
from ser_core.errors import SerError
from ser_core.language import ENGLISH, choose, speaking

# name -> module with a click command of that name (dashes become underscores)
_COMMANDS = {
    "predict": "ser_core.commands.predict",
    "batch": "ser_core.commands.batch",
    "conversation": "ser_core.commands.conversation",
    "delivery": "ser_core.commands.delivery",
    "evaluate": "ser_core.commands.evaluate",
    "train": "ser_core.commands.train",
    "models": "ser_core.commands.models",
    "recipes": "ser_core.commands.recipes",
    "compare": "ser_core.commands.compare",
    "export": "ser_core.commands.export",
    "history": "ser_core.commands.history",
}


class _LazyGroup(click.Group):
    """Imports a subcommand when it is used, and turns our own errors into one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = getattr(importlib.import_module(_COMMANDS[cmd_name]), cmd_name)
        return command if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> Any:
        # gettext's own variable, and no other: what a script reads should not change with the machine it runs on.
        with speaking(choose(os.environ.get("LANGUAGE", "").split(":")) or ENGLISH):
            try:
                return super().invoke(ctx)
            except SerError as error:
                click.echo(f"ser: {' '.join(str(error).split())}", err=True)
                sys.exit(1)


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="ser")
def main() -> None:
    """Speech emotion recognition: which emotion a voice sounds like.

    A score is a guess about how a voice sounds, not about what a person feels.
    """
