"""Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

from pydantic import BaseModel
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from qa.serving.errors import ClientGoneError
from qa.serving.working import Job

TYPE = "text/event-stream"
STILL_HERE = b": still here\n\n"
SEND_SECONDS = 30
"""A client that takes nothing for so long has left."""


def event(name: str, value: BaseModel) -> bytes:
    """One event; JSON as pydantic writes it has no line breaks."""
    return f"event: {name}\ndata: {value.model_dump_json()}\n\n".encode()


class EventStream(Response):
    """A response that sends what `pieces` yields, which is given `receive` to notice that the client left.
    `job`, which makes them, is closed at the end, however that comes.
    """

    media_type = TYPE

    def __init__(self, pieces: Callable[[Receive], AsyncGenerator[bytes, None]], job: Job[Any]) -> None:
        super().__init__(headers={"X-Accel-Buffering": "no"}, media_type=TYPE)
        del self.headers["content-length"]
        self._pieces = pieces
        self._job = job

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the stream; ends it when the client has left."""
        try:
            await self._send(receive, send)
        finally:
            self._job.close()

    async def _send(self, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async with aclosing(self._pieces(receive)) as pieces:
            async for piece in pieces:
                try:
                    async with asyncio.timeout(SEND_SECONDS):
                        await send({"type": "http.response.body", "body": piece, "more_body": True})
                except (TimeoutError, OSError) as exc:
                    raise ClientGoneError from exc
        await send({"type": "http.response.body", "body": b"", "more_body": False})
