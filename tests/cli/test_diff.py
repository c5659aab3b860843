"""`qa diff`: what it says, what it ends with, and that an article's words stay words."""

from __future__ import annotations

import json

import pytest
from editions import ADDRESS, FIRST, SECOND
from running import Screen

from qa.answering.moving.changes import ArticleDifference


@pytest.fixture
def ingest(qa, tmp_path):
    """Ingests a text as the next version of one article, and gives what came of it."""

    def run(text, *flags, url=ADDRESS):
        file = tmp_path / "story.txt"
        file.write_text(text, "utf-8")
        done = qa(
            "ingest", str(file), "--outlet", "The Courier", "--published", "2026-03-18", "--url", url, *flags
        )
        assert done.exit_code == 0, done.stderr
        return done

    return run


@pytest.fixture
def story(qa, ingest):
    """The beginning of the id of an article with two versions."""
    ingest(FIRST)
    ingest(SECOND)
    return json.loads(qa("articles", "--json").stdout)["articles"][0]["id"][:8]


def found(done) -> ArticleDifference:
    return ArticleDifference.model_validate_json(done.stdout)


def test_facts_come_first_then_what_went_and_came(qa, story):
    done = qa("diff", story)
    assert done.exit_code == 4
    assert done.stdout.splitlines() == [
        "The Courier, 18 March 2026 - Ferry fire kills 17",
        f"article {story}, version 1 -> 2; 2 facts changed; sentences: 1 removed, 1 unchanged",
        "",
        "Headline",
        "   - Ferry fire kills 12",
        "   + Ferry fire kills 17",
        "",
        "Changed facts",
        "1. modality: conditional -> confirmed (could -> will)",
        "   - Minister Ines Okafor could order an inquiry, an aide said.",
        "   + Minister Ines Okafor will order an inquiry, an aide said.",
        "2. number: 12 -> 17",
        "   - A fire on the ferry Senn Star killed 12 people on Tuesday night, the coastguard said.",
        "   + A fire on the ferry Senn Star killed 17 people on Tuesday night, the coastguard said.",
        "",
        "Removed",
        "   - “We had no warning,” said deckhand Ola Brandt, who swam ashore. (denied, said by Ola Brandt)",
    ]
    assert done.stderr == ""


def test_json_is_one_difference(qa, story):
    done = qa("diff", story, "--json")
    assert done.exit_code == 4
    assert found(done).changed
    assert (found(done).old_version, found(done).new_version) == (1, 2)
    assert [fact.kinds for fact in found(done).facts] == [("modality",), ("number",)]


def test_reworded_sentences_are_counted_and_shown_on_request(qa, ingest, story):
    ingest(SECOND.replace("The ferry was", "The ship was"))
    ingest(SECOND.replace("The ferry was", "The vessel was"))
    done = qa("diff", story, "--from", "2")
    assert done.exit_code == 4
    assert "1 sentence reworded: ferry -> vessel" in done.stdout
    assert "--all" in done.stderr
    assert "Versions 1 to 4" in done.stderr
    whole = qa("diff", story, "--from", "2", "--all")
    assert "Reworded\n1. ferry -> vessel\n   - The ferry was carrying" in whole.stdout
    assert "--all" not in whole.stderr


def test_a_moved_paragraph(qa, ingest, story):
    first, second, third = SECOND.strip().split("\n\n")
    ingest("\n\n".join([first, third, second]))
    done = qa("diff", story)
    assert done.exit_code == 4
    assert "sentences: 1 moved, 2 unchanged" in done.stdout
    assert "Moved\n   = A fire on the ferry" in qa("diff", story, "--all").stdout


def test_a_headline_alone_is_a_new_version(qa, ingest, story):
    done = ingest(SECOND.replace("Ferry fire kills 17", "Minister orders inquiry into ferry fire"))
    assert "1 updated" in done.stdout
    diff = qa("diff", story)
    assert diff.exit_code == 4
    assert "version 2 -> 3; sentences: 3 unchanged" in diff.stdout
    assert "   + Minister orders inquiry into ferry fire" in diff.stdout
    assert "Changed facts" not in diff.stdout


