"""Fetches the database's password and the cookie secret from Secrets Manager into /run/ser, which is in memory.

ser-secrets.service runs it on the machine itself (Amazon Linux's Python 3.9). RDS changes the password every seven
days; libpq reads the password file at each new connection, so the app needs no restart.
"""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

SETTINGS = Path("/etc/ser/settings")
FOLDER = Path("/run/ser")
# The app's user inside its container (Dockerfile).
APP_UID = 10001


def main() -> int:
    settings = read_settings(SETTINGS.read_text("utf-8"))
    region = settings["SER_REGION"]
    try:
        login = json.loads(secret(settings["SER_DATABASE_SECRET"], region))
        cookie = secret(settings["SER_COOKIE_SECRET"], region)
    except subprocess.CalledProcessError as error:
        print(f"Secrets Manager did not answer: {error.stderr.strip()}", file=sys.stderr)
        return 1
    (FOLDER / "database").mkdir(mode=0o755, parents=True, exist_ok=True)
    line = password_line(settings["SER_DATABASE_HOST"], login["username"], login["password"])
    replace(FOLDER / "database/password", line, owner=APP_UID)
    replace(FOLDER / "secrets.env", f"STREAMLIT_SERVER_COOKIE_SECRET={cookie}\n", owner=os.geteuid())
    return 0


def read_settings(text: str) -> dict:
    """NAME='value' lines, as bash reads them."""
    return dict(word.split("=", 1) for word in shlex.split(text, comments=True))


def secret(name: str, region: str) -> str:
    command = ["aws", "secretsmanager", "get-secret-value", "--secret-id", name, "--region", region]
    command += ["--query", "SecretString", "--output", "text"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.rstrip("\n")


def password_line(host: str, user: str, password: str) -> str:
    """A line of libpq's password file, in which colons and backslashes are escaped."""
    escaped = password.replace("\\", "\\\\").replace(":", "\\:")
    return f"{host}:5432:ser:{user}:{escaped}\n"


def replace(path: Path, text: str, owner: int) -> None:
    """Writes this text to `path`, readable by `owner` alone; nobody ever sees it half written."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w", encoding="utf-8") as file:
        os.chown(new, owner, -1)
        file.write(text)
    new.rename(path)


if __name__ == "__main__":
    sys.exit(main())
