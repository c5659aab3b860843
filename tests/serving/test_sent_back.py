"""Follow-ups over HTTP, over the sample articles."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import openai
import pytest
from desks import WITHIN, Running, assistant, running

from qa import Answer, Library
from qa.resources import sample_articles
from qa.serving.followups import FollowUps
from qa.serving.options import Turn
from qa.sources import Source, discover, read

FIRST = "Is Macron attending Davos?"


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("followups") / "library"
    with Library(folder) as library:
        for source in discover([str(sample_articles())]):
            assert isinstance(source, Source)
            library.add(read(source))  # type: ignore[arg-type]
    with assistant(folder) as answering, running(answering) as server:
        yield server


def asked(server: Running, question: str, *earlier: str) -> Answer:
    sent = {"question": question, "earlier": earlier}
    reply = httpx.post(f"{server.url}/api/ask", json=sent, timeout=WITHIN)
    assert reply.status_code == 200, reply.text
    return Answer.model_validate(reply.json())


def test_a_follow_up_is_asked_so_that_it_stands_alone(samples):
    first = asked(samples, FIRST)
    second = asked(samples, "and Starmer?", first.question)
    assert second.question == "Is Starmer attending Davos?"
    assert "Starmer" in second.text
    assert (
        asked(samples, "and Rutte?", first.question, second.question).question == "Is Rutte attending Davos?"
    )


def test_what_stands_alone_is_asked_as_it_is(samples):
    question = "Who won the Atlantic Cup final?"
    assert asked(samples, question, FIRST).question == question
    assert asked(samples, "and Starmer?").question == "and Starmer?"


def test_a_chat_that_is_sent_back_is_understood(samples):
    with openai.OpenAI(base_url=f"{samples.url}/v1", api_key="-", max_retries=0, timeout=WITHIN) as client:
        messages = [{"role": "user", "content": FIRST}]
        for typed, meant in (
            ("and Starmer?", "Is Starmer attending Davos?"),
            ("and Rutte?", "Is Rutte attending Davos?"),
        ):
            done = client.chat.completions.create(model="qa", messages=messages)  # type: ignore[arg-type]
            messages += [{"role": "assistant", "content": done.choices[0].message.content or ""}]
            messages += [{"role": "user", "content": typed}]
            done = client.chat.completions.create(model="qa", messages=messages)  # type: ignore[arg-type]
            assert (done.model_extra or {})["qa"]["question"] == meant


def test_another_servers_answer_still_says_what_was_asked(samples):
    history = [Turn("user", FIRST), Turn("assistant", "Yes, he is. [1]")]
    forgetful = FollowUps(samples.desk.assistant)
    assert forgetful(history, "and Starmer?") == "Is Starmer attending Davos?"
    assert forgetful([], "and Starmer?") == "and Starmer?"


def test_so_many_answers_are_kept_and_no_more(samples, monkeypatch):
    monkeypatch.setattr("qa.serving.followups.KEPT", 2)
    kept = FollowUps(samples.desk.assistant)
    for number in range(20):
        answer = Answer(question=f"Question {number}?", text="", engine="extractive")
        kept.keep(answer)
        kept.keep_sent(f"text {number}", answer)
    assert len(kept._kept) == 4
