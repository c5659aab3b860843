"""`qa search`, `qa articles`, `qa settings`, `qa doctor`, and what stands before a command's name."""

from __future__ import annotations

import json
import shutil

import pytest

from qa import __version__
from qa.cli.results import Health, PromptList, SearchResult, SettingList
from qa.library import Finding, Library
from qa.resources import resource
from qa.types import Article


def test_version(qa):
    assert qa("--version").stdout == f"qa {__version__}\n"


def test_search_shows_scores_legs_and_places(qa, filled):
    done = qa("search", "ferry strike", "-k", "1")
    assert done.exit_code == 0
    assert done.stdout.startswith("1. Evening Post, 15 March 2026")
    assert "score 1.00, found by words" in done.stdout
    assert done.stderr == ""


def test_search_as_json(qa, filled):
    found = SearchResult.model_validate_json(
        qa("search", "ferry strike", "--until", "2026-03-31", "--json").stdout
    )
    assert found.passages[0].article.outlet == "Evening Post"
    assert "lexical" in found.passages[0].found_by
    assert str(found.filters.until) == "2026-03-31"


def test_search_that_finds_nothing_ends_with_3(qa, filled):
    done = qa("search", "ferry strike", "--since", "2027-01-01")
    assert (done.exit_code, done.stdout) == (3, "")
    assert "No article published since 2027-01-01" in done.stderr


def test_search_from_standard_input(qa, filled):
    assert "Evening Post" in qa("search", "-", stdin="ferry strike").stdout


def test_articles_newest_first_undated_last(qa, filled):
    for args in (["articles"], ["articles", "list"]):
        done = qa(*args)
        assert done.exit_code == 0
        lines = done.stdout.splitlines()
        assert ["2026-03-15" in lines[0], "2026-03-13" in lines[1], "no date" in lines[2]] == [True] * 3
        assert done.stderr == "3 articles\n"
    assert len(qa("articles", "list", "--outlet", "Evening Post").stdout.splitlines()) == 1


def test_articles_of_one_source_are_said_to_be_so(qa, filled, articles):
    copied = (articles / "ferry.txt").read_text("utf-8").replace("Ferry strike ends", "Back at work")
    done = qa(
        "ingest", "-", "--outlet", "Coast Radio", "--published", "2026-03-16", stdin=copied + "It was late."
    )
    assert done.exit_code == 0
    listed = qa("articles")
    assert listed.stderr == "4 articles (3 independent)\n"
    copy, original = (line[:8] for line in listed.stdout.splitlines()[:2])
    shown = qa("articles", "show", copy).stdout
    assert (
        f"same source as {original}  Evening Post, 15 March 2026 - Ferry strike ends after nine days" in shown
    )
    assert f"same source as {copy}  Coast Radio" in qa("articles", "show", original).stdout
    assert "same source" not in qa("articles", "show", listed.stdout.splitlines()[2][:8]).stdout
    assert qa("doctor").stdout.splitlines()[1].startswith("4 articles (3 independent), 1 without")


def first_id(qa) -> str:
    return json.loads(qa("articles", "list", "--json").stdout)["articles"][0]["id"]


def test_one_article_whole(qa, filled):
    article_id = first_id(qa)
    done = qa("articles", "show", article_id[:6])
    assert done.exit_code == 0
    assert "published  15 March 2026" in done.stdout
    assert "212 to 37" in done.stdout
    assert Article.model_validate_json(qa("articles", "show", article_id, "--json").stdout).id == article_id


def test_removing(qa, filled):
    article_id = first_id(qa)
    done = qa("articles", "remove", article_id[:8])
    assert done.exit_code == 0
    assert done.stdout.startswith(f"removed {article_id}")
    assert "212 to 37" not in qa("search", "ferry strike").stdout


def test_one_wrong_id_removes_nothing(qa, filled):
    done = qa("articles", "remove", first_id(qa), "ffffffff")
    assert done.exit_code == 1
    assert "ffffffff" in done.stderr
    assert "qa articles" in done.stderr
    assert len(json.loads(qa("articles", "--json").stdout)["articles"]) == 3


def test_json_belongs_after_the_command(qa, filled):
    done = qa("articles", "--json", "show", first_id(qa))
    assert done.exit_code == 2
    assert "qa articles show ... --json" in done.stderr


@pytest.mark.parametrize(
    "args", [["articles"], ["articles", "show", "abcdef12"], ["search", "x"], ["doctor"]]
)
def test_without_a_library(qa, args, tmp_path):
    done = qa(*args)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"qa: There is no library at {tmp_path / 'library'}\n")
    assert "qa ingest" in done.stderr


@pytest.mark.parametrize("place", ["before", "after", "both"])
def test_the_library_may_be_named_on_either_side_of_the_command(qa, articles, tmp_path, place):
    other, wrong = str(tmp_path / "other"), str(tmp_path / "wrong")
    before = ["--library", wrong if place == "both" else other] if place != "after" else []
    after = ["--library", other] if place != "before" else []
    assert qa(*before, "ingest", str(articles), *after).exit_code == 0
    assert len(qa(*before, "articles", *after).stdout.splitlines()) == 3
    assert len(qa(*before, "articles", "list", *after).stdout.splitlines()) == 3
    assert not (tmp_path / "library").exists()
    assert not (tmp_path / "wrong").exists()


