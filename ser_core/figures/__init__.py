"""Pictures of a sound and of what a model heard in it, as Plotly figures for a page or a notebook.

>>> from ser_core import figures
>>> figures.waveplot(clip).show()  # doctest: +SKIP
>>> view = figures.survey(read_blocks("call.mp3"))  # an hour, in one pass  # doctest: +SKIP
>>> figures.spectrogram(view, axis="mel").show()  # doctest: +SKIP

On a page: `st.plotly_chart(figure, alt=describe(figure), config=picture_config("waveplot", stem))`.
"""

from ser_core.figures.comparison import Curves, curves_together, scores_by_name
from ser_core.figures.curves import frame_curves
from ser_core.figures.data import clip_counts, speaker_counts, spread_by_emotion
from ser_core.figures.models import Compared, confusion_picture, protocol_bars, training_curves
from ser_core.figures.saliency import saliency_picture
from ser_core.figures.shares import emotion_shares
from ser_core.figures.spectral import FrequencyAxis, mfcc_picture, spectrogram
from ser_core.figures.style import PICTURE_CONFIG, describe, picture_config, with_title
from ser_core.figures.timeline import emotion_timeline
from ser_core.figures.views import Envelope, SoundView, Spectra, fold_envelope, fold_spectra, survey
from ser_core.figures.waveplot import waveplot

__all__ = [
    "PICTURE_CONFIG",
    "Compared",
    "Curves",
    "Envelope",
    "FrequencyAxis",
    "SoundView",
    "Spectra",
    "clip_counts",
    "confusion_picture",
    "curves_together",
    "describe",
    "emotion_shares",
    "emotion_timeline",
    "fold_envelope",
    "fold_spectra",
    "frame_curves",
    "saliency_picture",
    "mfcc_picture",
    "picture_config",
    "protocol_bars",
    "scores_by_name",
    "speaker_counts",
    "spectrogram",
    "spread_by_emotion",
    "survey",
    "training_curves",
    "waveplot",
    "with_title",
]
