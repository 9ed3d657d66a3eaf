"""IEMOCAP: ten American actors in pairs, scripted and improvised dialogues, emotions as judged by listeners."""

import re
from collections.abc import Iterator
from pathlib import Path

from ser_core.corpora.registry import Utterance, audio_files, corpus, files_below
from ser_core.labels import Emotion
from ser_core.language import N_

# The judgement of most listeners. Excitement counts as happy, as is customary with this corpus. Frustration (fru),
# others (oth) and turns without a majority (xxx) are not among the eight emotions and are left out.
_EMOTIONS = {
    "ang": Emotion.ANGRY,
    "dis": Emotion.DISGUST,
    "exc": Emotion.HAPPY,
    "fea": Emotion.FEARFUL,
    "hap": Emotion.HAPPY,
    "neu": Emotion.NEUTRAL,
    "sad": Emotion.SAD,
    "sur": Emotion.SURPRISED,
}

# The first F or M says who wears the motion markers, the last one who is speaking: Ses01F_impro01_M013 is the man of
# session 1. XX instead of a number marks a turn that the publisher added later.
_NAME = re.compile(r"Ses(0[1-5])[FM]_((?:impro|script)\w+)_([FM])(?:\d|XX)\d+")

# [start - end]  turn  emotion  [valence, activation, dominance]
_JUDGED = re.compile(r"^\[[\d.]+ - [\d.]+\]\s+(\w+)\s+([a-z]{3})\s", re.MULTILINE)


@corpus(
    "iemocap",
    title="the Interactive Emotional Dyadic Motion Capture Database (IEMOCAP)",
    language=N_("English"),
    licence="research licence of the University of Southern California",
    citation="Busso, Bulut, Lee, Kazemzadeh, Mower, Kim, Chang, Lee and Narayanan 2008, doi 10.1007/s10579-008-9076-6",
    layout=(
        "Session1/sentences/wav/Ses01F_impro01/Ses01F_impro01_F000.wav, and its emotion in "
        "Session1/dialog/EmoEvaluation/Ses01F_impro01.txt"
    ),
)
def read(folder: Path) -> Iterator[Utterance]:
    """Every turn in `folder` to which the evaluation files give one of the eight emotions."""
    judged = _judgements(folder)
    for path in audio_files(folder):
        name = _NAME.fullmatch(path.stem)
        emotion = _EMOTIONS.get(judged.get(path.stem, ""))
        if name and emotion:
            session, dialogue, speaker = name.groups()
            yield Utterance(
                path=path,
                emotion=emotion,
                corpus="iemocap",
                speaker=session + speaker,
                gender=speaker.lower(),
                sentence=dialogue,
            )


def _judgements(folder: Path) -> dict[str, str]:
    """The judged emotion of each turn, as three letters."""
    # The release contains macOS files beside the real ones: ._Ses01F_impro01.txt.
    judged = (path for path in files_below(folder) if path.suffix == ".txt" and path.parent.name == "EmoEvaluation")
    files = (path for path in judged if not path.name.startswith("."))
    return {turn: emotion for file in files for turn, emotion in _JUDGED.findall(file.read_text("latin-1"))}
