"""The OpenAPI document, and whatever a client makes of it: never a 500, never another form than it says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from desks import GOOD
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from qa import Assistant, Library, Settings
from qa.answering.extractive import ExtractiveEngine
from qa.serving.http import app
from qa.serving.options import Options

OPERATIONS = [
    "GET /api/articles",
    "GET /api/articles/{article_id}",
    "GET /api/outlets",
    "GET /api/search",
    "GET /healthz",
    "GET /metrics",
    "GET /v1/models",
    "GET /v1/models/{name}",
    "POST /api/ask",
    "POST /api/ask/stream",
    "POST /api/summarize",
    "POST /api/summarize/stream",
    "POST /v1/chat/completions",
]
NOTHING_TO_GET_WRONG = (
    "GET /api/outlets",
    "GET /healthz",
    "GET /metrics",
    "GET /v1/models",
    "GET /v1/models/{name}",
)
EXAMPLES = 40
HOST = {"Host": "localhost"}
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]


@pytest.fixture(scope="module")
def document(shelf: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The extractive engine answers, a scripted model summarizes."""
    script = tmp_path_factory.mktemp("openapi") / "script.json"
    script.write_text(json.dumps({"*": GOOD}))
    settings = Settings(library=shelf, model=f"scripted:{script}")
    with Library.open(settings, create=False) as library:
        application = app(Assistant(settings, library=library, engine=ExtractiveEngine()), Options(rate=0))
        yield schemathesis.openapi.from_asgi("/openapi.json", application, headers=HOST)


def test_the_operations_are_these(document: Any) -> None:
    assert sorted(found.ok().label for found in document.get_all_operations()) == OPERATIONS


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        *((name, GenerationMode.POSITIVE) for name in OPERATIONS),
        *((name, GenerationMode.NEGATIVE) for name in OPERATIONS if name not in NOTHING_TO_GET_WRONG),
    ],
)
def test_no_request_is_a_surprise(document: Any, name: str, mode: GenerationMode) -> None:
    """Requests as the document describes them, and requests that break it."""
    operation = next(o for found in document.get_all_operations() if (o := found.ok()).label == name)

    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    @hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(hypothesis.HealthCheck), phases=[hypothesis.Phase.generate],
    )  # fmt: skip
    def sent(case: Any) -> None:
        case.call_and_validate(checks=CHECKS, headers=HOST)

    sent()
