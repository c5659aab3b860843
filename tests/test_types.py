"""The values: frozen, strict, and the same again after a trip through JSON."""

from __future__ import annotations

import datetime as dt

import pytest
from pydantic import ValidationError

from qa.types import Answer, Article, Citation, Coverage, Filters, Notice, PromptRef, Statement, Usage

WHEN = dt.datetime(2026, 3, 12, 9, tzinfo=dt.UTC)
TEXT = "The mayor will attend. She said so on Monday."


def citation(marker: int, quote: str = "The mayor will attend.") -> Citation:
    start = TEXT.index(quote)
    return Citation(
        marker=marker, article_id="a1", outlet="The Courier", published=WHEN, quote=quote,
        start=start, end=start + len(quote),
    )  # fmt: skip


def answer() -> Answer:
    return Answer(
        question="Who will attend?",
        as_of=dt.date(2026, 3, 14),
        filters=Filters(since=dt.date(2026, 3, 1), outlets=("The Courier",)),
        text="The mayor will attend. [1] She said so. [2]",
        statements=(
            Statement(text="She said so.", citations=(citation(2, "She said so on Monday."),)),
            Statement(text="The mayor will attend.", modality="expected", citations=(citation(1),)),
        ),
        coverage=Coverage(articles=1, outlets=("The Courier",), first=WHEN, last=WHEN),
        engine="chain",
        model="openai:example",
        prompt=PromptRef(name="answer", version="v1", fingerprint="0" * 64),
        usage=Usage(calls=1, input_tokens=7, output_tokens=3),
        warnings=(Notice(code="withheld", message="One statement was withheld.", count=1),),
    )


def test_an_answer_is_the_same_after_json():
    assert Answer.model_validate_json(answer().model_dump_json()) == answer()


def test_citations_come_once_and_in_order_of_their_markers():
    twice = (*answer().statements, Statement(text="Again.", citations=(citation(1),)))
    cited = answer().model_copy(update={"statements": twice}).citations
    assert [c.marker for c in cited] == [1, 2]


def test_values_are_frozen():
    with pytest.raises(ValidationError):
        answer().text = "Something else."  # type: ignore[misc]


@pytest.mark.parametrize(
    "change",
    [
        {"surprise": 1},
        {"engine": "magic"},
        {"statements": [{"text": "Without a source.", "citations": []}]},
        {"coverage": {"articles": 1, "first": "2026-03-12T09:00:00"}},
    ],
)
def test_what_is_no_answer_is_refused(change):
    with pytest.raises(ValidationError):
        Answer.model_validate({**answer().model_dump(), **change})


def test_usage_adds_up():
    total = Usage(calls=1, input_tokens=7, output_tokens=3) + Usage(calls=2, input_tokens=10)
    assert total == Usage(calls=3, input_tokens=17, output_tokens=3)
    assert total.total_tokens == 20


def test_a_day_without_time_zone_is_no_publication():
    with pytest.raises(ValidationError):
        Article(id="a", text=TEXT, published=dt.datetime(2026, 3, 12))


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"version": 2}, True),
        ({"fetched": WHEN}, True),
        ({"text": TEXT + " It rained."}, False),
        ({"title": "Mayor to attend"}, False),
        ({"published": WHEN}, False),
        ({"authors": ("A Reporter",)}, False),
    ],
)
def test_the_digest_covers_what_a_reader_sees(change, same):
    article = Article(id="a", text=TEXT)
    assert (article.model_copy(update=change).digest == article.digest) is same


def test_an_articles_head_is_all_but_its_text():
    article = Article(id="a", text=TEXT, title="Mayor to attend", published=WHEN)
    assert {**article.head.model_dump(), "text": TEXT} == article.model_dump()
