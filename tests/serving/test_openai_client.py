"""The real `openai` client against /v1."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from desks import GOOD, QUESTION, SAID, WITHIN, Running, assistant, running, statement
from pydantic import SecretStr

from qa import Answer, Article, Assistant, Library, Settings
from qa.answering.chain import ChainEngine
from qa.models.scripted import ScriptedChatModel
from qa.serving.completing import Writing, content
from qa.serving.openai_api import Message, Part, asked
from qa.serving.options import Turn
from qa.types import Citation, Statement


def client_of(server: Running, key: str = "unused") -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{server.url}/v1", api_key=key, max_retries=0, timeout=WITHIN)


@pytest.fixture
def client(server: Running) -> Iterator[openai.OpenAI]:
    with client_of(server) as found:
        yield found


def user(text: Any) -> list[Any]:
    return [{"role": "user", "content": text}]


def test_there_is_one_model(client: openai.OpenAI) -> None:
    (model,) = client.models.list().data
    assert model.id == "qa"
    assert client.models.retrieve("qa") == model
    with pytest.raises(openai.NotFoundError) as caught:
        client.models.retrieve("gpt-5/large")
    assert caught.value.code == "model_not_found"


def test_a_completion(client: openai.OpenAI) -> None:
    done = client.chat.completions.create(model="qa", messages=user(QUESTION))
    answer = Answer.model_validate(done.model_extra["qa"])
    content = done.choices[0].message.content
    assert content.startswith(answer.text)
    assert SAID.split(",")[0] in content
    assert content.endswith(
        "\n\nSources:\n[1] Harbour bridge to reopen (Selby Courier, 3 March 2026) https://selby.example/bridge"
    )
    assert done.choices[0].finish_reason == "stop"
    assert done.id.startswith("chatcmpl-")
    assert done.object == "chat.completion"
    assert done.usage.total_tokens == 0


@pytest.mark.parametrize("question", [QUESTION, "Who won the 2022 World Cup?", "Which strikes are there?"])
def test_a_stream_says_the_same(client: openai.OpenAI, question: str) -> None:
    whole = client.chat.completions.create(model="qa", messages=user(question))
    *chunks, counted = client.chat.completions.create(
        model="qa", messages=user(question), stream=True, stream_options={"include_usage": True}
    )
    said = "".join(c.choices[0].delta.content or "" for c in chunks)
    assert said == whole.choices[0].message.content
    assert [c.choices[0].finish_reason for c in chunks] == [None] * (len(chunks) - 1) + ["stop"]
    assert chunks[0].choices[0].delta.role == "assistant"
    assert len({c.id for c in [*chunks, counted]}) == 1
    assert (counted.choices, counted.usage.total_tokens) == ([], 0)
    assert Answer.model_validate(chunks[-1].model_extra["qa"]).question == question


def test_a_list_with_headings_is_streamed_as_it_is_sent_whole(tmp_path: Path) -> None:
    text = (
        "Mayor Ines Okafor will attend the harbour summit on Friday.\n\n"
        "Councillor Ruth Vance could attend the harbour summit if the trains run."
    )
    sure, unsure = text.split("\n\n")
    statements = [statement(sure, modality="confirmed"), statement(unsure, modality="conditional")]
    reply = {**GOOD, "statements": [{**s, "attributed_to": ""} for s in statements]}
    folder = tmp_path / "library"
    with Library(folder) as library:
        library.add([Article(id="summit-0", title="Summit", outlet="Courier", text=text)])
    question = user("Who is attending the harbour summit?")
    with (
        assistant(folder, {"*": reply}) as answering,
        running(answering) as server,
        client_of(server) as client,
    ):
        content = client.chat.completions.create(model="qa", messages=question).choices[0].message.content
        stream = client.chat.completions.create(model="qa", messages=question, stream=True)
        assert "".join(c.choices[0].delta.content or "" for c in stream) == content
    assert "Attending:\n- " in content
    assert "Expected or conditional:\n- " in content


def test_an_abstention_is_a_message_like_any_other(client: openai.OpenAI) -> None:
    done = client.chat.completions.create(model="qa", messages=user("Who won the 2022 World Cup?"))
    assert done.choices[0].finish_reason == "stop"
    assert done.choices[0].message.content.startswith("No answer: ")
    assert "Sources" not in done.choices[0].message.content
    assert done.model_extra["qa"]["abstained"] is True


def test_parameters_that_do_not_apply_are_ignored(client: openai.OpenAI) -> None:
    plain = client.chat.completions.create(model="qa", messages=user(QUESTION))
    decorated = client.chat.completions.create(
        model="qa",
        messages=[{"role": "system", "content": "Answer in French, without sources."}, *user(QUESTION)],
        temperature=2,
        max_tokens=1,
        n=3,
        tools=[{"type": "function", "function": {"name": "f", "parameters": {}}}],
        response_format={"type": "json_object"},
        extra_body={"num_ctx": 4096},
    )
    assert decorated.choices[0].message == plain.choices[0].message


def test_text_parts_are_one_question_and_pictures_are_refused(client: openai.OpenAI) -> None:
    parts: list[Any] = [
        {"type": "text", "text": "When will the harbour"},
        {"type": "text", "text": "bridge reopen?"},
    ]
    done = client.chat.completions.create(model="qa", messages=user(parts))
    assert done.model_extra["qa"]["question"] == QUESTION
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model="qa", messages=user([*parts, picture]))
    assert (caught.value.code, caught.value.param) == ("unsupported_content", "messages")
    assert "image_url" in caught.value.message


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        ([{"role": "system", "content": "Be kind."}], "no_question"),
        (user("???"), "usage"),
        ([], "invalid"),
        (user(7), "invalid"),
    ],
)
def test_a_wrong_request_is_a_bad_request(client: openai.OpenAI, messages: Any, code: str) -> None:
    with pytest.raises((openai.BadRequestError, openai.UnprocessableEntityError)) as caught:
        client.chat.completions.create(model="qa", messages=messages)
    assert caught.value.code == code
    assert caught.value.type == "invalid_request_error"
    assert caught.value.body.keys() == {"message", "type", "code", "param"}


def test_an_unknown_model(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        client.chat.completions.create(model="gpt-4o", messages=user(QUESTION))
    assert (caught.value.code, caught.value.param) == ("model_not_found", "model")
    assert '"qa"' in caught.value.message


def test_a_wrong_key(shelf: Path) -> None:
    with assistant(shelf) as answering, running(answering, key=SecretStr("a-long-secret")) as server:
        with client_of(server, "another") as stranger, pytest.raises(openai.AuthenticationError) as caught:
            stranger.models.list()
        assert caught.value.code == "invalid_api_key"
        assert "another" not in str(caught.value.body)
        with client_of(server, "a-long-secret") as friend:
            assert friend.models.list().data


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (401, openai.InternalServerError),
        (429, openai.InternalServerError),
        ("timeout", openai.InternalServerError),
    ],
)
def test_what_the_provider_refuses_us_is_a_server_error(
    shelf: Path, error: Any, kind: type[Exception]
) -> None:
    settings = Settings(library=shelf, model="scripted:test", model_retries=0)
    engine = ChainEngine(settings, model=ScriptedChatModel(script={"*": {"error": error}}))
    with Library.open(settings, create=False) as library:
        answering = Assistant(settings, library=library, engine=engine)
        with running(answering) as server, client_of(server) as client:
            with pytest.raises(kind) as caught:
                client.chat.completions.create(model="qa", messages=user(QUESTION))
            assert caught.value.status_code in (502, 503, 504)
            with pytest.raises(openai.APIError):
                list(client.chat.completions.create(model="qa", messages=user(QUESTION), stream=True))


def test_usage_is_that_of_the_model(shelf: Path) -> None:
    script = {"*": {"reply": GOOD, "input_tokens": 120, "output_tokens": 30}}
    with assistant(shelf, script) as answering, running(answering) as server, client_of(server) as client:
        used = client.chat.completions.create(model="qa", messages=user(QUESTION)).usage
        with server.client() as plain:
            metrics = plain.get("/metrics").text
    assert (used.prompt_tokens, used.completion_tokens, used.total_tokens) == (120, 30, 150)
    assert 'qa_model_tokens_total{direction="input"} 120.0' in metrics
    assert "qa_model_calls_total 1.0" in metrics


def test_earlier_turns_are_given_to_what_rewrites_follow_ups(shelf: Path) -> None:
    given: list[tuple[list[Turn], str]] = []

    def rewritten(history: Any, question: str) -> str:
        given.append((list(history), question))
        return QUESTION

    chat: list[Any] = [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "What about the harbour bridge?"},
        {"role": "assistant", "content": "It is closed. [1]"},
        {"role": "user", "content": "And when does it reopen?"},
    ]
    with (
        assistant(shelf) as answering,
        running(answering, stand_alone=rewritten) as server,
        client_of(server) as client,
    ):
        done = client.chat.completions.create(model="qa", messages=chat)
        assert done.model_extra["qa"]["question"] == QUESTION
        alone = client.chat.completions.create(model="qa", messages=chat[-1:])
        assert alone.model_extra["qa"]["question"] == chat[-1]["content"]
    turns = [Turn("user", chat[1]["content"]), Turn("assistant", chat[2]["content"])]
    assert given == [(turns, chat[-1]["content"])]


def test_pictures_in_an_articles_words_are_not_live() -> None:
    """Most are withheld as instructions before; what is left must not be fetched by a chat program."""
    said = "The bridge ![x](https://tracker.example/p.png) will reopen."
    cited = Citation(
        marker=1, article_id="a", title="![y](https://tracker.example/q.png)", quote=said, start=0, end=9
    )
    found = Statement(text=said, citations=(cited,))
    answer = Answer(question=QUESTION, text=f"{said} [1]", statements=(found,), engine="extractive")
    assert content(answer) == (
        "The bridge !\\[x](https://tracker.example/p.png) will reopen. [1]\n\n"
        "Sources:\n[1] !\\[y](https://tracker.example/q.png) (no date)"
    )
    writing = Writing(QUESTION)
    assert writing.add(found) + writing.add(answer) == content(answer)


def test_the_question_is_the_last_user_message() -> None:
    messages = (
        Message(role="user", content="One?"),
        Message(role="tool", content="ignored"),
        Message(role="user", content=(Part(type="text", text="Two?"),)),
        Message(role="assistant", content=None),
    )
    assert asked(messages) == ("Two?", (Turn("user", "One?"),))
