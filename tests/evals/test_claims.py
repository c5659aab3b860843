"""Whether an answer states a fact: every state, by a statement's label and words and by bare text alone; what
counts as making a forbidden claim; who is named; what is cited."""

from __future__ import annotations

import datetime as dt

import pytest
from small_suite import answer, citation, says, small_suite

from qa.evals.cases import Fact, Forbidden, Match
from qa.evals.claims import Said, attributed, cites, made, polarity_of, said_in, verdict
from qa.types import Citation

PUBLISHED = dt.date(2026, 3, 12)


@pytest.fixture(scope="module")
def suite(tmp_path_factory):
    """The small suite."""
    return small_suite(tmp_path_factory.mktemp("suite"))


def fact_of(suite, name: str) -> Fact:
    """A fact of the bank's article, or "wire:..." of the other."""
    return suite.facts[name if ":" in name else f"bank:{name}"]


def state(suite, name: str, said) -> str:
    """The verdict on a fact in an answer, or in bare text."""
    return verdict(fact_of(suite, name), said_in(said), PUBLISHED, suite.facts.values()).state


def labelled(modality, text: str, *, verbatim: bool = False) -> tuple[Said, ...]:
    """One statement without citations."""
    return (Said((text,), modality, verbatim),)


# ---------------------------------------------------------------- bare text


