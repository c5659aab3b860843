"""What the routes share: the assistant, the limits, the counters, and how work becomes a response."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TypeVar

from fastapi import Request
from starlette.responses import Response
from starlette.types import Receive

from qa.answering.question import clean_question
from qa.assistant import Assistant
from qa.errors import QAError, UsageError
from qa.serving.followups import FollowUps
from qa.serving.metrics import Metrics
from qa.serving.options import Options
from qa.serving.working import Job, Make, Work, once
from qa.types import Answer, Summary, Value

T = TypeVar("T")
EXTRACTIVE = "extractive"
LOOKUPS = 64
"""So many requests that only look something up may wait; they have slots of their own, so that slow models do
not keep anybody from the articles.
"""


class Desk:
    """One application's shared parts. `asking` does questions and summaries, `looking` everything else."""

    def __init__(self, assistant: Assistant, options: Options) -> None:
        self.assistant = assistant
        self.options = options
        self.metrics = Metrics()
        self.follow_ups = FollowUps(assistant)
        self.started = int(time.time())
        cores = os.cpu_count() or 2
        # Without a model, the work is our own: more threads than cores would only get in each other's way.
        at_once = cores if assistant.engine.name == EXTRACTIVE else None
        self.asking = Work(options.max_concurrent, at_once)
        self.looking = Work(LOOKUPS, max(2, cores))

    def stop(self) -> None:
        """Ends all work in progress with an error that says so."""
        self.asking.stop()
        self.looking.stop()

    async def look_up(self, request: Request, call: Callable[[], T]) -> T:
        """What `call` returns, from a thread."""
        return await self.last(request, self.looking.job(once(call)))

    async def last(self, request: Request, job: Job[T]) -> T:
        """The last event of a job."""
        last: T | None = None
        events = self.events(job, request.receive)
        async with aclosing(events):
            async for event in events:
                if event is not None:
                    last = event
        if last is None:
            raise QAError("the work ended without its last part", "This is a bug: please report it.")
        return last

    async def events(self, job: Job[T], receive: Receive) -> AsyncGenerator[T | None, None]:
        """The events of a job; None where a client should hear that it goes on. Counts answers."""
        watched = job.watched(receive, self.options.timeout, self.options.keep_alive)
        async with aclosing(watched) as events:
            async for event in events:
                if isinstance(event, Answer | Summary):
                    self.metrics.told(event)
                if isinstance(event, Answer):
                    self.follow_ups.keep(event)
                yield event

    def asked(self, request: Request, question: str, example: str) -> str:
        """The question on one line, noted for the log. Raises UsageError, with an example of what to send."""
        request.state.asked = question
        try:
            return clean_question(question)
        except UsageError as exc:
            raise UsageError(exc.message, f"Send {example}.") from exc

    def ask(self, make: Make[T]) -> Job[T]:
        """A job with a slot among the questions. Raises RefusedError when there is none."""
        return self.asking.job(make)


def as_json(value: Value) -> Response:
    """One of our types as a response."""
    return Response(value.model_dump_json(), media_type="application/json")