def test_settings_say_where_each_value_comes_from(qa, tmp_path, monkeypatch):
    (tmp_path / "here" / "qa.toml").write_text('passages = 5\nmodel = "openai:from-the-file"\n')
    monkeypatch.setenv("QA_MODEL", "openai:from-the-environment")
    monkeypatch.setenv("QA_API_KEY", "sk-very-secret")
    monkeypatch.setenv("QA_CHROMA_URL", "http://user:pass@127.0.0.1:8000")
    monkeypatch.setenv("QA_PROMPT", "")
    done = qa("settings", "--library", "elsewhere", "--json")
    found = {s.name: s for s in SettingList.model_validate_json(done.stdout).settings}
    assert (found["library"].value, found["library"].origin) == ("elsewhere", "flag")
    assert (found["model"].value, found["model"].place) == ("openai:from-the-environment", "QA_MODEL")
    assert (found["passages"].value, found["passages"].origin) == ("5", "file")
    assert (found["prompt"].value, found["prompt"].origin) == ("answer", "default")
    assert found["api_key"].value == "********"
    assert found["chroma_url"].value == "http://********@127.0.0.1:8000"
    text = qa("settings").stdout
    assert "very-secret" not in done.stdout + text
    assert "pass@" not in text
    assert "openai:from-the-environment (from QA_MODEL)" in text
    assert str(tmp_path / "here" / "qa.toml") in text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("passages = ", "not valid TOML"),
        ("pasages = 5\n", "'pasages'"),
        ("passages = 500\n", "'passages'"),
        (b"model = '\xff'\n", "not UTF-8"),
    ],
)
@pytest.mark.parametrize("command", [["ask", "who"], ["settings"], ["articles"]])
def test_a_broken_settings_file_ends_with_2(qa, tmp_path, content, told, command):
    path = tmp_path / "here" / "qa.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    done = qa(*command)
    assert done.exit_code == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_settings_file_that_is_not_there(qa):
    done = qa("settings", env={"QA_CONFIG": "/nowhere/qa.toml"})
    assert done.exit_code == 2
    assert "QA_CONFIG" in done.stderr


def test_doctor_finds_nothing_wrong(qa, filled):
    done = qa("doctor")
    assert done.exit_code == 0
    assert "3 articles, 1 without a known date, 2 outlets" in done.stdout
    assert "WRONG" not in done.stdout
    health = Health.model_validate_json(qa("doctor", "--json").stdout)
    assert health.ok
    assert health.stats.articles == 3


def test_doctor_finds_and_repairs_a_lost_index(qa, filled):
    shutil.rmtree(filled / "dense")
    found = qa("doctor")
    assert found.exit_code in (0, 1)  # a library that heals itself on opening is as good
    assert qa("doctor", "--repair").exit_code == 0
    assert Health.model_validate_json(qa("doctor", "--json").stdout).stats.dense_rows


def test_doctor_embeds_anew(qa, filled):
    done = qa("doctor", "--reembed")
    assert done.exit_code == 0
    assert "embedded anew: " in done.stdout


def test_doctor_ends_with_1_and_names_the_next_step_when_something_is_wrong(qa, filled, monkeypatch):
    wrong = Finding(part="dense", ok=False, message="Chroma index: 2 rows instead of 3", hint="Do this.")
    monkeypatch.setattr(Library, "check", lambda self: (wrong,))
    done = qa("doctor")
    assert done.exit_code == 1
    assert "WRONG Chroma index: 2 rows instead of 3" in done.stdout
    assert "Do this." in done.stdout
    assert not Health.model_validate_json(qa("doctor", "--json").stdout).ok


def test_prompts_are_listed_with_the_newest_marked(qa):
    for args in (["prompts"], ["prompts", "list"]):
        assert "answer@v" in qa(*args).stdout
    listed = PromptList.model_validate_json(qa("prompts", "--json").stdout).prompts
    assert [entry.newest for entry in listed if entry.name == "answer"].count(True) == 1
    assert all(len(entry.fingerprint) == 64 for entry in listed)


def test_a_prompt_is_shown_whole(qa):
    done = qa("prompts", "show", "answer@v1")
    assert done.exit_code == 0
    assert "variables: passages, question" in done.stdout
    assert "\nsystem:\n" in done.stdout
    assert "\nuser:\n" in done.stdout
    assert "$question" in done.stdout
    assert json.loads(qa("prompts", "show", "answer@v1", "--json").stdout)["version"] == "v1"


def test_prompts_are_compared(qa, tmp_path):
    import yaml

    fields = yaml.safe_load(resource("prompts", "answer", "v1.yaml").read_text("utf-8"))
    fields["system"] += "\nBe brief."
    other = tmp_path / "mine.yaml"
    other.write_text(yaml.safe_dump(fields), "utf-8")
    assert "+  Be brief." in qa("prompts", "diff", "answer@v1", str(other)).stdout
    same = qa("prompts", "diff", "answer@v1", "answer@v1")
    assert (same.exit_code, same.stdout) == (0, "")
    assert "the same" in same.stderr


@pytest.mark.parametrize(
    "args", [["show", "nothing"], ["show", "answer@v99"], ["diff", "answer@v1", "nothing"], ["show"]]
)
def test_prompts_that_are_not_there(qa, args):
    done = qa("prompts", *args)
    assert (done.exit_code, done.stdout) == (2, "")


def test_help_names_every_command_and_ends_with_0(qa):
    done = qa("--help")
    assert done.exit_code == 0
    for command in ("ingest", "ask", "search", "articles", "prompts", "settings", "doctor"):
        assert f"  {command} " in done.stdout
        assert qa(command, "--help").exit_code == 0
        assert qa(command, "-h").stdout.startswith(f"Usage: qa {command}")
    assert "..." not in done.stdout.split("Commands:")[1]  # a help line that is cut short helps nobody
