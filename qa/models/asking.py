"""Asks one model for replies in a given form: opened at the first call, in plainer ways where a server does
not know the better ones.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from qa.config import Settings
from qa.models.exchange import Piece, Request, piece_of

if TYPE_CHECKING:
    from typing import TypeAlias

    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import Runnable

    ChatModel: TypeAlias = BaseChatModel
    Way: TypeAlias = Runnable[Any, BaseMessage]


class Model:
    """The model that `settings` name, or one that is given ready-made. Threads may share it.

    `way` counts how plainly it is asked: 0 is the best of the ways in `qa.models.chat.ways_to_ask`, and it
    rises for good when the server refuses one.
    """

    def __init__(self, settings: Settings, model: ChatModel | None = None) -> None:
        self.settings = settings
        self.way = 0
        self._model = model
        self._ways: dict[str, Sequence[Way]] = {}
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The model's name as the settings give it, or the class of a ready-made one."""
        return self.settings.model or (type(self._model).__name__ if self._model else "")

    def request(self, messages: Sequence[tuple[str, str]], output: dict[str, Any] | None) -> Request:
        """The request for a reply to `messages` in the form `output`. Opens nothing."""
        from qa.models.faults import address

        return Request(
            model=self.name,
            address=address(self.settings),
            messages=tuple(messages),
            temperature=self.settings.temperature,
            output=output,
        )

    def live(self, request: Request) -> Iterator[Piece]:
        """Makes the call. Raises ModelError."""
        from qa.models.calling import stream
        from qa.models.faults import StructureRefusedError

        ways, way = self._open(request.output or {}), self.way
        while True:
            start = partial(ways[min(way, len(ways) - 1)].stream, list(request.messages))
            try:
                yield from map(piece_of, stream(start, self.settings))
            except StructureRefusedError:
                if way >= len(ways) - 1:
                    raise
                # A prompt describes the form in words as well, so the same messages go out in a plainer way,
                # now and for later calls.
                way += 1
                self.way = max(self.way, way)
            else:
                return

    def _open(self, output: dict[str, Any]) -> Sequence[Way]:
        from qa.models.chat import open_chat_model, ways_to_ask

        form = json.dumps(output, sort_keys=True)
        with self._lock:
            if form not in self._ways:
                self._model = self._model or open_chat_model(self.settings)
                self._ways[form] = ways_to_ask(self._model, output)
            return self._ways[form]
