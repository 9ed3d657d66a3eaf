"""Corpora of emotional speech. Each file registers the reader of one corpus with its licence and layout."""

from ser_core.corpora import (  # noqa: F401  (each import registers a corpus)
    ased,
    casia,
    crema_d,
    emodb,
    emotiontts,
    emovo,
    folder,
    iemocap,
    nemo,
    ravdess,
    savee,
    tess,
    unlabelled,
)
from ser_core.corpora.registry import Corpus, Utterance, corpora, get_corpus, load_corpus

__all__ = ["Corpus", "Utterance", "corpora", "get_corpus", "load_corpus"]