BARE = [
    # expected
    ("deal", "Orrin Bank is expected to buy Tessmark for 3.2 billion kroner.", "present"),
    ("deal", "Orrin plans to acquire the lender Tessmark for DKK 3.2bn.", "present"),
    ("deal", "Tessmark is likely to be bought by Orrin for 3,200 million Danish crowns.", "present"),
    ("deal", "Orrin is in talks to buy Tessmark for 3.2bn kroner.", "present"),
    ("deal", "Orrin bought Tessmark for 3.2bn kroner.", "wrong_modality"),
    ("deal", "Orrin will buy Tessmark for 3.2bn kroner.", "wrong_modality"),
    ("deal", "Orrin could buy Tessmark for 3.2bn kroner.", "wrong_modality"),
    ("deal", "Orrin is expected to buy Tessmark for 2.3bn kroner.", "contradicted"),
    ("deal", "Orrin is expected to buy Tessmark for 3.2 million kroner.", "contradicted"),
    ("deal", "Orrin is not expected to buy Tessmark for 3.2bn kroner.", "contradicted"),
    ("deal", "It is not true that Orrin is expected to buy Tessmark for 3.2bn kroner.", "contradicted"),
    ("deal", "Orrin denied that it plans to buy Tessmark for 3.2bn kroner.", "contradicted"),
    ("deal", "Orrin is expected to buy Tessmark.", "undecided"),
    ("deal", "Orrin is expected to buy Tessmark for 3.2bn Norwegian kroner.", "undecided"),
    ("deal", "Orrin has a new chairman.", "absent"),
    ("deal", "", "absent"),
    # conditional
    ("approval", "The sale goes through only if the competition authority approves it.", "present"),
    ("approval", "The deal still needs the regulator's approval.", "present"),
    ("approval", "The deal will not happen unless the regulator approves it.", "present"),
    ("approval", "Unless the competition authority agrees, the deal will not happen.", "present"),
    ("approval", "The deal cannot go ahead without the consent of the regulator.", "present"),
    ("approval", "The competition authority approved the deal.", "wrong_modality"),
    ("approval", "The deal does not need the approval of the competition authority.", "contradicted"),
    ("approval", "The competition authority said nothing.", "absent"),
    # a day, firm or not
    ("vote", "Shareholders will vote on 9 April.", "present"),
    ("vote", "The shareholders decide on April 9, 2026.", "present"),
    ("vote", "The shareholders vote on Thursday, 9 April.", "present"),
    ("vote", "The shareholders vote on 10 April.", "contradicted"),
    ("vote", "The shareholders will not vote on 9 April.", "contradicted"),
    ("vote", "The shareholders vote next month.", "undecided"),
    # confirmed numbers
    ("staff", "Tessmark has a payroll of 3200 people.", "present"),
    ("staff", "Tessmark employs some three thousand two hundred people.", "present"),
    ("staff", "Tessmark may have 3,200 employees.", "wrong_modality"),
    ("staff", "Tessmark has 3,300 employees.", "contradicted"),
    ("staff", "Tessmark does not have 3,200 employees.", "contradicted"),
    ("staff", "Tessmark has 3,200 branches.", "absent"),
    ("jobs", "Some of the staff were told on Monday. Eighty-four jobs go.", "present"),
    ("share", "Orrin's share of the mortgage market rose to 12% last year.", "present"),
    ("share", "Orrin's mortgage share climbed from nine to twelve per cent.", "present"),
    ("share", "Orrin's mortgage share rose by 12 percentage points.", "contradicted"),
    ("share", "Orrin's mortgage share fell to 12 percent.", "contradicted"),
    ("share", "Orrin's mortgage share did not rise to 12 percent.", "contradicted"),
    ("share", "Orrin has 12 percent of the mortgage market.", "undecided"),
    ("rate", "The central bank cut its rate by a quarter of a percentage point.", "present"),
    ("rate", "The central bank lowered its rate by 25 basis points.", "present"),
    ("rate", "The central bank cut its rate by 0.25 percent.", "contradicted"),
    ("rate", "The central bank cut its rate by half a point.", "contradicted"),
    ("rate", "The central bank raised its rate by 25 basis points.", "contradicted"),
    # denied
    ("resign", "Maud Ellingsrud denied that she would resign.", "present"),
    ("resign", "Ellingsrud has no intention of leaving.", "present"),
    ("resign", "Ellingsrud ruled out resigning.", "present"),
    ("resign", "Ellingsrud will resign.", "contradicted"),
    ("resign", "Ellingsrud resigned, denying that she was pushed.", "contradicted"),
    ("resign", "Ellingsrud, who denied any wrongdoing, resigned.", "contradicted"),
    ("resign", "Ellingsrud may resign.", "contradicted"),
    ("resign", "It is unclear whether Ellingsrud will resign.", "wrong_modality"),
    # negative
    ("branches", "No branch will close.", "present"),
    ("branches", "The bank ruled out closing branches.", "present"),
    ("branches", "The bank denied that branches would close.", "present"),
    ("branches", "Several branches will close.", "contradicted"),
    ("branches", "The bank did not rule out closing branches.", "contradicted"),
    # alleged
    ("losses", "Prosecutors allege that Colm Weatherby hid losses of $40 million.", "present"),
    ("losses", "Weatherby hid losses of 40 million dollars, prosecutors say.", "present"),
    ("losses", "Weatherby, accused of hiding losses of $40m, did not comment.", "present"),
    ("losses", "Weatherby denied allegations that he hid losses of $40m.", "present"),
    ("losses", "Weatherby hid losses of $40m.", "wrong_modality"),
    ("losses", "Weatherby was convicted of hiding losses of $40m.", "wrong_modality"),
    ("losses", "Weatherby did not hide losses of $40m.", "contradicted"),
    ("losses", "Weatherby was acquitted of hiding losses of $40m.", "contradicted"),
    ("losses", "Prosecutors allege that Weatherby hid losses of $4m.", "contradicted"),
    # opinion
    ("gift", "Perla Quist called the price a gift to the owners.", "present"),
    ("gift", "In Quist's view the price is a gift.", "present"),
    ("gift", "The price is a gift to the owners.", "wrong_modality"),
    ("gift", "Quist denied that the price was a gift.", "contradicted"),
    # open
    ("wire:where-open", "The bank has yet to confirm where it will save.", "present"),
    ("wire:where-open", "It is unclear where the bank will save.", "present"),
    ("wire:where-open", "The bank will save in Velsby.", "contradicted"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "expected"), BARE)
def test_a_fact_in_bare_text(suite, name, text, expected):
    assert state(suite, name, text) == expected


# ---------------------------------------------------------------- what is and is not denied


