"""Summaries over real HTTP and the real clients: every fault, and an interrupt that costs nothing."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from loopback import ModelServer, Reply, Request, drops, fails, hangs, refuses, replies, says
from newsstand import BRIDGE, SMALL, article, articles, brief, drafted, quoting, statement, summed
from newsstand import says as said

from qa.answering.engine import Draft
from qa.config import Settings
from qa.errors import (
    ModelAuthError,
    ModelError,
    ModelOutputError,
    ModelRefusedError,
    ModelServerError,
    ModelTimeoutError,
    RateLimitedError,
)
from qa.models.exchange import Through, straight
from qa.summarizing.chain import ChainSummarizer, remembered

GOOD = said(statement(), statement("The bridge closes on Monday."))
MALFORMED = json.dumps(GOOD)[:-2] + "oops"
MAP_REDUCE = articles(8)


def summarizer(server: ModelServer, through: Through = straight, **fields: object) -> ChainSummarizer:
    known = {"model": "openai:m", "base_url": server.url, "api_key": "sk-x", "model_timeout": 30, **fields}
    told = known.pop("on_progress", None)
    chosen = Settings(**{"context_tokens": SMALL, **known})
    return ChainSummarizer(chosen, through=through, on_progress=told)


def quotes(request: Request) -> object:
    return quoting(str(request.messages[-1]["content"]))


def after(count: int, then: Reply) -> Reply:
    """Good replies to the first `count` requests, then this."""
    lock, made = threading.Lock(), [0]

    def write(request: Request) -> object:
        with lock:
            made[0] += 1
            number = made[0]
        return quotes(request) if number <= count else then

    return replies(write)


def test_a_good_reply_is_streamed(model_server: ModelServer) -> None:
    model_server.will(says(GOOD, cut_after=25, then="hang"))
    stream = summarizer(model_server).draft(brief(), [article()])
    first = next(stream)
    assert isinstance(first, Draft)
    assert first.text == BRIDGE
    stream.close()  # type: ignore[attr-defined]
    request = model_server.requests[0]
    assert request.body["stream"] is True
    assert request.body["response_format"]["json_schema"]["strict"] is True


def test_a_server_that_knows_no_structure_is_asked_plainly_from_then_on(model_server: ModelServer) -> None:
    model_server.knows_response_format = False
    model_server.will(replies(quotes))
    one_by_one = summarizer(model_server, calls_at_once=1)
    points, outcome = summed(one_by_one, MAP_REDUCE, brief(40))
    assert points
    assert len(model_server.requests) == outcome.usage.calls + 1


@pytest.mark.parametrize(
    ("reply", "kind", "requests"),
    [
        (fails(401), ModelAuthError, 1),
        (fails(429, retry_after=0), RateLimitedError, 2),
        (fails(500, retry_after=0), ModelServerError, 2),
        (drops(), ModelServerError, 2),
        (hangs(), ModelTimeoutError, 1),
        (says(GOOD, cut_after=25, then="gone"), ModelServerError, 1),
        (says(GOOD, cut_after=25, then="hang"), ModelTimeoutError, 1),
        (says(MALFORMED), ModelOutputError, 2),
        (refuses(), ModelRefusedError, 1),
        (says('{"answ', finish_reason="length"), ModelOutputError, 1),
    ],
    ids=["401", "429", "500", "dropped", "hang", "cut", "hang-half-way", "malformed", "refused", "too-long"],
)
@pytest.mark.parametrize("done", [None, 3], ids=["whole", "after-three"])
def test_a_fault_is_one_error_and_what_was_paid_for_is_kept(
    model_server: ModelServer,
    tmp_path: Path,
    reply: Reply,
    kind: type[ModelError],
    requests: int,
    done: int | None,
) -> None:
    fields = {"model_retries": 1, "calls_at_once": 1, "model_timeout": 1 if kind is ModelTimeoutError else 30}
    passages = [article()] if done is None else MAP_REDUCE
    model_server.will(after(done or 0, reply))
    failing = summarizer(model_server, remembered(tmp_path).through, **fields)
    with pytest.raises(ModelError) as caught:
        drafted(failing, passages, brief(40))
    assert type(caught.value) is kind
    assert len(model_server.requests) == (done or 0) + requests
    model_server.will(replies(quotes))
    estimate = failing.estimate(brief(40), passages)
    assert estimate.remembered == (done or 0)
    before = len(model_server.requests)
    points, _ = summed(summarizer(model_server, remembered(tmp_path).through), passages, brief(40))
    assert points
    assert len(model_server.requests) - before == estimate.to_make


def test_a_malformed_reply_is_repaired_and_neither_is_paid_for_twice(
    model_server: ModelServer, tmp_path: Path
) -> None:
    model_server.will(says(MALFORMED), says(GOOD))
    first = drafted(summarizer(model_server, remembered(tmp_path).through), [article()], brief(9))
    assert [w.code for w in first[1].warnings] == ["repaired-reply"]
    again = drafted(summarizer(model_server, remembered(tmp_path).through), [article()], brief(9))
    assert again == first
    assert len(model_server.requests) == 2


@pytest.mark.parametrize("at_once", [1, 4])
@pytest.mark.parametrize("done", [1, 4, 8, 11])
def test_after_an_interrupt_exactly_the_missing_calls_are_made(
    model_server: ModelServer, tmp_path: Path, done: int, at_once: int
) -> None:
    asked = brief(40)
    model_server.will(replies(quotes))
    straightway = drafted(summarizer(model_server, calls_at_once=at_once), MAP_REDUCE, asked)
    calls = len(model_server.requests)
    assert calls == summarizer(model_server).estimate(asked, MAP_REDUCE).calls > done

    def interrupting(finished: int, _total: int) -> None:
        if finished == done:
            raise KeyboardInterrupt

    memory = remembered(tmp_path)
    stopped = summarizer(model_server, memory.through, calls_at_once=at_once, on_progress=interrupting)
    with pytest.raises(KeyboardInterrupt):
        drafted(stopped, MAP_REDUCE, asked)
    for thread in threading.enumerate():
        if thread.name == "qa-summary":  # calls that were in work end, and are kept, while the process lives
            thread.join()
    assert done <= memory.made < calls
    before = len(model_server.requests)
    resumed = summarizer(model_server, remembered(tmp_path).through, calls_at_once=at_once)
    assert resumed.estimate(asked, MAP_REDUCE).remembered == memory.made
    assert drafted(resumed, MAP_REDUCE, asked) == straightway
    assert len(model_server.requests) - before == calls - memory.made


def test_an_interrupt_does_not_wait_for_a_server_that_hangs(
    model_server: ModelServer, tmp_path: Path
) -> None:
    lock, seen = threading.Lock(), [0]

    def write(request: Request) -> object:
        with lock:
            seen[0] += 1
            number = seen[0]
        return quotes(request) if number == 1 else hangs()

    def interrupting(finished: int, _total: int) -> None:
        if finished == 1:
            raise KeyboardInterrupt

    model_server.will(replies(write))
    through = remembered(tmp_path).through
    stopped = summarizer(model_server, through, model_timeout=600, on_progress=interrupting)
    with pytest.raises(KeyboardInterrupt):  # else the test would run into its own time limit
        drafted(stopped, MAP_REDUCE, brief(40))
    assert len(list(tmp_path.iterdir())) == 1


def test_an_estimate_makes_no_call_and_is_what_is_then_made(
    model_server: ModelServer, tmp_path: Path
) -> None:
    model_server.will(replies(quotes))
    for passages in ([article()], MAP_REDUCE):
        through = remembered(tmp_path).through
        before = len(model_server.requests)
        estimate = summarizer(model_server, through).estimate(brief(40), passages)
        assert len(model_server.requests) == before
        assert estimate.remembered == 0
        assert estimate.input_tokens > 1000
        assert estimate.output_tokens > 0
        summed(summarizer(model_server, through), passages, brief(7 if len(passages) == 1 else 40))
        assert len(model_server.requests) - before == estimate.calls
    after_it = summarizer(model_server, remembered(tmp_path).through).estimate(brief(40), MAP_REDUCE)
    assert (after_it.to_make, after_it.input_tokens, after_it.output_tokens) == (0, 0, 0)


WAITING = """
import sys
sys.path[:0] = {paths!r}
from newsstand import SMALL, articles, brief, scripted
tell = lambda done, total: print("begun", flush=True)
summarizer, _ = scripted(lambda call: {{"text": "{{}}", "delay": 600}}, SMALL, at_once=4, on_progress=tell)
list(summarizer.draft(brief(), articles(8)))
"""


def test_ctrl_c_ends_a_process_whose_calls_are_still_out() -> None:
    here = Path(__file__).parent
    code = WAITING.format(paths=[str(here), str(here.parents[1])])
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)  # the calls would take ten minutes
    assert "KeyboardInterrupt" in told
    assert process.returncode != 0
