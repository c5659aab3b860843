"""The application: an assistant over HTTP.

from qa.serving.http import app
from qa.serving.options import Options

application = app(Assistant(), Options())  # for any ASGI server; `qa.serving.running.serve` runs it
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from qa.assistant import Assistant
from qa.errors import QAError
from qa.serving import errors, health, native, openai_api, pages
from qa.serving.desk import Desk
from qa.serving.door import Door
from qa.serving.errors import Problem, RefusedError
from qa.serving.options import Options
from qa.serving.watching import Watch


def app(assistant: Assistant, options: Options | None = None) -> FastAPI:
    """The application that answers from `assistant`'s library, which is made if there is none. Its
    `state.desk` holds what the routes share. Raises ConfigError for options that would leave it open, and
    what opening the library or the engine raises.
    """
    options = options or Options()
    options.check()
    assistant.library  # noqa: B018 - opened now, so that what is wrong with it is known at once
    desk = Desk(assistant, options)

    application = FastAPI(docs_url=None, redoc_url=None, redirect_slashes=False)
    application.state.desk = desk
    for room in (native, openai_api, health):
        application.include_router(room.routes(desk))
    application.include_router(pages.routes(application))
    for kind in (QAError, RefusedError, RequestValidationError, HTTPException):
        application.add_exception_handler(kind, _told)
    # The last one added is the outermost.
    application.add_middleware(Door, options=options)
    if options.origins:
        application.add_middleware(
            CORSMiddleware,
            allow_origins=options.origins,
            allow_methods=("GET", "POST"),
            allow_headers=("Authorization", "Content-Type", "Accept"),
        )
    application.add_middleware(
        Watch, metrics=desk.metrics, verbose=options.verbose, shared=bool(options.origins)
    )
    application.openapi = lambda: _document(application)  # type: ignore[method-assign]
    return application


def _told(request: Request, exc: Exception) -> Response:
    return errors.response(exc, request.url.path)


def _document(application: FastAPI) -> dict[str, Any]:
    desk: Desk = application.state.desk
    if application.openapi_schema is None:
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        application.openapi_schema = pages.described(application, schema, key=desk.options.key is not None)
    return application.openapi_schema
