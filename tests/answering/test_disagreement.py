"""Where sources do not agree: both sides with their outlets and days, a later report told from a
disagreement, and no conflict where two values may be of two things. Small stories, put into a library and
asked about.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from qa import Article, Assistant, Library, Settings
from qa.answering.chain import ChainEngine
from qa.answering.extractive import ExtractiveEngine
from qa.models.scripted import ScriptedChatModel
from qa.types import Answer

SLIDE = "A landslide in the Sorn valley killed {} people on Sunday, the fire brigade said."
WIRE = (
    "UPPER SORN (Northern Wire) - {} Rescuers with dogs searched the ruins of a farm above Upper Sorn. {} "
    "The road to Halvik was closed."
)
CRASH = "A tram crash in Halvik injured 34 people on Sunday, police said. The tram had left the depot late."
DEATHS = "How many people died in the Sorn valley landslide?"
HURT = "How many people were injured in the Halvik tram crash?"
MARCH = "How many people marched in Halvik?"


@dataclass(frozen=True)
class Told:
    """An article in few words: its outlet, when it was published ("" = unknown) and its text."""

    outlet: str
    when: str
    text: str
    updated: str = ""

    def article(self, number: int) -> Article:
        """The article, with an id of its own."""
        return Article(
            id=f"a{number}",
            outlet=self.outlet,
            published=_moment(self.when),
            updated=_moment(self.updated),
            text=self.text,
        )


def _moment(text: str) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC) if text else None


def post(text: str, when: str = "2026-05-03", **more: Any) -> Told:
    return Told("Evening Post", when, text, **more)


def courier(text: str, when: str = "2026-05-03", **more: Any) -> Told:
    return Told("Courier", when, text, **more)


@pytest.fixture
def ask(tmp_path: Path):
    """Puts articles into a library and asks it, with the extractive engine or with a scripted model."""

    def asked(question: str, *stories: Told, as_of: str = "", says: Any = None) -> Answer:
        with Library(tmp_path / "library") as library:
            library.add([story.article(n) for n, story in enumerate(stories, 1)])
            engine = ExtractiveEngine() if says is None else _scripted(says)
            assistant = Assistant(Settings(), library=library, engine=engine)
            return assistant.ask(question, as_of=dt.date.fromisoformat(as_of) if as_of else None)

    return asked


def _scripted(statements: Any) -> ChainEngine:
    reply = {"answerable": True, "reason": "", "statements": statements}
    model = ScriptedChatModel(script={"*": reply})
    return ChainEngine(Settings(model="scripted:test", model_retries=0), model=model)


def values(answer: Answer) -> list[tuple[str, ...]]:
    """The values of each conflict, in order."""
    return [tuple(side.value for side in conflict.sides) for conflict in answer.conflicts]


def last_line(answer: Answer) -> str:
    return answer.text.splitlines()[-1]


def holds(answer: Answer) -> None:
    """What is true of every answer with conflicts."""
    known = {c.marker for c in answer.citations}
    assert {int(m) for m in re.findall(r"\[(\d+)\]", answer.text)} <= known
    for conflict in answer.conflicts:
        for side in conflict.sides:
            assert all(1 <= n <= len(answer.statements) for n in side.statements)
            assert side.value.split()[-1].lower() in answer.text.lower()


DISAGREE: dict[str, tuple[str, tuple[Told, ...], set[str]]] = {
    "two outlets, one day": (
        "How many people died when the Ostrava Queen sank?",
        (
            post(
                "112 people died when the ferry Ostrava Queen sank off Brenn on Sunday, the coastguard said."
            ),
            courier(
                "The sinking of the Ostrava Queen off Brenn killed 84 people, the interior ministry said."
            ),
        ),
        {"112", "84"},
    ),
    "three outlets": (
        DEATHS,
        (
            post("A landslide in the Sorn valley killed 12 people on Sunday, the mayor of Upper Sorn said."),
            courier("Nine people died in the landslide in the Sorn valley, the fire brigade said on Sunday."),
            Told("Daily Ledger", "2026-05-03", "The Sorn valley landslide killed 15 people, the army said."),
        ),
        {"12", "Nine", "15"},
    ),
    "police and organisers in one article": (
        MARCH,
        (
            post(
                "Police put the crowd at the Halvik march for "
                "cheaper trams at 800. The organisers, the Tram "
                "Riders' Union, spoke of 3,000 people."
            ),
        ),
        {"800", "3,000"},
    ),
    "police and organisers in one sentence": (
        MARCH,
        (
            post(
                "Police put the crowd at the Halvik tram march "
                "at 800, while organisers spoke of 3,000 people."
            ),
        ),
        {"800", "3,000"},
    ),
    "police and organisers on two days": (
        MARCH,
        (
            post("About 800 people marched in Halvik for cheaper trams on Sunday, police said."),
            courier("About 3,000 people marched in Halvik on Sunday, organisers said.", "2026-05-04"),
        ),
        {"About 800", "About 3,000"},
    ),
    "a sum": (
        "How much will the Brenn stadium cost?",
        (
            post("The new stadium in Brenn will cost 40 million euros, the mayor said."),
            courier("The new stadium in Brenn will cost 55 million euros, according to the auditors."),
        ),
        {"40 million euros", "55 million euros"},
    ),
    "a range and a sum outside it": (
        "How much will the Brenn cable repair cost?",
        (
            post(
                "The Brenn cable repair will cost between 50 million and 60 million euros, the operator said."
            ),
            courier("The Brenn cable repair will cost 75 million euros, the minister said."),
        ),
        {"between 50 million and 60 million euros", "75 million euros"},
    ),
    "a percentage": (
        "By how much did rents rise in Brenn?",
        (
            post("Rents in Brenn rose 13.1 percent last year, the statistics office said."),
            courier("Rents in Brenn rose 11.8 percent last year, according to a property portal."),
        ),
        {"13.1 percent", "11.8 percent"},
    ),
    "how far a price fell": (
        "How far did the price of bread drop in Brenn?",
        (
            post("The price of bread in Brenn dropped by 12 percent in April, the statistics office said."),
            courier("The price of bread in Brenn dropped by 7 percent in April, the bakers' guild said."),
        ),
        {"12 percent", "7 percent"},
    ),
    "a length of time": (
        "How long was Jonas Brandt's prison sentence?",
        (
            post("Jonas Brandt was sentenced to five years in prison on Monday, the court in Brenn said."),
            courier("Jonas Brandt was sentenced to six years in prison on Monday, his lawyer said."),
        ),
        {"five years", "six years"},
    ),
    "a time of day": (
        "At what time did the Brenn power cable fail?",
        (
            post("The Brenn power cable failed at 11:52 p.m., the operator said."),
            courier("The Brenn power cable failed at 10:40 p.m., police said."),
        ),
        {"11:52 p.m.", "10:40 p.m."},
    ),
    "the winner": (
        "Who won the Brenn mayoral election?",
        (
            post(
                "Ada Lindqvist won the mayoral election in "
                "Brenn on Sunday, beating Tomas Reuter by 300 votes."
            ),
            courier("Tomas Reuter won the mayoral election in Brenn on Sunday, according to first results."),
        ),
        {"Ada Lindqvist", "Tomas Reuter"},
    ),
    "a place": (
        "Where did the Ostrava Queen sink?",
        (
            post("The ferry Ostrava Queen sank off Brenn in heavy seas on Sunday, the coastguard said."),
            courier("The ferry Ostrava Queen sank off Halvik in heavy seas on Sunday, the coastguard said."),
        ),
        {"Brenn", "Halvik"},
    ),
    "yes and no": (
        "Has the Brenn council approved the stadium?",
        (
            post("The Brenn council has approved the new stadium, the mayor said on Sunday."),
            courier(
                "The Brenn council has not approved the new stadium, a council spokeswoman said on Sunday."
            ),
        ),
        {"confirmed", "denied"},
    ),
    "an allegation and its denial": (
        "Did the Norvik plant dump waste in the river?",
        (
            post(
                "The union alleged that the Norvik plant dumped waste in the river at night. The company "
                "denied that the Norvik plant had dumped waste in the river."
            ),
        ),
        {"alleged", "denied"},
    ),
    "a copy with another number": (
        DEATHS,
        (
            Told("Northern Wire", "2026-05-03T08:00", WIRE.format(SLIDE.format("nine"), "")),
            courier(WIRE.format(SLIDE.format("19"), ""), "2026-05-03T09:00"),
        ),
        {"nine", "19"},
    ),
    "a copy with another name": (
        "Who heads the rescue in the Sorn valley?",
        (
            Told(
                "Northern Wire",
                "2026-05-03T08:00",
                WIRE.format("", "Ann Roe heads the rescue in the Sorn valley."),
            ),
            courier(WIRE.format("", "Jo Doe heads the rescue in the Sorn valley."), "2026-05-03T09:00"),
        ),
        {"Ann Roe", "Jo Doe"},
    ),
    "an undated article": (
        DEATHS,
        (
            post(SLIDE.format("nine"), ""),
            courier(
                "Fifteen people died in the landslide in the Sorn valley, the fire brigade said.",
                "2026-05-06",
            ),
        ),
        {"nine", "Fifteen"},
    ),
    "a number in a question of what happened": (
        "What happened to the Ostrava Queen?",
        (
            post(
                "The ferry Ostrava Queen sank off Brenn on Sunday and 112 people died, the coastguard said."
            ),
            courier(
                "The ferry Ostrava Queen sank off Brenn on Sunday and 84 people died, the coastguard said."
            ),
        ),
        {"112", "84"},
    ),
}


@pytest.mark.parametrize("name", DISAGREE)
def test_both_sides_are_told(ask, name):
    question, stories, wanted = DISAGREE[name]
    answer = ask(question, *stories)
    assert [set(v) for v in values(answer)] == [wanted], answer.text
    assert answer.conflicts[0].kind == "disagreement"
    assert last_line(answer).startswith("Sources disagree")
    holds(answer)


SUPERSEDED: dict[str, tuple[str, tuple[Told, ...], tuple[str, ...]]] = {
    "a toll that rose": (
        DEATHS,
        (
            post(SLIDE.format("nine")),
            courier(
                "The number of people killed by the landslide in "
                "the Sorn valley rose to 12, the fire brigade said.",
                "2026-05-05",
            ),
        ),
        ("nine", "12"),
    ),
    "a guest called by a land and one called by an office": (
        "Who will be at the Brenn summit?",
        (
            post("President Ann Roe of Norland will attend the Brenn summit, her office said.", "2026-05-03"),
            courier(
                "Norland's president, Ann Roe, has cancelled her trip to the Brenn summit, her office said.",
                "2026-05-06",
            ),
        ),
        ("confirmed", "denied"),
    ),
    "a guest who will be there, and later will not": (
        "Will Ann Roe attend the Brenn summit?",
        (
            post(
                "President Ann Roe of Norland will also be there when the Brenn summit opens.", "2026-05-03"
            ),
            courier(
                "Norland's president, Ann Roe, has cancelled her trip to the Brenn summit, her office said.",
                "2026-05-06",
            ),
        ),
        ("confirmed", "denied"),
    ),
    "three states one after another": (
        DEATHS,
        (
            post(SLIDE.format("nine")),
            post(
                "The number of people killed by the landslide in "
                "the Sorn valley rose to 12, the fire brigade said.",
                "2026-05-04",
            ),
            courier("Fifteen people are now known to have died in the Sorn valley landslide.", "2026-05-06"),
        ),
        ("nine", "12", "Fifteen"),
    ),
    "an outlet that corrects itself on the same day": (
        DEATHS,
        (
            post(SLIDE.format("nine"), "2026-05-03T08:00"),
            post(
                "Correction: the landslide in the Sorn valley "
                "killed seven people, not nine, the fire brigade said.",
                "2026-05-03T17:30",
            ),
        ),
        ("nine", "seven"),
    ),
    "an article updated later on the same day": (
        DEATHS,
        (
            post(SLIDE.format("nine"), "2026-05-03T08:00"),
            courier(
                "The Sorn valley landslide killed 12 people, the fire brigade said.",
                "2026-05-03T07:00",
                updated="2026-05-03T19:00",
            ),
        ),
        ("nine", "12"),
    ),
    "a date that moved": (
        "When does the Brenn bridge reopen?",
        (
            post("The Brenn bridge will reopen on 12 June, the roads agency said."),
            courier("The Brenn bridge will reopen on 3 July, the roads agency said.", "2026-05-20"),
        ),
        ("12 June", "3 July"),
    ),
    "expected, then confirmed": (
        "Will Ada Lindqvist attend the Brenn summit?",
        (
            post("Ada Lindqvist is expected to attend the Brenn summit, an official said.", "2026-09-11"),
            courier(
                "Ada Lindqvist will attend the Brenn summit, her office confirmed on Monday.", "2026-09-21"
            ),
        ),
        ("expected", "confirmed"),
    ),
    "confirmed, then called off": (
        "Will Ada Lindqvist attend the Brenn summit?",
        (
            post("Ada Lindqvist will attend the Brenn summit, her office confirmed on Friday.", "2026-09-11"),
            courier("Ada Lindqvist will not attend the Brenn summit, her office said.", "2026-09-21"),
        ),
        ("confirmed", "denied"),
    ),
    "a list in which one becomes sure": (
        "Who is attending the Brenn summit?",
        (
            post("Ada Lindqvist is expected to attend the Brenn summit, an official said.", "2026-09-11"),
            courier(
                "Ada Lindqvist will attend the Brenn summit, her office confirmed on Monday.", "2026-09-21"
            ),
        ),
        ("expected", "confirmed"),
    ),
    "another mayor": (
        "Who is the mayor of Brenn?",
        (
            post("Brenn's mayor, Tomas Reuter, opened the new market hall on Sunday."),
            courier(
                "Ada Lindqvist was elected mayor of Brenn on Tuesday and takes office in July.", "2026-06-03"
            ),
        ),
        ("Tomas Reuter", "Ada Lindqvist"),
    ),
}


@pytest.mark.parametrize("name", SUPERSEDED)
def test_a_later_report_is_told_from_a_disagreement(ask, name):
    question, stories, wanted = SUPERSEDED[name]
    answer = ask(question, *stories)
    assert values(answer) == [wanted], answer.text
    assert answer.conflicts[0].kind == "superseded"
    assert last_line(answer).startswith("Later report")
    moments = [side.first for side in answer.conflicts[0].sides]
    assert moments == sorted(moments)
    holds(answer)


AGREE: dict[str, tuple[str, tuple[Told, ...]]] = {
    "about 3,000 and 2,987": (
        "How many people took part in the Brenn regatta?",
        (
            post("About 3,000 people took part in the Brenn regatta on Sunday, the harbour club said."),
            courier("In the Brenn regatta 2,987 people took part on Sunday, according to the town hall."),
        ),
    ),
    "more than 100 and 112": (
        DEATHS,
        (
            post("More than 100 people died in the landslide in the Sorn valley, the fire brigade said."),
            courier("The Sorn valley landslide killed 112 people on Sunday, the army said."),
        ),
    ),
    "2.4 million and 2.37 million": (
        "How much did the Brenn harbour repair cost?",
        (
            post("The repair of the Brenn harbour cost 2.4 million euros, the town hall said."),
            courier("The repair of the Brenn harbour cost 2.37 million euros, according to the auditors."),
        ),
    ),
    "a range and a sum within it": (
        "How much will the Brenn cable repair cost?",
        (
            post(
                "The Brenn cable repair will cost between 50 million and 60 million euros, the operator said."
            ),
            courier("The Brenn cable repair will cost 55 million euros, the minister said."),
        ),
    ),
    "participants and countries": (
        "What was the number of people at the Brenn forum?",
        (
            post("About 3,000 participants came to the Brenn forum, the organisers said."),
            courier("People from 130 countries came to the Brenn forum, the organisers said."),
        ),
    ),
    "a group among the injured": (
        HURT,
        (
            post(CRASH),
            courier("Twelve children were injured in the Halvik tram crash on Sunday, police said."),
        ),
    ),
    "a part of the whole": (
        HURT,
        (
            post(CRASH),
            courier("Nine of the 34 people injured in the Halvik tram crash are still in hospital."),
        ),
    ),
    "dead and injured": (
        HURT,
        (post(CRASH), courier("Two people were killed in the Halvik tram crash on Sunday, police said.")),
    ),
    "a share of the cost": (
        "How much will the Brenn stadium cost?",
        (
            post("The new stadium in Brenn will cost 40 million euros, the mayor said."),
            courier("The state will pay 15 million euros of the cost of the new stadium in Brenn, it said."),
        ),
    ),
    "a price for each share": (
        "How much is Tellaro paying for Norvik Shipping?",
        (
            post("Tellaro is paying 212 euros for each share of Norvik Shipping, the company said."),
            courier("Tellaro is paying 3.4 billion euros for Norvik Shipping, the company said."),
        ),
    ),
    "two quarters": (
        "How much profit did Norvik Shipping make?",
        (
            post("Norvik Shipping made a profit of 12 million euros in the first quarter, the company said."),
            courier(
                "Norvik Shipping made a profit of 15 million euros in the second quarter, it said.",
                "2026-07-03",
            ),
        ),
    ),
    "two marches, a year apart": (
        MARCH,
        (
            post(
                "About 800 people marched in Halvik on Saturday for cheaper trams, police said.", "2025-05-03"
            ),
            courier("About 3,000 people marched in Halvik on Sunday for cheaper trams, police said."),
        ),
    ),
    "two fires in two towns": (
        "How many people were killed in the factory fire?",
        (
            post("A factory fire in Brenn killed six people on Sunday, police said."),
            courier("A factory fire in Halvik killed nine people on Sunday, police said."),
        ),
    ),
    "two speakers at one rally": (
        "Who spoke at the Brenn rally?",
        (
            post("Ada Lindqvist spoke at the Brenn rally on Sunday, to loud applause from the dockers."),
            courier("Tomas Reuter spoke at the Brenn rally on Sunday, and was booed by some of the dockers."),
        ),
    ),
    "two spellings of a winner": (
        "Who won the Brenn mayoral election?",
        (
            post("Ada Lindqvist won the mayoral election in Brenn on Sunday, by a few hundred votes."),
            courier("Lindquist won the mayoral election in Brenn on Sunday, according to first results."),
        ),
    ),
    "a weekday and its date": (
        "When do people in Brenn vote?",
        (
            post("People in Brenn will vote on Saturday, the city clerk said.", "2026-09-21"),
            courier("People in Brenn will vote on 26 September, the city clerk said.", "2026-09-11"),
        ),
    ),
    "two denials": (
        "Will the Brenn ferry line close?",
        (
            post("The Brenn ferry line will not close, its operator said on Monday."),
            courier("The operator denied that the Brenn ferry line will close, the mayor said on Monday."),
        ),
    ),
    "confirmed, and still called expected elsewhere": (
        "Will Ada Lindqvist attend the Brenn summit?",
        (
            post("Ada Lindqvist will attend the Brenn summit, her office confirmed on Friday.", "2026-09-11"),
            courier("Ada Lindqvist is expected to attend the Brenn summit on Thursday.", "2026-09-21"),
        ),
    ),
}


@pytest.mark.parametrize("name", AGREE)
def test_what_may_be_two_things_is_no_conflict(ask, name):
    question, stories = AGREE[name]
    answer = ask(question, *stories)
    assert not answer.abstained
    assert len({c.article_id for c in answer.citations}) == 2, answer.text
    assert answer.conflicts == (), answer.text
    assert "Sources disagree" not in answer.text
    assert "Later report" not in answer.text


def test_a_wire_copy_is_one_side_with_its_original(ask):
    added = "The Courier's reporter Jo Lund saw 20 helicopters."
    answer = ask(
        DEATHS,
        Told("Northern Wire", "2026-05-03T08:00", WIRE.format(SLIDE.format("nine"), "")),
        courier(WIRE.format(SLIDE.format("nine"), "") + " " + added, "2026-05-03T09:00"),
    )
    assert (len(answer.statements), answer.conflicts) == (1, ())


def test_as_of_a_day_before_the_correction_only_the_old_value_is_known(ask):
    later = courier("Fifteen people died in the landslide in the Sorn valley, it said.", "2026-05-06")
    answer = ask(DEATHS, post(SLIDE.format("nine")), later, as_of="2026-05-04")
    assert "nine" in answer.text
    assert "Fifteen" not in answer.text
    assert answer.conflicts == ()


def test_what_a_side_holds(ask):
    question, stories, _ = DISAGREE["two outlets, one day"]
    (conflict,) = ask(question, *stories).conflicts
    assert conflict.about == "people killed"
    by_value = {side.value: side for side in conflict.sides}
    assert by_value["112"].outlets == ("Evening Post",)
    assert by_value["84"].speakers == ("interior ministry",)
    assert by_value["84"].first == by_value["84"].last == _moment("2026-05-03")


def test_the_line_of_a_disagreement(ask):
    question, stories, _ = DISAGREE["the winner"]
    line = last_line(ask(question, *stories))
    assert line in (
        "Sources disagree: Tomas Reuter (Courier, 3 May) [1] and Ada Lindqvist (Evening Post, 3 May) [2].",
        "Sources disagree: Ada Lindqvist (Evening Post, 3 May) [1] and Tomas Reuter (Courier, 3 May) [2].",
    )


def test_the_line_of_a_later_report(ask):
    question, stories, _ = SUPERSEDED["three states one after another"]
    assert last_line(ask(question, *stories)) == (
        "Later report: fifteen (Courier, 6 May) [1] instead of 12 (Evening Post, 4 May) [2] and nine "
        "(Evening Post, 3 May) [3]."
    )


def test_on_one_day_the_line_gives_the_hour(ask):
    question, stories, _ = SUPERSEDED["an outlet that corrects itself on the same day"]
    assert last_line(ask(question, *stories)) == (
        "Later report: seven (3 May, 17:30) [1] instead of nine (3 May, 08:00) [2]."
    )


# ---------------------------------------------------------------- the chain


def says(text: str, *quotes: tuple[int, str], **more: Any) -> dict[str, Any]:
    cited = [{"passage": number, "quote": quote} for number, quote in quotes]
    return {"text": text, "modality": "confirmed", "attributed_to": "", "citations": cited, **more}


NINE, TWELVE = SLIDE.format("nine"), "The Sorn valley landslide killed 12 people on Sunday, the army said."


def _numbered(ask, *stories: Told) -> dict[str, int]:
    """The number of the passage that each outlet's story gets, with an engine that is shown them."""
    seen: dict[str, int] = {}

    class Looks(ExtractiveEngine):
        whole_articles = False

        def draft(self, question, passages):
            seen.update({p.article.outlet: p.number for p in passages})
            yield from super().draft(question, passages)

    with Library(ask) as library:
        library.add([story.article(n) for n, story in enumerate(stories, 1)])
        Assistant(Settings(), library=library, engine=Looks()).ask(DEATHS)
    return seen


