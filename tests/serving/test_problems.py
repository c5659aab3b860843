"""Every error of `qa` has its status, and says where, what and what next."""

from __future__ import annotations

import pytest
from starlette.exceptions import HTTPException

from qa import errors as tree
from qa.serving.errors import RefusedError, openai_error, problem, response, status_of

EXPECTED = {
    "QAError": 500, "UsageError": 400, "ConfigError": 500, "MissingExtraError": 500, "SourceError": 400,
    "FetchError": 400, "NotAnArticleError": 400, "LibraryError": 503, "LibraryLockedError": 503,
    "LibraryDamagedError": 503, "EmbedderMismatchError": 503, "ArticleNotFoundError": 404, "PromptError": 500,
    "ConversationError": 500,
    "ModelError": 502, "ModelConfigError": 500, "ModelAuthError": 502, "ModelNotFoundError": 502,
    "RateLimitedError": 503, "QuotaExceededError": 502, "ModelTimeoutError": 504,
    "ModelUnreachableError": 502, "ModelServerError": 502, "ModelOutputError": 502, "ModelRefusedError": 502,
}  # fmt: skip
KINDS = {n: k for n, k in vars(tree).items() if isinstance(k, type) and issubclass(k, tree.QAError)}


def test_every_error_has_a_status() -> None:
    assert {name: status_of(kind("what")) for name, kind in KINDS.items()} == EXPECTED


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_problem_says_what_where_and_what_next(name: str) -> None:
    told = problem(KINDS[name]("it is broken", "Mend it."), "/api/ask")
    assert (told.detail, told.hint, told.instance) == ("it is broken", "Mend it.", "/api/ask")
    assert told.title
    assert told.type.startswith("urn:qa:problem:")
    assert told.code == told.code.lower()
    body = openai_error(told)["error"]
    assert body["message"] == "It is broken. Mend it."
    assert body["type"] == ("server_error" if told.status >= 500 else "invalid_request_error")


def test_names_are_written_as_one_word() -> None:
    assert problem(tree.ArticleNotFoundError("x")).code == "article-not-found"
    assert problem(tree.QAError("x")).code == "error"


def test_what_nobody_expected_is_not_shown() -> None:
    told = problem(RuntimeError("a password"), "/api/ask")
    assert (told.status, told.code) == (500, "unexpected")
    assert "password" not in told.model_dump_json()


def test_who_is_told_that_we_are_busy_is_told_when_to_come_back() -> None:
    assert response(tree.LibraryLockedError("x"), "/api/ask").headers["retry-after"] == "1"
    refused = RefusedError(503, "busy", "x", headers={"Retry-After": "7"})
    assert response(refused, "/v1/models").headers["retry-after"] == "7"


def test_an_unusual_status_of_the_framework_is_a_problem_too() -> None:
    told = problem(HTTPException(400, "There was an error parsing the body"), "/api/ask")
    assert (told.status, told.detail) == (400, "there was an error parsing the body")
