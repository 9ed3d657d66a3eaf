"""Advice on a take: first what went well, then what separates it from the target, each with a moment to play."""

from ser_core.practice.feedback.advice import MAX_SENTENCES, Advice, give_advice
from ser_core.practice.feedback.placing import Placement, choose_register, place
from ser_core.practice.feedback.recording import recording_notes
from ser_core.practice.feedback.rules import Rules, load_rules

__all__ = [
    "MAX_SENTENCES",
    "Advice",
    "Placement",
    "Rules",
    "choose_register",
    "give_advice",
    "load_rules",
    "place",
    "recording_notes",
]
