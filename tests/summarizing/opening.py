"""A summarizer for tests: the first sentences of each article, word for word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from qa.answering.engine import Draft, Outcome, Quote
from qa.sentences import sentence_spans
from qa.summarizing.engine import Brief
from qa.types import Article, Engine, Notice, Passage, PromptRef, Usage


@dataclass
class Opening:
    """Says the first `sentences` of each article; keeps the briefs it was given."""

    sentences: int = 1
    briefs: list[Brief] = field(default_factory=list)
    name: Engine = "chain"
    model: str = "test"
    prompt: PromptRef | None = None

    def draft(self, brief: Brief, passages: Sequence[Passage]) -> Iterator[Draft | Outcome]:
        self.briefs.append(brief)
        for passage in passages:
            for start, end in sentence_spans(passage.text)[: self.sentences]:
                said = passage.text[start:end]
                yield Draft(text=said, quotes=(Quote(passage=passage.number, text=said),))
        notice = Notice(code="test", message="said by a test")
        yield Outcome(usage=Usage(calls=1, input_tokens=10, output_tokens=5), warnings=(notice,))


def article(
    name: str, text: str, *, day: str = "2026-03-16", title: str = "", outlet: str = "Courier"
) -> Article:
    """An article of that id, published at noon UTC ("" = unknown)."""
    published = dt.datetime.fromisoformat(f"{day}T12:00:00+00:00") if day else None
    return Article(
        id=name.ljust(8, "0"), title=title or name, outlet=outlet, published=published, text=text,
        url=f"https://{outlet.lower()}.example/{name}",
    )  # fmt: skip


STRIKE_1 = """\
Ferry crews in Brindle went on strike on Monday over night shifts, the Seafarers' Union said. The strike \
stopped all eleven ferries of Northline.

Northline said that 4,000 passengers were stranded in Brindle. Union leader Ada Brandt said the crews \
would stay out until Thursday.
"""
STRIKE_2 = """\
Northline and the Seafarers' Union resumed talks on Tuesday about the strike that has stopped \
the Brindle ferries. Union leader Ada Brandt said that an agreement on night shifts was possible.

The company said that 5,200 passengers were waiting in Brindle.
"""
ELECTION = """\
Voters in Halmere will elect a mayor on 29 March. Councillor Ines Okafor leads the polls with 41 percent, \
ahead of incumbent Tove Lund.

The campaign turned on the price of water, which the town raised in January.
"""
