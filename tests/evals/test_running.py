"""Runs through the real clients against a model server on this machine: recorded, replayed, and with every
fault that a provider can have; and what a run takes over, gives up, and keeps."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from evals.tiny_suite import (
    COST,
    DIVER,
    LIDO,
    PRICE,
    REOPENS,
    RIGHT,
    SHOP,
    SOLD,
    TASKS,
    UNDECIDED,
    WHEN,
    answers,
    loaded,
    question_of,
    reply,
    run,
    script,
    statement,
    written,
)
from loopback import ModelServer, Reply, drops, fails, fails_within, hangs, refuses, says, sends

from qa.answering.chain import ChainEngine
from qa.answering.engine import Engine
from qa.config import Settings
from qa.errors import ModelAuthError, ModelNotFoundError, QAError, QuotaExceededError, UsageError
from qa.evals.cassettes import Mode
from qa.evals.comparing import graded
from qa.evals.running import BudgetExceededError, NotRecordedError, Plan, running
from qa.evals.runs import Run, Trial, read_run
from qa.evals.suite import Suite, find_tasks, load_suite
from qa.models.exchange import Through
from qa.models.prices import Price, Prices
from qa.models.scripted import ScriptedChatModel
from qa.resources import resource

KEY = "sk-topsecret-0123456789"
MODEL = "openai:m"
PRICES = Prices(models={MODEL: Price(input=10, output=100, as_of="2026-01-01")})
EACH = 0.003
"""Dollars of one call: the server reports 100 tokens in and 20 out."""


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    return loaded(tmp_path / "eval")


@pytest.fixture
def plan(suite: Suite, model_server: ModelServer) -> Callable[..., Plan]:
    """A plan for the server: every question of "pr" once, one call at a time, nothing recorded."""

    def planned(*cases: str, mode: Mode = "off", settings: dict[str, Any] | None = None, **more: Any) -> Plan:
        known = {"model": MODEL, "base_url": model_server.url, "api_key": KEY, "model_retries": 0}
        used: Suite = more.pop("suite", suite)
        fields = {"name": "pr", "trials": 1, "workers": 1, "prices": PRICES, **more}
        tasks = find_tasks(used, used.tasks, cases) if cases else used.chosen("pr")
        return Plan(
            suite=used, tasks=tasks, settings=Settings(**(known | (settings or {}))), mode=mode, **fields
        )

    return planned


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "runs" / "run.jsonl"


def one(done: Run) -> Trial:
    """The only trial of a run."""
    (trial,) = done.trials
    return trial


def without_calls(done: Run) -> list[dict[str, Any]]:
    """The trials, but for where the replies came from."""
    return [t.model_dump(exclude={"calls", "replayed"}) for t in done.trials]


def recordings(suite: Suite) -> list[Path]:
    return sorted((suite.folder / "cassettes").rglob("*.json"))


def nobody_opens_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(settings: Settings) -> None:
        raise AssertionError("a model was opened")

    monkeypatch.setattr("qa.models.chat.open_chat_model", opened)


# ---------------------------------------------------------------- recorded, then replayed


def test_a_replay_is_the_same_run_without_a_server_a_key_or_a_model(
    plan, suite, path, tmp_path, model_server, monkeypatch
):
    model_server.will(answers(RIGHT))
    first = run(plan(mode="auto", trials=2, workers=4), path)
    assert [(t.task, t.trial) for t in first.trials] == [(task, n) for task in TASKS for n in (1, 2)]
    assert all(t.passed for t in first.trials)
    assert [(t.calls, t.replayed) for t in first.trials] == [(1, 0)] * 10
    assert len(model_server.requests) == len(recordings(suite)) == 10

    model_server.close()
    nobody_opens_a_model(monkeypatch)
    for mode, workers in (("replay", 1), ("replay", 4), ("auto", 4)):
        keyless = plan(mode=mode, trials=2, workers=workers, settings={"api_key": None})
        again = run(keyless, tmp_path / f"{mode}-{workers}.jsonl")
        assert without_calls(again) == without_calls(first)
        assert [(t.calls, t.replayed) for t in again.trials] == [(0, 1)] * 10
        same = {"id", "created", "cache"}
        assert again.header.model_dump(exclude=same) == first.header.model_dump(exclude=same)
    assert len(model_server.requests) == 10


def test_the_model_is_opened_where_a_call_is_made(plan, path, monkeypatch):
    nobody_opens_a_model(monkeypatch)
    done = run(plan(PRICE), path)
    assert one(done).state == "crash"
    assert "a model was opened" in one(done).error


def test_what_a_trial_holds(plan, path, model_server):
    model_server.will(answers(RIGHT))
    trial = one(run(plan(PRICE), path))
    assert trial.answer
    assert trial.answer.text == "The repairs to the lido cost 640,000 pounds. [1]"
    assert trial.answer.statements[0].citations[0].quote == COST
    assert (trial.state, trial.calls, trial.input_tokens, trial.output_tokens) == ("answered", 1, 100, 20)
    assert trial.cost == pytest.approx(EACH)
    assert trial.seconds > 0
    (request,) = model_server.requests
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body["response_format"]["json_schema"]["strict"] is True
    assert question_of(request.text) == "How much did the repairs to the lido cost?"
    assert COST in request.text


def test_the_header_says_what_shaped_the_run(plan, suite, path, model_server):
    model_server.will(answers(RIGHT))
    header = run(plan(mode="auto", settings={"temperature": 0.25, "passages": 5}, trials=2), path).header
    assert (header.suite, header.tasks, header.trials) == ("pr", TASKS, 2)
    assert (header.engine, header.model, header.address) == ("chain", MODEL, model_server.url)
    assert (header.temperature, header.passages, header.cache) == (0.25, 5, "auto")
    assert header.prompt
    assert header.prompt.name == "answer"
    assert re.fullmatch("[0-9a-f]{64}", header.prompt.fingerprint)
    assert header.articles == suite.articles_digest
    assert {"qa", "python", "langchain-core", "openai", "tantivy"} <= header.versions.keys()
    assert not header.deterministic
    assert KEY not in path.read_text("utf-8")


def test_trials_may_differ(plan, path, model_server):
    right, wrong = says(RIGHT["repairs"]), says(reply())
    model_server.will(right, wrong, right)
    done = run(plan(PRICE, mode="auto", trials=3), path)
    assert [t.passed for t in done.trials] == [True, False, True]
    assert done.trials[1].score.faults == ("coverage",)
    again = run(plan(PRICE, mode="replay", trials=3), path)
    assert without_calls(again) == without_calls(done)


def test_a_case_says_how_many_trials_it_gets(plan, tmp_path, path, model_server):
    model_server.will(answers(RIGHT))
    other = loaded(tmp_path / "other", lambda fields: fields["cases"][1].update(trials=2))
    done = run(plan(suite=other, trials=None), path)
    counted = {name: len(trials) for name, trials in done.by_task.items()}
    assert counted == {SHOP: 3, WHEN: 3, PRICE: 2, SOLD: 3, DIVER: 3}


def test_a_server_that_knows_no_response_format(plan, suite, path, model_server):
    model_server.knows_response_format = False
    model_server.will(answers(RIGHT))
    done = run(plan(PRICE, mode="auto"), path)
    assert (one(done).passed, one(done).calls) == (True, 1)
    assert ["response_format" in r.body for r in model_server.requests] == [True, False]
    assert len(recordings(suite)) == 1


# ---------------------------------------------------------------- faults

RIGHT_PRICE = says(RIGHT["repairs"])
MALFORMED = "The repairs to the lido cost 640,000 pounds."
"""No JSON; but its words hold the fact, which is graded as a fallback."""


def test_too_many_requests_and_then_an_answer(plan, suite, path, model_server):
    model_server.will(fails(429, retry_after=0), RIGHT_PRICE)
    done = run(plan(PRICE, mode="auto", settings={"model_retries": 1}), path)
    assert (one(done).state, one(done).passed, one(done).calls) == ("answered", True, 1)
    assert len(model_server.requests) == 2
    assert len(recordings(suite)) == 1


INFRA: dict[str, tuple[Reply, str]] = {
    "429": (fails(429, retry_after=0), "too many requests"),
    "500": (fails(500), "500"),
    "503": (fails(503), "503"),
    "drops the connection": (drops(), "broke off"),
    "cut with the connection": (says(RIGHT["repairs"], cut_after=3, then="gone"), "broke off"),
    "cut in good order": (says(RIGHT["repairs"], cut_after=3), "broke off"),
    "an error in the stream": (fails_within(), "broke off"),
    "a web page": (sends("<html>Sign in to the hotel's network</html>"), "model server"),
    "an empty reply": (says(""), "it is empty"),
}


@pytest.mark.parametrize("fault", INFRA)
def test_no_reply_is_no_failure_and_not_recorded(plan, suite, path, model_server, fault):
    what, told = INFRA[fault]
    model_server.will(answers(RIGHT | {"repairs": what}))
    done = run(plan(WHEN, PRICE, SOLD, mode="auto"), path)
    when, lost, sold = done.trials
    assert (lost.state, lost.score, lost.answer, lost.text) == ("infra", None, None, "")
    assert told in lost.error
    assert "\n" not in lost.error
    assert not lost.passed
    assert (when.passed, sold.passed) == (True, True)
    assert len(recordings(suite)) == 2
    assert read_run(path) == done


@pytest.mark.parametrize(
    "silence", [hangs(), says(RIGHT["repairs"], cut_after=3, then="hang")], ids=["at once", "half way"]
)
def test_a_model_that_falls_silent_is_no_failure_either(plan, suite, path, model_server, silence):
    model_server.will(silence)
    lost = one(run(plan(PRICE, mode="auto", settings={"model_timeout": 0.3}), path))
    assert (lost.state, lost.score, lost.answer) == ("infra", None, None)
    assert "sent nothing for 0.3 s" in lost.error
    assert recordings(suite) == []


def test_what_had_no_reply_is_asked_again_and_nothing_else(plan, path, model_server):
    model_server.will(answers(RIGHT | {"repairs": fails(500)}))
    run(plan(mode="auto"), path)
    model_server.will(answers(RIGHT))
    before = len(model_server.requests)
    done = run(plan(mode="auto"), path)
    assert {t.task: t.calls for t in done.trials} == {SHOP: 0, WHEN: 0, PRICE: 1, SOLD: 0, DIVER: 0}
    assert all(t.passed for t in done.trials)
    assert len(model_server.requests) == before + 1


def test_nobody_listens(plan, path):
    done = run(plan(mode="auto", settings={"base_url": "http://127.0.0.1:9/v1"}), path)
    assert [t.state for t in done.trials] == ["infra"] * 5
    assert "no connection to http://127.0.0.1:9/v1" in done.trials[0].error


def test_a_reply_that_cannot_be_read_fails_and_its_text_is_graded(plan, suite, path, model_server):
    model_server.will(says(MALFORMED))
    trial = one(run(plan(PRICE, mode="auto"), path))
    assert (trial.state, trial.text, trial.answer) == ("format", MALFORMED, None)
    assert "also after a repair" in trial.error
    assert trial.score
    assert (trial.score.passed, trial.score.structured, trial.score.faults) == (False, False, ("format",))
    (fact,) = trial.score.facts  # the form broke, the knowledge is there
    assert (fact.fact, fact.state) == ("lido:cost", "present")
    assert (trial.calls, trial.input_tokens, trial.output_tokens) == (2, 200, 40)
    assert len(recordings(suite)) == 2

    model_server.close()
    again = one(run(plan(PRICE, mode="replay"), path))
    assert again == trial.model_copy(update={"calls": 0, "replayed": 2, "seconds": again.seconds})


def test_a_reply_that_cannot_be_read_and_is_wrong_besides(plan, path, model_server):
    model_server.will(says("The repairs to the lido cost 64,000 pounds."))
    trial = one(run(plan(PRICE), path))
    assert trial.score
    assert trial.score.facts[0].state == "contradicted"
    assert set(trial.score.faults) > {"format"}


def test_one_repair_makes_an_answer(plan, path, model_server):
    model_server.will(says("{not json"), RIGHT_PRICE)
    trial = one(run(plan(PRICE), path))
    assert (trial.state, trial.passed, trial.calls) == ("answered", True, 2)
    assert trial.answer
    assert [w.code for w in trial.answer.warnings] == ["repaired-reply"]


def test_a_refusal_fails_and_is_a_reply(plan, suite, path, model_server):
    model_server.will(refuses("I would rather not."))
    trial = one(run(plan(PRICE, mode="auto"), path))
    assert (trial.state, trial.text) == ("format", "")
    assert "declined" in trial.error
    assert trial.score
    assert trial.score.faults == ("format", "missing")
    model_server.close()
    assert one(run(plan(PRICE, mode="replay"), path)).score == trial.score
    assert len(recordings(suite)) == 1


def test_a_refusal_does_not_pass_where_nothing_is_to_be_answered(plan, path, model_server):
    model_server.will(refuses())
    assert not one(run(plan(DIVER), path)).passed


def test_a_reply_that_got_too_long_fails_with_its_text(plan, path, model_server):
    model_server.will(says('{"answerable": true, "statements": [{"te', finish_reason="length"))
    trial = one(run(plan(PRICE), path))
    assert (trial.state, trial.calls) == ("format", 1)
    assert trial.text.startswith('{"answerable": true')
    assert "length limit" in trial.error


@pytest.mark.parametrize("text", ["{half \ud83d", "a\u2028b\x85c\x00\x1b[31m", "[" * 5000, "\x00"])
def test_no_text_of_a_model_breaks_a_run(plan, path, model_server, text):
    model_server.will(says(text))
    done = run(plan(PRICE, mode="auto"), path)
    assert one(done).state in ("format", "infra")
    assert read_run(path) == done
    assert run(plan(PRICE, mode="auto"), path).header.id


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (fails(401, code="invalid_api_key", message=f"Incorrect API key provided: {KEY}"), ModelAuthError),
        (fails(403), ModelAuthError),
        (fails(429, code="insufficient_quota"), QuotaExceededError),
        (fails(404, code="model_not_found"), ModelNotFoundError),
    ],
    ids=["wrong key", "not allowed", "no credit", "no such model"],
)
def test_what_every_call_would_meet_ends_the_run_at_once(plan, suite, path, model_server, fault, kind):
    model_server.will(fault)
    with pytest.raises(kind) as caught:
        run(plan(mode="auto"), path)
    assert len(model_server.requests) == 1
    assert caught.value.hint
    assert KEY not in caught.value.message + caught.value.hint + path.read_text("utf-8")
    assert recordings(suite) == []
    with pytest.raises(UsageError, match="did not end"):
        read_run(path)


def test_a_run_that_fails_leaves_an_earlier_one_at_its_place(plan, path, model_server):
    path.parent.mkdir()
    path.write_text("an earlier run")
    model_server.will(fails(401))
    with pytest.raises(ModelAuthError):
        run(plan(), path)
    assert path.read_text() == "an earlier run"
    assert "header" in partial(path).read_text("utf-8")


def partial(path):
    """Where a run is written until it has ended."""
    return path.with_name(f"{path.name}.partial")


def test_workers_in_flight_end_with_the_run(plan, path, model_server):
    model_server.will(fails(401))
    with pytest.raises(ModelAuthError):
        run(plan(trials=10, workers=3), path)
    assert len(model_server.requests) < 50


def test_an_address_that_is_none_ends_the_run(plan, path):
    with pytest.raises(QAError, match="no web address"):
        run(plan(settings={"base_url": "localhost"}), path)


def test_a_crash_of_ours_is_a_row_that_fails(plan, path, model_server):
    model_server.will(answers(RIGHT))

    class Broken(ChainEngine):
        def draft(self, question: str, passages: Any) -> Any:
            if "slide" in question:
                raise ZeroDivisionError("by nought")
            return super().draft(question, passages)

    done = run(plan(open_engine=lambda settings, through: Broken(settings, through=through)), path)
    states = {t.task: t.state for t in done.trials}
    assert states == dict.fromkeys(TASKS, "answered") | {SOLD: "crash"}
    (crash,) = done.by_task[SOLD]
    assert "ZeroDivisionError: by nought" in crash.error
    assert crash.score
    assert (crash.passed, crash.score.faults) == (False, ("crash",))


# ---------------------------------------------------------------- recordings that are not there, or not right


def test_a_replay_names_every_missing_call_and_makes_none(plan, suite, path, model_server):
    model_server.will(answers(RIGHT))
    run(plan(WHEN, SOLD, mode="auto", trials=2), path)
    run(plan(PRICE, mode="auto", trials=1), path)
    kept = {p.stem for p in recordings(suite)}
    before = len(model_server.requests)
    with pytest.raises(NotRecordedError) as caught:
        run(plan(mode="replay", trials=2), path)
    error = caught.value
    assert len(error.keys) == len(set(error.keys)) == 5  # both of SHOP and DIVER, the second of PRICE
    assert error.message.startswith("5 model calls are not recorded: ")
    assert error.keys[0][:16] in error.message
    assert "and 2 more" in error.message
    assert error.exit_code == 5
    assert "--cache auto" in error.hint
    assert len(model_server.requests) == before
    answered = [
        json.loads(line)["trial"]["task"] for line in partial(path).read_text("utf-8").splitlines()[1:]
    ]
    assert answered == [WHEN, WHEN, PRICE, SOLD, SOLD]

    run(plan(mode="auto", trials=2), path)
    assert {p.stem for p in recordings(suite)} == kept | set(error.keys)


def test_a_few_missing_calls_are_all_in_the_message(plan, path):
    with pytest.raises(NotRecordedError) as caught:
        run(plan(PRICE, mode="replay", trials=2), path)
    assert all(key[:16] in caught.value.message for key in caught.value.keys)
    assert "more" not in caught.value.message


def test_a_damaged_recording_ends_the_run(plan, suite, path, model_server):
    model_server.will(answers(RIGHT))
    run(plan(PRICE, mode="auto"), path)
    (recording,) = recordings(suite)
    edited = recording.read_text("utf-8").replace("640,000 pounds.", "9 pounds.")
    recording.write_text(edited, "utf-8")
    for mode in ("auto", "replay"):
        with pytest.raises(UsageError, match="was changed") as caught:
            run(plan(PRICE, mode=mode), path)
        assert str(recording) in caught.value.message
    assert len(model_server.requests) == 1
    assert one(run(plan(PRICE, mode="refresh"), path)).passed


def test_recordings_that_cannot_be_kept_end_the_run(plan, path, tmp_path, model_server):
    model_server.will(answers(RIGHT))
    (tmp_path / "full").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        run(plan(mode="record", cassettes=tmp_path / "full"), path)
    assert len(model_server.requests) == 1


# ---------------------------------------------------------------- prompts


def own_prompt(folder: Path, old: str = "", new: str = "") -> str:
    text = resource("prompts", "answer", "v1.yaml").read_text("utf-8")
    assert old in text
    (folder / "mine.yaml").write_text(text.replace(old, new, 1) if old else text, "utf-8")
    return str(folder / "mine.yaml")


def test_an_unchanged_prompt_makes_no_call(plan, tmp_path, path, model_server):
    model_server.will(answers(RIGHT))
    first = run(plan(mode="auto", settings={"prompt": "answer@v1"}), path)
    assert sum(t.calls for t in first.trials) == 5
    for old, new in (("", ""), ("description: ", "description: The same. "), ("name: answer", "name: mine")):
        prompt = own_prompt(tmp_path, old, new)
        again = run(plan(mode="auto", settings={"prompt": prompt}), path)
        assert [t.calls for t in again.trials] == [0] * 5
        assert again.header.prompt.fingerprint == first.header.prompt.fingerprint
    assert len(model_server.requests) == 5


def test_a_changed_prompt_asks_everything_again(plan, tmp_path, path, model_server):
    model_server.will(answers(RIGHT))
    first = run(plan(mode="auto", settings={"prompt": own_prompt(tmp_path)}), path)
    prompt = own_prompt(tmp_path, "You answer questions", "You reply to questions")
    changed = run(plan(mode="auto", settings={"prompt": prompt}), path)
    assert [t.calls for t in changed.trials] == [1] * 5
    assert changed.header.prompt.fingerprint != first.header.prompt.fingerprint
    assert "You reply to questions" in model_server.requests[-1].text
    back = run(plan(mode="replay", settings={"prompt": own_prompt(tmp_path)}), path)
    assert without_calls(back) == without_calls(first)


def test_a_prompt_that_is_saved_while_the_run_goes_on_ends_it(plan, tmp_path, path, model_server):
    model_server.will(answers(RIGHT))
    prompt = own_prompt(tmp_path)

    def step(done: int, total: int, task: str) -> None:
        if done == 2:
            own_prompt(tmp_path, "You answer questions", "You reply to questions")

    with (
        running(plan(settings={"prompt": prompt})) as going,
        pytest.raises(UsageError, match="the prompt was changed while the run went on"),
    ):
        going.run(path, step)
    assert len(model_server.requests) == 3


def test_a_prompt_that_cannot_be_used_ends_the_run_before_it_began(plan, tmp_path, path):
    with pytest.raises(QAError, match="mine"):
        run(plan(settings={"prompt": str(tmp_path / "mine.yaml")}), path)
    assert not path.exists()


# ---------------------------------------------------------------- taken over from an earlier run


@pytest.fixture
def earlier(plan, path, model_server) -> Run:
    """A run of every question, recorded nowhere; the server then gives no right answer any more."""
    model_server.will(answers(RIGHT))
    done = run(plan(), path)
    model_server.requests.clear()
    model_server.will(says(reply()))
    return done


def asked(done: Run) -> set[str]:
    return {t.task for t in done.trials if t.calls}


def test_what_nothing_has_changed_for_is_taken_over(plan, path, earlier, model_server):
    done = run(plan(reuse=earlier), path)
    assert model_server.requests == []
    assert without_calls(done) == without_calls(earlier)
    assert [(t.calls, t.replayed) for t in done.trials] == [(0, 1)] * 5
    assert read_run(path) == done


def test_a_changed_question_is_asked_and_no_other(plan, tmp_path, path, earlier, model_server):
    other = loaded(
        tmp_path / "eval", lambda fields: fields["cases"][1].update(question="What did the repairs cost?")
    )
    done = run(plan(suite=other, reuse=earlier), path)
    assert asked(done) == {PRICE}
    assert len(model_server.requests) == 1
    assert [t.passed for t in done.trials] == [True, True, False, True, True]


def test_a_changed_case_is_graded_anew_without_a_call(plan, tmp_path, path, earlier, model_server):
    def stricter(fields: dict[str, Any]) -> None:
        fields["facts"]["cost"]["match"]["slots"].append({"any": ["council"]})

    done = run(plan(suite=loaded(tmp_path / "eval", stricter), reuse=earlier), path)
    assert model_server.requests == []
    assert {t.task for t in done.trials if not t.passed} == {PRICE}


def test_a_changed_article_asks_everything_again(plan, tmp_path, path, earlier, model_server):
    folder = written(tmp_path / "eval")
    text = LIDO.replace("two winters", "three winters")
    (folder / "articles" / "lido.txt").write_text(text, "utf-8")
    case_file = folder / "cases" / "lido.yaml"
    fields = yaml.safe_load(case_file.read_text("utf-8"))
    fields["article"]["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    case_file.write_text(yaml.safe_dump(fields), "utf-8")
    assert asked(run(plan(suite=load_suite(folder), reuse=earlier), path)) == set(TASKS)


@pytest.mark.parametrize(
    "changed",
    [
        {"model": "openai:n"},
        {"temperature": 0.0},
        {"passages": 3},
        {"dense_weight": 0.9},
        {"base_url": "http://localhost:{port}/v1"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_changed_setting_asks_everything_again(plan, path, earlier, model_server, changed):
    port = model_server.url.rpartition(":")[2].removesuffix("/v1")
    settings = {k: v.format(port=port) if isinstance(v, str) else v for k, v in changed.items()}
    assert asked(run(plan(reuse=earlier, settings=settings), path)) == set(TASKS)


def test_a_changed_prompt_takes_nothing_over(plan, tmp_path, path, earlier):
    prompt = own_prompt(tmp_path, "You answer questions", "You reply to questions")
    assert asked(run(plan(reuse=earlier, settings={"prompt": prompt}), path)) == set(TASKS)


def test_more_trials_ask_only_for_the_new_ones(plan, path, earlier, model_server):
    done = run(plan(reuse=earlier, trials=2), path)
    assert [(t.trial, t.calls) for t in done.trials] == [(1, 0), (2, 1)] * 5
    assert len(model_server.requests) == 5


def test_what_had_no_reply_or_crashed_is_not_taken_over(plan, path, earlier, model_server):
    lost = [
        t.model_copy(update={"state": state, "answer": None, "score": None, "error": "x"})
        for t, state in zip(earlier.trials[:2], ("infra", "crash"), strict=True)
    ]
    before = Run(header=earlier.header, trials=(*lost, *earlier.trials[2:]))
    assert asked(run(plan(reuse=before), path)) == {SHOP, WHEN}


def test_the_extractive_engine_takes_over_too(suite, path, tmp_path):
    def plan(**more: Any) -> Plan:
        return Plan(suite, suite.chosen("pr"), "pr", Settings(library=tmp_path), **more)

    first = run(plan(), path)
    again = run(plan(reuse=first), path)
    assert all(a.answer is b.answer for a, b in zip(first.trials, again.trials, strict=True))
    other = run(
        plan(reuse=first.model_copy(update={"header": first.header.model_copy(update={"versions": {}})})),
        path,
    )
    assert not any(a.answer is b.answer for a, b in zip(first.trials, other.trials, strict=True))


# ---------------------------------------------------------------- budget, interruption, more trials


def test_a_budget_is_kept_while_the_run_goes_on(plan, path, model_server):
    model_server.will(answers(RIGHT))
    with pytest.raises(BudgetExceededError) as caught:
        run(plan(mode="auto", budget=1.5 * EACH), path)
    assert len(model_server.requests) == 2
    assert "$0.01" in caught.value.message
    assert caught.value.exit_code == 4
    assert "goes on from there" in caught.value.hint
    with pytest.raises(UsageError, match=r"did not end \(2 trials"):
        read_run(path)

    done = run(plan(mode="auto", budget=3.5 * EACH), path)
    assert [t.calls for t in done.trials] == [0, 0, 1, 1, 1]  # what is replayed costs nothing


def test_a_budget_that_was_spent_before(plan, path, model_server):
    model_server.will(answers(RIGHT))
    with running(plan(budget=10 * EACH), spent=9.5 * EACH) as going:
        with pytest.raises(BudgetExceededError):
            going.run(path)
        assert going.spent == pytest.approx(10.5 * EACH)
    assert len(model_server.requests) == 1


def test_an_interrupted_run_keeps_its_lines(plan, path, model_server):
    model_server.will(answers(RIGHT))
    seen = []

    def step(done: int, total: int, task: str) -> None:
        seen.append((done, total, task))
        if done == 2:
            raise KeyboardInterrupt

    with running(plan()) as going, pytest.raises(KeyboardInterrupt):
        going.run(path, step)
    assert seen == [(1, 5, SHOP), (2, 5, WHEN)]
    kept = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [line["trial"]["task"] for line in kept[1:]] == [SHOP, WHEN]
    assert kept[1]["trial"]["answer"]["text"].startswith("Kestrel Bakery closed")
    with pytest.raises(UsageError, match=r"did not end \(2 trials"):
        read_run(path)


def test_more_trials_of_a_question_continue_the_numbers(plan, suite, path, model_server):
    model_server.will(answers(RIGHT))
    with running(plan(mode="auto", trials=2, first=1000)) as going:
        done = going.run(path)
        assert [t.trial for t in done.by_task[PRICE]] == [1000, 1001]
        more = going.more(done)(suite.tasks_by_id[PRICE], 5)
    assert [t.trial for t in more] == [1000, 1001, 1002, 1003, 1004]
    assert all(t.passed for t in more)
    assert list(more[:2]) == list(done.by_task[PRICE])
    assert [t.trial for t in going.extra] == [1002, 1003, 1004]
    assert len(model_server.requests) == 13


# ---------------------------------------------------------------- without a model, and with a scripted one


def test_one_trial_of_the_extractive_engine_stands_for_all(suite, path, tmp_path, monkeypatch):
    nobody_opens_a_model(monkeypatch)
    plan = Plan(suite, suite.chosen("full"), "full", Settings(library=tmp_path), trials=5)
    done = run(plan, path)
    assert [t.task for t in done.trials] == [SHOP, WHEN, f"{WHEN}~1", PRICE, SOLD, DIVER]
    assert all(t.state == "answered" and not t.calls and t.cost == 0 for t in done.trials)
    assert (done.header.engine, done.header.model, done.header.deterministic) == ("extractive", "", True)
    assert done.header.prompt is None
    assert without_calls(run(plan, path)) == without_calls(done)
    assert not (suite.folder / "cassettes").exists()


def test_a_shared_scripted_model_gives_each_trial_its_own_reply(suite, path, tmp_path):
    model = ScriptedChatModel(script={"repairs": [RIGHT["repairs"], UNDECIDED, reply()]})

    def opened(settings: Settings, through: Through) -> Engine:
        return ChainEngine(settings, model=model, through=through)

    tasks = find_tasks(suite, suite.tasks, [PRICE])
    plan = Plan(suite, tasks, "pr", Settings(model="scripted:x"), trials=3, workers=1, open_engine=opened)
    done = run(plan, path)
    assert [t.score.faults for t in done.trials] == [(), ("undecided",), ("coverage",)]
    assert len(model.calls) == 3


def test_the_models_answers_do_not_need_the_users_library(suite, path, tmp_path):
    settings = Settings(model=script(tmp_path, RIGHT), library=tmp_path / "mine")
    done = run(Plan(suite, suite.chosen("pr"), "pr", settings, trials=1), path)
    assert all(t.passed for t in done.trials)
    assert not (tmp_path / "mine").exists()


def test_a_wrong_answer_says_what_is_wrong(plan, path, model_server):
    model_server.will(
        answers(
            RIGHT
            | {
                "due to open": reply(statement("The Oxbow lido reopened on 2 May.", REOPENS)),
                "diving": reply(statement("The council paid half of it.", COST)),
            }
        )
    )
    done = run(plan(), path)
    faults = {t.task: t.score.faults for t in done.trials if not t.passed}
    assert faults.keys() == {WHEN, DIVER}
    assert faults[DIVER] == ("abstention",)
    (trial,) = done.by_task[WHEN]
    assert graded(plan().suite, plan().suite.tasks_by_id[WHEN], [trial]) == [trial]
