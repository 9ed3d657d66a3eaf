"""What an answer is worth and what it must not be used for, in words that fit on a page beside it."""

from ser_core.language import N_

WHAT_IT_IS = N_(
    "It is worse for everyday speech, noise and other languages. It describes how a voice sounds, not what a person "
    "feels."
)
A_GUESS = N_(
    "This is a guess about how a voice sounds to a model that learned mostly from actors, and it is often wrong. Do "
    "not base any decision about a person on it."
)
PROHIBITED = N_(
    "In the European Union it is prohibited to infer the emotions of people at work or in education (AI Act, article "
    "5(1)(f)), and people whose voices are analysed must be told (article 50(3))."
)
