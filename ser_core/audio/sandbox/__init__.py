"""The watched child process in which recordings are decoded, and the way of a recording through it."""
