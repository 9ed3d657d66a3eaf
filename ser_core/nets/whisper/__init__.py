"""Emotion recognition on the encoder of OpenAI's Whisper (Radford et al. 2022, arXiv 2212.04356; MIT licence)."""

from ser_core.nets.whisper.encoder import Encoder
from ser_core.nets.whisper.head import Head
from ser_core.nets.whisper.network import Network, Recogniser, ShallowRecogniser, Shape, network_of
from ser_core.nets.whisper.pretrained import load_encoder

__all__ = ["Encoder", "Head", "Network", "Recogniser", "ShallowRecogniser", "Shape", "load_encoder", "network_of"]
