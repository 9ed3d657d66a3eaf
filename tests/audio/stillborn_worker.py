"""A decoding process that is killed while it starts, as where memory is already short."""

import os
import signal

if __name__ == "__main__":
    os.kill(os.getpid(), signal.SIGKILL)
