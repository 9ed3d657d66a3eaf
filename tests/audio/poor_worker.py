"""A decoding process with hardly any memory, for tests of what happens when a file wants more."""

from ser_core.audio.sandbox import worker

if __name__ == "__main__":
    worker.MEMORY_BYTES = 4 * 1024 * 1024
    worker.main()
