"""The task for a take: an emotion to aim for, and something to say."""

from dataclasses import dataclass

from ser_core.labels import Emotion
from ser_core.language import N_

# Our own sentences, to be said by `_`: a catalogue has sentences of its own language rather than translations. They
# carry no emotion, so that the voice has to. Six to nine seconds at most, with enough syllables to measure a pace
# (ser_core.prosody).
SENTENCES = (
    N_("The train from the coast comes in a little after nine."),
    N_("She left the blue folder on the shelf beside the window."),
    N_("We could walk along the river and be back before dinner."),
    N_("There is a letter on the table with your name on it."),
    N_("The shop on the corner opens again on Monday morning."),
    N_("Tomorrow they will move the piano to the room upstairs."),
)
# For enrolment: about twelve seconds, read without hurry.
NEUTRAL_PASSAGE = N_(
    "On weekdays I get up at seven, open the window and put the kettle on. Then I water the two plants in the "
    "kitchen, read a page or two, and walk to the station by the road along the park."
)


@dataclass(frozen=True)
class Task:
    """The task for a take.

    Attributes:
        target: the emotion to aim for.
        sentence: what to say; "" to speak freely.
        own_words: whether the person wrote the sentence.
    """

    target: Emotion = Emotion.HAPPY
    sentence: str = SENTENCES[0]
    own_words: bool = False
