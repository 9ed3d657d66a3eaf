"""The table of measures: names, units and wording."""

from dataclasses import dataclass

from ser_core.language import N_


@dataclass(frozen=True)
class MeasureInfo:
    """One value of a `Prosody`.

    Attributes:
        name: the field of `Prosody`.
        label: its name on the pages.
        unit: its unit.
        decimals: meaningful digits after the point.
        noticeable: smaller differences, in `unit`, are not mentioned.
        relative: how a value is expressed relative to a person's neutral voice: "semitones" (12 log2 of the ratio),
            "percent" (change in percent), "difference" (in its own unit), or "" if that means nothing, because pauses
            depend on how many sentences were said.
        noticeable_relative: like `noticeable`, in the unit of `relative`.
        meaning: one sentence for a newcomer.
        comparable: whether the value means the same with another microphone; if not, only takes of one person on one
            machine can be compared.
        nought: the word for 0.
    """

    name: str
    label: str
    unit: str
    decimals: int
    noticeable: float
    relative: str
    noticeable_relative: float
    meaning: str
    comparable: bool = True
    nought: str = "0"

    @property
    def relative_unit(self) -> str:
        """Unit of the value relative to the neutral voice."""
        difference = "dB" if self.unit == "LUFS" else self.unit
        return {"semitones": "semitones", "percent": "%"}.get(self.relative, difference)


# Noticeable differences: for pitch, 3 semitones reliably and 1 with attention ('t Hart 1981, "Differential sensitivity
# to pitch distance", JASA 69(3)); for pace, about 5 percent (Quené 2007, "On the just noticeable difference for tempo
# in speech", J. Phonetics 35); the others exceed the spread of repeated measurements of one voice on the corpora's
# neutral takes.
_ALL = (
    MeasureInfo(
        name="pitch_median_hz",
        label=N_("Pitch"),
        unit=N_("Hz"),
        decimals=0,
        noticeable=15.0,
        relative="semitones",
        noticeable_relative=1.0,
        meaning=N_("How high the voice is."),
    ),
    MeasureInfo(
        name="pitch_range_semitones",
        label=N_("Pitch range"),
        unit=N_("semitones"),
        decimals=1,
        noticeable=1.0,
        relative="difference",
        noticeable_relative=1.0,
        meaning=N_("How far the pitch moves up and down; 12 semitones are an octave."),
    ),
    MeasureInfo(
        name="pitch_final_semitones",
        label=N_("Ending"),
        unit=N_("semitones"),
        decimals=1,
        noticeable=1.5,
        relative="difference",
        noticeable_relative=1.5,
        meaning=N_("Whether the voice rises (above 0) or falls (below 0) at the very end."),
    ),
    MeasureInfo(
        name="loudness_lufs",
        label=N_("Loudness"),
        unit=N_("LUFS"),
        decimals=1,
        noticeable=2.0,
        relative="difference",
        noticeable_relative=2.0,
        meaning=N_("How loud the recording is. It depends on the microphone, so compare only your own takes."),
        comparable=False,
    ),
    MeasureInfo(
        name="dynamics_db",
        label=N_("Dynamics"),
        unit=N_("dB"),
        decimals=1,
        noticeable=2.0,
        relative="difference",
        noticeable_relative=2.0,
        meaning=N_("How much louder the loud parts of the voice are than the soft ones."),
    ),
    MeasureInfo(
        name="syllables_per_s",
        label=N_("Overall pace"),
        unit=N_("syllables/s"),
        decimals=1,
        noticeable=0.4,
        relative="",
        noticeable_relative=0.4,
        meaning=N_("How fast you speak, including pauses."),
    ),
    MeasureInfo(
        name="articulation_rate",
        label=N_("Pace"),
        unit=N_("syllables/s"),
        decimals=1,
        noticeable=0.4,
        relative="percent",
        noticeable_relative=10.0,
        meaning=N_("How fast you speak between the pauses."),
    ),
    MeasureInfo(
        name="pause_share",
        label=N_("Pauses"),
        unit=N_("%"),
        decimals=0,
        noticeable=8.0,
        relative="",
        noticeable_relative=8.0,
        meaning=N_(
            "How much of the time from the first to the last word is silent. The takes it is compared with are "
            "single short sentences; pauses between sentences are fine."
        ),
        nought=N_("none"),
    ),
    MeasureInfo(
        name="jitter_percent",
        label=N_("Jitter"),
        unit=N_("%"),
        decimals=2,
        noticeable=0.4,
        relative="difference",
        noticeable_relative=0.4,
        meaning=N_("How unevenly the vocal folds open and close; a rough or trembling voice has more."),
    ),
    MeasureInfo(
        name="shimmer_percent",
        label=N_("Shimmer"),
        unit=N_("%"),
        decimals=1,
        noticeable=2.0,
        relative="difference",
        noticeable_relative=2.0,
        meaning=N_("How unevenly loud the single cycles of the voice are; a rough voice has more."),
    ),
    MeasureInfo(
        name="hnr_db",
        label=N_("Clarity"),
        unit=N_("dB"),
        decimals=1,
        noticeable=2.5,
        relative="difference",
        noticeable_relative=2.5,
        meaning=N_("How far the tone of the voice is above breath and noise; a clear voice has more."),
    ),
    MeasureInfo(
        name="tilt_db_per_octave",
        label=N_("Brightness"),
        unit=N_("dB/octave"),
        decimals=1,
        noticeable=1.0,
        relative="difference",
        noticeable_relative=1.0,
        meaning=N_("How much weaker high tones are than low ones; a tense, loud voice is nearer to 0 than a soft one."),
    ),
)
MEASURES: dict[str, MeasureInfo] = {info.name: info for info in _ALL}
