"""Conversations: follow-up questions are made to stand alone, then answered like any other."""

from __future__ import annotations

from qa.chat.conversation import Conversation
from qa.chat.turns import History, Rewriting, Turn

__all__ = ["Conversation", "History", "Rewriting", "Turn"]
