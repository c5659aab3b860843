"""What `/metrics` tells Prometheus. Each application has a registry of its own."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from qa.types import Answer, Summary

CONTENT_TYPE = CONTENT_TYPE_LATEST
WITHHELD = "withheld"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)


class Metrics:
    """Counters of one application. Threads may share it."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "qa_requests", "Requests served.", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "qa_request_seconds",
            "Seconds from a request to the end of its response.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.in_flight = Gauge("qa_requests_in_flight", "Requests being served.", registry=self.registry)
        self._answers = Counter(
            "qa_answers",
            "Answers and summaries, by whether they say anything.",
            ("kind", "outcome", "engine"),
            registry=self.registry,
        )
        self._withheld = Counter(
            "qa_withheld_statements",
            "Statements that did not stand the check against their sources.",
            ("code",),
            registry=self.registry,
        )
        self._calls = Counter("qa_model_calls", "Calls of the model.", registry=self.registry)
        self._tokens = Counter(
            "qa_model_tokens", "Tokens of the model.", ("direction",), registry=self.registry
        )

    def served(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts a request. `route` is the path's pattern, so that there are few."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def told(self, said: Answer | Summary) -> None:
        """Counts an answer or a summary, and what it cost."""
        kind = "answer" if isinstance(said, Answer) else "summary"
        outcome = "abstained" if said.abstained else "answered"
        self._answers.labels(kind, outcome, said.engine).inc()
        for notice in said.warnings:
            if notice.message.startswith(WITHHELD):
                self._withheld.labels(notice.code).inc(notice.count)
        self._calls.inc(said.usage.calls)
        self._tokens.labels("input").inc(said.usage.input_tokens)
        self._tokens.labels("output").inc(said.usage.output_tokens)

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self.registry)
