"""Answers and summaries from news articles that a journalist would trust: every sentence traced to the
words of an article.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.chat import Conversation
    from qa.config import Settings
    from qa.errors import QAError
    from qa.library import Library
    from qa.types import Answer, Article, Citation, Filters, Passage, Statement, Summary

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "Article",
    "Assistant",
    "Citation",
    "Conversation",
    "Filters",
    "Library",
    "Passage",
    "QAError",
    "Settings",
    "Statement",
    "Summary",
    "__version__",
]

_HOMES = {
    "Answer": "qa.types",
    "Article": "qa.types",
    "Assistant": "qa.assistant",
    "Citation": "qa.types",
    "Conversation": "qa.chat",
    "Filters": "qa.types",
    "Library": "qa.library",
    "Passage": "qa.types",
    "QAError": "qa.errors",
    "Settings": "qa.config",
    "Statement": "qa.types",
    "Summary": "qa.types",
}


def __getattr__(name: str) -> Any:
    # Looked up on first use: `qa --help` must not pay for what it does not need.
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'qa' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
