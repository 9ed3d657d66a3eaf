"""A hook for voice assistants: the tone of a command chooses the reaction to it.

    python -m docs.recipes.voice_command command.wav --text "turn off the light" [--reactions reactions.json]

A voice assistant calls it with the recording of a command and the words that it understood. It asks the HTTP interface
of a running app (SER_API_URL, by default http://localhost:8501, and SER_API_TOKEN) how the command sounded, prints what
to answer, and runs the reaction, if there is a file of reactions: a program with its arguments for each tone, and one
for "any" other.

    {"angry": ["./answer.sh", "--volume", "low"], "any": ["./answer.sh"]}

The program finds the words in COMMAND_TEXT, the tone in COMMAND_TONE and the answer in COMMAND_ANSWER.

The tone changes how a command is answered, never whether it is carried out: a model that is right about two times in
three must not decide that. Where it is unsure, hears two emotions, or cannot be asked at all, the tone is "plain", and
the assistant behaves as it would without it.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import requests

PLAIN = "plain"
# Below this, a tone is not worth a reaction that surprises somebody.
SURE = 0.6
ANSWERS = {
    "angry": "Right away.",
    "fearful": "I am on it. Is everything all right?",
    "sad": "Of course. I will do it for you.",
    "happy": "With pleasure!",
    "surprised": "Yes, really: I am doing it.",
    "disgust": "Right away.",
}
PLAIN_ANSWER = "All right."
_PATIENCE_S = 10


def ask(recording: Path, address: str, token: str) -> dict[str, Any]:
    """The report of a recording. Raises OSError when the app does not answer, ValueError when it refuses."""
    with recording.open("rb") as file:
        answer = requests.post(
            f"{address.rstrip('/')}/api/v1/analyse",
            headers={"Authorization": f"Bearer {token}"},
            files={"file": (recording.name, file)},
            data={"timeline": "false"},
            timeout=_PATIENCE_S,
        )
    told = answer.json()
    if answer.status_code != 200:
        raise ValueError(told["error"])
    return dict(told)


def tone_of(report: Mapping[str, Any]) -> str:
    """The tone to react to: an emotion that is claimed alone and surely, otherwise plain."""
    if report["unsure"] or report["pair"] or report["confidence"] < SURE or report["emotion"] in ("neutral", "calm"):
        return PLAIN
    return str(report["emotion"])


def react(tone: str, text: str, reactions: Mapping[str, Sequence[str]]) -> str:
    """Runs the reaction to a tone, if there is one, and returns the answer."""
    said = ANSWERS.get(tone, PLAIN_ANSWER)
    program = reactions.get(tone) or reactions.get("any")
    if program:
        told = {"COMMAND_TEXT": text, "COMMAND_TONE": tone, "COMMAND_ANSWER": said}
        subprocess.run(list(program), env=os.environ | told, check=True)
    return said


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recording", type=Path)
    parser.add_argument("--text", default="", help="the words of the command")
    parser.add_argument("--reactions", type=Path, help="a JSON file: a program for each tone")
    options = parser.parse_args(arguments)
    reactions = json.loads(options.reactions.read_text("utf-8")) if options.reactions else {}
    address = os.environ.get("SER_API_URL", "http://localhost:8501")
    try:
        tone = tone_of(ask(options.recording, address, os.environ.get("SER_API_TOKEN", "")))
    except (OSError, ValueError) as error:  # requests' errors are either
        print(f"The tone is not known: {error}", file=sys.stderr)
        tone = PLAIN
    said = react(tone, options.text, reactions)
    print(json.dumps({"text": options.text, "tone": tone, "answer": said}, ensure_ascii=False))


if __name__ == "__main__":
    main()
