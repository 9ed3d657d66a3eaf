"""CASIA: four Chinese speakers, six emotions; 300 sentences in every emotion and 100 that suit only one."""

import re
from collections.abc import Iterator
from pathlib import Path

from ser_core.corpora.registry import Utterance, audio_files, corpus
from ser_core.labels import Emotion
from ser_core.language import N_

_EMOTIONS = {
    "angry": Emotion.ANGRY,
    "fear": Emotion.FEARFUL,
    "happy": Emotion.HAPPY,
    "neutral": Emotion.NEUTRAL,
    "normal": Emotion.NEUTRAL,  # its name in the half with different sentences
    "sad": Emotion.SAD,
    "surprise": Emotion.SURPRISED,
}

# The two halves of the corpus spell the same four people differently: (speaker, gender) by folder.
_SPEAKERS = {
    "liuchanhg": ("liuchanhg", "f"),
    "chang.liu": ("liuchanhg", "f"),
    "zhaoquanyin": ("zhaoquanyin", "f"),
    "quanyin.zhao": ("zhaoquanyin", "f"),
    "wangzhe": ("wangzhe", "m"),
    "zhe.wang": ("wangzhe", "m"),
    "zhaozuoxiang": ("ZhaoZuoxiang", "m"),
    "zuoxiang.zhao": ("ZhaoZuoxiang", "m"),
}


@corpus(
    "casia",
    title="the CASIA Chinese Emotional Corpus",
    language=N_("Chinese"),
    licence="research licence of the Institute of Automation, Chinese Academy of Sciences",
    citation="Tao, Liu, Zhang and Jia 2008, Blizzard Challenge Workshop",
    layout="liuchanhg/angry/201.wav, one folder a speaker and in it one folder an emotion",
)
def read(folder: Path) -> Iterator[Utterance]:
    """Every numbered sentence in `folder`, in folders named after speaker and emotion."""
    for path in audio_files(folder):
        emotion = _EMOTIONS.get(path.parent.name.lower())
        speaker, gender = _SPEAKERS.get(path.parent.parent.name.lower(), (None, None))
        if emotion and speaker and re.fullmatch(r"\d+", path.stem):
            yield Utterance(
                path=path, emotion=emotion, corpus="casia", speaker=speaker, gender=gender, sentence=path.stem
            )
