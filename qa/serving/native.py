"""The API of our own: questions, summaries, passages and articles as the types they are."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response
from starlette.types import Receive

from qa.errors import UsageError
from qa.serving import errors, streaming
from qa.serving.desk import Desk, as_json
from qa.serving.errors import ClientGoneError, Problem
from qa.serving.forms import (
    ArticlePage,
    AskRequest,
    Day,
    Names,
    Outlets,
    Passages,
    Progress,
    SummarizeRequest,
)
from qa.serving.working import Job, Tell
from qa.types import Answer, Article, Filters, Statement, Summary, Value

EXAMPLE = '{"question": "Who is attending Davos?"}'
PAGE = 50
LARGEST_PAGE = 500
_PROBLEM: dict[str, Any] = {
    "description": "What went wrong (RFC 9457)",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
PROBLEMS: dict[int | str, dict[str, Any]] = {"4XX": _PROBLEM, "5XX": _PROBLEM}

Since = Annotated[Day | None, Query(description="Only articles published on this day or later.")]
Until = Annotated[Day | None, Query(description="Only articles published on this day or earlier.")]
OutletNames = Annotated[
    Names, Query(alias="outlet", description="Only articles of this outlet; may be repeated.")
]
ArticleIds = Annotated[Names, Query(alias="article", description="Only this article; may be repeated.")]


def routes(desk: Desk) -> APIRouter:
    """The routes under /api."""
    router = APIRouter(prefix="/api")
    _add_asking(router, desk)
    _add_summarizing(router, desk)
    _add_looking(router, desk)
    return router


def _either(model: type[Value]) -> dict[int | str, dict[str, Any]]:
    """The responses of a route that streams to those who ask for it."""
    return {200: {"model": model, "content": {streaming.TYPE: {}}}, **PROBLEMS}


_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"description": "Server-sent events", "content": {streaming.TYPE: {}}},
    **PROBLEMS,
}


def _add_asking(router: APIRouter, desk: Desk) -> None:
    def job(sent: AskRequest, request: Request) -> Job[Value]:
        question = desk.asked(request, sent.question, EXAMPLE)
        _check_range(sent.filters)

        def make(_: Tell[Value]) -> Iterator[Value]:
            asked = desk.follow_ups.after(sent.earlier, question) if sent.earlier else question
            yield from desk.assistant.stream(asked, as_of=sent.as_of, filters=sent.filters, k=sent.k)

        return desk.ask(make)

    @router.post("/ask", responses=_either(Answer), summary="Answer a question, every sentence cited")
    async def ask(sent: AskRequest, request: Request) -> Response:
        """The Answer; with `Accept: text/event-stream`, what /api/ask/stream sends."""
        started = job(sent, request)
        if wants_events(request):
            return _streamed(desk, started, request)
        return as_json(await desk.last(request, started))

    @router.post("/ask/stream", responses=_STREAM, summary="Answer a question, statement by statement")
    async def ask_stream(sent: AskRequest, request: Request) -> Response:
        """Events: `statement` (a Statement, as soon as it was checked), then `answer` (the Answer), or
        `error` (a Problem).
        """
        return _streamed(desk, job(sent, request), request)


def _add_summarizing(router: APIRouter, desk: Desk) -> None:
    def job(sent: SummarizeRequest, request: Request) -> Job[Value]:
        _check_summary(sent)
        query = desk.asked(request, sent.query, '{"query": "the port strike"}') if sent.query else ""

        def make(tell: Tell[Value]) -> Iterator[Value]:
            yield from desk.assistant.stream_summary(
                sent.articles,
                query=query,
                style=sent.style,
                words=sent.words,
                as_of=sent.as_of,
                filters=sent.filters,
                stories=sent.stories,
                on_progress=lambda done, of: tell(Progress(done=done, of=of)),
            )

        return desk.ask(make)

    @router.post("/summarize", responses=_either(Summary), summary="Summarize articles, every point cited")
    async def summarize(sent: SummarizeRequest, request: Request) -> Response:
        """The Summary; with `Accept: text/event-stream`, what /api/summarize/stream sends."""
        started = job(sent, request)
        if wants_events(request):
            return _streamed(desk, started, request)
        return as_json(await desk.last(request, started))

    @router.post("/summarize/stream", responses=_STREAM, summary="Summarize articles, point by point")
    async def summarize_stream(sent: SummarizeRequest, request: Request) -> Response:
        """Events: `statement` (a point), `progress` (how many model calls or stories are done, and of how
        many), then `summary` (the Summary), or `error` (a Problem).
        """
        return _streamed(desk, job(sent, request), request)


def _add_looking(router: APIRouter, desk: Desk) -> None:
    @router.get("/search", responses=_ok(Passages), summary="Find the passages nearest to a question")
    async def search(
        request: Request,
        question: Annotated[str, Query(min_length=1)],
        k: Annotated[int | None, Query(ge=1, le=50)] = None,
        since: Since = None,
        until: Until = None,
        outlets: OutletNames = (),
        articles: ArticleIds = (),
    ) -> Response:
        """Passages, best first."""
        asked = desk.asked(request, question, "/api/search?question=Davos")
        filters = _check_range(Filters(since=since, until=until, outlets=outlets, articles=articles))
        found = await desk.look_up(request, lambda: desk.assistant.search(asked, k=k, filters=filters))
        return as_json(Passages(passages=found))

    @router.get("/articles", responses=_ok(ArticlePage), summary="List the articles")
    async def articles(
        request: Request,
        since: Since = None,
        until: Until = None,
        outlets: OutletNames = (),
        articles: ArticleIds = (),
        offset: Annotated[int, Query(ge=0, le=1_000_000_000)] = 0,
        limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = PAGE,
    ) -> Response:
        """Heads of articles, newest first, a page at a time."""
        filters = _check_range(Filters(since=since, until=until, outlets=outlets, articles=articles))
        return as_json(await desk.look_up(request, lambda: _page(desk, filters, offset, limit)))

    @router.get("/articles/{article_id}", responses=_ok(Article), summary="One article with its text")
    async def article(
        request: Request,
        article_id: Annotated[str, Path(max_length=500, description="Its id, or the beginning of it.")],
        version: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
    ) -> Response:
        """The Article, in its current version or an older one."""
        return as_json(await desk.look_up(request, lambda: desk.assistant.library.get(article_id, version)))

    @router.get("/outlets", responses=_ok(Outlets), summary="List the outlets")
    async def outlets(request: Request) -> Response:
        """The names of all outlets."""
        return as_json(Outlets(outlets=await desk.look_up(request, desk.assistant.library.outlets)))


def _ok(model: type[Value]) -> dict[int | str, dict[str, Any]]:
    return {200: {"model": model}, **PROBLEMS}


def _page(desk: Desk, filters: Filters, offset: int, limit: int) -> ArticlePage:
    library = desk.assistant.library
    total = library.count(filters)
    heads = tuple(library.heads(filters, offset=offset, limit=limit))
    end = offset + len(heads)
    return ArticlePage(
        articles=heads, total=total, offset=offset, next=end if heads and end < total else None
    )


def wants_events(request: Request) -> bool:
    """Whether the client asked for server-sent events."""
    return streaming.TYPE in request.headers.get("accept", "").lower()


def _streamed(desk: Desk, job: Job[Value], request: Request) -> Response:
    return streaming.EventStream(partial(_events, desk, job, request.url.path), job)


async def _events(desk: Desk, job: Job[Value], path: str, receive: Receive) -> AsyncGenerator[bytes, None]:
    """The events of an answer or a summary; an error is the last of them."""
    try:
        events = desk.events(job, receive)
        async with aclosing(events):
            async for found in events:
                yield streaming.STILL_HERE if found is None else streaming.event(_name(found), found)
    except ClientGoneError:
        raise
    except Exception as exc:  # noqa: BLE001 - the response has begun, so the error is an event
        told: Problem = errors.problem(exc, path)
        if told.status == 500:
            logging.getLogger("qa.serving").error("%s in a stream: %s", type(exc).__name__, told.detail)
        yield streaming.event("error", told)


def _name(found: Value) -> str:
    match found:
        case Statement():
            return "statement"
        case Answer():
            return "answer"
        case Summary():
            return "summary"
        case _:
            return "progress"


def _check_range(filters: Filters) -> Filters:
    if filters.since and filters.until and filters.since > filters.until:
        raise UsageError(
            f"nothing can be published both since {filters.since} and until {filters.until}",
            "Turn the dates around.",
        )
    return filters


def _check_summary(sent: SummarizeRequest) -> None:
    _check_range(sent.filters)
    chosen = sent.articles or sent.query or sent.filters.dated or sent.outlets
    if not chosen and sent.style not in ("digest", "timeline"):
        raise UsageError("nothing to summarize", "Send articles (ids), a query, since, until or outlets.")