def test_a_models_statements_disagree_too(ask, tmp_path):
    stories = (post(NINE), courier(TWELVE))
    number = _numbered(tmp_path / "other", *stories)
    statements = [
        says("Nine people were killed in the landslide.", (number["Evening Post"], NINE)),
        says("The landslide killed 12 people, the army said.", (number["Courier"], TWELVE)),
    ]
    answer = ask(DEATHS, *stories, says=statements)
    assert [s.support for s in answer.statements] == ["paraphrase", "paraphrase"]
    assert [set(v) for v in values(answer)] == [{"Nine", "12"}]
    assert last_line(answer) == (
        "Sources disagree: nine (fire brigade, Evening Post, 3 May) [1] and 12 (army, Courier, 3 May) [2]."
    )
    holds(answer)


def test_one_statement_of_a_model_that_cites_both_sides(ask, tmp_path):
    stories = (post(NINE), courier(TWELVE))
    number = _numbered(tmp_path / "other", *stories)
    both = "The landslide killed nine people, the fire brigade said, while the army said it killed 12 people."
    statement = says(both, (number["Evening Post"], NINE), (number["Courier"], TWELVE))
    answer = ask(DEATHS, *stories, says=[statement])
    (conflict,) = answer.conflicts
    assert {(s.value, s.outlets) for s in conflict.sides} == {
        ("nine", ("Evening Post",)),
        ("12", ("Courier",)),
    }
    assert {s.speakers for s in conflict.sides} == {("fire brigade",), ("army",)}
    holds(answer)


