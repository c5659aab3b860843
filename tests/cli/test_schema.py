"""qa/schema.json describes what `--json` prints."""

from __future__ import annotations

import json

import jsonschema
import pytest
import yaml

from qa.cli.schema import PATH, case_schema, case_schema_path, schema, written
from qa.resources import resource

VALIDATOR = jsonschema.Draft202012Validator(json.loads(PATH.read_text("utf-8")))


def test_the_file_is_what_the_types_say():
    assert PATH.read_text("utf-8") == written(schema()), "qa/schema.json is stale; write it anew: make schema"


def test_the_schema_of_case_files_is_what_the_types_say():
    found = case_schema_path().read_text("utf-8")
    assert found == written(case_schema()), "eval/schema.json is stale; write it anew: make schema"


def test_every_case_file_fits_its_schema():
    validator = jsonschema.Draft202012Validator(json.loads(case_schema_path().read_text("utf-8")))
    files = sorted((resource("eval") / "cases").glob("*.yaml"))
    assert len(files) >= 20
    for path in files:
        # As an editor sees it: YAML's dates are JSON's strings.
        fields = json.loads(json.dumps(yaml.safe_load(path.read_text("utf-8")), default=str))
        validator.validate(fields)


def test_a_misspelt_field_of_a_case_file_does_not_fit():
    path = sorted((resource("eval") / "cases").glob("*.yaml"))[0]
    fields = json.loads(json.dumps(yaml.safe_load(path.read_text("utf-8")), default=str))
    fields["cases"][0]["requires"] = []
    validator = jsonschema.Draft202012Validator(case_schema())
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(fields)


def test_it_is_a_valid_schema():
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (["ask", "Who will attend the harbour summit?"], "Answer"),
        (["ask", "Who won the 2022 World Cup?"], "Answer"),
        (["search", "harbour summit"], "SearchResult"),
        (["articles", "list"], "ArticleList"),
        (["prompts", "list"], "PromptList"),
        (["prompts", "show", "answer"], "Prompt"),
        (["settings"], "SettingList"),
        (["doctor"], "Health"),
        (["watch", "Who will attend the harbour summit?", "--save"], "Watch"),
        (["watch", "--list"], "WatchList"),
        (["watch", "--run"], "WatchRun"),
    ],
)
def test_what_a_command_prints_fits(qa, filled, arguments, kind):
    printed = json.loads(qa(*arguments, "--json").stdout)
    VALIDATOR.validate(printed)
    definitions = {**schema(), "oneOf": [{"$ref": f"#/$defs/{kind}"}]}
    jsonschema.Draft202012Validator(definitions).validate(printed)


def test_an_ingest_report_fits(qa, filled, tmp_path):
    (tmp_path / "empty.txt").write_text("")
    printed = json.loads(qa("ingest", str(tmp_path / "empty.txt"), "--json").stdout)
    assert printed["skipped"]
    VALIDATOR.validate(printed)


def test_a_difference_and_a_run_with_changes_fit(qa, filled, tmp_path):
    qa("watch", "Who will attend the harbour summit?", "--save")
    file = tmp_path / "summit.txt"
    for day in ("Monday", "Tuesday"):
        file.write_text(f"Summit\n\nMinister Ann Roe will attend the harbour summit in Lowmouth on {day}.")
        done = qa("ingest", str(file), "--url", "https://news.example.com/summit", "--json")
        VALIDATOR.validate(json.loads(done.stdout))
    (article,) = json.loads(done.stdout)["revised_ids"]
    for arguments, kind in ((["diff", article], "ArticleDifference"), (["watch", "--run"], "WatchRun")):
        done = qa(*arguments, "--json")
        assert done.exit_code == 4
        VALIDATOR.validate(json.loads(done.stdout))
        definitions = {**schema(), "oneOf": [{"$ref": f"#/$defs/{kind}"}]}
        jsonschema.Draft202012Validator(definitions).validate(json.loads(done.stdout))


def test_another_object_does_not_fit(qa, filled):
    printed = json.loads(qa("ask", "Who will attend the harbour summit?", "--json").stdout)
    for changed in ({**printed, "surprise": 1}, {**printed, "engine": "magic"}, {}, []):
        assert not VALIDATOR.is_valid(changed)
