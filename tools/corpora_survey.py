"""Generates ser_core/corpora/surveys.json, which the Data page shows when no corpus is installed.

python -m tools.corpora_survey ravdess=DIR tess=DIR nemo=DIR
"""

import sys
from pathlib import Path

from ser_core.corpora import load_corpus
from ser_core.corpora.survey import save_survey, survey

_MOST_PER_EMOTION = 60


def main() -> None:
    for argument in sys.argv[1:]:
        corpus, _, folder = argument.partition("=")
        made = survey(load_corpus(corpus, Path(folder)), _MOST_PER_EMOTION)
        save_survey(made)
        print(f"{corpus}: {made.n_clips} clips, {made.n_measured} of them measured")


if __name__ == "__main__":
    main()