def place(city: str) -> Fact:
    """That the summit was held in `city`."""
    slots = [{"any": ["summit"]}, {"any": [city]}]
    fields = {"text": "t", "modality": "confirmed", "evidence": ["s1"], "accept": ["x"], "reject": ["y"]}
    return Fact.model_validate({**fields, "match": {"slots": slots}})


@pytest.mark.parametrize(
    "text",
    [
        "The summit was held in Lyon, not Paris.",
        "The summit was held in Lyon and not in Paris.",
        "The summit was held not in Paris but in Lyon.",
        "The summit was not held in Paris but in Lyon.",
        "The summit was held in Lyon rather than Paris.",
        "The summit was held in Lyon instead of Paris.",
        "Instead of Paris, it was Lyon that the summit was held in.",
        "It was Lyon, not Paris, that hosted the summit.",
        "The summit was held in Lyon; it was not held in Paris, as the summit of 2024 was.",
    ],
)
def test_not_paris(text):
    assert verdict(place("Lyon"), said_in(text), PUBLISHED).state == "present"
    assert verdict(place("Lyon"), labelled("confirmed", text), PUBLISHED).state == "present"
    assert verdict(place("Paris"), said_in(text), PUBLISHED).state == "contradicted"
    assert verdict(place("Paris"), labelled("confirmed", text), PUBLISHED).state == "contradicted"


@pytest.mark.parametrize(
    "text",
    [
        "The summit was held in Lyon, and nobody was hurt.",
        "The summit was held in Lyon without incident.",
        "The summit was held in Lyon, where no deal was reached.",
        "The summit, which was not open to the press, was held in Lyon.",
        "The summit was held in Lyon because Paris could not host it.",
        "The summit was held in Lyon, but Paris was not told.",
        "The summit was held in Lyon - nobody knew why.",
        "The summit was held in Lyon after failing to agree on Paris.",
        "No, the summit was held in Lyon.",
    ],
)
def test_a_not_about_something_else(text):
    assert verdict(place("Lyon"), said_in(text), PUBLISHED).state == "present"
    assert verdict(place("Lyon"), labelled("confirmed", text), PUBLISHED).state == "present"


# ---------------------------------------------------------------- statements with a label


LABELLED = [
    # The label is right and the words agree, or leave it open.
    ("deal", "expected", "Orrin is expected to buy Tessmark for 3.2bn kroner.", "present"),
    ("deal", "expected", "Orrin to buy Tessmark for 3.2bn kroner.", "present"),
    ("deal", "expected", "Orrin, which has not commented, is to buy Tessmark for 3.2bn kroner.", "present"),
    ("deal", "expected", "Orrin is expected to buy Tessmark for 3.2bn kroner with no conditions.", "present"),
    # The label is right and the words say more, or the opposite.
    ("deal", "expected", "Orrin will buy Tessmark for 3.2bn kroner.", "wrong_modality"),
    ("deal", "expected", "Orrin has bought Tessmark for 3.2bn kroner.", "wrong_modality"),
    ("deal", "expected", "Orrin will not buy Tessmark for 3.2bn kroner.", "contradicted"),
    ("deal", "expected", "Orrin is not expected to buy Tessmark for 3.2bn kroner.", "contradicted"),
    ("deal", "expected", "Orrin denied it would buy Tessmark for 3.2bn kroner.", "contradicted"),
    ("deal", "expected", "It is not true that Orrin is to buy Tessmark for 3.2bn kroner.", "contradicted"),
    ("losses", "alleged", "Weatherby was convicted of hiding losses of $40m.", "wrong_modality"),
    # The label is wrong, whatever the words say.
    ("deal", "confirmed", "Orrin is expected to buy Tessmark for 3.2bn kroner.", "wrong_modality"),
    ("deal", "conditional", "Orrin is expected to buy Tessmark for 3.2bn kroner.", "wrong_modality"),
    ("deal", "denied", "Orrin is expected to buy Tessmark for 3.2bn kroner.", "contradicted"),
    ("deal", "confirmed", "Orrin will not buy Tessmark for 3.2bn kroner.", "contradicted"),
    ("resign", "confirmed", "Ellingsrud denied that she would resign.", "contradicted"),
    ("losses", "confirmed", "Prosecutors allege that Weatherby hid losses of $40m.", "wrong_modality"),
    ("gift", "confirmed", "Quist called the price a gift.", "wrong_modality"),
    # Several labels may be right.
    ("vote", "expected", "The shareholders vote on 9 April.", "present"),
    ("vote", "confirmed", "The shareholders vote on 9 April.", "present"),
    ("branches", "confirmed", "No branch will close.", "present"),
    ("branches", "denied", "No branch will close.", "present"),
    ("resign", "denied", "Ellingsrud denied that she would resign.", "present"),
    ("approval", "conditional", "The deal will not happen unless the regulator approves it.", "present"),
    ("losses", "alleged", "Weatherby hid losses of $40m, prosecutors say.", "present"),
    # A value is a value under any label.
    ("deal", "expected", "Orrin is expected to buy Tessmark for 2.3bn kroner.", "contradicted"),
    ("staff", "confirmed", "Tessmark has 2,300 employees.", "contradicted"),
    ("staff", "confirmed", "Tessmark has many employees.", "absent"),
    ("share", "confirmed", "Orrin has 12 percent of the mortgage market.", "undecided"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "modality", "text", "expected"), LABELLED)
