"""From drafts to an Answer: what is withheld, how the text is composed, and what the answer rests on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import pytest

from qa import Article, Library
from qa.answering.ask import GROUPS, ask, compose, final, groups_for
from qa.answering.covering import coverage
from qa.answering.engine import Draft, Outcome, Quote
from qa.answering.question import parse
from qa.errors import ModelServerError, QAError
from qa.types import Answer, Citation, Modality, Notice, Passage, Statement, Usage

REOPENS = "The bridge will reopen on Monday, Mayor Ada Brandt said."
RISES = "The toll will rise to three euros, the city said."


class Says:
    """An engine that proposes what it was given, whatever it is asked."""

    name = "extractive"
    model = ""
    prompt = None
    whole_articles = False

    def __init__(self, *drafts: Draft | Exception, outcome: Outcome | None = None) -> None:
        self.drafts = drafts
        self.outcome = outcome or Outcome()
        self.seen: list[Passage] = []

    def draft(self, question: str, passages: Sequence[Passage]) -> Iterator[Draft | Outcome]:
        self.seen = list(passages)
        for draft in self.drafts:
            if isinstance(draft, Exception):
                raise draft
            yield draft
        yield self.outcome


@pytest.fixture
def library(tmp_path):
    articles = [
        Article(
            id="a", outlet="Selby Courier", published=dt.datetime(2026, 3, 3, tzinfo=dt.UTC), text=REOPENS
        ),
        Article(id="b", outlet="Evening Post", published=dt.datetime(2026, 3, 9, tzinfo=dt.UTC), text=RISES),
    ]
    with Library(tmp_path / "library") as filled:
        filled.add(articles)
        yield filled


def draft(library: Library, text: str, quote: str = "", **more: object) -> Draft:
    """A draft that cites `quote` (else `text`) in the passage that holds it."""
    wanted = quote or text
    number = next((p.number for p in library.search("bridge toll") if wanted in p.text), 1)
    return Draft(text=text, quotes=(Quote(passage=number, text=wanted),), **more)  # type: ignore[arg-type]


def answer(library: Library, engine: Says, question: str = "bridge toll") -> Answer:
    return final(ask(question, library, engine))


def test_statements_come_one_by_one_and_then_the_answer(library):
    events = list(ask("bridge toll", library, Says(draft(library, REOPENS), draft(library, RISES))))
    assert [type(e) for e in events] == [Statement, Statement, Answer]
    shown = REOPENS.replace("on Monday", "on Monday [9 March 2026]")
    assert events[2].text == f"{shown} [1]\n{RISES} [2]"
    assert events[2].statements == tuple(events[:2])


def test_what_does_not_stand_in_the_source_is_withheld_and_counted(library):
    invented = draft(library, "The bridge will reopen on Friday.", REOPENS)
    found = answer(library, Says(draft(library, REOPENS), invented, invented))
    assert [s.text for s in found.statements] == [REOPENS]
    assert [n.count for n in found.warnings] == [2]
    assert "withheld 2 statements" in found.warnings[0].message


def test_nothing_left_means_abstaining(library):
    found = answer(library, Says(draft(library, "Nobody knows.", "These words are in no article.")))
    assert found.abstained
    assert not found.statements
    assert "check" in found.reason
    assert found.warnings


def test_an_engines_reason_is_passed_on(library):
    found = answer(library, Says(outcome=Outcome(reason="no article says so", usage=Usage(calls=1))))
    assert (found.text, found.usage.calls) == ("No answer: no article says so.", 1)


def test_an_engines_warnings_are_passed_on(library):
    notice = Notice(code="cut", message="the reply was cut")
    assert (
        notice in answer(library, Says(draft(library, REOPENS), outcome=Outcome(warnings=(notice,)))).warnings
    )


def test_the_same_statement_is_not_said_twice(library):
    assert len(answer(library, Says(draft(library, REOPENS), draft(library, REOPENS))).statements) == 1


def test_coverage_says_what_was_cited_and_no_more(library):
    both = answer(library, Says(draft(library, REOPENS), draft(library, RISES))).coverage
    assert (both.articles, both.outlets) == (2, ("Evening Post", "Selby Courier"))
    assert both.first
    assert both.last
    assert (both.first.day, both.last.day) == (3, 9)
    one = answer(library, Says(draft(library, RISES))).coverage
    assert (one.articles, one.outlets) == (1, ("Evening Post",))


def test_copies_of_one_source_count_once(library):
    wire = (
        f"SELBY (Northern Wire) - {REOPENS} Divers found no new cracks in the piers of the bridge this week."
    )
    library.add(
        Article(
            id=name, outlet=name.title(), text=f"{wire} Anglers must keep off the east bank until {name}day."
        )
        for name in ("mon", "tues")
    )
    assert _covered(library, "a", "b", "mon", "tues") == (4, 3)
    assert _covered(library, "mon", "tues") == (2, 1)
    assert _covered(library, "a", "tues") == (2, 2)
    library.remove("mon")
    assert _covered(library, "a", "b", "tues") == (3, 3)


def _covered(library: Library, *ids: str) -> tuple[int, int]:
    """Cited articles and independent ones, of statements that cite the first characters of these articles."""
    articles = [library.get(article_id) for article_id in ids]
    passages = [
        Passage(
            number=n,
            article=a.head,
            ordinals=(0,),
            start=0,
            end=9,
            text=a.text[:9],
            score=1,
            found_by=("dense",),
        )
        for n, a in enumerate(articles, 1)
    ]
    heads = list({p.article.id: p.article for p in passages}.values())
    found = coverage(heads, library.groups([h.id for h in heads]))
    return found.articles, found.independent


def test_an_article_that_was_removed_meanwhile_still_counts(library):
    class Removes(Says):
        def draft(self, question: str, passages: Sequence[Passage]) -> Iterator[Draft | Outcome]:
            yield from super().draft(question, passages)
            library.remove("a")

    covered = answer(library, Removes(draft(library, REOPENS), draft(library, RISES))).coverage
    assert (covered.articles, covered.independent) == (2, 2)


def test_an_abstention_rests_on_nothing(library):
    covered = answer(library, Says()).coverage
    assert (covered.articles, covered.independent) == (0, 0)


def test_an_error_of_the_engine_is_not_swallowed(library):
    with pytest.raises(ModelServerError):
        answer(library, Says(draft(library, REOPENS), ModelServerError("gone")))


def test_an_engine_is_not_asked_where_nothing_is_found(library):
    engine = Says(draft(library, REOPENS))
    found = answer(library, engine, "zzzz qqqq")
    assert found.abstained or engine.seen


def test_a_stream_without_an_end_is_an_error():
    with pytest.raises(QAError, match="last part"):
        final([])


def statement(text: str, modality: Modality, *markers: int) -> Statement:
    citations = tuple(Citation(marker=m, article_id="a", quote="x", start=0, end=1) for m in markers)
    return Statement(text=text, modality=modality, citations=citations)


def test_a_list_is_grouped_by_how_firmly_it_is_said():
    text = compose(
        [statement("Roe may come.", "expected", 2), statement("Brandt comes.", "confirmed", 1, 3)],
        groups=GROUPS,
    )
    assert text == "Confirmed:\n- Brandt comes. [1][3]\n\nExpected or conditional:\n- Roe may come. [2]"


def test_an_ungrouped_answer_keeps_its_order():
    assert compose([statement("B.", "denied", 1), statement("A.", "confirmed", 1)]) == "B. [1]\nA. [1]"


@pytest.mark.parametrize(
    ("question", "modalities", "headings"),
    [
        ("Who is attending Davos?", "confirmed expected", ["Attending", "Expected or conditional"]),
        ("Who will be in Davos?", "denied conditional", ["Expected or conditional", "Not attending"]),
        ("Who attended the Davos forum?", "confirmed denied", ["Attended", "Did not attend"]),
        ("Who is attending Davos?", "expected", ["Expected or conditional"]),
        ("Who is attending Davos?", "confirmed", []),
        ("Which countries backed the plan?", "confirmed alleged", ["Confirmed", "Alleged"]),
        ("Who is joining the coalition?", "confirmed denied", ["Confirmed", "Denied or not so"]),
        ("Is Roe attending Davos?", "confirmed denied", []),
    ],
)
def test_headings_say_what_was_asked(question, modalities, headings):
    statements = [statement(f"{m}.", m, n) for n, m in enumerate(modalities.split(), start=1)]
    text = compose(statements, groups=groups_for(parse(question), statements))
    assert [line[:-1] for line in text.splitlines() if line.endswith(":")] == headings
    assert all(s.text in text for s in statements)
