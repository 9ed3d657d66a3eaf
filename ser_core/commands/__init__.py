"""The subcommands of `ser`, one in each file."""
