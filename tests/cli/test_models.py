"""`qa ask` with a language model, through the real clients: answers, streaming, every way it can fail."""

from __future__ import annotations

import hashlib

import pytest
import yaml
from loopback import drops, fails, hangs, refuses, says, sends
from running import Screen

from qa.types import Answer

QUESTION = "Who will attend the harbour summit?"
QUOTE = "Mayor Ines Okafor of Carrow will attend the harbour summit in Lowmouth on Friday."
DOUBT = "Councillor Ruth Vance is not yet confirmed for the summit, an aide said."


def statement(text, quote, modality="expected", passage=1):
    citations = [{"passage": passage, "quote": quote}]
    return {"text": text, "modality": modality, "attributed_to": "", "citations": citations}


def reply(*statements):
    return {"answerable": bool(statements), "reason": "as asked", "statements": list(statements)}


GOOD = reply(statement("Mayor Ines Okafor of Carrow will attend the harbour summit.", QUOTE))


@pytest.fixture
def ask(qa, filled, model_server, monkeypatch):
    """Asks with a model behind the loopback server, without waits between retries worth noticing."""
    monkeypatch.setenv("QA_MODEL", "openai:scripted")
    monkeypatch.setenv("QA_BASE_URL", model_server.url)
    monkeypatch.setenv("QA_API_KEY", "sk-loopback-secret")
    monkeypatch.setenv("QA_MODEL_RETRIES", "1")

    def run(*flags):
        return qa("ask", QUESTION, "-k", "1", *flags)

    return run


def contents(folder):
    """Every file under a folder with its SHA-256."""
    return {p: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_an_answer_of_a_model(ask, model_server):
    model_server.will(says(GOOD))
    done = ask()
    assert done.exit_code == 0, done.stderr
    assert "Mayor Ines Okafor of Carrow will attend the harbour summit. [1]" in done.stdout
    assert f"“{QUOTE}”" in done.stdout
    assert done.stderr == "engine: chain (openai:scripted, prompt answer@v1)\n"


def test_json_says_which_model_and_prompt_and_what_it_cost(ask, model_server):
    model_server.will(says(GOOD))
    answer = Answer.model_validate_json(ask("--json", "--prompt", "answer@v1").stdout)
    assert (answer.engine, answer.model) == ("chain", "openai:scripted")
    assert answer.prompt
    assert answer.prompt.version == "v1"
    assert (answer.usage.calls, answer.usage.input_tokens) == (1, 100)


@pytest.mark.parametrize(
    ("replies", "code", "told"),
    [
        ([fails(401, code="invalid_api_key")], 1, "key"),
        ([fails(404, code="model_not_found")], 1, "scripted"),
        ([fails(429, retry_after=0)], 1, "too many requests"),
        ([fails(429, code="insufficient_quota")], 1, "credit"),
        ([fails(500)], 1, "500"),
        ([drops()], 1, ""),
        ([says(GOOD, cut_after=3, then="gone")], 1, ""),
        ([says("{not json")], 1, "form"),
        ([sends("<html>hello</html>")], 1, ""),
        ([refuses()], 1, "declined"),
    ],
    ids=["401", "404", "429", "quota", "500", "dropped", "cut", "malformed", "web page", "refusal"],
)
def test_a_fault_is_one_line_with_its_exit_code_and_writes_nothing(
    ask, filled, model_server, replies, code, told
):
    before = contents(filled)
    model_server.will(*replies)
    done = ask()
    engine, complaint, *hint = done.stderr.splitlines()
    assert done.exit_code == code
    assert done.stdout == ""
    assert engine.startswith("engine: chain")
    assert complaint.startswith("qa: ")
    assert told in complaint.lower() + " ".join(hint).lower()
    assert len(hint) == 1
    assert "Traceback" not in done.stderr
    assert "sk-loopback-secret" not in done.stderr
    assert contents(filled) == before


def test_a_hanging_model_is_given_up(ask, model_server, monkeypatch):
    monkeypatch.setenv("QA_MODEL_TIMEOUT", "0.3")
    monkeypatch.setenv("QA_MODEL_RETRIES", "0")
    model_server.will(hangs())
    done = ask()
    assert done.exit_code == 1
    assert "0.3" in done.stderr


def test_nobody_listens(ask, monkeypatch):
    monkeypatch.setenv("QA_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("QA_MODEL_RETRIES", "0")
    done = ask()
    assert done.exit_code == 1
    assert "127.0.0.1:9" in done.stderr


def test_one_repair_after_a_malformed_reply(ask, model_server):
    model_server.will(says("{not json"), says(GOOD))
    done = ask()
    assert done.exit_code == 0
    assert "Okafor" in done.stdout
    assert "warning: " in done.stderr


@pytest.mark.parametrize(
    "invented",
    [
        statement("Mayor Ines Okafor will attend.", "Mayor Ines Okafor will fly in on Thursday."),
        statement("Mayor Ines Okafor will attend with 12 aides.", QUOTE),
        statement("Mayor Ines Okafor will attend.", QUOTE, passage=7),
        statement("Councillor Ruth Vance will attend the summit.", DOUBT),
    ],
    ids=["altered quote", "invented number", "fabricated citation", "hedge dropped"],
)
def test_what_fails_the_check_is_withheld_and_counted(ask, model_server, invented):
    model_server.will(says(reply(invented)))
    done = ask()
    assert done.exit_code == 3
    assert done.stdout.startswith("No answer: ")
    assert "warning: withheld 1 statement: " in done.stderr


def test_a_model_without_a_key(qa, filled, monkeypatch):
    monkeypatch.setenv("QA_MODEL", "openai:some-model")
    done = qa("ask", QUESTION)
    assert done.exit_code in (1, 2)
    assert "OPENAI_API_KEY" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("model", ["nowhere:model", "model-without-a-provider"])
def test_a_model_that_cannot_be_opened(qa, filled, model):
    done = qa("ask", QUESTION, "--model", model)
    assert done.exit_code == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("prompt", ["nothing", "answer@v99"])
def test_a_prompt_that_is_not_there(qa, filled, prompt):
    done = qa("ask", QUESTION, "--model", "openai:some-model", "--prompt", prompt)
    assert done.exit_code == 2
    assert prompt.split("@")[0] in done.stderr


def test_a_terminal_shows_statements_before_the_model_has_finished(filled, tmp_path):
    two = reply(
        statement("Mayor Ines Okafor of Carrow will attend the harbour summit.", QUOTE),
        statement(DOUBT, DOUBT, "denied"),
    )
    script = tmp_path / "script.yaml"
    script.write_text(yaml.safe_dump({"*": {"reply": two, "piece": 8, "pause": 0.01}}), "utf-8")
    screen = Screen("ask", QUESTION, "-k", "1", "--model", f"scripted:{script}")
    assert screen.end() == 0
    shown = " ".join(screen.text.split())
    before_the_second = shown[: shown.index("Vance")]
    assert "Okafor of Carrow will attend the harbour summit. [1]" in before_the_second
    # As it came, again beside the second one, and in the whole answer.
    assert shown.count("Okafor of Carrow will attend the harbour summit. [1]") >= 3
