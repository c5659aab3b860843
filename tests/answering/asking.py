"""Puts a few words of news into a library of their own and asks it, for tests of the whole way."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from qa import Article, Assistant, Library, Settings
from qa.answering.extractive import ExtractiveEngine
from qa.types import Answer

PUBLISHED = dt.datetime(2026, 5, 3, 8, tzinfo=dt.UTC)


def asked(folder: Path, question: str, *texts: str) -> Answer:
    """The extractive engine's answer to `question` from a library in `folder` that holds an article for each
    of `texts`.
    """
    with Library(folder / "library") as library:
        library.add(
            [
                Article(id=f"a{number}", outlet="Evening Post", published=PUBLISHED, text=text)
                for number, text in enumerate(texts, 1)
            ]
        )
        return Assistant(Settings.model_validate({}), library=library, engine=ExtractiveEngine()).ask(
            question
        )


def told(answer: Answer) -> list[str]:
    """The texts of an answer's statements, in order."""
    return [statement.text for statement in answer.statements]
