"""What of a source bears on a statement, who the source has say it, and what both do to verdict and score."""

from __future__ import annotations

import pytest

from qa.answering.engine import Draft, Quote
from qa.answering.grounding import Withheld, ground
from qa.answering.modality import modality, negated
from qa.answering.supporting.clauses import bearing, closest_clause
from qa.answering.supporting.misattributed import misattributed
from qa.answering.supporting.scoring import doubt, read_source, support
from qa.sentences import sentence_spans
from qa.types import ArticleHead, Passage


def verdict(statement: str, source: str) -> str:
    """The code of why a statement that quotes the whole source is withheld, "" if it is not."""
    passage = Passage(
        number=1, article=ArticleHead(id="a" * 16), ordinals=(0,), start=0, end=len(source), text=source,
        score=1, found_by=(),
    )  # fmt: skip
    quotes = tuple(Quote(passage=1, text=source[a:b]) for a, b in sentence_spans(source))
    result = ground(Draft(text=statement, quotes=quotes), [passage])
    return result.code if isinstance(result, Withheld) else ""


# ---------------------------------------------------------------- what bears on it


@pytest.mark.parametrize(
    ("statement", "source", "left"),
    [
        # Another predicate, another clause, a relative clause: left behind.
        (
            "Roe won six titles with Selby.",
            "Roe won six titles with Selby and is considered the finest of her time.",
            "Roe won six titles with Selby",
        ),
        (
            "Orla Fenwick will lead the team.",
            "Orla Fenwick will lead the team and her squad could include two teenagers.",
            "Orla Fenwick will lead the team",
        ),
        (
            "She lives with two dogs.",
            "She lives with two dogs who don't like the rain.",
            "She lives with two dogs",
        ),
        # An aside.
        (
            "One man told the paper that he woke at six.",
            "One man, who declined to give his name, told the paper that he woke at six.",
            "One man told the paper that he woke at six.",
        ),
        # The predicate before "but".
        (
            "Roe has no plans to leave.",
            "Roe insists that she is better than her rivals but has no plans to leave.",
            "Roe but has no plans to leave.",
        ),
    ],
)
def test_what_a_statement_leaves_behind_says_nothing_of_it(statement: str, source: str, left: str) -> None:
    found = bearing(statement, source)
    assert len(found) == len(source)
    assert " ".join(found.split()) == left
    assert verdict(statement, source) == ""


@pytest.mark.parametrize(
    ("statement", "source", "code"),
    [
        # Said of the whole, wherever it stands.
        ("Roe robbed a bank.", "Roe robbed a bank and shot two guards, prosecutors say.", "modality"),
        ("Roe robbed a bank.", "Roe robbed a bank and allegedly shot two guards.", "modality"),
        ("The plant will close.", "The plant will close and 300 jobs go if the sale fails.", "modality"),
        ("Roe took the money.", "Roe took the money, which she denies.", "negation"),
        ("The mayor took the money.", "The mayor, who denies it, took the money and left.", "negation"),
        ("Roe sold the house.", "Roe sold the house but this was denied by her office.", "negation"),
        ("Roe sold the house.", "Roe sold the house, but her office denied it.", "negation"),
        ("Roe sold the house.", "Roe sold the house, which her office says is false.", "negation"),
        ("Roe will resign.", "Roe will resign and it is unclear who follows.", "negation"),
        # Taken from before "but", with what governs it.
        ("Roe stole two cars.", "Roe is accused of theft but stole two cars, prosecutors claim.", "modality"),
        # One hedge over both verbs.
        ("The bank will trim staff.", "The bank may cut rates and trim staff.", "modality"),
    ],
)
def test_what_takes_the_whole_back_stays(statement: str, source: str, code: str) -> None:
    assert verdict(statement, source) == code


def test_what_only_tells_of_the_event_takes_nothing_back() -> None:
    assert verdict("Roe sold the house.", "Roe sold the house, which pleased her office.") == ""


def test_a_statement_that_took_nothing_leaves_the_source_as_it_is() -> None:
    source = "Roe won and is glad."
    assert bearing("Zebras sleep", source) == source


def test_the_closest_clause_is_the_one_that_holds_most_words_the_shortest_of_them() -> None:
    sentences = ["Rain fell.", "The council closed the pool, but the library will open on Monday."]
    assert closest_clause("The library will open.", sentences).strip(" ,.") == (
        "but the library will open on Monday"
    )
    assert closest_clause("The library will open.", []) == ""


# ---------------------------------------------------------------- who says it


DEAL = "he will not sign a new deal."


