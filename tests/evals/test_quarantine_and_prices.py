"""Cases set aside with a reason and an end; what tokens cost."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from qa.errors import UsageError
from qa.evals.quarantine import Quarantined, read_quarantine
from qa.evals.suite import load_suite
from qa.models.prices import Price, Prices, read_prices
from qa.resources import resource

ENTRY = """\
- case: bank/price
  passed: 7
  trials: 10
  since: 2026-03-01
  expires: 2026-04-01
  reason: the model rounds the sum
"""

# ---------------------------------------------------------------- quarantine


def quarantine(folder: Path, text: str) -> tuple[Quarantined, ...]:
    """What a file with this text holds."""
    path = folder / "quarantine.yaml"
    path.write_text(text, encoding="utf-8")
    return read_quarantine(path)


def test_an_entry(tmp_path):
    second = ENTRY.replace("bank/price", "bank/staff").replace("passed: 7", "passed: 0")
    first, other = quarantine(tmp_path, ENTRY + second)
    assert (first.case, first.passed, first.trials, first.reason) == (
        "bank/price",
        7,
        10,
        "the model rounds the sum",
    )
    assert (other.case, other.passed) == ("bank/staff", 0)


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        ("2026-03-01", True),
        ("2026-03-31", True),
        ("2026-04-01", True),
        ("2026-04-02", False),
        ("2027-03-15", False),
    ],
)
def test_it_ends(tmp_path, day, holds):
    (entry,) = quarantine(tmp_path, ENTRY)
    assert entry.holds(dt.date.fromisoformat(day)) is holds


def test_no_file_and_an_empty_one_set_nothing_aside(tmp_path):
    assert read_quarantine(tmp_path / "nothing.yaml") == ()
    assert quarantine(tmp_path, "") == ()
    assert quarantine(tmp_path, "[]\n") == ()


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("trials: 10", "trials: 4", "trials: Input should be greater than or equal to 5"),
        ("passed: 7", "passed: -1", "passed: Input should be greater than or equal to 0"),
        ("  reason: the model rounds the sum\n", "", "reason: Field required"),
        ("reason: the model rounds the sum", 'reason: ""', "reason: String should have at least 1 character"),
        ("  expires: 2026-04-01\n", "", "expires: Field required"),
        ("expires: 2026-04-01", "expires: never", "expires: Input should be a valid date"),
        ("reason: the", "why: the", "reason: Field required"),
    ],
)
def test_an_entry_that_is_not_measured_or_has_no_end(tmp_path, old, new, where):
    assert old in ENTRY
    with pytest.raises(UsageError) as caught:
        quarantine(tmp_path, ENTRY.replace(old, new))
    assert caught.value.message.startswith(f"{tmp_path}/quarantine.yaml: {where}")
    assert caught.value.hint == "An entry needs case, passed, trials (5 or more), since, expires and reason."


@pytest.mark.parametrize("text", ["- case: [\n", "7\n"])
def test_a_quarantine_that_cannot_be_read(tmp_path, text):
    with pytest.raises(UsageError) as caught:
        quarantine(tmp_path, text)
    assert caught.value.message.startswith(f"{tmp_path}/quarantine.yaml cannot be read: ")
    assert "\n" not in caught.value.message
    assert (caught.value.hint, caught.value.exit_code) == ("Correct the file.", 2)


def test_a_quarantine_that_is_no_text(tmp_path):
    path = tmp_path / "quarantine.yaml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="cannot be read: 'utf-8' codec"):
        read_quarantine(path)


# ---------------------------------------------------------------- prices

TABLE = Prices(models={"openai:small": Price(input=0.25, output=2.0, as_of=dt.date(2026, 3, 1))})


@pytest.mark.parametrize(
    ("model", "tokens", "cost"),
    [
        ("openai:small", (1_000_000, 0), 0.25),
        ("openai:small", (0, 1_000_000), 2.0),
        ("openai:small", (4_000, 500), 0.002),
        ("openai:small", (0, 0), 0.0),
        ("openai:large", (4_000, 500), None),
        ("small", (4_000, 500), None),
        ("scripted:answers.jsonl", (4_000, 500), 0.0),
        ("", (4_000, 500), 0.0),
        (None, (4_000, 500), 0.0),
    ],
)
def test_what_a_call_costs(model, tokens, cost):
    found = TABLE.cost(model, *tokens)
    assert found is None if cost is None else found == pytest.approx(cost)


def test_a_table_is_read(tmp_path):
    path = tmp_path / "prices.yaml"
    path.write_text('models:\n  "openai:small": {input: 0.25, output: 2.0, as_of: 2026-03-01}\n')
    assert read_prices(path) == TABLE
    path.write_text("")
    assert read_prices(path) == Prices()
    assert read_prices(tmp_path / "nothing.yaml") == Prices()


@pytest.mark.parametrize(
    "text",
    [
        "models: {small: {input: -1, output: 1, as_of: 2026-03-01}}\n",
        "models: {small: {input: 1, output: 1}}\n",
        "models: {small: 3}\n",
        "prices: {}\n",
        "- a list\n",
        "models: [\n",
    ],
)
def test_a_table_that_cannot_be_used(tmp_path, text):
    path = tmp_path / "prices.yaml"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        read_prices(path)
    assert caught.value.message.startswith(f"the price table {path} cannot be used: ")
    assert "\n" not in caught.value.message
    assert caught.value.hint == "Give input, output and as_of for each model."


# ---------------------------------------------------------------- what ships


def test_the_shipped_tables_can_be_used():
    prices = read_prices(resource("eval") / "prices.yaml")
    assert prices.models
    assert all(price.output >= price.input > 0 for price in prices.models.values())
    known = set(load_suite(resource("eval")).tasks_by_id)
    assert {entry.case for entry in read_quarantine(resource("eval") / "quarantine.yaml")} <= known