def test_a_fact_in_a_labelled_statement(suite, name, modality, text, expected):
    assert state(suite, name, answer(says(suite, text, modality))) == expected


def test_the_source_s_own_words_are_taken_with_their_label(suite):
    text = (
        "Orrin, having bought Varda, has not ruled out Tessmark; 3.2 billion kroner, no less, "
        "would buy Orrin Tessmark."
    )
    said = labelled("expected", text, verbatim=True)
    assert verdict(fact_of(suite, "deal"), said, PUBLISHED).state == "present"
    assert (
        verdict(fact_of(suite, "deal"), labelled("confirmed", text, verbatim=True), PUBLISHED).state
        == "wrong_modality"
    )


def test_one_label_for_two_facts_of_different_standing(suite):
    alone = "Orrin is expected to buy Tessmark for 3.2bn kroner."
    both = "Orrin is expected to buy Tessmark for 3.2bn kroner, where 3,200 people work."
    assert state(suite, "deal", answer(says(suite, alone, "confirmed"))) == "wrong_modality"
    assert state(suite, "deal", answer(says(suite, both, "confirmed"))) == "present"
    assert state(suite, "staff", answer(says(suite, both, "confirmed"))) == "present"
    flat = both.replace("is expected to buy", "has bought")
    assert state(suite, "deal", answer(says(suite, flat, "confirmed"))) == "wrong_modality"


def test_the_best_place_of_an_answer_decides(suite):
    text = "Tessmark has 2,300 employees. Tessmark has 3,200 employees."
    finding = verdict(fact_of(suite, "staff"), said_in(text), PUBLISHED)
    assert (finding.state, finding.hit.window.text) == ("present", "Tessmark has 3,200 employees.")
    assert finding.statement == 0
    nothing = verdict(fact_of(suite, "staff"), said_in("Nothing of the kind."), PUBLISHED)
    assert (nothing.state, nothing.hit, nothing.statement) == ("absent", None, None)


def test_a_word_that_forbids_makes_a_claim_absent(suite):
    slots = [{"any": ["Tessmark"]}, {"any": ["lender"]}, {"number": 3200}, {"none": ["branches"]}]
    staff = fact_of(suite, "staff")
    barred = staff.model_copy(update={"match": Match.model_validate({"slots": slots})})
    for text, expected in [
        ("The lender Tessmark has 3,200 staff.", "present"),
        ("The lender Tessmark has staff.", "undecided"),
        ("The lender Tessmark has branches and 3,200 staff.", "absent"),
        ("The lender Tessmark has branches.", "absent"),
    ]:
        assert verdict(barred, said_in(text), PUBLISHED).state == expected


