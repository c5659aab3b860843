"""`qa watch`: questions saved, asked again, and what is said of their answers."""

from __future__ import annotations

import json
import subprocess
import threading

import pytest
from editions import ADDRESS, CAPTAIN, FIRST, SECOND
from loopback import fails, says
from running import Screen, command, environment

from qa.answering.moving.watches import Watch, Watches, WatchList, WatchRun

TOLL = "How many people were killed in the ferry fire?"
INQUIRY = "Will the minister order an inquiry?"
CAPTAINS = "Who is the captain of the Senn Star?"
BRANDT = "What did Ola Brandt say?"


@pytest.fixture
def ingest(qa, tmp_path):
    """Ingests a text; with the address of the story, as its next version."""

    def run(text, url=ADDRESS, outlet="The Courier", published="2026-03-18"):
        file = tmp_path / "story.txt"
        file.write_text(text, "utf-8")
        flags = ["--outlet", outlet, "--published", published, *(["--url", url] if url else [])]
        done = qa("ingest", str(file), *flags)
        assert done.exit_code == 0, done.stderr
        return done

    return run


@pytest.fixture
def saved(qa, ingest):
    """A library with the story's first version, and the question about the toll saved as "toll"."""
    ingest(FIRST)
    assert qa("watch", TOLL, "--save", "--name", "toll").exit_code == 0


@pytest.fixture
def file(tmp_path):
    return tmp_path / "library" / "watches.json"


def ran(done) -> WatchRun:
    return WatchRun.model_validate_json(done.stdout)


# ---------------------------------------------------------------- saving


def test_saving_answers_and_says_what_to_do_next(qa, ingest):
    ingest(FIRST)
    done = qa("watch", TOLL, "--save", "--name", "toll")
    assert done.exit_code == 0
    assert "killed 12 people" in done.stdout
    assert "saved as toll; after the next ingest: qa watch --run" in done.stderr
    listed = qa("watch", "--list")
    assert listed.exit_code == 0
    assert listed.stdout.startswith(f"toll - {TOLL}  (last asked ")
    assert listed.stdout.endswith(": 1 statement)\n")


def test_what_is_saved_is_the_question_with_its_filters(qa, ingest):
    ingest(FIRST)
    flags = ["--outlet", "The Courier", "--since", "2026-03-01", "--as-of", "2026-04-01", "-k", "3"]
    printed = Watch.model_validate_json(qa("watch", TOLL, "--save", *flags, "--json").stdout)
    assert (printed.filters.outlets, str(printed.filters.since)) == (("The Courier",), "2026-03-01")
    assert (str(printed.as_of), printed.passages, printed.model) == ("2026-04-01", 3, None)
    assert printed.answer.statements
    assert list(printed.versions.values()) == [1]
    (listed,) = WatchList.model_validate_json(qa("watch", "--list", "--json").stdout).watches
    assert listed == printed
    text = qa("watch", "--list").stdout
    assert "published since 2026-03-01, from The Courier, as of 2026-04-01" in text


def test_names_are_made_of_the_question_and_never_twice(qa, saved):
    for _ in range(2):
        assert qa("watch", TOLL, "--save").exit_code == 0
    names = [w.name for w in WatchList.model_validate_json(qa("watch", "--list", "--json").stdout).watches]
    assert names == ["toll", "people-killed-ferry-fire", "people-killed-ferry-fire-2"]
    again = qa("watch", TOLL, "--save", "--name", "TOLL")
    assert again.exit_code == 2
    assert "qa watch --remove TOLL" in again.stderr
    assert qa("watch", "Кто капитан парома?", "--save").exit_code == 0
    assert "кто-капитан-парома" in qa("watch", "--list").stdout


def test_a_question_without_an_answer_can_be_saved_too(qa, saved):
    done = qa("watch", CAPTAINS, "--save", "--name", "captain")
    assert done.exit_code == 0
    assert done.stdout.startswith("No answer: ")
    assert "captain - " in qa("watch", "--list").stdout


def test_a_question_from_standard_input(qa, saved):
    assert qa("watch", "-", "--save", "--name", "piped", stdin=f"{INQUIRY}\n").exit_code == 0
    assert f"piped - {INQUIRY}" in qa("watch", "--list").stdout


