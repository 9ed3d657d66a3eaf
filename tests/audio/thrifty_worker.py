"""A decoding process that gives a recording a fifth of a second, for tests of one that needs minutes."""

from ser_core.audio.sandbox import budget, worker

if __name__ == "__main__":
    budget.DECODE_S = 0.2
    budget.DECODE_S_PER_MB = 0.1
    worker.main()
