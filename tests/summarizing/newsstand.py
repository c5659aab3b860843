"""What the tests of summaries by a model share: passages, replies, and a stand-in model that quotes."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qa.answering.engine import Draft, Outcome
from qa.config import Settings
from qa.models.scripted import ScriptedCall, ScriptedChatModel
from qa.summarizing.chain import ChainSummarizer
from qa.summarizing.choosing import whole
from qa.summarizing.engine import Brief
from qa.summarizing.summarize import points_of
from qa.types import Article, Passage, Statement

sys.path.insert(0, str(Path(__file__).parents[2] / "eval" / "benchmarks"))

from quoting import articles, quoting

__all__ = ["SMALL", "article", "articles", "brief", "drafted", "quoting", "says", "statement", "summed"]

SMALL = 4000
"""Room for about one article of 600 words beside the prompt."""
BRIDGE = "The bridge closes on Monday, the port authority said."


def article(text: str = BRIDGE, number: int = 1, **head: Any) -> Passage:
    """A passage that is a whole article."""
    fields = {"id": f"a{number}", "title": "Bridge", "outlet": "The Courier", **head}
    fields.setdefault("published", dt.datetime(2026, 1, 13, 8, tzinfo=dt.UTC))
    (passage,) = whole([Article(text=text, **fields)])
    return passage.model_copy(update={"number": number})


def brief(words: int = 100, **fields: Any) -> Brief:
    """A brief, for bullets unless it says otherwise."""
    return Brief(**{"style": "bullets", "words": words, **fields})


def statement(text: str = BRIDGE, quote: str = BRIDGE, number: int = 1, **fields: Any) -> dict[str, Any]:
    """A statement as a model replies it."""
    citation = {"passage": number, "quote": quote}
    return {"text": text, "modality": "confirmed", "attributed_to": "", "citations": [citation], **fields}


def says(*statements: dict[str, Any], answerable: bool = True) -> dict[str, Any]:
    """A reply."""
    return {"answerable": answerable, "reason": "r", "statements": list(statements)}


def quoted(call: ScriptedCall) -> dict[str, Any]:
    """The stand-in model's reply to a call."""
    return {"reply": quoting(call.messages[-1][1]), "piece": 4096}


def scripted(script: Any, context: int = 16_000, **options: Any) -> tuple[ChainSummarizer, ScriptedChatModel]:
    """A summarizer over a scripted model, one call at a time unless `at_once` says otherwise."""
    model = ScriptedChatModel(script=script)
    settings = Settings(
        model="scripted:test",
        model_retries=0,
        context_tokens=context,
        calls_at_once=options.pop("at_once", 1),
    )
    return ChainSummarizer(settings, model=model, **options), model


def drafted(
    summarizer: ChainSummarizer, passages: Sequence[Passage], asked: Brief
) -> tuple[list[Draft], Outcome]:
    """What a summarizer proposes."""
    *drafts, outcome = summarizer.draft(asked, passages)
    assert isinstance(outcome, Outcome)
    return [d for d in drafts if isinstance(d, Draft)], outcome


def summed(
    summarizer: ChainSummarizer, passages: Sequence[Passage], asked: Brief
) -> tuple[list[Statement], Outcome]:
    """What of it stands the check."""
    *points, outcome = points_of(asked, passages, summarizer)
    assert isinstance(outcome, Outcome)
    return [p for p in points if isinstance(p, Statement)], outcome
