"""Asks the extractive engine, with its defaults, whatever the user's own settings are: figures must not hang
on them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from qa import Library
from qa.answering.ask import ask as events
from qa.answering.ask import final
from qa.answering.extractive import ExtractiveEngine
from qa.types import Answer, Article


@contextmanager
def library_of(articles: Iterable[Article]) -> Iterator[Library]:
    """A library of these articles, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder) / "library") as library:
        library.add(articles)
        yield library


def ask(library: Library, question: str, *, enough: float = 0.0) -> Answer:
    """The extractive engine's answer; it asks `enough` of the trained probability that a sentence answers."""
    return final(events(question, library, ExtractiveEngine(enough=enough)))
