"""Exits with 0 if the server on this machine answers /ready, which needs a prediction; otherwise with 1 and the
reason.
"""

import os
import sys
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import urlopen


def main() -> int:
    port = os.environ.get("STREAMLIT_SERVER_PORT", "8501")
    try:
        with urlopen(f"http://127.0.0.1:{port}/ready", timeout=8):
            return 0
    except HTTPError as error:
        print(error.read(1000).decode(errors="replace"), file=sys.stderr)
    except (OSError, HTTPException) as error:
        print(f"No answer on port {port}: {error}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
