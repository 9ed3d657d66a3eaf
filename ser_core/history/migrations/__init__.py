"""Versions of the database, in order. This version of the code works with `HEAD`."""

HEAD = "0004"
