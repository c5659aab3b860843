"""Every way a model server can fail, over real HTTP and through the real clients: one clear error, and no
more requests than make sense.

Each fault is tried on both ways that langchain-openai streams: with a response format (it then uses the
openai package's own accumulator) and without.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from langchain_core.tracers.langchain import wait_for_all_tracers
from langsmith import utils as langsmith_utils
from loopback import (
    USAGE,
    ModelServer,
    Reply,
    drops,
    fails,
    fails_within,
    hangs,
    refuses,
    says,
    sends,
)

from qa.answering.chain import ChainEngine
from qa.answering.engine import Draft, Outcome
from qa.answering.grounding import Withheld, ground
from qa.config import Settings
from qa.errors import (
    ModelAuthError,
    ModelError,
    ModelNotFoundError,
    ModelOutputError,
    ModelRefusedError,
    ModelServerError,
    ModelTimeoutError,
    ModelUnreachableError,
    QuotaExceededError,
    RateLimitedError,
)
from qa.types import ArticleHead, Passage

KEY = "sk-topsecret-0123456789"
TEXT = "The bridge closes on Monday for six weeks, the port authority said."
HTML = "<!doctype html><html><title>Welcome</title><body>It works!</body></html>"


def statement(text: str = TEXT, quote: str = TEXT, number: int = 1) -> dict[str, Any]:
    citation = {"passage": number, "quote": quote}
    return {"text": text, "modality": "expected", "attributed_to": "", "citations": [citation]}


GOOD = {
    "answerable": True,
    "reason": "r",
    "statements": [statement(), statement("The bridge closes on Monday.")],
}
MALFORMED = json.dumps(GOOD)[:-2] + "oops"
ASKED_PLAINLY = 2  # the last of the ways in qa.models.chat.ways_to_ask


def passage() -> Passage:
    head = ArticleHead(id="a", title="Bridge", published=dt.datetime(2026, 1, 13, tzinfo=dt.UTC))
    return Passage(
        number=1,
        article=head,
        ordinals=(0,),
        start=0,
        end=len(TEXT),
        text=TEXT,
        score=1,
        found_by=("lexical",),
    )


def engine(server: ModelServer, *, plainly: bool = False, **fields: Any) -> ChainEngine:
    known = {"model": "openai:m", "base_url": server.url, "api_key": KEY, "model_timeout": 30, **fields}
    chain = ChainEngine(Settings(**known))
    chain._model.way = ASKED_PLAINLY if plainly else 0
    return chain


@pytest.fixture(params=[False, True], ids=["structured", "plain"])
def plainly(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def run(chain: ChainEngine) -> tuple[list[Draft], Outcome]:
    *drafts, outcome = chain.draft("When does the bridge close?", [passage()])
    assert isinstance(outcome, Outcome)
    return [d for d in drafts if isinstance(d, Draft)], outcome


def fault(chain: ChainEngine, kind: type[ModelError]) -> tuple[list[Draft], ModelError]:
    """What was drafted before the error, and the error; both without anything that no reader should see."""
    drafts = []
    with pytest.raises(ModelError) as caught:
        drafts.extend(chain.draft("When does the bridge close?", [passage()]))
    error = caught.value
    assert type(error) is kind
    assert error.message
    assert error.hint
    said = error.message + error.hint
    assert "\n" not in said
    assert KEY not in said
    assert "<" not in said
    return [d for d in drafts if isinstance(d, Draft)], error


# ---------------------------------------------------------------- nothing wrong


def test_a_good_reply(model_server: ModelServer, plainly: bool) -> None:
    model_server.will(says(GOOD))
    drafts, outcome = run(engine(model_server, plainly=plainly))
    assert [d.text for d in drafts] == [TEXT, "The bridge closes on Monday."]
    assert outcome.warnings == ()
    (request,) = model_server.requests
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body["stream"] is True
    assert "temperature" not in request.body
    assert TEXT in request.text
    assert ("response_format" in request.body) is not plainly


def test_tokens_are_counted_once(model_server: ModelServer) -> None:
    model_server.will(says(GOOD))
    usage = run(engine(model_server))[1].usage
    assert (usage.calls, usage.input_tokens, usage.output_tokens) == (
        1,
        USAGE["prompt_tokens"],
        USAGE["completion_tokens"],
    )


def test_the_schema_is_asked_for_strictly(model_server: ModelServer) -> None:
    model_server.will(says(GOOD))
    run(engine(model_server, temperature=0.5))
    wanted = model_server.requests[0].body["response_format"]["json_schema"]
    assert wanted["strict"] is True
    assert wanted["schema"]["required"] == ["answerable", "reason", "statements"]
    assert model_server.requests[0].body["temperature"] == 0.5


def test_a_statement_is_given_while_the_rest_is_still_coming(
    model_server: ModelServer, plainly: bool
) -> None:
    model_server.will(says(GOOD, cut_after=25, then="hang"))
    stream = engine(model_server, plainly=plainly).draft("When?", [passage()])
    assert isinstance(next(stream), Draft)
    stream.close()  # type: ignore[attr-defined]


# ---------------------------------------------------------------- one error, one request


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (fails(401, code="invalid_api_key", message=f"Incorrect key: {KEY}"), ModelAuthError, "QA_API_KEY"),
        (fails(403), ModelAuthError, "not allow"),
        (fails(404, code="model_not_found"), ModelNotFoundError, "'m'"),
        (fails(429, code="insufficient_quota"), QuotaExceededError, "credit"),
        (fails(400, message="temperature must be 1"), ModelError, "temperature must be 1"),
        (fails(400, code="context_length_exceeded"), ModelError, "-k 4"),
        (refuses(), ModelRefusedError, "declined"),
        (says("", finish_reason="content_filter"), ModelRefusedError, "declined"),
        (says('{"answerable": true, "st', finish_reason="length"), ModelOutputError, "length limit"),
        (fails_within(), ModelServerError, "broke off"),
        (fails_within(code="insufficient_quota"), QuotaExceededError, "credit"),
        (sends(""), ModelOutputError, "QA_BASE_URL"),
        (sends("", content_type="text/event-stream"), ModelOutputError, "QA_BASE_URL"),
        (sends(HTML), ModelOutputError, "QA_BASE_URL"),
        (sends(HTML, content_type="text/event-stream"), ModelOutputError, "QA_BASE_URL"),
        (sends('{"hello": 1}', content_type="application/json"), ModelOutputError, "QA_BASE_URL"),
        (sends(HTML, status=404), ModelNotFoundError, "QA_BASE_URL"),
        (sends(f"data: {HTML}\n\n", content_type="text/event-stream"), ModelOutputError, "QA_BASE_URL"),
    ],
    ids=[
        "401", "403", "404", "quota", "400", "context", "refusal", "filter", "length", "error-within",
        "quota-within", "empty", "empty-stream", "page", "page-as-stream", "wrong-json", "page-404",
        "events-of-html",
    ],
)  # fmt: skip
def test_what_will_not_pass_is_not_tried_again(
    model_server: ModelServer, plainly: bool, reply: Reply, kind: type[ModelError], words: str
) -> None:
    if plainly and kind is ModelRefusedError and words == "declined":
        model_server.will(
            says("", finish_reason="content_filter")
        )  # without a format there is no refusal field
    else:
        model_server.will(reply)
    drafts, error = fault(engine(model_server, plainly=plainly), kind)
    assert words in error.message + error.hint
    assert drafts == []
    assert len(model_server.requests) == 1


def test_a_refused_connection(plainly: bool) -> None:
    with ModelServer() as gone:
        url = gone.url
    _, error = fault(engine(gone, plainly=plainly), ModelUnreachableError)
    assert url in error.message
    assert gone.requests == []


# ---------------------------------------------------------------- trying again


@pytest.mark.parametrize(
    "reply",
    [fails(429, retry_after=0.01), fails(500, retry_after=0.01), fails(503, retry_after=0.01)],
    ids=["429", "500", "503"],
)
def test_what_may_pass_is_tried_again(model_server: ModelServer, plainly: bool, reply: Reply) -> None:
    model_server.will(reply, reply, says(GOOD))
    drafts, _ = run(engine(model_server, plainly=plainly))
    assert len(drafts) == 2
    assert len(model_server.requests) == 3


def test_a_connection_lost_at_once_is_tried_again(model_server: ModelServer, plainly: bool) -> None:
    model_server.will(drops(), says(GOOD))
    assert len(run(engine(model_server, plainly=plainly))[0]) == 2
    assert len(model_server.requests) == 2


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (fails(429, retry_after=0.01), RateLimitedError),
        (fails(500, retry_after=0.01), ModelServerError),
        (sends(HTML, status=502), ModelServerError),
        (drops(), ModelServerError),
    ],
    ids=["429", "500", "502-page", "dropped"],
)
def test_retries_are_as_many_as_set(model_server: ModelServer, reply: Reply, kind: type[ModelError]) -> None:
    model_server.will(reply)
    _, error = fault(engine(model_server, model_retries=1), kind)
    assert "also after 1 retry" in error.message
    assert len(model_server.requests) == 2


def test_a_wait_that_does_not_fit_is_said_and_not_begun(model_server: ModelServer) -> None:
    model_server.will(fails(429, retry_after=100))
    _, error = fault(engine(model_server), RateLimitedError)
    assert "100 s" in error.message
    assert len(model_server.requests) == 1


# ---------------------------------------------------------------- silence and broken streams


@pytest.mark.parametrize(
    ("reply", "given"),
    [
        (hangs(), 0),
        (says(GOOD, cut_after=25, then="hang"), 1),
        (says(GOOD, cut_after=25, then="drip"), 1),
        (says(GOOD, cut_after=0, then="drip"), 0),
    ],
    ids=["hang", "hang-half-way", "drip", "drip-at-once"],
)
def test_silence_is_given_up(model_server: ModelServer, plainly: bool, reply: Reply, given: int) -> None:
    model_server.will(reply)
    drafts, error = fault(engine(model_server, plainly=plainly, model_timeout=1), ModelTimeoutError)
    assert "1 s" in error.message
    assert len(drafts) == given
    assert len(model_server.requests) == 1


@pytest.mark.parametrize("then", ["gone", ""], ids=["broken", "ended-early"])
def test_a_stream_cut_half_way(model_server: ModelServer, plainly: bool, then: str) -> None:
    model_server.will(says(GOOD, cut_after=25, then=then))
    drafts, error = fault(engine(model_server, plainly=plainly), ModelServerError)
    assert "broke off" in error.message
    assert [d.text for d in drafts] == [TEXT]
    assert len(model_server.requests) == 1


# ---------------------------------------------------------------- replies that are not what was asked for


def test_a_malformed_reply_is_repaired(model_server: ModelServer, plainly: bool) -> None:
    model_server.will(says(MALFORMED), says(GOOD))
    drafts, outcome = run(engine(model_server, plainly=plainly))
    assert [d.text for d in drafts] == [TEXT, "The bridge closes on Monday."]
    assert [w.code for w in outcome.warnings] == ["repaired-reply"]
    first, second = model_server.requests
    assert second.messages[: len(first.messages)] == first.messages
    assert [m["role"] for m in second.messages[-2:]] == ["assistant", "user"]
    assert second.messages[-2]["content"] == MALFORMED


@pytest.mark.parametrize("content", [MALFORMED, "I do not know.", '{"answerable": 1}', ""])
def test_a_reply_malformed_twice(model_server: ModelServer, plainly: bool, content: str) -> None:
    model_server.will(says(content))
    _, error = fault(engine(model_server, plainly=plainly), ModelOutputError)
    assert "after a repair" in error.message
    assert len(model_server.requests) == 2


def test_a_server_without_response_format_is_asked_plainly(model_server: ModelServer) -> None:
    model_server.knows_response_format = False
    model_server.will(says(f"Here you are:\n```json\n{json.dumps(GOOD)}\n```"))
    chain = engine(model_server)
    assert len(run(chain)[0]) == 2
    assert len(model_server.requests) == 2
    run(chain)
    assert len(model_server.requests) == 3, "what was learnt is kept"


@pytest.mark.parametrize(
    "message",
    [
        "'response_format' of type 'json_schema' is not supported with this model",
        "Invalid schema for response_format 'answer'",
    ],
)
def test_openais_own_words_for_it_are_understood_without_a_warning(
    model_server: ModelServer, message: str
) -> None:
    model_server.will(fails(400, message=message), says(GOOD))
    assert len(run(engine(model_server))[0]) == 2


def test_a_server_without_token_counts_is_asked_without(model_server: ModelServer) -> None:
    refuses_counts = fails(400, message="Unrecognized request argument: stream_options")
    model_server.will(refuses_counts, refuses_counts, says(GOOD))
    _, outcome = run(engine(model_server))
    assert outcome.usage.input_tokens == 0
    assert "stream_options" not in model_server.requests[2].body


@pytest.mark.parametrize(
    ("made_up", "code"),
    [
        (statement(number=7), "unknown-passage"),
        (statement(quote=TEXT.replace("six", "ten")), "altered-quote"),
    ],
    ids=["fabricated-citation", "altered-quote"],
)
def test_what_the_model_makes_up_is_withheld(
    model_server: ModelServer, made_up: dict[str, Any], code: str
) -> None:
    model_server.will(says({**GOOD, "statements": [made_up]}))
    (draft,), _ = run(engine(model_server))
    result = ground(draft, [passage()])
    assert isinstance(result, Withheld)
    assert result.code == code


# ---------------------------------------------------------------- what leaves the machine


def test_nothing_goes_to_langsmith_whatever_the_environment_says(
    model_server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING_V2"):
        monkeypatch.setenv(name, "true")
    monkeypatch.setenv("LANGSMITH_ENDPOINT", model_server.url)
    monkeypatch.setenv("LANGSMITH_API_KEY", "lsv2-test")
    langsmith_utils.get_env_var.cache_clear()
    try:
        assert langsmith_utils.tracing_is_enabled()
        model_server.will(says(MALFORMED), says(GOOD))
        run(engine(model_server))
        wait_for_all_tracers()
    finally:
        langsmith_utils.get_env_var.cache_clear()
    assert {request.path for request in model_server.requests} == {"/v1/chat/completions"}
    assert len(model_server.requests) == 2
