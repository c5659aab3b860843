"""Every sentence of the sample articles, changed in one fact: grounding must notice each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from qa.answering.engine import Draft, Quote
from qa.answering.grounding import Withheld, ground
from qa.answering.words import names, numbers
from qa.days import MONTHS, WEEKDAYS
from qa.resources import sample_articles
from qa.sentences import sentence_spans
from qa.sources import Source, discover, read
from qa.types import Article, Passage

DAYS = "|".join(d.capitalize() for d in WEEKDAYS)
DATED = "|".join(m.capitalize() for m in MONTHS)


def passages() -> Iterator[tuple[Passage, str]]:
    for source in discover([str(sample_articles())]):
        assert isinstance(source, Source)
        for article in read(source):
            assert isinstance(article, Article)
            whole = Passage(
                number=1, article=article.head, ordinals=(0,), start=0, end=len(article.text),
                text=article.text, score=1, found_by=("lexical",),
            )  # fmt: skip
            yield from ((whole, article.text[a:b]) for a, b in sentence_spans(article.text))


SENTENCES = list(passages())


def another_number(sentence: str) -> str | None:
    found = [(start, end) for _, start, end in numbers(sentence) if sentence[start:end].strip().isdigit()]
    return f"{sentence[: found[0][0]]}8743 {sentence[found[0][1] :].lstrip()}" if found else None


def another_name(sentence: str) -> str | None:
    found = [n for n in names(sentence) if n.start > 0]
    return f"{sentence[: found[0].start]}Quillan Orbst{sentence[found[0].end :]}" if found else None


def another_weekday(sentence: str) -> str | None:
    said = re.findall(rf"\b(?:{DAYS})\b", sentence)
    other = next(d.capitalize() for d in WEEKDAYS if d.capitalize() not in said)
    return re.sub(rf"\b(?:{DAYS})\b", other, sentence, count=1) if said else None


def another_month(sentence: str) -> str | None:
    said = re.findall(rf"\b\d{{1,2}} (?:{DATED})\b", sentence)
    return sentence.replace(said[0], said[0].split()[0] + " Octember") if said else None


def the_opposite(sentence: str) -> str | None:
    changed, count = re.subn(
        r"\b(will|was|were|is|are|has|have) (?!not\b|no\b|n't)", r"\1 not ", sentence, count=1
    )
    return changed if count else None


def without_hedge(sentence: str) -> str | None:
    changed, count = re.subn(r"\b(?:may|might|could) (?=[a-z])", "will ", sentence, count=1)
    return changed if count and not re.search(r"\bif\b|\bunless\b|\bwould\b", sentence) else None


def check(sentence: str, passage: Passage, quote: str) -> bool:
    """Whether grounding lets the sentence through with `quote` as its citation."""
    return not isinstance(
        ground(Draft(text=sentence, quotes=(Quote(passage=1, text=quote),)), [passage]), Withheld
    )


def test_every_sentence_as_it_stands_is_let_through():
    refused = [s for p, s in SENTENCES if not check(s, p, s)]
    assert len(SENTENCES) > 250
    assert refused == []


@pytest.mark.parametrize(
    ("change", "least", "missed"),
    [
        (another_number, 80, 0),
        (another_name, 150, 0),
        (another_weekday, 40, 0),
        (another_month, 15, 0),
        (the_opposite, 150, 0),
        # In two of the four nothing changes ("denied a report that he will withdraw"); two need a parser.
        (without_hedge, 15, 4),
    ],
)
def test_a_changed_fact_is_noticed(change: Callable[[str], str | None], least: int, missed: int):
    changed = [(p, s, c) for p, s in SENTENCES if (c := change(s)) and c != s]
    assert len(changed) >= least
    through = [c for p, s, c in changed if check(c, p, s)]
    assert len(through) <= missed, through
