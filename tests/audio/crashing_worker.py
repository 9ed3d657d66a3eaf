"""A decoding process that crashes as soon as it is asked for anything, as on a decoder's fault."""

import os
import signal

from ser_core.audio.sandbox import worker


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


if __name__ == "__main__":
    worker._serve = die
    worker.main()
