"""The scripted model behaves as a LangChain chat model does, and says so when its script runs out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.errors import ModelConfigError
from qa.models.scripted import ScriptedChatModel, ScriptedReply, ScriptedStatusError

NONE = {"answerable": False, "reason": "", "statements": []}


def test_a_list_is_gone_through_in_order() -> None:
    model = ScriptedChatModel(script=["one", "two"])
    assert [model.invoke("a").text, model.invoke("b").text] == ["one", "two"]
    with pytest.raises(LookupError, match="call number 3"):
        model.invoke("c")


def test_a_mapping_looks_at_the_question_and_not_at_the_passages() -> None:
    model = ScriptedChatModel(script={"davos": "yes", "bridge": ["first", "last"], "*": "other"})
    assert model.invoke("All about Davos.\n\nQuestion: Who closed the Bridge?").text == "first"
    assert model.invoke("Question: Bridge?").text == "last"
    assert model.invoke("Question: Bridge?").text == "last"
    assert model.invoke("Question: anything").text == "other"


def test_a_function_makes_each_reply_from_the_call() -> None:
    model = ScriptedChatModel(script=lambda call: {"text": call.messages[-1][1].upper(), "piece": 2})
    assert [model.invoke("abc").text, model.invoke("d").text] == ["ABC", "D"]
    assert [call.question for call in model.calls] == ["abc", "d"]


def test_a_repair_is_matched_by_the_question_it_repairs() -> None:
    model = ScriptedChatModel(script={"bridge": ["bad", "good"]})
    model.invoke([("user", "Question: bridge?")])
    again = [("user", "Question: bridge?"), ("assistant", "bad"), ("user", "Once more.")]
    assert model.invoke(again).text == "good"


def test_a_question_without_a_reply_is_named() -> None:
    with pytest.raises(LookupError, match="'What now\\?'"):
        ScriptedChatModel(script={"bridge": "x"}).invoke("Question: What now?")


def test_it_streams_in_pieces_with_usage_and_a_reason_to_stop() -> None:
    model = ScriptedChatModel(script=[ScriptedReply(text="abcdef", piece=4, input_tokens=7, output_tokens=3)])
    chunks = list(model.stream("hello"))
    assert [c.text for c in chunks if c.text] == ["abcd", "ef"]
    total = sum(chunks[1:], start=chunks[0])
    assert total.usage_metadata == {"input_tokens": 7, "output_tokens": 3, "total_tokens": 10}
    assert total.response_metadata["finish_reason"] == "stop"


def test_structured_output_is_parsed_and_recorded() -> None:
    model = ScriptedChatModel(script=[NONE])
    assert model.with_structured_output({"title": "t", "type": "object"}).invoke("q") == NONE
    assert model.calls[0].messages == (("human", "q"),)
    assert model.calls[0].options["schema"]["title"] == "t"


def test_structured_output_can_come_as_a_tool_call() -> None:
    model = ScriptedChatModel(script=[NONE], as_tool_call=True)
    bound = model.with_structured_output({"title": "t", "type": "object"}).first  # type: ignore[attr-defined]
    arguments = "".join(call["args"] for chunk in bound.stream("q") for call in chunk.tool_call_chunks)
    assert json.loads(arguments) == NONE


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (429, ScriptedStatusError),
        ("timeout", TimeoutError),
        ("connection", ConnectionError),
        ("x", RuntimeError),
    ],
)
def test_errors_on_request(error: int | str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        ScriptedChatModel(script=[{"error": error}]).invoke("q")


def test_a_cut_stream_sends_what_it_has_first() -> None:
    stream = ScriptedChatModel(script=[{"text": "abcdef", "cut_after": 3}]).stream("q")
    assert next(stream).text == "abc"
    with pytest.raises(ConnectionError):
        next(stream)


@pytest.mark.parametrize(("name", "text"), [("s.yaml", "davos:\n  text: hello\n"), ("s.json", '["hello"]')])
def test_a_script_comes_from_a_file(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    assert ScriptedChatModel.from_file(tmp_path / name).invoke("Question: Davos?").text == "hello"


@pytest.mark.parametrize("text", ["42", "a: [", "- txet: hello\n", "- {text: a, delay: -1}\n"])
def test_a_bad_script_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "script.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ModelConfigError) as caught:
        ScriptedChatModel.from_file(path)
    assert str(path) in caught.value.message
    assert "\n" not in caught.value.message


def test_a_missing_script_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelConfigError, match=r"absent\.yaml cannot be read"):
        ScriptedChatModel.from_file(tmp_path / "absent.yaml")