@pytest.mark.parametrize(
    ("statement", "sentences", "expected"),
    [
        (f"Paul Scolt says {DEAL}", [f"Rahim Sterne says {DEAL}"], "Scolt"),
        # Somebody without a name may be the same.
        (f"Paul Scolt says {DEAL}", [f"The player says {DEAL}"], None),
        (f"Paul Scolt says {DEAL}", [f"He says {DEAL}"], None),
        (f"Paul Scolt says {DEAL}", [f"Sources say {DEAL}"], None),
        (f"The captain says {DEAL}", [f"Rahim Sterne says {DEAL}"], None),
        # The same, or one of those whom the source has say it.
        (f"Scolt says {DEAL}", [f"Paul Scolt says {DEAL}"], None),
        (f"Scolt says {DEAL}", [f"Rahim Sterne says {DEAL}", f"Scolt told us {DEAL}"], None),
        # Nobody says it there; and too little is said to know.
        (f"Paul Scolt says {DEAL}", ["A new deal will not be signed."], None),
        ("Paul Scolt says no.", ["Rahim Sterne says no."], None),
        ("Paul Scolt signed a new deal.", [f"Rahim Sterne says {DEAL}"], None),
    ],
)
def test_words_put_into_anothers_mouth(statement: str, sentences: list[str], expected: str | None) -> None:
    found = misattributed(statement, sentences)
    assert (found.text if found else None) == expected


SIGNING = (
    "Rahim Sterne said the club would open a new academy in May. Paul Scolt, a former player, was pleased."
)


def test_what_another_says_is_withheld_and_doubted() -> None:
    his, anothers = (
        f"{name} said the club would open a new academy." for name in ("Rahim Sterne", "Paul Scolt")
    )
    assert verdict(his, SIGNING) == ""
    assert verdict(anothers, SIGNING) == "unsupported"
    assert doubt(anothers, read_source(SIGNING)).misattributed == 1
    assert support(anothers, SIGNING) < support(his, SIGNING) / 2


# ---------------------------------------------------------------- cleared of a wrong


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("Ann Roe was cleared of fraud.", "A jury cleared Ann Roe of fraud on Monday."),
        ("A jury cleared Ann Roe of fraud.", "Ann Roe was cleared of fraud by a jury on Monday."),
        ("Hugo Sand was cleared of theft.", "The court cleared a baker, Hugo Sand, of theft on Monday."),
        ("Crews cleared the road of snow.", "The road was cleared of snow by crews overnight."),
        ("Norway cleared the takeover of Tarrant.", "The takeover of Tarrant was cleared by Norway in May."),
    ],
)
def test_cleared_is_the_same_in_the_passive(statement: str, source: str) -> None:
    assert verdict(statement, source) == ""
    assert verdict(source, statement) in ("", "unknown-date", "unknown-name")  # what it adds


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("Ann Roe committed fraud.", "A jury cleared Ann Roe of fraud on Monday."),
        ("Ann Roe committed fraud.", "Ann Roe was cleared of fraud on Monday."),
        ("Ann Roe was convicted of fraud.", "A jury cleared Ann Roe of fraud on Monday."),
        ("Ann Roe was cleared of fraud.", "A jury convicted Ann Roe of fraud on Monday."),
        ("Ann Roe was not cleared of fraud.", "A jury cleared Ann Roe of fraud on Monday."),
    ],
)
def test_cleared_is_not_its_contrary_in_either_voice(statement: str, source: str) -> None:
    assert verdict(statement, source) in ("negation", "unsupported")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The court cleared her of all charges.", True),
        ("The panel cleared the two officers of serious misconduct.", True),
        ("He was cleared of poisoning the well.", True),
        ("The square was cleared of protesters.", False),
        ("The watchdog cleared the sale of the airport.", False),
        ("The bill cleared the House.", False),
    ],
)
def test_only_a_wrong_can_be_denied_by_clearing_of_it(text: str, expected: bool) -> None:
    assert negated(text) is expected


# ---------------------------------------------------------------- how firm


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Selby scored late to snatch an unlikely point.", "confirmed"),
        ("It is an unlikely outcome that Selby wins.", "expected"),
        ("A win for Selby is unlikely.", "expected"),
        ("Scientists claim Neanderthals suffered from gout.", "alleged"),
        ("The storm claimed lives in two towns.", "confirmed"),
        # A line without a full stop, with a verb and without.
        ("Selby were made to sweat for the three points", "confirmed"),
        ("Prince to visit towns in the north", "expected"),
        ("Talks were to begin on fishing rights", "expected"),
    ],
)
def test_how_firm_a_line_is(text: str, expected: str) -> None:
    assert modality(text) == expected


POOL = (
    "The council may close the pool in March. The library will not close. "
    "Roe, who is 40, has run it since 2010."
)


@pytest.mark.parametrize(
    ("better", "worse", "part"),
    [
        ("The library will not close.", "The library will close.", "reversed"),
        ("The council may close the pool.", "The council closed the pool.", "settled"),
    ],
)
def test_a_lost_no_and_a_lost_hedge_are_doubts(better: str, worse: str, part: str) -> None:
    source = read_source(POOL)
    assert (getattr(doubt(better, source), part), getattr(doubt(worse, source), part)) == (0, 1)
    assert support(worse, POOL) < support(better, POOL)


def test_two_sentences_joined_at_a_word_that_both_have_are_doubted_less() -> None:
    story = "The dogs escaped at dawn. A farmer found them. Two of the dogs died in a field."
    joined = doubt("The dogs died in a field.", read_source(story)).laying
    apart = doubt("A farmer died in a field.", read_source(story)).laying
    assert joined < apart