def test_two_citations_of_one_value_are_one_side(ask, tmp_path):
    ledger = "Nine people died in the landslide in the Sorn valley, the fire brigade said."
    stories = (post(NINE), courier(TWELVE, "2026-05-04"), Told("Daily Ledger", "2026-05-03", ledger))
    number = _numbered(tmp_path / "other", *stories)
    statements = [
        says("Nine people died.", (number["Evening Post"], NINE), (number["Daily Ledger"], ledger)),
        says("The landslide killed 12 people, the army said.", (number["Courier"], TWELVE)),
    ]
    (conflict,) = ask(DEATHS, *stories, says=statements).conflicts
    assert conflict.kind == "superseded"
    assert [s.outlets for s in conflict.sides] == [("Daily Ledger", "Evening Post"), ("Courier",)]


def test_a_statement_that_ends_in_another_number_is_no_repeat(ask, tmp_path):
    stories = (
        post("In all, 116 people died in the Sorn valley landslide."),
        courier("16 people died in the Sorn valley landslide."),
    )
    number = _numbered(tmp_path / "other", *stories)
    statements = [
        says("116 people died in the Sorn valley landslide.", (number["Evening Post"], stories[0].text)),
        says("16 people died in the Sorn valley landslide.", (number["Courier"], stories[1].text)),
    ]
    answer = ask(DEATHS, *stories, says=statements)
    assert len(answer.statements) == 2
    assert [set(v) for v in values(answer)] == [{"116", "16"}]


