"""Sound that nobody acted: ordinary speech, and sounds in which nobody speaks.

What is a person's first sentence into a microphone is none of the acted emotions, and acted neutrals are not enough to
learn that from. Of ordinary speech neutral and calm are both right; of a noise no emotion is.
"""

from collections.abc import Iterator
from pathlib import Path

from ser_core.corpora.registry import Utterance, audio_files, corpus
from ser_core.labels import Emotion
from ser_core.language import N_

# Sources in which each file is another speaker.
_ONE_SPEAKER_A_FILE = frozenset({"picovoice_commands"})


@corpus(
    "plain",
    title="ordinary speech",
    language=N_("several"),
    licence="CC BY 4.0, Apache 2.0, CC BY-NC-SA 4.0 and public domain, by source",
    citation="LibriSpeech, VCTK, MLS, FLEURS, LibriTTS, LibriVox, Picovoice and EmotionTTS",
    layout="SOURCE/SPEAKER/clip.ogg",
    acted=False,
)
def read_plain(folder: Path) -> Iterator[Utterance]:
    """Every recording under `folder`, as neutral."""
    return _read(folder, "plain")


@corpus(
    "noise",
    title="environmental sounds, music and animals",
    language=N_("none"),
    licence="CC BY 3.0, CC BY, CC BY-NC and public domain, by source",
    citation="Piczak 2015, ESC-50, doi 10.1145/2733373.2806390; librosa's examples",
    layout="SOURCE/KIND/sound.ogg",
    acted=False,
)
def read_noise(folder: Path) -> Iterator[Utterance]:
    """Every sound under `folder`; that it stands as neutral means nothing."""
    return _read(folder, "noise")


def _read(folder: Path, name: str) -> Iterator[Utterance]:
    for path in audio_files(folder):
        source, *inner = path.relative_to(folder).with_suffix("").parts
        by_file = source in _ONE_SPEAKER_A_FILE or len(inner) == 1
        yield Utterance(path, Emotion.NEUTRAL, name, f"{source}/{inner[-1] if by_file else inner[0]}")
