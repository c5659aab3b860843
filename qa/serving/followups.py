"""Follow-up questions over HTTP: a client sends back what was said before, and "and Starmer?" is made to
stand alone as in `qa chat`.

Clients send texts, not answers, so the last answers are remembered, by their question and by their text; one
that is not known any more (another server gave it) still says what was asked.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from qa.chat.turns import MOST_TURNS, History, Rewriting, Turn
from qa.types import Answer

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.serving.options import Turn as Message

KEPT = 2_000
"""So many answers are remembered."""
READ = 6
"""So many earlier questions say what a follow-up means."""


class FollowUps:
    """Makes questions stand alone after what was said before. Threads may share it."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._kept: OrderedDict[str, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, answer: Answer) -> None:
        """Remembers an answer by its question."""
        self._keep(_key("question", answer.question), answer)

    def keep_sent(self, content: str, answer: Answer) -> None:
        """Remembers an answer by the text that a chat was sent for it."""
        self._keep(_key("content", content), answer)

    def _keep(self, key: str, answer: Answer) -> None:
        with self._lock:
            self._kept[key] = answer
            self._kept.move_to_end(key)
            while len(self._kept) > 2 * KEPT:
                self._kept.popitem(last=False)

    def after(self, earlier: Sequence[str], question: str) -> str:
        """The question after these, which are as they were asked, oldest first. Raises UsageError,
        LibraryError, ModelError.
        """
        return self._asked([self._turn(e, _key("question", e)) for e in earlier[-READ:]], question)

    def __call__(self, history: Sequence[Message], question: str) -> str:
        """The question after a chat's messages, oldest first."""
        return self._asked(list(self._turns(history))[-READ:], question)

    def _turns(self, history: Sequence[Message]) -> Iterable[Turn]:
        typed = ""
        for message in history:
            if message.role == "user":
                typed = " ".join(message.text.split())
            elif typed:
                yield self._turn(typed, _key("content", message.text), message.text)
                typed = ""

    def _turn(self, typed: str, key: str, text: str = "") -> Turn:
        with self._lock:
            known = self._kept.get(key)
        blank = Answer(question=typed, text=text, engine=self._assistant.engine.name)
        answer = known or blank
        return Turn(rewriting=Rewriting(typed=typed, asked=answer.question), answer=answer)

    def _asked(self, turns: Sequence[Turn], question: str) -> str:
        if not turns:
            return question
        history = History(turns=tuple(turns[-MOST_TURNS:]))
        return self._assistant.conversation(history=history).as_asked(question).asked


def _key(kind: str, text: str) -> str:
    return hashlib.sha256(f"{kind}\0{' '.join(text.split())}".encode("utf-8", "replace")).hexdigest()
