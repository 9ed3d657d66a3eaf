"""Corpora of emotional speech. One file a corpus; each registers its reader with its licence and layout."""

from ser_core.corpora import folder, nemo, ravdess, tess  # noqa: F401  (each import registers a corpus)
from ser_core.corpora.registry import Corpus, Utterance, corpora, get_corpus, load_corpus

__all__ = ["Corpus", "Utterance", "corpora", "get_corpus", "load_corpus"]
