# ruff: noqa: E501
"""Words, expressions and opposites of news language, and the forms of question."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pytest

from qa.answering.answer_type import bonus, holds_answer
from qa.answering.extractive import ExtractiveEngine
from qa.answering.forms import class_asked, form_of
from qa.answering.question import parse
from qa.answering.reading import read
from qa.answering.synonyms import alike, any_alike
from qa.answering.terms import terms_of
from qa.answering.wordings import expressions, joined, meant_by_expressions
from qa.answering.words import stem, words
from qa.types import ArticleHead, Passage
from qa.wordings.lists import opposed, used_for, wordings


def article_passage(text):
    when = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
    head = ArticleHead(id="article-1", title="Solvik notes", outlet="Solvik Post", published=when)
    return Passage(
        number=1, article=head, ordinals=(0,), start=0, end=len(text), text=text, score=1.0,
        found_by=("lexical",),
    )  # fmt: skip


def test_every_entry_is_a_stem():
    lists = wordings()
    entries = {s for group in lists.groups for s in group} | set(lists.opposites)
    entries |= {p for phrases in lists.phrases.values() for phrase in phrases for p in phrase.parts} - {"*"}
    # A stem may be shortened again ("purchas"), so some word must have it.
    endings = ("", "e", "y", "ed", "al", "ee", "ion", "ive", "er", "ity", "ate", "ible", "or")
    assert {s for s in entries if not any(stem(s + ending) == s for ending in endings)} == set()


def test_groups_hold_no_opposites_and_no_word_is_in_many():
    lists = wordings()
    assert len(lists.groups) > 500
    assert not [g for g in lists.groups if any(opposed(a, b) for a in g for b in g)]
    count = {s: sum(s in g for g in lists.groups) for s in lists.used_for}
    assert max(count.values()) <= 4


@pytest.mark.parametrize(
    ("one", "other"),
    [("rise", "fall"), ("accepted", "rejected"), ("bought", "sold"), ("opened", "closed"), ("guilty", "acquitted"),
     ("won", "lost"), ("export", "import"), ("hired", "dismissed"), ("landlord", "tenant")],
)  # fmt: skip
def test_opposites_are_never_alike(one, other):
    a, b = stem(one), stem(other)
    assert opposed(a, b)
    assert opposed(b, a)
    assert not alike(a, b)
    assert not any_alike(a, frozenset([b]))
    assert b not in used_for(a)


@pytest.mark.parametrize(
    ("one", "other"),
    [("levy", "fee"), ("firefighter", "fireman"), ("voyage", "expedition"), ("capsized", "overturned"),
     ("skipper", "captain"), ("inhabitants", "residents"), ("halted", "paused"), ("truck", "lorry")],
)  # fmt: skip
def test_words_used_for_one_another(one, other):
    assert stem(other) in used_for(stem(one))
    assert stem(one) in used_for(stem(other))


@pytest.mark.parametrize(
    ("question", "as_read"),
    [("What would make the dockers call their second strike off?", "What would make the dockers cancel their second strike?"),
     ("Who put up the money for the study?", "Who fund for the study?"),
     ("When did she step down?", "When did she resign?"),
     ("Who was kept in the dark?", "Who was uninformed?"),
     ("Who called the man in the red hat and his wife off?", "Who called the man in the red hat and his wife off?")],
)  # fmt: skip
def test_an_expression_is_read_as_one_word(question, as_read):
    assert joined(question)[0] == as_read


def test_the_longest_expression_counts_and_an_article_may_mean_each():
    assert [e.means for e in expressions(words("The mill went up in flames"))] == [("burn", "fire")]
    assert {stem("surrender"), stem("pay")} <= meant_by_expressions(words("They handed the keys over"))
    assert meant_by_expressions(words("They handed the keys to their successor, moving over")) == frozenset()


@pytest.mark.parametrize(
    ("question", "kind", "measure"),
    [("How punctual were the ferries?", "number", "percent"),
     ("How likely is a second walkout?", "number", "chance"),
     ("How expensive was the bridge?", "number", "money"),
     ("How often are the brakes checked?", "number", "frequency"),
     ("How fast was the tram going?", "number", "speed"),
     ("What share of the members voted?", "number", "percent"),
     ("How big a share of the members voted?", "number", "percent"),
     ("What bill does the town face?", "number", "money"),
     ("What is the price tag on the bridge?", "number", "money"),
     ("How big was the fine for the operator?", "number", "money"),
     ("How many lives did the storm claim?", "number", ""),
     ("Whose boat was it?", "person", "owner"),
     ("On whose behalf did the lawyer speak?", "person", ""),
     ("What became of the old mill?", "what", ""),
     ("In what way will the timetable change?", "what", ""),
     ("What excuse did the operator give for the delay?", "reason", ""),
     ("On what grounds was the permit refused?", "reason", ""),
     ("What kept the minister away?", "reason", ""),
     ("What made the council change its mind?", "reason", ""),
     ("Until when can tickets be returned?", "date", ""),
     ("From what day are lorries banned?", "date", "")],
)  # fmt: skip
def test_forms_of_question(question, kind, measure):
    asked = parse(question)
    assert (asked.kind, asked.measure) == (kind, measure)


def test_a_form_takes_its_own_words_out_and_leaves_other_questions_alone():
    assert [t.lower for t in parse("What excuse did the operator give for the delay?").terms] == [
        "operator",
        "delay",
    ]
    assert [t.lower for t in parse("What bill does the town face?").terms] == ["town", "face"]
    assert form_of("Who signed the bill?").text == "Who signed the bill?"
    assert form_of("Who signed the bill?").kind is None
    assert class_asked("What weapon was used?") == "weapon"
    assert class_asked("Which hotel did they stay in?") == ""


ARTICLE = (
    "The union said it would suspend the strike if the port paid for the lost nights. Four people have died in the storm. "
    "The yacht Petrel belonged to Arvid Lunde. Only 71 percent of the trains ran on time in July. "
    "The study was paid for by the Solvik Fund. The brakes are checked every six weeks. "
    "The ferry will stay in port because its rudder is bent. He was hit with a shovel in the harbour at Solvik."
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [("What would make the dockers call off their walkout?", "suspend the strike"),
     ("How many lives did the storm claim?", "Four people have died"),
     ("Whose yacht was it?", "belonged to Arvid Lunde"),
     ("How punctual were the trains?", "71 percent"),
     ("Who put up the money for the study?", "Solvik Fund"),
     ("How often are the brakes inspected?", "every six weeks")],
)  # fmt: skip
def test_a_question_in_other_words_finds_its_sentence(question, answer):
    drafts = list(ExtractiveEngine().draft(question, [article_passage(ARTICLE)]))
    assert any(answer in getattr(draft, "text", "") for draft in drafts)


@pytest.mark.parametrize(
    "question",
    ["When did the union reject the strike?", "Who sold the Petrel to Arvid Lunde?", "How expensive was the Petrel?",
     "How likely is another storm?"],
)  # fmt: skip
def test_it_abstains_where_only_the_opposite_or_the_topic_is_told(question):
    *_, outcome = ExtractiveEngine().draft(question, [article_passage(ARTICLE)])
    assert outcome.reason


def test_a_noun_that_no_article_has_is_named_as_written():
    *_, outcome = ExtractiveEngine().draft("Which hotel was the yacht moored at?", [article_passage(ARTICLE)])
    assert outcome.reason == "no article found here mentions hotel"
    *_, outcome = ExtractiveEngine().draft("Who is Tove Brekke?", [article_passage(ARTICLE)])
    assert outcome.reason == "no article found here mentions Tove Brekke"


def test_the_class_of_the_thing_asked_for_need_not_be_said():
    stories = read([article_passage(ARTICLE)])
    assert "weapon" not in {
        t.text for t in terms_of(parse("What weapon was the man in Solvik hit with?"), stories)
    }


def test_whose_prefers_the_owner_and_how_likely_wants_a_chance():
    (story,) = read(
        [article_passage("Nils sailed the boat. The boat belongs to Tor. A second storm is unlikely.")]
    )
    sailed, belongs, unlikely = story.lines
    assert bonus(parse("Whose boat was it?"), belongs) > bonus(parse("Whose boat was it?"), sailed)
    asked = parse("How likely is a second storm?")
    assert holds_answer(asked, unlikely)
    assert not holds_answer(asked, sailed)


def test_the_lists_are_not_read_for_help():
    code = "import qa.cli.app, sys; print('qa.wordings.lists' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
