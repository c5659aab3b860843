"""Foreign exceptions become one clear line each, with a next step and without a key."""

from __future__ import annotations

import json
from typing import Any

import pytest

from qa.config import Settings
from qa.errors import (
    ModelAuthError,
    ModelConfigError,
    ModelError,
    ModelNotFoundError,
    ModelOutputError,
    ModelRefusedError,
    ModelServerError,
    ModelTimeoutError,
    ModelUnreachableError,
    QuotaExceededError,
    RateLimitedError,
)
from qa.models.chat import translate
from qa.models.faults import StructureRefusedError

KEY = "topsecret-key-0001"


def named(name: str, *bases: type[Exception], **attributes: Any) -> Exception:
    """An exception of a class called `name`, as another package would raise it."""
    exc = type(name, bases or (Exception,), {})(attributes.pop("text", "scripted"))
    for attribute, value in attributes.items():
        setattr(exc, attribute, value)
    return exc


def settings(**fields: Any) -> Settings:
    return Settings(**{"model": "anthropic:m", "api_key": KEY, **fields})


@pytest.mark.parametrize(
    ("exc", "kind"),
    [
        (named("Overloaded", status_code=529), ModelServerError),
        (named("Unauthorized", status_code=401), ModelAuthError),
        (named("Forbidden", status_code=403), ModelAuthError),
        (named("NotFound", code=404), ModelNotFoundError),
        (named("TooMany", status_code=429), RateLimitedError),
        (named("TooMany", status_code=429, text="your credit balance is too low"), QuotaExceededError),
        (named("PaymentRequired", status_code=402), QuotaExceededError),
        (named("ReadTimeout"), ModelTimeoutError),
        (named("APITimeoutError"), ModelTimeoutError),
        (named("ConnectError"), ModelUnreachableError),
        (ConnectionRefusedError("no"), ModelUnreachableError),
        (named("RemoteProtocolError"), ModelServerError),
        (named("APIConnectionError"), ModelServerError),
        (named("ContentFilterFinishReasonError"), ModelRefusedError),
        (named("LengthFinishReasonError"), ModelOutputError),
        (json.JSONDecodeError("x", "<html>", 0), ModelOutputError),
        (named("ContextOverflowError"), ModelError),
        (named("BadRequest", status_code=400, text="response_format is unknown"), StructureRefusedError),
        (named("BadRequest", status_code=422, text="tool_choice is not supported"), StructureRefusedError),
        (RuntimeError("Tracing using LangChainTracerV1 is no longer supported."), ModelConfigError),
        (named("Whatever"), ModelError),
        (RuntimeError(), ModelError),
    ],
)
def test_each_becomes_its_own_error(exc: Exception, kind: type[ModelError]) -> None:
    error = translate(exc, settings())
    assert type(error) is kind
    assert error.hint
    assert "\n" not in error.message + error.hint


def test_what_caused_an_exception_counts_too() -> None:
    outer = named("APIConnectionError")
    outer.__cause__ = named("ConnectError")
    assert isinstance(translate(outer, settings()), ModelUnreachableError)


def test_a_circle_of_causes_ends() -> None:
    first, second = named("First"), named("Second")
    first.__context__, second.__context__ = second, first
    assert isinstance(translate(first, settings()), ModelError)


def test_an_error_of_ours_stays_as_it_is() -> None:
    ours = RateLimitedError("x")
    assert translate(ours, settings()) is ours


@pytest.mark.parametrize(
    "said",
    [
        f"bad key {KEY}",
        "bad key sk-proj-abcdef123456",
        "Authorization: Bearer abc.def",
        f"{KEY}\x1b[2J\nsk-abc123456",
    ],
)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 418, 429, 500, None])
def test_no_key_and_no_control_character_is_ever_shown(said: str, status: int | None) -> None:
    exc = named("APIError", text=said, **({"status_code": status} if status else {}))
    error = translate(exc, settings(base_url="http://user:pa55@127.0.0.1:9/v1?k=v"))
    shown = error.message + error.hint
    assert not any(secret in shown for secret in (KEY, "sk-", "abc.def", "pa55", "\x1b", "\n"))


def test_a_long_complaint_is_cut() -> None:
    assert len(translate(named("E", status_code=418, text="x" * 5000), settings()).message) < 300


@pytest.mark.parametrize(
    ("fields", "hint"),
    [
        ({"model": "openai:m"}, "QA_API_KEY or OPENAI_API_KEY"),
        ({"model": "anthropic:m"}, "QA_API_KEY or ANTHROPIC_API_KEY"),
        ({"model": "gpt-5-mini"}, "QA_API_KEY or OPENAI_API_KEY"),
        ({"model": "m", "base_url": "http://127.0.0.1:9/v1"}, "Set QA_API_KEY to"),
        ({"model": "m", "base_url": "http://127.0.0.1:9/v1", "api_key": None}, "Set QA_API_KEY."),
    ],
)
def test_a_refused_key_names_the_variable_to_set(fields: dict[str, Any], hint: str) -> None:
    assert hint in translate(named("E", status_code=401), settings(**fields)).hint
