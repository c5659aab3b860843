"""What the words of a clause claim: how firmly, whether it is so, and which way something moved."""

from __future__ import annotations

import pytest

from qa.evals.cues import clause_around, contrary, directions, firm, negated, readings, refuses, unsettled


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The council approved the bridge.", {"confirmed"}),
        ("The council approved the bridge in May.", {"confirmed"}),
        ("The council said it approved the bridge.", {"confirmed", "alleged", "opinion"}),
        ("The bridge is expected to open.", {"expected"}),
        ("The bridge is due to open.", {"expected"}),
        ("The bridge is to open in June.", {"expected"}),
        ("The council plans to open the bridge.", {"expected"}),
        ("The bridge will probably open.", {"expected"}),
        ("The council proposed a bridge.", {"confirmed", "expected"}),
        ("The bridge may open.", {"conditional"}),
        ("The bridge could open.", {"conditional"}),
        ("The bridge opens if the council agrees.", {"conditional"}),
        ("The bridge is subject to a vote.", {"conditional"}),
        ("The bridge still needs the mayor's approval.", {"conditional"}),
        ("The bridge would open.", {"conditional", "expected"}),
        ("The mayor allegedly took money.", {"alleged"}),
        ("The mayor is accused of taking money.", {"alleged"}),
        ("The mayor reportedly took money.", {"alleged"}),
        ("Prosecutors say the mayor took money.", {"alleged"}),
        ("The mayor denied it.", {"denied"}),
        ("The mayor did not take money.", {"denied"}),
        ("The mayor rejected the offer.", {"denied"}),
        ("The mayor was acquitted.", {"denied"}),
        ("The bridge should stay, she believes.", {"opinion"}),
        ("It is, in her view, a ruin.", {"opinion"}),
        ("She called it a ruin.", {"confirmed", "opinion"}),
        ("The council has not confirmed it.", {"expected", "conditional", "denied"}),
        ("The council has not yet confirmed it.", {"expected", "conditional"}),
        ("It is unclear whether the bridge opens.", {"expected", "conditional"}),
        ("The bridge will not open unless the council agrees.", {"conditional"}),
        ("The bridge cannot open without the council's consent.", {"conditional"}),
        ("The council did not rule out a bridge.", {"conditional"}),
    ],
)
def test_how_firmly_it_may_be_meant(text, expected):
    assert readings(text) == expected


def test_may_the_month_is_no_hedge():
    assert readings("It opens in May.") == {"confirmed"}
    assert readings("It may open in May.") == {"conditional"}


def test_a_negative_claim_is_not_denied_by_its_own_not():
    assert readings("Nobody was hurt.") == {"denied"}
    assert readings("Nobody was hurt.", negative=True) == {"confirmed"}
    assert "confirmed" in readings("No date has been announced.", negative=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She resigned.", False),
        ("She did not resign.", True),
        ("She won't resign.", True),
        ("Nobody resigned.", True),
        ("She denied that she resigned.", True),
        ("She ruled it out.", True),
        ("She was cleared of fraud.", True),
        ("She resigned without notice.", True),
        ("It declined by 3 percent.", False),
        ("It is not yet decided.", False),
        ("She did not rule it out.", False),
        ("She goes if nobody stops her.", False),
        ("She will not go unless she is asked.", False),
        ("She cannot go without a pass.", False),
        ("There is no doubt that she resigned.", False),
    ],
)
def test_whether_it_is_so(text, expected):
    assert negated(text) is expected


def test_what_is_open_what_is_refused_and_what_is_untrue():
    assert unsettled("It has not been confirmed.")
    assert unsettled("It is unclear.")
    assert not unsettled("It has been confirmed.")
    assert not unsettled("Talks are still open.")
    assert refuses("She denied the charge.")
    assert not refuses("She did not deny the charge.")
    assert not refuses("She did not come.")
    assert contrary("It is not true that she came.")
    assert contrary("It is false that she came.")
    assert not contrary("She did not come.")


def test_what_is_settled():
    assert firm("It will open.")
    assert firm("She was convicted of fraud.")
    assert not firm("It opened.")
    assert not firm("It will probably open.")
    assert not firm("It will not open.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Profit rose.", {"up"}),
        ("Profit was lifted by sales.", {"up"}),
        ("More people came.", {"up"}),
        ("Profit fell.", {"down"}),
        ("The bank cut its rate.", {"down"}),
        ("Fewer people came.", {"down"}),
        ("Profit rose while sales fell.", {"up", "down"}),
        ("Profit stood at 3 percent.", set()),
        ("The uprising grounded flights.", set()),
    ],
)
def test_which_way_it_moved(text, expected):
    assert directions(text) == expected


def around(text: str, *words: str) -> str:
    """The clauses that hold the words."""
    return clause_around(text, [(text.index(w), text.index(w) + len(w)) for w in words])


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Ada went; Bo did not go.", ["Ada"], "Ada went"),
        ("Ada went; Bo did not go.", ["Bo"], "Bo did not go."),
        ("Ada went, but Bo did not go.", ["Ada"], "Ada went"),
        ("Ada went - Bo did not go.", ["Ada"], "Ada went"),
        ("Ada went, and Bo has not gone.", ["Ada"], "Ada went"),
        ("Ada went because Bo did not.", ["Ada"], "Ada went"),
        ("Ada went, denying that she was asked.", ["Ada"], "Ada went"),
        ("Ada went after denying it.", ["Ada"], "Ada went"),
        ("Ada went without delay.", ["Ada"], "Ada went"),
        ("Ada went to Lyon, not Paris.", ["Lyon"], "Ada went to Lyon"),
        ("Ada went to Lyon and not to Paris.", ["Lyon"], "Ada went to Lyon"),
        ("Ada went to Lyon rather than Paris.", ["Lyon"], "Ada went to Lyon"),
        ("Ada went to Lyon, not Paris.", ["Ada", "Paris"], "Ada went to Lyon not Paris."),
        ("Ada went not to Paris but to Lyon.", ["Ada", "Lyon"], "Ada went to Lyon."),
        ("Ada went not to Paris but to Lyon.", ["Ada", "Paris"], "Ada went not to Paris"),
        ("Ada, who did not ask, went.", ["Ada", "went"], "Ada went."),
        ("Ada, who did not ask, went.", ["Ada", "ask"], "Ada, who did not ask, went."),
        ("Ada went, which Bo had not.", ["Ada"], "Ada went"),
        ("Ada is accused of theft and did not comment.", ["Ada"], "Ada is accused of theft and ."),
        ('Ada said "I went; Bo did not".', ["Ada"], 'Ada said "I went; Bo did not".'),
        ("Ada went, Bo did not.", ["Bo"], "Ada went, Bo did not."),
    ],
)
def test_only_the_clauses_around_a_claim_count(text, words, expected):
    assert " ".join(around(text, *words).split()) == expected


def test_without_a_place_all_of_it_counts():
    assert clause_around("Ada went; Bo did not.", []) == "Ada went; Bo did not."
