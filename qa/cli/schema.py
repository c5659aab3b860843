"""The JSON schemas that editors and programs use: of what `--json` prints, and of a case file.

`python -m qa.cli.schema` writes them to qa/schema.json and eval/schema.json.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from qa.answering.moving.changes import ArticleDifference
from qa.answering.moving.watches import Watch, WatchList, WatchRun
from qa.cli.results import (
    ArticleList,
    Health,
    IngestReport,
    PromptList,
    Removed,
    SearchResult,
    SettingList,
    SummaryEstimate,
)
from qa.evals.alarms import Alarms
from qa.evals.calibration import Calibration
from qa.evals.cases import CaseFile
from qa.evals.estimating import Estimate
from qa.evals.reports.figures import Figures
from qa.evals.verdicts import Verdict
from qa.prompts import Prompt
from qa.resources import resource
from qa.types import Answer, Article, Summary

PATH = Path(__file__).parent.parent / "schema.json"
PRINTED = (
    Alarms, Answer, Article, ArticleDifference, ArticleList, Calibration, Estimate, Figures, Health,
    IngestReport, Prompt, PromptList, Removed, SearchResult, SettingList, Summary, SummaryEstimate, Verdict,
    Watch, WatchList, WatchRun,
)  # fmt: skip


def schema() -> dict[str, Any]:
    """A JSON schema (draft 2020-12) with one definition for each type that a command prints, by its name
    under `$defs`; a value fits if it is one of those that commands print as a whole.
    """
    _, definitions = models_json_schema([(model, "serialization") for model in PRINTED])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What qa prints with --json",
        "oneOf": [{"$ref": f"#/$defs/{model.__name__}"} for model in PRINTED],
        **definitions,
    }


def case_schema() -> dict[str, Any]:
    """A JSON schema (draft 2020-12) of a case file of the eval suite, for completion in an editor."""
    described = CaseFile.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **described,
        "title": "A case file of qa's eval suite",
    }


def written(described: dict[str, Any]) -> str:
    """A schema as it stands in its file."""
    return json.dumps(described, indent=1, ensure_ascii=False) + "\n"


def case_schema_path() -> Path:
    """Where the schema of case files lies."""
    return resource("eval") / "schema.json"


if __name__ == "__main__":
    PATH.write_text(written(schema()), "utf-8")
    case_schema_path().write_text(written(case_schema()), "utf-8")
