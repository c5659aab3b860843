"""Threads that stem at once get what one thread gets: a server answers many questions at a time."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from qa.answering.words import stem

ENDINGS = ("ational", "fulness", "ization", "iveness", "ousness", "ability", "ingly", "ements", "ed", "s")
WORDS = [
    f"{a}{b}{ending}"
    for (a, b), ending in itertools.product(itertools.product(("cor", "dil", "fen"), ("van", "mor")), ENDINGS)
]


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads that take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("restless")
def test_stems_do_not_mix() -> None:
    alone = [stem.__wrapped__(word) for word in WORDS]

    def again(_: int) -> list[str]:
        return [stem.__wrapped__(word) for word in WORDS]

    with ThreadPoolExecutor(8) as threads:
        assert all(found == alone for found in threads.map(again, range(80)))