def test_other_versions_can_be_named_also_backwards(qa, ingest, story):
    ingest(FIRST)
    done = qa("diff", story, "--from", "1", "--to", "3")
    assert done.exit_code == 0
    assert "version 1 -> 3; nothing changed but spacing" in done.stdout
    assert (found(qa("diff", story, "--to", "2", "--json")).old_version) == 1
    back = found(qa("diff", story, "--from", "2", "--to", "1", "--json"))
    assert [edit.new for fact in back.facts for edit in fact.edits if edit.kind == "number"] == ["12"]


def test_one_version_has_nothing_to_compare_with(qa, ingest):
    ingest(FIRST)
    article = json.loads(qa("articles", "--json").stdout)["articles"][0]["id"]
    done = qa("diff", article)
    assert done.exit_code == 0
    assert done.stdout == f"Article {article[:8]} has one version: there is nothing to compare.\n"
    assert "Ingest its address again" in done.stderr
    assert not found(qa("diff", article, "--json")).changed


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (["--from", "7"], 1, "has no version 7"),
        (["--to", "7"], 1, "has no version 7"),
        (["--to", "1"], 2, "no version before 1"),
        (["--from", "2"], 2, "compared with itself"),
        (["--from", "0"], 2, "--from"),
        (["--from", "many"], 2, "--from"),
    ],
)
def test_versions_that_are_not_there(qa, story, args, code, told):
    done = qa("diff", story, *args)
    assert done.exit_code == code
    assert told in done.stderr
    assert done.stdout == ""
    if code == 1:
        assert "It has versions 1 to 2." in done.stderr


def test_an_article_that_is_not_there(qa, story):
    done = qa("diff", "ffffffff")
    assert done.exit_code == 1
    assert "There is no article ffffffff" in done.stderr
    assert qa("diff").exit_code == 2


def test_without_a_library_the_next_command_is_named(qa):
    done = qa("diff", "ffffffff")
    assert done.exit_code == 1
    assert "qa ingest" in done.stderr


HOSTILE = (
    "Red [bold]alert[/bold] {0} %s \x1b[31m\x1b]0;owned\x07 \u202ekill 12\u202c\u200b people in Lowmouth."
    "\n\nBoats wait."
)


def test_terminal_codes_and_markup_of_an_article_stay_words(qa, ingest):
    ingest("Red alert\n\n" + HOSTILE)
    ingest(
        "Red alert\n\n" + HOSTILE.replace("12", "17").replace("Boats wait.", "[red]Boats[/red] \x1b[2Jleft.")
    )
    article = json.loads(qa("articles", "--json").stdout)["articles"][0]["id"]
    done = qa("diff", article)
    assert done.exit_code == 4
    assert "[bold]alert[/bold]" in done.stdout
    assert "number: 12 -> 17" in done.stdout
    for text in (done.stdout, done.stderr, qa("diff", article, "--json").stdout):
        assert not set(text) & set("\x1b\x07\u202e\u200b")


def test_in_a_terminal_lines_are_wrapped_under_their_sign(story):
    screen = Screen("diff", story)
    assert screen.end() == 4
    assert "\x1b[1mChanged facts" in screen.text
    plain = [line.rstrip() for line in screen.text.replace("\r", "").splitlines()]
    at = next(n for n, line in enumerate(plain) if "killed 17" in line or line.startswith("   + A fire on"))
    assert plain[at].startswith("   + A fire on")
    assert plain[at + 1].startswith("     ")


def test_ingest_says_which_article_has_a_new_version(qa, ingest, tmp_path):
    assert "new version" not in ingest(FIRST).stderr
    assert "new version" not in ingest(FIRST).stderr
    done = ingest(SECOND)
    article = json.loads(qa("articles", "--json").stdout)["articles"][0]["id"]
    assert f"1 article has a new version. To see what changed: qa diff {article[:8]}" in done.stderr
    again = ingest(SECOND, "--updated", "2026-03-20")
    assert "1 updated" in again.stdout
    assert "new version" not in again.stderr
    lines = [
        {"url": f"{ADDRESS}/{n}", "title": "Quay", "text": f"The quay of port {n} is shut."} for n in range(7)
    ]
    file = tmp_path / "many.jsonl"
    for word in ("shut", "open"):
        file.write_text(
            "\n".join(json.dumps({**line, "text": line["text"].replace("shut", word)}) for line in lines)
        )
        done = qa("ingest", str(file))
    assert "7 articles have new versions. To see what changed: qa diff " in done.stderr
    assert ", ...)" in done.stderr
    assert len(json.loads(qa("ingest", str(file), "--json").stdout)["revised_ids"]) == 0
