"""From a plan to mono samples at 16 kHz: the two decoders, the channels and the checks. Runs in the sandbox."""
