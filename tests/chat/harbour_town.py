"""A few articles about an invented town, and an assistant that answers from them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from qa import Article, Assistant, Conversation, Library, Settings
from qa.types import Answer

SUMMIT = """Prime Minister Torvald Enquist will attend the Ember Coast summit in Solhavn on Friday,
his office said.

President Maud Karrin of Ostmark will also attend the summit. Foreign minister Pelle
Strand, who was invited in May, has cancelled his trip to Solhavn, the ministry said.

"I am not going to Solhavn to smile for a photograph," Karrin said. She told reporters
that fishing rights come first.

The summit opens on 12 June. About 400 delegates are expected, the organisers said."""
BREWERY = """The brewery Hopmere will close its plant in Tallow on 3 August because of falling sales,
the company said on Monday.

Hopmere said 120 people work at the plant. Its chief executive, Runa Vinje, called the
decision "the hardest of my life".

"I owe these people an explanation," Vinje said. The union at the plant demands a
severance payment of 30,000 crowns.

The closure could cost the town a tenth of its jobs, the mayor of Tallow, Osk Brenner,
said. Brenner said he would ask the government for help."""
CHESS = """Ida Falk beat Moa Lind in the final of the Gullrock chess cup on Sunday.

Falk, 19, won after six hours. Lind, 44, said she had slept badly.

The final was played in Gullrock castle. Next year the cup moves to Tallow."""


def article(name: str, title: str, text: str, day: int) -> Article:
    """An article of May 2026."""
    text = "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
    published = dt.datetime(2026, 5, day, 9, tzinfo=dt.UTC)
    return Article(id=name, title=title, outlet="Ember Post", published=published, text=text)


ARTICLES = (
    article("summit", "Enquist to attend Solhavn summit", SUMMIT, 20),
    article("brewery", "Hopmere closes Tallow plant", BREWERY, 21),
    article("chess", "Falk wins Gullrock chess cup", CHESS, 24),
)
TODAY = dt.date(2026, 5, 25)


def assistant_in(folder: Path, **settings: Any) -> Assistant:
    """An assistant over the articles, in a library of its own; close it, and its library."""
    with Library(folder) as library:
        library.add(ARTICLES)
    return Assistant(Settings(library=folder, **settings))


def asked(talk: Conversation, *questions: str) -> str:
    """How the last of the questions is asked, after the others were."""
    for question in questions[:-1]:
        talk.ask(question, today=TODAY)
    return talk.as_asked(questions[-1]).asked


def sources(answer: Answer) -> set[str]:
    """The ids of the articles that an answer cites."""
    return {citation.article_id for citation in answer.citations}
