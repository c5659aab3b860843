"""What a client is told when something goes wrong: a problem (RFC 9457), or an error as OpenAI words it. The
tree of `qa.errors` is mapped to HTTP here, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from qa import errors
from qa.types import Value

OPENAI = "/v1/"
CLIENT_GONE = 499
"""What the log says of a request whose client left; nobody is sent it."""
BUSY_SECONDS = 1

_STATUS: dict[type[errors.QAError], int] = {
    errors.QAError: 500,
    errors.UsageError: 400,
    errors.SourceError: 400,
    errors.ArticleNotFoundError: 404,
    errors.LibraryError: 503,
    errors.ModelError: 502,
    errors.ModelTimeoutError: 504,
    errors.ModelConfigError: 500,
    errors.RateLimitedError: 503,
}
"""Each class, or its nearest base here. What a provider refuses us is no fault of the client: 5xx."""


class RefusedError(Exception):
    """A request that is not served, for a reason that has to do with HTTP and not with `qa`."""

    def __init__(
        self, status: int, code: str, message: str, hint: str = "", headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.hint = hint
        self.headers = headers or {}


class ClientGoneError(Exception):
    """The client left before it had its answer."""


class Wrong(Value):
    """One thing wrong in a request: where ("body.k"), and what."""

    where: str
    what: str


class Problem(Value):
    """What went wrong, as RFC 9457 has it (application/problem+json): `type` names the kind, `detail` says it
    in a sentence, `hint` what to do next ("" where there is nothing), `instance` is the path that was asked
    for.
    """

    type: str
    title: str
    status: int
    detail: str
    hint: str = ""
    instance: str = ""
    errors: tuple[Wrong, ...] = ()

    @property
    def code(self) -> str:
        """The kind as one word: "article-not-found"."""
        return self.type.rpartition(":")[2]


def problem(exc: Exception, instance: str = "") -> Problem:
    """What a client is told about an exception. One that nobody expected is not shown."""
    match exc:
        case errors.QAError():
            return _problem(status_of(exc), _kebab(type(exc)), exc.message, exc.hint, instance)
        case RefusedError():
            return _problem(exc.status, exc.code, exc.message, exc.hint, instance)
        case RequestValidationError():
            wrong = tuple(Wrong(where=_place(e["loc"]), what=e["msg"]) for e in exc.errors())
            told = "; ".join(f"{w.where}: {w.what}" for w in wrong[:5])
            found = _problem(422, "invalid", told, "See /openapi.json for what is expected.", instance)
            return found.model_copy(update={"errors": wrong})
        case HTTPException():
            return _http(exc, instance)
        case _:
            hint = "This is a bug in qa, or the machine is out of something. The server's log says more."
            return _problem(500, "unexpected", "something unexpected went wrong", hint, instance)


def response(exc: Exception, path: str) -> Response:
    """The response to a request for `path` that ended in an exception."""
    told = problem(exc, path)
    headers = dict(getattr(exc, "headers", None) or {})
    if told.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.setdefault("Retry-After", str(BUSY_SECONDS))
    if path.startswith(OPENAI):
        return JSONResponse(openai_error(told), told.status, headers)
    body = told.model_dump_json()
    return Response(body, told.status, headers, media_type="application/problem+json")


def openai_error(told: Problem) -> dict[str, Any]:
    """The problem as OpenAI's clients read it: {"error": {"message", "type", "code", "param"}}."""
    message = f"{_sentence(told.detail)} {told.hint}".strip()
    param = told.errors[0].where.removeprefix("body.") if told.errors else _PARAMS.get(told.code)
    kind = _OPENAI_TYPES.get(told.status, "invalid_request_error" if told.status < 500 else "server_error")
    code = _OPENAI_CODES.get(told.code, told.code.replace("-", "_"))
    return {"error": {"message": message, "type": kind, "code": code, "param": param}}


def status_of(exc: errors.QAError) -> int:
    """The HTTP status of one of our errors."""
    return next(_STATUS[kind] for kind in type(exc).__mro__ if kind in _STATUS)


_OPENAI_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
_OPENAI_CODES = {
    "wrong-key": "invalid_api_key",
    "unknown-model": "model_not_found",
    "rate-limited-here": "rate_limit_exceeded",
}
_PARAMS = {"unknown-model": "model", "unsupported-content": "messages", "no-question": "messages"}


def _problem(status: int, code: str, detail: str, hint: str, instance: str) -> Problem:
    return Problem(
        type=f"urn:qa:problem:{code}",
        title=_title(status),
        status=status,
        detail=detail,
        hint=hint,
        instance=instance,
    )


def _http(exc: HTTPException, instance: str) -> Problem:
    if exc.status_code == HTTPStatus.NOT_FOUND:
        hint = "See /docs for what there is."
        return _problem(404, "not-found", f"there is nothing at {instance}", hint, instance)
    if exc.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (exc.headers or {}).get("Allow", "")
        hint = f"Use {allowed}." if allowed else ""
        return _problem(405, "method-not-allowed", f"{instance} does not take that method", hint, instance)
    return _problem(exc.status_code, "refused", _detail(exc.detail), "", instance)


def _detail(found: object) -> str:
    text = str(found)
    return text[:1].lower() + text[1:]


def _title(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Error"


def _kebab(kind: type[Exception]) -> str:
    if kind is errors.QAError:
        return "error"
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind.__name__.removesuffix("Error")).lower()


def _place(parts: Sequence[Any]) -> str:
    return ".".join(str(part) for part in parts)


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."