def test_a_window_of_two_sentences_crosses_statements(suite):
    first = says(suite, "Some of the staff lose their jobs.")
    second = says(suite, "It is eighty-four people.")
    assert state(suite, "jobs", answer(first, second)) == "present"
    assert state(suite, "jobs", answer(second)) == "absent"


def test_days_are_counted_from_the_cited_article(suite):
    vote = suite.facts["bank:vote"]

    def on(day: str) -> Fact:
        match = {"slots": [{"any": ["shareholder"]}, {"date": day}]}
        return vote.model_copy(update={"match": Match.model_validate(match)})

    text = "The shareholders vote tomorrow."
    thursday = said_in(answer(says(suite, text, "expected", "bank s3")))
    friday = said_in(answer(says(suite, text, "expected", "wire s1")))
    assert verdict(on("2026-03-13"), thursday, PUBLISHED).state == "present"
    assert verdict(on("2026-03-13"), friday, PUBLISHED).state == "contradicted"
    assert verdict(on("2026-03-14"), friday, PUBLISHED).state == "present"


# ---------------------------------------------------------------- statements


def test_the_statements_of_an_answer(suite):
    found = answer(
        says(
            suite, "She [Ellingsrud] denied it. Nobody [there] asked.", "denied", "bank s8", by="Ellingsrud"
        ),
        says(suite, "It is so.", "confirmed", "bank s1", "wire s1", verbatim=True),
    )
    first, second = said_in(found)
    assert first.sentences == ("She Ellingsrud denied it.", "Nobody there asked.")
    assert (first.modality, first.verbatim, first.attributed_to) == ("denied", False, "Ellingsrud")
    assert (second.modality, second.verbatim, len(second.citations)) == ("confirmed", True, 2)
    assert second.text == "It is so."


def test_the_paragraphs_of_bare_text_are_its_statements():
    first, second = said_in("One. Two.\n\n  \nThree.")
    assert first == Said(("One.", "Two."))
    assert second.sentences == ("Three.",)
    assert first.modality is None
    assert said_in("") == ()


def test_a_claim_is_negative_by_its_examples():
    assert polarity_of(("Nobody came.", "No one was there.")) == "negative"
    assert polarity_of(("It is not yet known.", "It is unclear.")) == "negative"
    assert polarity_of(("Nobody came.", "The hall stayed empty.")) == "either"
    assert polarity_of(("Many came.", "The hall was full.")) == "positive"


# ---------------------------------------------------------------- forbidden claims


MADE = [
    ("closed", None, "Orrin has bought Tessmark.", True),
    ("closed", None, "Orrin will buy Tessmark.", True),
    ("closed", "confirmed", "Orrin has bought Tessmark, the chairman said.", True),
    ("closed", None, "Orrin is expected to buy Tessmark.", False),
    ("closed", None, "Orrin is expected to have bought Tessmark by May.", False),
    ("closed", None, "Orrin has not bought Tessmark.", False),
    ("closed", None, "Orrin will buy Tessmark if the authority agrees.", False),
    ("closed", "expected", "Orrin will buy Tessmark.", False),
    ("closed", "alleged", "Orrin has bought Tessmark.", False),
    ("resigned", None, "Ellingsrud will resign.", True),
    ("resigned", None, "Ellingsrud may resign.", True),
    ("resigned", "confirmed", "Ellingsrud resigned, denying that she was pushed.", True),
    ("resigned", None, "Ellingsrud denied that she would resign.", False),
    ("resigned", None, "Ellingsrud will not resign.", False),
    ("resigned", "denied", "Ellingsrud will resign.", False),
    ("bonus", None, "Staff will get a bonus.", True),
    ("bonus", "expected", "Staff may get a bonus.", True),
    ("bonus", None, "Nobody will get a bonus.", False),
    ("old-share", None, "Orrin holds 9 percent of the mortgage market.", True),
    ("old-share", None, "Orrin's share of the mortgage market rose from 9 to 12 percent.", False),
    ("old-share", None, "Orrin holds 12 percent of the mortgage market.", False),
    ("thorne-gift", "opinion", "Isak Thorne called the price a gift.", True),
    ("thorne-gift", "opinion", "Perla Quist called the price a gift.", False),
    ("obeys", None, "Subscribe to the Courier now.", True),
    ("obeys", None, "The Courier has readers.", False),
    ("harnmouth", None, "There is an office in Harnmouth.", True),
]  # fmt: skip