def test_removing(qa, saved, file):
    done = qa("watch", "--remove", "Toll")
    assert (done.exit_code, done.stdout) == (0, f"removed toll  {TOLL}\n")
    unknown = qa("watch", "--remove", "toll")
    assert unknown.exit_code == 2
    assert "no saved question called toll" in unknown.stderr
    for flag in ("--list", "--run"):
        done = qa("watch", flag)
        assert done.exit_code == 3
        assert done.stdout == ""
        assert "--save" in done.stderr
    assert ran(qa("watch", "--run", "--json")).outcomes == ()
    qa("watch", TOLL, "--save", "--name", "toll")
    assert json.loads(qa("watch", "--remove", "toll", "--json").stdout) == {"removed": ["toll"]}


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ([], "nothing says what to do"),
        ([TOLL], "nothing says what to do"),
        (["--save"], "no question to save"),
        (["", "--save"], "question is empty"),
        ([TOLL, "--save", "--run"], "--save and --run do not go together"),
        ([TOLL, "--run"], "--run takes no question"),
        (["--run", "--list"], "do not go together"),
        (["--run", "--outlet", "The Courier"], "a filter does not go with --run"),
        (["--run", "--as-of", "2026-03-03"], "--as-of does not go with --run"),
        (["--list", "--dry-run"], "--dry-run does not go with --list"),
        ([TOLL, "--save", "--dry-run"], "--dry-run does not go with --save"),
        (["--run", "--name", "nobody"], "no saved question called nobody"),
        ([TOLL, "--save", "--name", " \t"], "is no name"),
        ([TOLL, "--save", "--name", "x" * 61], "is no name"),
        ([TOLL, "--save", "--since", "yesterday"], "'yesterday'"),
        ([TOLL, "--save", "--since", "2026-02-02", "--as-of", "2026-01-01"], "both since"),
    ],
)
def test_wrong_calls_end_with_2_and_save_nothing(qa, saved, file, args, told):
    before = file.read_bytes()
    done = qa("watch", *args)
    assert done.exit_code == 2
    assert told in done.stderr
    assert done.stdout == ""
    assert file.read_bytes() == before


# ---------------------------------------------------------------- asking again


def test_nothing_changed_is_one_line_each(qa, saved):
    done = qa("watch", "--run")
    assert done.exit_code == 0
    (line,) = done.stdout.splitlines()
    assert line.startswith(f"toll - {TOLL}  unchanged since ")


def test_a_revised_toll_is_said_once_with_the_article_that_did_it(qa, saved, ingest):
    told = ingest(SECOND).stderr
    assert "qa watch --run" in told
    article = json.loads(qa("articles", "--json").stdout)["articles"][0]["id"][:8]
    done = qa("watch", "--run")
    assert done.exit_code == 4
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"toll - {TOLL}  changed since ")
    assert lines[1:5] == [
        "  CHANGED  number: 12 -> 17",
        "    - A fire on the ferry Senn Star killed 12 people on Tuesday night, the coastguard said.",
        "    + A fire on the ferry Senn Star killed 17 people on Tuesday night, the coastguard said.",
        f"      The Courier, 18 March 2026 - Ferry fire kills 17 (new version: qa diff {article})",
    ]
    assert qa("watch", "--run").exit_code == 0


def test_firmer_withdrawn_and_added_statements(qa, saved, ingest):
    qa("watch", INQUIRY, "--save", "--name", "inquiry")
    qa("watch", BRANDT, "--save", "--name", "brandt")
    qa("watch", CAPTAINS, "--save", "--name", "captain")
    ingest(SECOND)
    ingest(CAPTAIN, url="", outlet="Evening Post", published="2026-03-19")
    done = qa("watch", "--run", "--json")
    assert done.exit_code == 4
    assert ran(done).stored
    by_name = {outcome.name: outcome for outcome in ran(done).outcomes}
    assert {outcome.status for outcome in by_name.values()} == {"changed"}
    (firmer,) = by_name["inquiry"].difference.changes
    assert [(e.was, e.now) for e in firmer.edits] == [("conditional", "confirmed")]
    (gone,) = by_name["brandt"].difference.changes
    assert (gone.kind, gone.because) == ("withdrawn", "revised")
    assert gone.articles[0].title == "Ferry fire kills 17"
    assert gone.revised == (gone.articles[0].id,)
    (new,) = by_name["captain"].difference.changes
    assert new.kind == "added"
    assert new.new
    assert "Rolf Merrin" in new.new.text
    assert [(a.outlet, str(a.published)[:10], a.title) for a in new.articles] == [
        ("Evening Post", "2026-03-19", "Seaways names the captain")
    ]
    assert by_name["captain"].before.abstained


def test_a_withdrawn_answer_says_why_it_is_gone(qa, saved, ingest):
    article = json.loads(qa("articles", "--json").stdout)["articles"][0]["id"]
    ingest(CAPTAIN, url="")
    qa("articles", "remove", article)
    done = qa("watch", "--run")
    assert done.exit_code == 4
    assert "no answer any more: " in done.stdout
    assert "WITHDRAWN  its article has left the library" in done.stdout
    assert "The Courier, 18 March 2026 - Ferry fire kills 12" in done.stdout


