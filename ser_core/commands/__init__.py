"""The sub-commands of `ser`, one file each."""
