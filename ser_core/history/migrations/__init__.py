"""Versions of the database, in order. `HEAD` is the one that this version of the code works with."""

HEAD = "0002"
