"""Articles that the library's tests are about, written for them, and an embedder that counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from qa.library.embedders import HashingEmbedder
from qa.types import Article

TOWNS = [
    "Ashford",
    "Brindle",
    "Carrow",
    "Dunmere",
    "Elston",
    "Farley",
    "Gorsemoor",
    "Hexley",
    "Ilford",
    "Jarrow",
]
THINGS = [
    "ferry",
    "library",
    "bridge",
    "hospital",
    "museum",
    "harbour",
    "tramway",
    "reservoir",
    "theatre",
    "school",
]


def make_article(number: int, paragraphs: int = 3, **given: Any) -> Article:
    """Article `number`: its words "marker<number>" and its town and thing stand in no other place twice."""
    town, thing = TOWNS[number % 10], THINGS[number // 10 % 10]
    sentences = [
        f"The {thing} of {town} will close for repairs, the council said in notice marker{number}.",
        f"Engineer Vera Lindqvist{number} told reporters that the {thing} needs {number + 3} weeks of work.",
        f"Residents of {town} asked why nobody had warned them before the vote on plan {number}.",
        "A spokesman for the contractor did not answer questions about the cost of the scheme.",
        f"The mayor of {town} expects the {thing} to open again before the summer fair begins.",
    ]
    body = "\n\n".join(" ".join(sentences[i % 5] for i in range(p, p + 5)) for p in range(paragraphs))
    head = {
        "id": f"article-{number:05d}",
        "title": f"{town} {thing} to close",
        "outlet": ["Evening Courier", "Morning Ledger"][number % 2],
        "published": datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=number),
        "text": body,
    }
    return Article(**{**head, **given})


class CountingEmbedder(HashingEmbedder):
    """Counts the texts it embeds."""

    def __init__(self) -> None:
        super().__init__()
        self.texts = 0

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.texts += len(texts)
        return super().embed(texts)
