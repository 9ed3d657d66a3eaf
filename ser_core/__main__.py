"""`python -m ser_core` is the `ser` command."""

from ser_core.cli import main

if __name__ == "__main__":
    main(prog_name="ser")
