"""Conversations: who speaks when, how each party sounds over time, and what that comes to."""

from ser_core.conversations.hearing import hear
from ser_core.conversations.records import Conversation, Party

__all__ = ["Conversation", "Party", "hear"]
