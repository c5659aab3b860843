"""What monitoring asks: is the server well, and what has it done."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from qa.library.library import CATALOGUE_FILE
from qa.serving.desk import Desk, as_json
from qa.serving.errors import RefusedError
from qa.serving.forms import Health
from qa.serving.metrics import CONTENT_TYPE
from qa.serving.native import PROBLEMS

_TEXT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Prometheus' text format",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    },
    **PROBLEMS,
}


def routes(desk: Desk) -> APIRouter:
    """/healthz and /metrics."""
    router = APIRouter()

    @router.get(
        "/healthz", responses={200: {"model": Health}, **PROBLEMS}, summary="Can the library be read?"
    )
    async def healthz(request: Request) -> Response:
        """200, or 503 where the library cannot be read. The figures are for clients that gave the key."""
        found = await desk.look_up(request, lambda: health(desk))
        return as_json(found if request.state.known else Health())

    @router.get("/metrics", responses=_TEXT, summary="Counters for Prometheus")
    async def metrics() -> Response:
        """All counters."""
        return Response(desk.metrics.text(), media_type=CONTENT_TYPE)

    return router


def health(desk: Desk) -> Health:
    """The library's state. Raises RefusedError (503) where its file is gone, LibraryError where it cannot be
    read.
    """
    library = desk.assistant.library
    # An open file can be read on after it was deleted, and would never change again.
    if not (library.path / CATALOGUE_FILE).is_file():
        raise RefusedError(
            503,
            "library-gone",
            f"the library at {library.path} is gone",
            "Put it back, and start the server again.",
        )
    return Health(
        sequence=library.catalogue.sequence(), articles=library.count(), engine=desk.assistant.engine.name
    )
