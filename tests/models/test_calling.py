"""Our own clock and retries around a model call, without any model: the call is a plain function."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from langsmith import utils as langsmith_utils

from qa.config import Settings
from qa.errors import (
    ModelError,
    ModelServerError,
    ModelTimeoutError,
    QuotaExceededError,
    RateLimitedError,
)
from qa.models import calling


class StatusError(Exception):
    """What the packages of providers have in common."""

    def __init__(
        self, status_code: int, headers: dict[str, str] | None = None, text: str = "scripted"
    ) -> None:
        super().__init__(text)
        self.status_code = status_code
        self.response = SimpleNamespace(status_code=status_code, headers=headers or {})


class Calls:
    """A model call that fails with each of `faults` in turn, then says "a", "b"."""

    def __init__(self, *faults: BaseException) -> None:
        self.faults = list(faults)
        self.count = 0

    def __call__(self) -> Iterator[str]:
        self.count += 1
        if self.faults:
            raise self.faults.pop(0)
        yield from ("a", "b")


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What would have been slept between retries."""
    slept: list[float] = []
    monkeypatch.setattr(calling, "time", SimpleNamespace(sleep=slept.append, monotonic=time.monotonic))
    return slept


def settings(**fields: object) -> Settings:
    return Settings(**{"model": "openai:m", "model_timeout": 60, "model_retries": 2, **fields})


@pytest.mark.parametrize(
    "fault",
    [StatusError(500), StatusError(503), StatusError(429), StatusError(408), ConnectionResetError("gone")],
)
def test_what_may_pass_is_tried_again(waits: list[float], fault: Exception) -> None:
    calls = Calls(fault, fault)
    assert list(calling.stream(calls, settings())) == ["a", "b"]
    assert calls.count == 3
    assert len(waits) == 2
    assert waits[0] < waits[1]


@pytest.mark.parametrize(
    "fault",
    [
        StatusError(400),
        StatusError(401),
        StatusError(403),
        StatusError(404),
        StatusError(501),
        TimeoutError(),
        ConnectionRefusedError(),
        KeyError(),
    ],
)
def test_what_stays_is_not_tried_again(waits: list[float], fault: Exception) -> None:
    calls = Calls(fault)
    with pytest.raises(ModelError) as caught:
        list(calling.stream(calls, settings()))
    assert caught.value.__cause__ is fault
    assert (calls.count, waits) == (1, [])


def test_a_quota_is_not_tried_again(waits: list[float]) -> None:
    calls = Calls(StatusError(429, text="insufficient_quota"))
    with pytest.raises(QuotaExceededError):
        list(calling.stream(calls, settings()))
    assert (calls.count, waits) == (1, [])


def test_retries_end_and_are_counted_in_the_message(waits: list[float]) -> None:
    calls = Calls(*[StatusError(500)] * 9)
    with pytest.raises(ModelServerError, match="also after 2 retries"):
        list(calling.stream(calls, settings()))
    assert calls.count == 3


def test_no_retries_when_none_are_set(waits: list[float]) -> None:
    calls = Calls(StatusError(500))
    with pytest.raises(ModelServerError, match=r"status 500$"):
        list(calling.stream(calls, settings(model_retries=0)))
    assert calls.count == 1


@pytest.mark.parametrize(("headers", "wait"), [({"retry-after": "7"}, 7), ({"retry-after-ms": "1500"}, 1.5)])
def test_retry_after_is_honoured(waits: list[float], headers: dict[str, str], wait: float) -> None:
    assert list(calling.stream(Calls(StatusError(429, headers)), settings())) == ["a", "b"]
    assert waits == [wait]


def test_retry_after_as_a_date_is_honoured(waits: list[float]) -> None:
    fault = StatusError(429, {"retry-after": "Fri, 01 Jan 2100 00:00:00 GMT"})
    with pytest.raises(RateLimitedError, match=r"asks to wait \d{5,} s"):
        list(calling.stream(Calls(fault), settings()))
    past = StatusError(429, {"retry-after": "Sat, 01 Jan 2000 00:00:00 GMT"})
    assert list(calling.stream(Calls(past), settings())) == ["a", "b"]


@pytest.mark.parametrize("value", ["soon", "nan", "inf", "", "-5"])
def test_a_strange_retry_after_does_no_harm(waits: list[float], value: str) -> None:
    assert list(calling.stream(Calls(StatusError(429, {"retry-after": value})), settings())) == ["a", "b"]
    assert 0 <= waits[0] <= 1


def test_a_wait_longer_than_the_time_left_is_not_begun(waits: list[float]) -> None:
    calls = Calls(StatusError(429, {"retry-after": "61"}))
    with pytest.raises(RateLimitedError, match="asks to wait 61 s"):
        list(calling.stream(calls, settings()))
    assert (calls.count, waits) == (1, [])


def test_after_the_first_piece_nothing_is_tried_again(waits: list[float]) -> None:
    count = 0

    def breaks() -> Iterator[str]:
        nonlocal count
        count += 1
        yield "a"
        raise ConnectionResetError("gone")

    stream = calling.stream(breaks, settings())
    assert next(stream) == "a"
    with pytest.raises(ModelServerError, match="broke off"):
        next(stream)
    assert (count, waits) == (1, [])


def test_a_call_without_any_piece_broke_off() -> None:
    with pytest.raises(ModelServerError, match="broke off"):
        list(calling.stream(lambda: iter(()), settings()))


@pytest.mark.parametrize("first", [0, 2])
def test_silence_is_bounded_before_and_between_pieces(first: int) -> None:
    let_go = threading.Event()

    def silent() -> Iterator[int]:
        yield from range(first)
        let_go.wait(30)

    stream = calling.stream(silent, settings(model_timeout=0.5))
    try:
        assert [next(stream) for _ in range(first)] == list(range(first))
        with pytest.raises(ModelTimeoutError, match=r"nothing for 0\.5 s"):
            next(stream)
    finally:
        let_go.set()


def test_a_reply_that_never_ends_is_given_up() -> None:
    def endless() -> Iterator[str]:
        while True:
            time.sleep(0.01)
            yield "again"

    with pytest.raises(ModelTimeoutError):
        list(calling.stream(endless, settings(model_timeout=0.05)))


def test_who_stops_listening_stops_the_call() -> None:
    stopped = threading.Event()

    def endless() -> Iterator[str]:
        try:
            while True:
                time.sleep(0.001)
                yield "again"
        finally:
            stopped.set()

    stream = calling.stream(endless, settings())
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert stopped.wait(30)


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Iterator[bool]]]:
    """An environment that switches tracing on, and a call that says whether it is."""
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("LANGCHAIN_TRACING_V2", "true")
    langsmith_utils.get_env_var.cache_clear()
    yield lambda: iter([bool(langsmith_utils.tracing_is_enabled())])
    langsmith_utils.get_env_var.cache_clear()


def test_tracing_is_off_whatever_the_environment_says(traced: Callable[[], Iterator[bool]]) -> None:
    assert langsmith_utils.tracing_is_enabled()
    assert list(calling.stream(traced, settings())) == [False]
    assert list(calling.stream(traced, settings(tracing=True))) == [True]
