"""The JSON schema of what `--json` prints: `python -m qa.cli.schema` writes it to qa/schema.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from qa.cli.results import ArticleList, Health, IngestReport, PromptList, Removed, SearchResult, SettingList
from qa.prompts import Prompt
from qa.types import Answer, Article

PATH = Path(__file__).parent.parent / "schema.json"
PRINTED = (
    Answer, Article, ArticleList, Health, IngestReport, Prompt, PromptList, Removed, SearchResult,
    SettingList,
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


def written() -> str:
    """The schema as it stands in qa/schema.json."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(written(), "utf-8")