# ---------------------------------------------------------------- where it is shown


def test_the_terminal_and_the_json_have_it(ask):
    from qa.cli.render import answer_lines

    question, stories, _ = DISAGREE["a sum"]
    answer = ask(question, *stories)
    assert last_line(answer) in [line.text for line in answer_lines(answer)]
    assert Answer.model_validate_json(answer.model_dump_json()).conflicts == answer.conflicts


def test_two_conflicts_say_what_each_is_about(ask):
    answer = ask(
        "What happened to the Ostrava Queen?",
        post("The ferry Ostrava Queen sank off Brenn on Sunday; 112 people died and 30 were injured."),
        courier("The ferry Ostrava Queen sank off Brenn on Sunday; 84 people died and 41 were injured."),
    )
    assert {c.about for c in answer.conflicts} == {"people killed", "people injured"}
    lines = [line for line in answer.text.splitlines() if line.startswith("Sources disagree on people")]
    assert len(lines) == 2


def test_days_of_two_years_are_told_with_the_year(ask):
    answer = ask(
        "Who is the mayor of Brenn?",
        post("Brenn's mayor, Tomas Reuter, opened the new market hall on Sunday.", "2025-12-28"),
        courier("Ada Lindqvist was elected mayor of Brenn on Tuesday.", "2026-01-06"),
    )
    assert last_line(answer) == (
        "Later report: Ada Lindqvist (Courier, 6 January 2026) [1] instead of Tomas Reuter "
        "(Evening Post, 28 December 2025) [2]."
    )