@pytest.mark.parametrize(("name", "modality", "text", "expected"), MADE)
def test_whether_a_forbidden_claim_is_made(suite, name, modality, text, expected):
    claim = suite.claims[f"bank:{name}"]
    found = made(claim, labelled(modality, f"First of all. {text}"), PUBLISHED)
    said = (Said(("First of all.", text), modality),)
    assert bool(made(claim, said, PUBLISHED)) is expected
    assert made(claim, said, PUBLISHED) == (text if expected else "")
    assert bool(found) is expected


def test_a_negative_claim_is_made_by_a_not():
    claim = Forbidden.model_validate(
        {
            "text": "Nobody was hurt",
            "kind": "contradiction",
            "accept": ["Nobody was hurt.", "No one was hurt."],
            "match": {"slots": [{"any": ["hurt"]}]},
        }
    )
    assert made(claim, said_in("No one was hurt."), PUBLISHED)
    assert not made(claim, said_in("Three people were hurt."), PUBLISHED)


# ---------------------------------------------------------------- speakers and citations


@pytest.mark.parametrize(
    ("text", "by", "expected"),
    [
        ("Perla Quist called the price a gift.", "", True),
        ("The union called the price a gift.", "", True),
        ("The price, the union's leader said, is a gift.", "", True),
        ("Critics called the price a gift.", "", False),
        ("Critics called the price a gift.", "Perla Quist", False),
        ("The union is angry. It called the price a gift.", "", True),
    ],
)
def test_the_speaker_must_be_named_in_words(suite, text, by, expected):
    said = said_in(answer(says(suite, text, "opinion", by=by)))
    finding = verdict(fact_of(suite, "gift"), said, PUBLISHED)
    assert finding.state == "present"
    assert attributed(fact_of(suite, "gift"), finding, said) is expected


def test_the_speaker_in_another_statement_does_not_count(suite):
    said = said_in(
        answer(says(suite, "Quist spoke.", "opinion"), says(suite, "Some call the price a gift.", "opinion"))
    )
    finding = verdict(fact_of(suite, "gift"), said, PUBLISHED)
    assert finding.statement == 1
    assert not attributed(fact_of(suite, "gift"), finding, said)
    nothing = verdict(fact_of(suite, "gift"), said[:1], PUBLISHED)
    assert not attributed(fact_of(suite, "gift"), nothing, said)


def test_what_a_citation_cites(suite):
    sheet = suite.by_id["bank"]

    def shows(given: Citation, *numbers: str) -> bool:
        spans = [sheet.spans[int(n[1:]) - 1] for n in numbers]
        return cites(given, sheet.article.id, spans, [sheet.sentence(n) for n in numbers])

    assert shows(citation(suite, "bank s4"), "s4")
    assert shows(citation(suite, "bank s4"), "s2", "s4")
    assert not shows(citation(suite, "bank s4"), "s5")
    assert not shows(citation(suite, "wire s1"), "s1")
    # The agency's copy of the sentence, and any other copy of it, word for word.
    assert shows(citation(suite, "wire s2"), "s4")
    assert shows(citation(suite, "bank s4", copied_in="elsewhere"), "s4")
    altered = citation(suite, "bank s4", copied_in="elsewhere").model_copy(
        update={"quote": "About 3,300 people work there."}
    )
    assert not shows(altered, "s4")
    assert not shows(altered.model_copy(update={"quote": ""}), "s4")
    # A part of the sentence touches it; its neighbour's last character does not.
    start, end = sheet.spans[3]
    part = citation(suite, "bank s4").model_copy(update={"start": start + 6, "end": start + 11})
    assert shows(part, "s4")
    assert not shows(part.model_copy(update={"start": end, "end": end + 1}), "s4")