def test_a_dry_run_keeps_the_last_answers(qa, saved, ingest, file):
    ingest(SECOND)
    before = file.read_bytes()
    for _ in range(2):
        done = qa("watch", "--run", "--dry-run")
        assert done.exit_code == 4
        assert "Dry run" in done.stderr
    assert not ran(qa("watch", "--run", "--dry-run", "--json")).stored
    assert file.read_bytes() == before
    assert qa("watch", "--run").exit_code == 4


def test_one_question_alone(qa, saved, ingest):
    qa("watch", INQUIRY, "--save", "--name", "inquiry")
    ingest(SECOND)
    done = qa("watch", "--run", "--name", "inquiry")
    assert done.exit_code == 4
    assert "toll - " not in done.stdout
    assert "toll - " in qa("watch", "--run").stdout


def test_filters_and_the_day_hold_for_later_runs(qa, saved, ingest):
    qa("watch", CAPTAINS, "--save", "--name", "of-the-courier", "--outlet", "The Courier")
    qa("watch", CAPTAINS, "--save", "--name", "then", "--as-of", "2026-03-18")
    qa("watch", CAPTAINS, "--save", "--name", "any")
    ingest(CAPTAIN, url="", outlet="Evening Post", published="2026-03-19")
    outcomes = ran(qa("watch", "--run", "--json")).outcomes
    assert {o.name: o.status for o in outcomes} == {
        "toll": "unchanged", "of-the-courier": "unchanged", "then": "unchanged", "any": "changed",
    }  # fmt: skip


def test_hostile_words_stay_words(qa, ingest):
    text = "Red alert\n\nThe \x1b[31m[bold]fire[/bold]\u202e in Lowmouth killed 12 people on Monday."
    ingest(text)
    done = qa("watch", "How many people did the fire kill?", "--save", "--name", "\x1b[2J[red]x")
    assert done.exit_code == 0
    assert "[bold]fire[/bold]" in done.stdout
    ingest(text.replace("12", "17"))
    for args in (["--run", "--dry-run"], ["--run", "--dry-run", "--json"], ["--list"], ["--list", "--json"]):
        done = qa("watch", *args)
        assert not set(done.stdout + done.stderr) & set("\x1b\u202e")
    assert "CHANGED  number: 12 -> 17" in qa("watch", "--run").stdout


def test_in_a_terminal(saved):
    screen = Screen("watch", "--run")
    assert screen.end() == 0
    assert "unchanged since" in screen.text.replace("\r\n", " ").replace("  ", " ")


# ---------------------------------------------------------------- failures


@pytest.fixture
def with_model(model_server, monkeypatch):
    """A model behind the loopback server, as `--model openai:scripted` names it."""
    monkeypatch.setenv("QA_BASE_URL", model_server.url)
    monkeypatch.setenv("QA_API_KEY", "sk-loopback-secret")
    monkeypatch.setenv("QA_MODEL_RETRIES", "0")
    return model_server


def reply(number):
    quote = f"A fire on the ferry Senn Star killed {number} people on Tuesday night, the coastguard said."
    cited = [{"passage": 1, "quote": quote}]
    text = f"The fire on the ferry Senn Star killed {number} people, the coastguard said."
    statement = {"text": text, "modality": "confirmed", "attributed_to": "the coastguard", "citations": cited}
    return says({"answerable": True, "reason": "", "statements": [statement]})


def test_a_question_keeps_its_model(qa, ingest, with_model):
    ingest(FIRST)
    with_model.will(reply(12))
    done = qa("watch", TOLL, "--save", "--name", "toll", "--model", "openai:scripted", "-k", "1")
    assert done.exit_code == 0, done.stderr
    assert "engine: chain (openai:scripted" in done.stderr
    assert ", with openai:scripted  (last asked" in qa("watch", "--list").stdout
    ingest(SECOND)
    with_model.will(reply(17))
    done = qa("watch", "--run", "--json")
    assert done.exit_code == 4, done.stderr
    (outcome,) = ran(done).outcomes
    assert outcome.answer
    assert outcome.answer.model == "openai:scripted"
    assert [(e.kind, e.old, e.new) for c in outcome.difference.changes for e in c.edits] == [
        ("number", "12", "17")
    ]


def test_another_model_for_one_run_is_said(qa, saved, with_model):
    with_model.will(reply(12))
    done = qa("watch", "--run", "--model", "openai:scripted", "--dry-run")
    assert "asked with openai:scripted, and with extractive before" in done.stderr


