"""The watched child process that decodes recordings, and how a recording passes through it."""
