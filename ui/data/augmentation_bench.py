"""A bench for augmentation: apply a transform to a clip, and hear and see it before and after."""

from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
import streamlit as st

from ser_core.audio import to_wav
from ser_core.augment import at_pitch, at_speed, babble_noise, coloured_noise, shifted, stretched, with_noise
from ser_core.figures import describe, spectrogram, survey, waveplot
from ser_core.language import N_, _
from ser_core.records import Clip
from ser_core.text.numbers import Number
from ui.shared.charts import chart
from ui.stage.trial import choose_clip

_TALKERS = 6
_NOISES: dict[str, Callable[[Clip, np.random.Generator], np.ndarray]] = {
    N_("white"): lambda clip, rng: coloured_noise(len(clip.samples), 0.0, rng),
    N_("pink"): lambda clip, rng: coloured_noise(len(clip.samples), 3.0, rng),
    N_("babble"): lambda clip, rng: babble_noise(len(clip.samples), _TALKERS, clip.rate_hz, rng),
}
_WHAT_FOR = {
    N_("Noise"): N_("A model trained with noise is less disturbed by it."),
    N_("Stretch"): N_("The same words faster or slower, at the same pitch."),
    N_("Shift"): N_("The words come earlier or later; what leaves at one end returns at the other."),
    N_("Pitch"): N_("The same words higher or lower, at the same length."),
    N_("Speed"): N_("Faster and higher together, as on a tape. To a model this is another speaker."),
}
# The container leaves librosa out: 250 MB with what it brings.
_BY_LIBROSA = (N_("Stretch"), N_("Pitch"))


def show() -> None:
    """Draw the bench, with the transforms that can be computed where the app runs."""
    st.markdown(
        _("Training uses randomly modified copies of the clips, so that a model hears more than the recordings.")
    )
    clip = choose_clip("bench").clip
    kinds = [kind for kind in _WHAT_FOR if kind not in _BY_LIBROSA or find_spec("librosa")]
    kind = st.segmented_control(
        _("Augmentation"), kinds, default="Noise", format_func=_, required=True, key="bench_kind"
    )
    st.caption(_(_WHAT_FOR[kind]))
    changed = _changed(clip, kind)
    named = (("before", _("Before")), ("after", _("After")))
    for column, (which, title), sound in zip(st.columns(2), named, (clip, changed), strict=True):
        with column:
            st.markdown(f"**{title}** · {Number(sound.duration_s):.2f} s")
            st.audio(to_wav(sound))
            view = survey(sound)
            for name, figure in (("waveplot", waveplot(view)), ("spectrogram", spectrogram(view, axis="mel"))):
                chart(
                    figure,
                    name,
                    which,
                    title=title,
                    alt=f"{title}: {describe(figure)}",
                    key=f"bench_{which}_{name}",
                )


def _changed(clip: Clip, kind: str) -> Clip:
    if kind == "Noise":
        which = st.segmented_control(
            _("Noise"), list(_NOISES), default="babble", format_func=_, required=True, key="bench_noise"
        )
        snr_db = st.slider(_("Signal-to-noise ratio (dB)"), -5, 40, 10, key="bench_snr")
        return with_noise(clip, _NOISES[which](clip, np.random.default_rng(0)), snr_db)
    if kind == "Stretch":
        return stretched(clip, st.slider(_("Tempo factor"), 0.5, 2.0, 0.8, 0.05, key="bench_tempo"))
    if kind == "Shift":
        return shifted(clip, st.slider(_("Shift (s)"), -1.0, 1.0, 0.3, 0.05, key="bench_shift"))
    if kind == "Pitch":
        return at_pitch(clip, st.slider(_("Shift (semitones)"), -12.0, 12.0, 2.0, 0.5, key="bench_pitch"))
    return at_speed(clip, st.slider(_("Speed factor"), 0.5, 2.0, 1.2, 0.05, key="bench_speed"))
