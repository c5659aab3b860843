"""Assistants and conversations in asynchronous programs: the same answers, and a cancelled task lets go."""

from __future__ import annotations

import asyncio
import threading

import pytest
from harbour_town import ARTICLES, TODAY, assistant_in

from qa import Assistant, Conversation, Settings
from qa.answering.engine import Draft, Outcome, Quote
from qa.awaiting import each, last
from qa.errors import QAError, UsageError
from qa.types import Answer

SUMMIT = "Is Enquist attending the summit in Solhavn?"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    with assistant_in(tmp_path_factory.mktemp("town") / "library") as opened:
        yield opened


def test_the_same_answers_as_without(assistant):
    async def both():
        answer = await assistant.aask(SUMMIT, today=TODAY)
        events = [event async for event in assistant.astream(SUMMIT, today=TODAY)]
        found = await assistant.asearch("chess cup", k=2)
        return answer, events, found

    answer, events, found = asyncio.run(both())
    assert answer == assistant.ask(SUMMIT, today=TODAY)
    assert events == list(assistant.stream(SUMMIT, today=TODAY))
    assert found == assistant.search("chess cup", k=2)


def test_a_summary(tmp_path):
    script = tmp_path / "script.yaml"
    quote = "The final was played in Gullrock castle."
    script.write_text(
        f'- {{answerable: true, reason: "", statements: [{{text: "{quote}", modality: confirmed,'
        f' attributed_to: "", citations: [{{passage: 1, quote: "{quote}"}}]}}]}}\n'
        '- {answerable: false, reason: "", statements: []}\n'
    )
    with assistant_in(tmp_path / "library", model=f"scripted:{script}") as assistant:
        summary = asyncio.run(assistant.asummarize(["chess"], words=20))
    assert quote in summary.text


def test_errors_are_raised_where_it_is_awaited(assistant):
    with pytest.raises(UsageError, match="empty"):
        asyncio.run(assistant.aask("?"))
    with pytest.raises(UsageError):
        asyncio.run(assistant.asearch("bridge", k=0))


def test_many_at_once(assistant):
    async def many():
        return await asyncio.gather(*(assistant.aask(SUMMIT, today=TODAY) for _ in range(8)))

    assert len({answer.model_dump_json() for answer in asyncio.run(many())}) == 1


class Held:
    """An engine whose second statement waits until it is let; says what has become of it."""

    name, model, prompt, whole_articles = "extractive", "", None, True

    def __init__(self):
        self.waiting, self.go, self.closed = threading.Event(), threading.Event(), threading.Event()
        self.drafted = 0

    def draft(self, question, passages):
        lines = (
            "The final was played in Gullrock castle.",
            "Falk, 19, won after six hours.",
            "Next year the cup moves to Tallow.",
        )
        at = next(p.number for p in passages if p.article.id == "chess")
        try:
            for number, line in enumerate(lines):
                if number == 1:
                    self.waiting.set()
                    assert self.go.wait(60)
                self.drafted += 1
                yield Draft(text=line, quotes=(Quote(passage=at, text=line),))
            yield Outcome()
        finally:
            self.closed.set()


def held_assistant(assistant, engine):
    return Assistant(Settings(library=assistant.settings.library), library=assistant.library, engine=engine)


@pytest.mark.parametrize("how", ["ask", "talk"])
def test_a_cancelled_task_stops_the_answer_at_its_next_statement(assistant, how):
    engine = Held()
    held = held_assistant(assistant, engine)
    talk = Conversation(held, lambda: assistant.library)

    async def cancel() -> int:
        ask = held.aask if how == "ask" else talk.aask
        before = threading.active_count()
        task = asyncio.create_task(ask("Where was the Gullrock chess cup final?", today=TODAY))
        await asyncio.to_thread(engine.waiting.wait, 60)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task  # at once, although the engine still works
        assert not engine.closed.is_set()
        engine.go.set()
        assert await asyncio.to_thread(engine.closed.wait, 60)
        # The pool's threads are free again: one more question is answered by them.
        assert isinstance(await assistant.aask(SUMMIT, today=TODAY), Answer)
        return before

    asyncio.run(cancel())
    assert engine.drafted == 2  # the statement under way was the last
    assert talk.turns == ()
    engine.go.set()
    if how == "talk":  # the lock is free
        assert not talk.ask("Where was the Gullrock chess cup final?", today=TODAY).abstained


def test_a_stream_that_is_left_is_closed(assistant):
    engine = Held()
    engine.go.set()
    held = held_assistant(assistant, engine)

    async def leave():
        events = held.astream("Where was the Gullrock chess cup final?", today=TODAY)
        async for _ in events:
            break
        assert not engine.closed.is_set()
        await events.aclose()
        assert engine.closed.is_set()

    asyncio.run(leave())
    assert engine.drafted == 1


def test_a_conversation_streams(assistant):
    talk = assistant.conversation()

    async def stream():
        await talk.aask(SUMMIT, today=TODAY)
        return [event async for event in talk.astream("and Karrin?", today=TODAY)]

    asked, *_, answer = asyncio.run(stream())
    assert asked.asked == answer.question == "Is Karrin attending the summit in Solhavn?"
    assert len(talk.turns) == 2


def test_nothing_is_begun_by_a_stream_that_is_never_read():
    begun = []

    async def never():
        each(lambda: begun.append(1) or iter(()))  # type: ignore[func-returns-value]
        await asyncio.sleep(0)

    asyncio.run(never())
    assert begun == []


def test_an_answer_without_an_end_is_an_error():
    async def endless():
        return await last(each(lambda: iter([1, 2])), Answer)

    with pytest.raises(QAError, match="last part"):
        asyncio.run(endless())
    assert len(ARTICLES) == 3
