"""The `ser` command with a `crnn` that trains in seconds, for tests that need a process of its own to interrupt."""

from dataclasses import replace

from ser_core import recipes
from ser_core.cli import main
from tests.training.tiny import TINY

recipes._RECIPES["crnn"] = replace(TINY, as_recorded=(0.6,))

if __name__ == "__main__":
    main()