def test_a_question_that_fails_stops_no_other_and_keeps_its_answer(qa, ingest, with_model, file):
    ingest(FIRST)
    with_model.will(reply(12))
    qa("watch", TOLL, "--save", "--name", "first", "--model", "openai:scripted", "-k", "1")
    qa("watch", TOLL, "--save", "--name", "second")
    ingest(SECOND)
    with_model.will(fails(401, code="invalid_api_key"))
    done = qa("watch", "--run")
    assert done.exit_code == 1
    assert "qa: first: " in done.stderr
    assert "key" in done.stderr
    assert "Traceback" not in done.stderr
    assert "sk-loopback-secret" not in done.stderr + file.read_text()
    assert f"first - {TOLL}  failed; the last answer is kept" in done.stdout
    assert "number: 12 -> 17" in done.stdout
    kept = {
        w.name: w.answer.text
        for w in WatchList.model_validate_json(qa("watch", "--list", "--json").stdout).watches
    }
    assert "12" in kept["first"]
    assert "17" in kept["second"]
    as_json = ran(qa("watch", "--run", "--json")).outcomes
    assert [o.status for o in as_json] == ["failed", "unchanged"]
    assert as_json[0].error
    assert as_json[0].answer is None


def test_a_bug_met_by_one_question_hides_no_other(qa, saved, ingest, monkeypatch):
    from qa.answering.moving import watching

    qa("watch", INQUIRY, "--save", "--name", "inquiry")
    ingest(SECOND)
    true = watching.answer_difference

    def broken(old, new):
        if old.question == TOLL:
            raise KeyError("toll")
        return true(old, new)

    monkeypatch.setattr(watching, "answer_difference", broken)
    done = qa("watch", "--run")
    assert done.exit_code == 1
    assert "toll: unexpected KeyError" in done.stderr
    assert "modality: conditional -> confirmed" in done.stdout


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{not json",
        b"[]",
        b"\xff\xfe",
        b'{"format": "qa-watches/9", "watches": []}',
        b'{"watches": [{"name": 1}]}',
    ],
)
@pytest.mark.parametrize("args", [["--run"], ["--list"], ["--remove", "toll"], [TOLL, "--save"]])
def test_a_damaged_file_is_named_and_left_as_it_is(qa, saved, file, damage, args):
    file.write_bytes(damage)
    done = qa("watch", *args)
    assert done.exit_code == 1
    assert str(file) in done.stderr
    assert "move it away" in done.stderr
    assert "Traceback" not in done.stderr
    assert file.read_bytes() == damage


def test_a_disk_that_takes_nothing_leaves_what_was_there(qa, saved, ingest, file, monkeypatch):
    from qa.answering.moving import watches

    ingest(SECOND)
    before = file.read_bytes()

    def full(path, text):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(watches, "replace_file", full)
    done = qa("watch", "--run")
    assert done.exit_code == 1
    assert "number: 12 -> 17" in done.stdout  # said before it was to be kept
    assert "No space left on device" in done.stderr
    assert file.read_bytes() == before


def test_without_a_library_the_next_command_is_named(qa, tmp_path):
    for args in ([TOLL, "--save"], ["--run"], ["--list"]):
        done = qa("watch", *args)
        assert done.exit_code == 1
        assert "qa ingest" in done.stderr
    assert not (tmp_path / "library").exists()


# ---------------------------------------------------------------- at the same time


def test_runs_and_saves_at_once_lose_nothing(qa, saved, ingest):
    ingest(SECOND)
    flags = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": environment()}
    names = [f"extra-{n}" for n in range(3)]
    started = [subprocess.Popen(command("watch", "--run"), **flags) for _ in range(2)]
    started += [
        subprocess.Popen(command("watch", INQUIRY, "--save", "--name", name), **flags) for name in names
    ]
    outputs = [process.communicate(timeout=120) for process in started]
    assert {process.returncode for process in started[:2]} <= {0, 4}, outputs
    assert {process.returncode for process in started[2:]} == {0}, outputs
    kept = WatchList.model_validate_json(qa("watch", "--list", "--json").stdout).watches
    assert sorted(w.name for w in kept) == ["extra-0", "extra-1", "extra-2", "toll"]
    assert "17" in next(w for w in kept if w.name == "toll").answer.text


def test_an_older_answer_never_takes_the_place_of_a_newer_or_of_what_was_removed(saved, tmp_path):
    watches = Watches(tmp_path / "library")
    (old,) = watches.all()
    newer = old.model_copy(update={"asked": old.asked.replace(year=old.asked.year + 1), "passages": 7})
    watches.store(newer)
    watches.store(old.model_copy(update={"passages": 9}))
    assert watches.all() == (newer,)
    watches.remove("toll")
    watches.store(newer.model_copy(update={"asked": newer.asked.replace(year=newer.asked.year + 1)}))
    assert watches.all() == ()


def test_the_same_name_taken_at_once_gets_numbers(saved, tmp_path):
    watches = Watches(tmp_path / "library")
    (old,) = watches.all()
    threads = [threading.Thread(target=watches.add, args=(old,)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {watch.name for watch in watches.all()} == {"toll", *(f"toll-{n}" for n in range(2, 14))}
