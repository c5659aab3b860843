"""What a run would cost: the same calls and characters that it then makes, and nothing spent to find out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from evals.tiny_suite import DIVER, PRICE, RIGHT, SOLD, WHEN, answers, loaded, run, script
from loopback import ModelServer, fails, says

from qa.config import Settings
from qa.errors import UsageError
from qa.evals.cassettes import Mode
from qa.evals.estimating import CHARACTERS_PER_TOKEN, REPLY_TOKENS, Estimate, estimate
from qa.evals.running import Plan
from qa.evals.runs import Run
from qa.evals.suite import Suite, find_tasks
from qa.models.prices import Price, Prices, read_prices

MODEL = "openai:m"
PRICES = Prices(models={MODEL: Price(input=10, output=100, as_of="2026-01-01")})


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    return loaded(tmp_path / "eval")


@pytest.fixture
def plan(suite: Suite, model_server: ModelServer) -> Callable[..., Plan]:
    model_server.will(answers(RIGHT))

    def planned(*cases: str, mode: Mode = "auto", **more: Any) -> Plan:
        settings = Settings(model=MODEL, base_url=model_server.url, api_key="sk-x", model_retries=0)
        tasks = find_tasks(suite, suite.tasks, cases) if cases else suite.chosen("pr")
        fields = {"name": "pr", "trials": 1, "workers": 1, "prices": PRICES, "settings": settings, **more}
        return Plan(suite=suite, tasks=tasks, mode=mode, **fields)

    return planned


def test_an_estimate_is_what_the_run_then_asks(plan, suite, tmp_path, model_server):
    found = estimate(plan(trials=2))
    assert model_server.requests == []
    assert not (suite.folder / "cassettes").exists()
    assert (found.calls, found.recorded, found.to_make) == (10, 0, 10)

    run(plan(trials=2), tmp_path / "run.jsonl")
    characters = sum(len(m["content"]) for r in model_server.requests for m in r.messages)
    assert characters > 10_000
    assert found.input_tokens == characters // CHARACTERS_PER_TOKEN
    assert found.output_tokens == 10 * REPLY_TOKENS == 3500
    assert found.dollars == pytest.approx((found.input_tokens * 10 + 3500 * 100) / 1e6)


def test_what_is_recorded_costs_nothing(plan, tmp_path, model_server):
    all_of_it = estimate(plan())
    run(plan(WHEN, PRICE), tmp_path / "run.jsonl")
    found = estimate(plan())
    assert (found.calls, found.recorded, found.to_make) == (5, 2, 3)
    assert found.output_tokens == 3 * REPLY_TOKENS
    assert 0 < found.input_tokens < all_of_it.input_tokens

    run(plan(), tmp_path / "run.jsonl")
    before = len(model_server.requests)
    nothing = Estimate(calls=5, recorded=5, input_tokens=0, output_tokens=0, dollars=0)
    assert estimate(plan()) == nothing
    assert estimate(plan(mode="replay")) == nothing
    assert len(model_server.requests) == before


@pytest.mark.parametrize("mode", ["record", "refresh", "off"])
def test_a_mode_that_calls_counts_what_is_recorded_too(plan, tmp_path, mode):
    run(plan(PRICE), tmp_path / "run.jsonl")
    found = estimate(plan(PRICE, mode=mode))
    assert (found.calls, found.recorded, found.output_tokens) == (1, 0, REPLY_TOKENS)


def test_trials_with_other_numbers_are_not_recorded(plan, tmp_path):
    run(plan(PRICE), tmp_path / "run.jsonl")
    assert estimate(plan(PRICE, first=1000)).to_make == 1


def test_what_is_taken_over_is_no_call(plan, tmp_path):
    done = run(plan(mode="off"), tmp_path / "run.jsonl")
    assert estimate(plan(mode="off")).calls == 5
    assert estimate(plan(mode="off", reuse=done)).calls == 0
    lost = done.trials[0].model_copy(update={"state": "infra", "answer": None, "score": None})
    partly = Run(header=done.header, trials=(lost, *done.trials[1:]))
    assert estimate(plan(mode="off", reuse=partly)).calls == 1


def test_an_unknown_price_is_said_to_be_unknown(plan, tmp_path):
    assert estimate(plan(prices=Prices())).dollars is None
    run(plan(), tmp_path / "run.jsonl")
    assert estimate(plan(prices=Prices())).dollars == 0  # nothing is left to pay for


def test_no_fault_of_a_server_shows_in_an_estimate(plan, model_server):
    model_server.will(fails(500))
    assert estimate(plan()).calls == 5
    assert model_server.requests == []


def test_a_case_that_expects_no_answer_is_a_call_as_well(plan):
    assert estimate(plan(DIVER, SOLD)).calls == 2


def test_repairs_come_on_top(plan, tmp_path, model_server):
    model_server.will(says("{not json"))
    found = estimate(plan(PRICE))
    run(plan(PRICE), tmp_path / "run.jsonl")
    assert (found.calls, len(model_server.requests)) == (1, 2)


def test_an_engine_without_a_model_makes_no_calls(suite, tmp_path):
    plan = Plan(suite, suite.chosen("full"), "full", Settings(library=tmp_path), trials=3)
    assert estimate(plan) == Estimate(calls=0, recorded=0, input_tokens=0, output_tokens=0, dollars=0)


def test_a_scripted_model_is_free(suite, tmp_path):
    settings = Settings(model=script(tmp_path, RIGHT), library=tmp_path)
    found = estimate(Plan(suite, suite.chosen("pr"), "pr", settings, trials=1))
    assert (found.calls, found.dollars) == (5, 0)


# ---------------------------------------------------------------- prices


def test_prices_are_for_a_million_tokens():
    assert PRICES.cost(MODEL, 1_000_000, 0) == 10
    assert PRICES.cost(MODEL, 500, 100) == pytest.approx(0.015)
    assert PRICES.cost(None, 500, 100) == PRICES.cost("scripted:x.yaml", 500, 100) == 0
    assert PRICES.cost("openai:n", 500, 100) is None


def test_the_price_table_of_the_suite(tmp_path):
    path = tmp_path / "prices.yaml"
    assert read_prices(path) == Prices()
    path.write_text('models:\n  "openai:m": {input: 10, output: 100, as_of: 2026-01-01}\n')
    assert read_prices(path) == PRICES
    path.write_text("")
    assert read_prices(path) == Prices()


@pytest.mark.parametrize(
    "text",
    [
        "models: [",
        "models: {m: {input: 1, output: 2}}",
        "models: {m: {input: -1, output: 2, as_of: 2026-01-01}}",
        "- 3",
        "prices: {}",
        "\x00",
    ],
)
def test_a_price_table_that_cannot_be_used(tmp_path, text):
    path = tmp_path / "prices.yaml"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        read_prices(path)
    assert str(path) in caught.value.message
    assert "as_of" in caught.value.hint


def test_the_table_that_ships_is_one():
    from qa.resources import resource

    shipped = read_prices(resource("eval", "prices.yaml")).models
    assert all(price.output > price.input > 0 for price in shipped.values())
    assert any(name.startswith("openai:") for name in shipped)
