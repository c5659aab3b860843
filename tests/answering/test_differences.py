"""What changed between two versions of an article, or two answers: found, paired, and rightly named."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stories import FIRST, REWRITTEN, SECOND, body
from test_mutations import (
    SENTENCES,
    another_name,
    another_number,
    another_weekday,
    the_opposite,
    without_hedge,
)

from qa.answering.moving.aligning import align
from qa.answering.moving.changes import ArticleDifference
from qa.answering.moving.differences import answer_difference, article_difference
from qa.answering.moving.edits import edits, kinds
from qa.answering.moving.units import Read, known_names, name_words, quoted_spans
from qa.types import Answer, Article, Citation, EventDate, Statement

TUESDAY = dt.datetime(2026, 3, 17, 21, tzinfo=dt.UTC)
NAMED = "They met Okafor, Brandt, Roe, Vance, Merrin and Seaways in Carrow."


def reading(text: str, *others: str) -> Read:
    known = known_names([text, *others, NAMED])
    return Read(text, known, name_words(f"{text}\n{NAMED}"), TUESDAY.date(), tuple(quoted_spans(text)))


def told(old: str, new: str) -> list[tuple[str, str, str]]:
    """Kind, old and new words of each edit; for a modality the modalities instead of the words."""
    found = edits(reading(old, new), reading(new, old))
    return [(e.kind, e.was or e.old, e.now or e.new) for e in found]


def article(text: str, version: int = 1, **more: object) -> Article:
    fields = {"id": "0123456789abcdef", "title": "Ferry fire", "published": TUESDAY, **more}
    return Article(**fields, version=version, text=text)


def between(old: str, new: str, **more: object) -> ArticleDifference:
    return article_difference(article(old), article(new, 2, **more))


# ---------------------------------------------------------------- the kind of an edit


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("The fire killed 12 people.", "The fire killed 17 people.", ("number", "12", "17")),
        ("The fire killed twelve.", "The fire killed 17.", ("number", "twelve", "17")),
        ("At least 12 people died.", "12 people died.", ("number", "At least 12", "12")),
        ("About 12 people died.", "More than 12 people died.", ("number", "About 12", "More than 12")),
        (
            "It cost 14 million euros.",
            "It cost 14 million dollars.",
            ("number", "14 million euros", "14 million dollars"),
        ),
        ("It cost €14 million.", "It cost $14 million.", ("number", "€14 million", "$14 million")),
        ("The work takes nine days.", "The work takes nine weeks.", ("number", "nine days", "nine weeks")),
        ("Profit rose 4 percent.", "Profit rose 4.5 percent.", ("number", "4 percent", "4.5 percent")),
        ("The vote was 212 to 37.", "The vote was 221 to 37.", ("number", "212", "221")),
        ("The vote was 212 to 37.", "The vote was 37 to 212.", ("number", "212, 37", "37, 212")),
        ("Of the 12 boats, 12 sank.", "Of the 12 boats, 11 sank.", ("number", "12", "11")),
        ("Of the 12 boats, 12 sank.", "Of the 13 boats, 12 sank.", ("number", "12", "13")),
        ("Dozens were hurt.", "Hundreds were hurt.", ("number", "Dozens", "Hundreds")),
        ("All crews walked out.", "Most crews walked out.", ("number", "All", "Most")),
        ("The court will sit on Monday.", "The court will sit on Tuesday.", ("date", "Monday", "Tuesday")),
        ("It opens on 13 March.", "It opens on 14 March 2026.", ("date", "13 March", "14 March 2026")),
        ("It opens in May.", "It opens in June.", ("date", "May", "June")),
        ("It opened in 2019.", "It opened in 2020.", ("date", "2019", "2020")),
        ("It opens next week.", "It opens next month.", ("date", "next week", "next month")),
        ("It begins at 6 p.m. sharp.", "It begins at 7 p.m. sharp.", ("date", "6 p.m.", "7 p.m.")),
        ("The ship lies in Carrow.", "The ship lies in Brindle.", ("name", "Carrow", "Brindle")),
        (
            "Mayor Tomas Brandt left.",
            "Mayor Thomas Brandt left.",
            ("name", "Mayor Tomas Brandt", "Mayor Thomas Brandt"),
        ),
        ("Ann Roe has won.", "Ann Rowe has won.", ("name", "Ann Roe", "Ann Rowe")),
        ("Mayor Roe left.", "Councillor Roe left.", ("name", "Mayor Roe", "Councillor Roe")),
        ("Roe beat Vance.", "Vance beat Roe.", ("name", "Roe, Vance", "Vance, Roe")),
        ("The bridge is expected to open.", "The bridge opened.", ("modality", "expected", "confirmed")),
        (
            "The bridge could open in May.",
            "The bridge will open in May.",
            ("modality", "conditional", "confirmed"),
        ),
        ("Roe confirmed the sale.", "Roe denied the sale.", ("modality", "confirmed", "denied")),
        ("Roe will attend the talks.", "Roe will not attend the talks.", ("modality", "confirmed", "denied")),
        ("If it ends, Roe will go.", "If it ends, Roe will not go.", ("modality", "confirmed", "denied")),
        ("If all goes well, it could open.", "If all goes well, it will open.", ("meaning", "could", "will")),
        ("He took the money.", "He allegedly took the money.", ("modality", "confirmed", "alleged")),
        (
            "The road is shut, Merrin said.",
            "The road is shut, Vance said.",
            ("attribution", "Merrin", "Vance"),
        ),
        (
            "The road is shut.",
            "The road is shut, union secretary Paul Merrin said.",
            ("attribution", "", "Paul Merrin"),
        ),
        ("Paul Merrin said the road was shut.", "The road was shut.", ("attribution", "Paul Merrin", "")),
        ("“We had no luck,” said Brandt.", "“We had little luck,” said Brandt.", ("quote", "no", "little")),
        ("“We sank at once,” said Brandt.", "“We sank,” said Brandt.", ("quote", "at once", "")),
        ("Prices rose by 4 percent.", "Prices fell by 4 percent.", ("meaning", "rose", "fell")),
        ("The fire killed three.", "The fire injured three.", ("meaning", "killed", "injured")),
        ("He has resigned.", "She has resigned.", ("meaning", "He", "She")),
        ("The director resigned.", "The former director resigned.", ("meaning", "", "former")),
        (
            "Roe spoke to deputies.",
            "Roe spoke to deputies, and apologised to all.",
            ("meaning", "", "and apologised to all"),
        ),
        (
            "The strike ended on Tuesday.",
            "The strike ended on Tuesday after a fire broke out in the engine room.",
            ("meaning", "", "after a fire broke out in the engine room"),
        ),
        (
            "The fire was put down to a fault in the wiring.",
            "The fire was put down to human error.",
            ("meaning", "a fault in the wiring", "human error"),
        ),
    ],
)  # fmt: skip
def test_a_changed_fact_is_named_by_its_kind(old, new, expected):
    assert expected in told(old, new)
    kind, one, other = expected
    assert (kind, other, one) in told(new, old)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A large fire broke out.", "A big fire broke out."),
        ("On Tuesday, Roe resigned.", "Roe resigned on Tuesday."),
        ("Roe said the cost was 4 million.", "The cost was 4 million, Roe said."),
        ("Twelve people died.", "12 people died."),
        ("It rose 4 percent.", "It rose 4%."),
        ("It cost $14 million.", "It cost 14 million dollars."),
        ("The court sits on 13 March.", "The court sits on March 13th."),
        ("The fire began on Tuesday.", "The fire began on 17 March."),  # published on Tuesday 17 March
        ("The fire began yesterday.", "The fire began on Monday."),
        ("Mayor Ines Okafor spoke.", "Ines Okafor spoke."),
        ("Roe said the road was shut.", "He said the road was shut."),
        ("Ministers agreed the plan.", "Ministers agreed on the plan."),
        ("The survivors were taken to hospital.", "The survivors reached hospital."),
    ],
)
def test_other_words_for_the_same_are_wording(old, new):
    assert kinds(edits(reading(old, new), reading(new, old))) == ("wording",)
    assert kinds(edits(reading(new, old), reading(old, new))) == ("wording",)


def test_a_weekday_that_is_another_day_is_a_date():
    assert ("date", "Tuesday", "18 March") in told(
        "The fire began on Tuesday.", "The fire began on 18 March."
    )


def test_several_facts_in_one_sentence_are_all_named_and_the_gravest_kind_comes_first():
    old = reading("Roe could sell 12 boats in May, Merrin said.")
    new = reading("Vance will sell 14 boats in June, Okafor said.")
    found = edits(old, new)
    assert {"number", "date", "name", "modality", "attribution"} <= {edit.kind for edit in found}
    assert kinds(found)[:3] == ("number", "date", "name")


def test_words_in_quotation_marks_that_become_a_paraphrase_are_a_quote():
    assert told("It was “a dark day” for all.", "It was a dark day for all.") == [
        ("quote", "“a dark day”", "")
    ]


def test_a_quote_that_becomes_a_paraphrase_by_somebody_is_a_quote_and_an_attribution():
    found = told("“The doors would not open.”", "The doors would not open, a survivor told the Evening Post.")
    assert found == [("attribution", "", "a survivor"), ("quote", "“The doors would not open.”", "")]


def test_a_full_name_shortened_where_it_still_stands_elsewhere_is_wording():
    old = "Paul Merrin spoke. The crews heard Paul Merrin."
    new = "Paul Merrin spoke. The crews heard Merrin."
    assert not between(old, new).facts
    gone = between("The crews heard Paul Merrin.", "The crews heard Merrin.")
    assert gone.facts[0].kinds == ("name",)


# ---------------------------------------------------------------- whole articles


def test_a_revised_story():
    found = between(body(FIRST), body(SECOND), title="Ferry fire kills 17")
    assert found.changed
    assert (found.old_version, found.new_version, found.versions) == (1, 2, (1, 2))
    assert [(h.field, h.old, h.new) for h in found.head] == [("title", "Ferry fire", "Ferry fire kills 17")]
    assert [fact.kinds for fact in found.facts] == [
        ("number",), ("number",), ("modality",), ("name", "modality"),
    ]  # fmt: skip
    assert [(e.was, e.now) for f in found.facts for e in f.edits if e.was] == [
        ("expected", "confirmed"),
        ("conditional", "confirmed"),
    ]
    assert [sentence.text[:12] for sentence in found.removed] == [
        "“We had no w",
        "“The doors w",
        "The cause of",
    ]
    assert found.removed[0].attributed_to == "Ola Brandt"
    assert [sentence.text[:12] for sentence in found.added] == ["Investigator"]
    assert [pair.new.text[:9] for pair in found.reworded] == ["They will"]
    assert found.kept == 1


def test_the_same_text_is_unchanged_and_so_is_other_spacing():
    same = between(body(FIRST), body(FIRST))
    assert not same.changed
    assert same.kept == 9
    spaced = between(body(FIRST), body(FIRST).replace("\n\n", "\n").replace("“", '"').replace("”", '"'))
    assert not spaced.changed
    assert spaced.kept == 9


def test_a_paragraph_that_moved_is_moved_and_nothing_else():
    paragraphs = body(FIRST).split("\n\n")
    found = between(
        body(FIRST), "\n\n".join([*paragraphs[:1], paragraphs[3], *paragraphs[1:3], paragraphs[4]])
    )
    assert found.changed
    assert [s.text[:12] for s in found.moved] == ["The operator", "Transport mi"]
    assert not found.facts + found.added + found.removed + found.reworded
    assert found.kept == 9


def test_the_headline_alone():
    found = between(body(FIRST), body(FIRST), title="Ferry fire: inquiry")
    assert found.changed
    assert [change.field for change in found.head] == ["title"]
    assert not found.facts + found.added + found.removed


def test_dates_outlet_and_authors_of_the_head():
    found = between(
        "A.", "A.", published=TUESDAY + dt.timedelta(days=1), outlet="Courier", authors=("A. Roe", "B. Poe")
    )
    assert [(h.field, h.old, h.new) for h in found.head] == [
        ("outlet", "", "Courier"),
        ("authors", "", "A. Roe, B. Poe"),
        ("published", "2026-03-17T21:00:00+00:00", "2026-03-18T21:00:00+00:00"),
    ]
    unknown = between("A.", "A.", published=None)
    assert (unknown.head[0].field, unknown.head[0].new) == ("published", "")


def test_a_time_of_update_alone_changes_nothing():
    found = between("A.", "A.", updated=TUESDAY)
    assert [change.field for change in found.head] == ["updated"]
    assert not found.changed


def test_a_dateline():
    found = between("LOWMOUTH — The ferry sank on Friday.", "CARROW — The ferry sank on Friday.")
    assert [e.model_dump(include={"kind", "old", "new"}) for e in found.facts[0].edits] == [
        {"kind": "name", "old": "LOWMOUTH", "new": "CARROW"}
    ]


def test_everything_rewritten_is_removed_and_added():
    found = between(body(FIRST), body(REWRITTEN))
    assert not found.facts + found.reworded + found.moved
    assert (len(found.removed), len(found.added), found.kept) == (9, 4, 0)


def test_a_sentence_split_in_two_is_not_one_removed_and_two_added():
    old = "The crews ended their strike on Tuesday after the operator offered a rise of 4 percent."
    new = "The crews ended their strike on Tuesday. The operator had offered a rise of 4 percent."
    for found in (between(old, new), between(new, old)):
        assert not found.facts + found.added + found.removed
        assert len(found.reworded) == 1
    assert between(old, new).reworded[0].new.text == new


def test_a_withdrawn_quote_and_a_new_one():
    rest = "The fire burnt all night in the harbour.\n\n"
    found = between(rest + "“Nobody warned us,” said Ola Brandt.", rest + "“It was arson,” said Ruth Vance.")
    assert [(s.attributed_to, s.text[:7]) for s in found.removed] == [("Ola Brandt", "“Nobody")]
    assert [(s.attributed_to, s.text[:7]) for s in found.added] == [("Ruth Vance", "“It was")]


def test_the_same_sentence_twice_and_once():
    found = between("The quay is shut. The quay is shut. Boats wait.", "The quay is shut. Boats wait.")
    assert [s.text for s in found.removed] == ["The quay is shut."]
    assert found.kept == 2


def test_every_sentence_stands_where_it_says():
    old, new = article(body(FIRST)), article(body(SECOND), 2)
    found = article_difference(old, new)
    for pair in (*found.facts, *found.reworded):
        assert old.text[pair.old.start : pair.old.end] == pair.old.text
        assert new.text[pair.new.start : pair.new.end] == pair.new.text
    assert all(old.text[s.start : s.end] == s.text for s in found.removed)
    assert all(new.text[s.start : s.end] == s.text for s in (*found.added, *found.moved))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("", "A fire broke out."),
        ("A fire broke out.", ""),
        ("\x1b[31mRed\x1b[0m fire killed 12.", "\x1b[2J[bold]Red[/bold] fire killed 17."),
        ("‮ The fire killed 12.​", "The fire killed 12."),
        ("Пожар унёс жизни 12 человек.", "Пожар унёс жизни 17 человек."),
        ("火災で12人が死亡した。", "火災で17人が死亡した。"),
        ("“Open only. “Twice „thrice «four", "“Open only. ‘Twice’ ’til „thrice «four"),
        ("1" * 400 + " people died.", "2" * 400 + " people died."),
        ("12,,,,,34.5.6 and $€£ % per cent", "£€$ 12 %"),
        ("word " * 5_000, "word " * 4_999),
        ("A. " * 3_000, "B. " * 3_000),
    ],
)
def test_hostile_texts_are_compared_as_any_other(old, new):
    for found in (between(old, new), between(new, old)):
        assert found.changed == (old.split() != new.split())
        ArticleDifference.model_validate_json(found.model_dump_json())


def test_a_number_in_another_script_is_still_a_change():
    (fact,) = between("Пожар в порту унёс жизни 12 человек.", "Пожар в порту унёс жизни 17 человек.").facts
    assert [(e.kind, e.old, e.new) for e in fact.edits] == [("number", "12", "17")]


def test_a_text_of_one_pattern_is_paired_line_by_line():
    old = "\n".join(f"District {n} met on Monday about road {n * 7}." for n in range(300))
    new = "\n".join(f"District {n} met on Tuesday about road {n * 7}." for n in range(300))
    found = between(old, new)
    assert len(found.facts) == 300
    assert all(pair.old.start == pair.new.start - n for n, pair in enumerate(found.facts))


@pytest.mark.parametrize(
    ("change", "kind", "least"),
    [
        (another_number, {"number", "date"}, 80),
        (another_name, {"name", "attribution"}, 150),
        (another_weekday, {"date"}, 40),
        (the_opposite, {"modality", "meaning", "quote"}, 150),
        (without_hedge, {"modality", "meaning", "quote"}, 15),
    ],
)
def test_one_fact_changed_in_a_sample_article_is_found_and_nothing_else(change, kind, least):
    count, missed = 0, []
    for passage, sentence in SENTENCES:
        if (changed := change(sentence)) and changed != sentence:
            count += 1
            found = between(passage.text, passage.text.replace(sentence, changed, 1))
            rest = found.added + found.removed + found.moved + found.reworded
            if rest or len(found.facts) != 1 or not kind & set(found.facts[0].kinds):
                missed.append(changed)
    assert count >= least
    assert missed == []


_SENTENCE = st.sampled_from(
    [
        "The fire killed 12 people.", "The fire killed 17 people.", "Roe is expected to resign.",
        "Roe resigned.",
        "“No,” said Vance.", "The quay is shut.", "Boats wait in Carrow.", "Boats wait in Brindle on Monday.",
        "Ünïcode 12 naïve.", "x", "12", "He was 43.", "It rained.",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_SENTENCE, max_size=9), st.lists(_SENTENCE, max_size=9))
def test_every_sentence_is_accounted_for_once(old, new):
    found = align([reading(text) for text in old], [reading(text) for text in new])
    assert sorted(
        [a for a, _ in found.same] + [n for a, _ in found.alike for n in a] + found.removed
    ) == list(range(len(old)))
    assert sorted([b for _, b in found.same] + [n for _, b in found.alike for n in b] + found.added) == list(
        range(len(new))
    )
    assert set(found.moved) <= set(found.same)
    assert all(old[a] == new[b] for a, b in found.same)
    if sorted(old) == sorted(new):
        assert len(found.same) == len(old)


# ---------------------------------------------------------------- answers


def statement(text: str, modality: str = "confirmed", outlet: str = "Courier") -> Statement:
    cited = Citation(
        marker=1,
        article_id=f"{outlet}-1",
        outlet=outlet,
        published=TUESDAY,
        quote=text,
        start=0,
        end=len(text),
    )
    return Statement(text=text, modality=modality, citations=(cited,))


def answer(*statements: Statement) -> Answer:
    return Answer(
        question="How many died?",
        text="",
        statements=statements,
        abstained=not statements,
        engine="extractive",
    )


def changes(old: Answer, new: Answer) -> list[tuple[str, tuple[str, ...]]]:
    return [(change.kind, change.kinds) for change in answer_difference(old, new).changes]


def test_the_same_answer_and_the_same_in_another_order():
    one, two = statement("The fire killed 12 people."), statement("Roe is expected to resign.", "expected")
    found = answer_difference(answer(one, two), answer(two, one))
    assert (found.changes, found.unchanged, found.reworded) == ((), 2, 0)


def test_a_statement_added_one_withdrawn_one_changed():
    old = answer(
        statement("The fire killed 12 people in Lowmouth."), statement("“No warning came,” said Brandt.")
    )
    new = answer(
        statement("The captain has been charged."), statement("The fire killed 17 people in Lowmouth.")
    )
    assert changes(old, new) == [("added", ()), ("changed", ("number",)), ("withdrawn", ())]
    assert changes(new, old) == [("changed", ("number",)), ("added", ()), ("withdrawn", ())]


def test_another_modality_of_the_same_words_is_a_change():
    text = "Roe will attend the summit."
    found = answer_difference(answer(statement(text, "expected")), answer(statement(text)))
    assert [(e.kind, e.was, e.now) for c in found.changes for e in c.edits] == [
        ("modality", "expected", "confirmed")
    ]


def test_the_same_words_that_mean_another_day_are_a_change():
    def met(first, last):
        days = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
        date = EventDate(words="Next week", first=days[0], last=days[1])
        text = f"Next week [{first}] the council will meet."
        return statement(text).model_copy(update={"dates": (date,)})

    old, new = met("2026-03-16", "2026-03-22"), met("2026-03-23", "2026-03-29")
    found = answer_difference(answer(old), answer(new))
    assert [(e.kind, e.old, e.new) for c in found.changes for e in c.edits] == [
        ("date", "Next week (2026-03-16 to 2026-03-22)", "Next week (2026-03-23 to 2026-03-29)")
    ]
    assert answer_difference(answer(old), answer(old)).unchanged == 1


def test_other_words_alone_are_no_change():
    found = answer_difference(
        answer(statement("On Tuesday, Roe resigned as mayor.")),
        answer(statement("Roe resigned as mayor on Tuesday.")),
    )
    assert (found.changes, found.reworded) == ((), 1)


def test_the_same_words_from_another_outlet_are_no_change():
    text = "The fire killed 12 people."
    assert changes(answer(statement(text)), answer(statement(text, outlet="Evening Post"))) == []


def test_what_stands_in_brackets_to_make_a_sentence_stand_alone_does_not_count():
    old, new = (
        statement("He [Paul Merrin] will resign."),
        statement("He [the secretary, Paul Merrin] will resign."),
    )
    assert changes(answer(old), answer(new)) == []


def test_an_answer_after_none_and_none_after_an_answer():
    one = answer(statement("The fire killed 12 people."))
    assert changes(answer(), one) == [("added", ())]
    assert changes(one, answer()) == [("withdrawn", ())]
    assert changes(answer(), answer()) == []
