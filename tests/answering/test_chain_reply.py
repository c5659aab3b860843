"""Reading a reply while it arrives: the same statements however it is cut, and never an unforeseen
exception."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.engine import Draft, Quote
from qa.answering.reply import MOST_CHARACTERS, ReplyReader
from qa.errors import ModelOutputError


def statement(text: str, **fields: Any) -> dict[str, Any]:
    citation = {"passage": 1, "quote": f"quote of {text}"}
    return {"text": text, "modality": "confirmed", "attributed_to": "", "citations": [citation], **fields}


def reply(*statements: Any, answerable: bool = True, **fields: Any) -> dict[str, Any]:
    return {"answerable": answerable, "reason": "r", "statements": list(statements), **fields}


def read(text: str, size: int = 7) -> tuple[ReplyReader, list[Draft]]:
    reader = ReplyReader()
    return reader, [d for i in range(0, len(text), size) for d in reader.feed(text[i : i + size])]


TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)


@given(
    st.lists(TEXTS, max_size=5, unique_by=lambda t: " ".join(t.split()).casefold()),
    TEXTS,
    st.integers(1, 50),
    st.booleans(),
    st.sampled_from([None, 1]),
)
def test_the_same_statements_however_the_stream_is_cut(
    texts: list[str], reason: str, size: int, escaped: bool, indent: int | None
) -> None:
    body = reply(*(statement(t, attributed_to=t) for t in texts), reason=reason)
    reader, drafts = read(json.dumps(body, ensure_ascii=escaped, indent=indent), size)
    assert [d.text for d in drafts] == texts
    assert [d.attributed_to for d in drafts] == texts
    assert reader.end() is None


@given(st.text(max_size=200), st.integers(1, 20))
def test_anything_at_all_gives_a_problem_and_no_exception(text: str, size: int) -> None:
    reader, drafts = read(text, size)
    assert drafts == []
    assert reader.end() is not None


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9), lambda inner: st.lists(inner, max_size=3)
)


@given(ANYTHING)
def test_any_value_in_place_of_a_statement_is_a_problem(value: Any) -> None:
    reader, drafts = read(json.dumps(reply(value)))
    assert drafts == []
    assert reader.end() is not None


def test_a_statement_is_given_with_its_last_brace() -> None:
    text = json.dumps(reply(statement("one"), statement("two")))
    reader = ReplyReader()
    end_of_first = text.index("}]}") + 3
    assert list(reader.feed(text[: end_of_first - 1])) == []
    assert [d.text for d in reader.feed(text[end_of_first - 1 : end_of_first])] == ["one"]


def test_all_parts_of_a_statement() -> None:
    item = statement("t", modality="denied", attributed_to="An aide")
    item["citations"].append({"passage": 3, "quote": "q"})
    _, (draft,) = read(json.dumps(reply(item)))
    assert draft == Draft(
        text="t",
        quotes=(Quote(passage=1, text="quote of t"), Quote(passage=3, text="q")),
        modality="denied",
        attributed_to="An aide",
    )


THOUGHT = '<think>{{1}} "statements": [{{}}]</think>{}'


@pytest.mark.parametrize("around", ["```json\n{}\n```", "Here it is:\n{}\nAnything else?", THOUGHT])
def test_what_stands_around_the_object_is_passed_over(around: str) -> None:
    reader, drafts = read(around.format(json.dumps(reply(statement("one")))))
    assert [d.text for d in drafts] == ["one"]
    assert reader.end() is None


def test_a_list_named_inside_a_string_is_no_list() -> None:
    trap = '"statements": [{"text": "trap", "citations": []}]'
    reader, drafts = read(json.dumps(reply(statement("one"), reason=trap)))
    assert [d.text for d in drafts] == ["one"]
    assert reader.end() is None


def test_not_answerable_gives_nothing() -> None:
    reader, drafts = read(json.dumps(reply(statement("one"), answerable=False)))
    assert drafts == []
    assert reader.end() is None
    assert reader.unanswerable


@pytest.mark.parametrize("passage", [2, "2", "[2]", "passage 2"])
def test_a_passage_number_in_other_clothes(passage: Any) -> None:
    _, (draft,) = read(json.dumps(reply(statement("t", citations=[{"passage": passage, "quote": "q"}]))))
    assert draft.quotes[0].passage == 2


@pytest.mark.parametrize("modality", ["certain", "", None, 3, ["denied"]])
def test_an_unknown_modality_is_left_open(modality: Any) -> None:
    if isinstance(modality, list):
        modality = json.dumps(modality)
    _, (draft,) = read(json.dumps(reply(statement("t", modality=modality))))
    assert draft.modality is None


def test_half_characters_are_replaced() -> None:
    _, (draft,) = read(json.dumps(reply(statement("a\ud800b"))))
    assert draft.text == "a?b"


NO_NUMBER = json.dumps(reply(statement("t", citations=[{"quote": "q", "passage": True}])))


@pytest.mark.parametrize(
    ("text", "problem", "unfinished"),
    [
        ("", "empty", False),
        ("Sorry.", "no JSON object", False),
        ('{"answerable": maybe}', "not valid JSON", False),
        ('{"answerable": true, "reason": "and th', "not valid JSON", True),
        ('{"answerable": true, "statements": [', "not valid JSON", True),
        ("{}", '"answerable" is missing', False),
        ('{"answerable": "yes", "statements": []}', '"answerable" is missing', False),
        ('{"answerable": true}', '"statements" is missing', False),
        ('{"answerable": true, "statements": {}}', '"statements" is missing', False),
        ('{"answerable": true, "statements": [{}]}', '"text"', False),
        ('{"answerable": true, "statements": [1]}', "text", False),
        ('{"answerable": true, "statements": [{"text": "t"}]}', '"citations"', False),
        ('{"answerable": true, "statements": [{"text": "t", "citations": [{}]}]}', '"quote"', False),
        (NO_NUMBER, '"passage"', False),
        ("[" * 100_000, "no JSON object", False),
        ('{"a":' * 30_000, "not valid JSON", False),
        ('{"answerable": true, "statements": [{"text": ' + "1" * 5000 + "}]}", "not valid JSON", False),
    ],
)
def test_problems_are_named(text: str, problem: str, unfinished: bool) -> None:
    reader = ReplyReader()
    assert list(reader.feed(text)) == []
    found = reader.end()
    assert found is not None
    assert problem in found.message
    assert found.unfinished is unfinished


def test_a_reply_without_end_is_given_up() -> None:
    reader = ReplyReader()
    with pytest.raises(ModelOutputError, match="goes on and on"):
        list(reader.feed("x" * (MOST_CHARACTERS + 1)))
