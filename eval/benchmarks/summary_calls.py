"""Measures what a summary of many articles takes, with a scripted model that answers at once: calls, tokens,
seconds, and what an interrupt half way costs.

    python eval/benchmarks/summary_calls.py [--articles 200] [--words 100] [--style bullets] [--save]

Printed: the estimate, then the run itself, then a run that is interrupted after half of its calls and started
again. `calls_repeated` counts requests that were made a second time although their reply had come.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from quoting import articles, quoting
from results import record

from qa.config import Settings
from qa.models.scripted import ScriptedCall, ScriptedChatModel
from qa.summarizing.chain import ChainSummarizer, remembered
from qa.summarizing.engine import Brief
from qa.summarizing.pointing import points_of
from qa.types import Passage, Statement


class Interrupting:
    """Replies to so many calls, and then stands for a reader who presses Ctrl-C."""

    def __init__(self, after: int | None = None) -> None:
        self.replied: list[tuple[tuple[str, str], ...]] = []
        self._after = after
        self._lock = threading.Lock()

    def __call__(self, call: ScriptedCall) -> dict[str, Any]:
        with self._lock:
            if self._after is not None and len(self.replied) >= self._after:
                raise KeyboardInterrupt
            self.replied.append(call.messages)
        return {"reply": quoting(call.messages[-1][1]), "piece": 4096}


def measured(brief: Brief, passages: list[Passage], settings: Settings) -> dict[str, Any]:
    """The figures."""
    with tempfile.TemporaryDirectory() as folder:
        estimate = summarizer(settings, Interrupting(), Path(folder) / "a").estimate(brief, passages)
        reader = Interrupting()
        began = time.perf_counter()
        *points, outcome = points_of(brief, passages, summarizer(settings, reader, Path(folder) / "a"))
        seconds = time.perf_counter() - began
        half = Interrupting(after=len(reader.replied) // 2)
        with suppress(KeyboardInterrupt):
            list(points_of(brief, passages, summarizer(settings, half, Path(folder) / "b")))
        again = Interrupting()
        list(points_of(brief, passages, summarizer(settings, again, Path(folder) / "b")))
    return {
        "articles": len(passages),
        "words_in": sum(len(p.text.split()) for p in passages),
        "estimated_calls": estimate.calls,
        "estimated_input_tokens": estimate.input_tokens,
        "estimated_output_tokens": estimate.output_tokens,
        "calls": len(reader.replied),
        "input_tokens_by_characters": sum(len(t) for call in reader.replied for _, t in call) // 4,
        "seconds": round(seconds, 2),
        "points": sum(isinstance(point, Statement) for point in points),
        "calls_before_interrupt": len(half.replied),
        "calls_after_it": len(again.replied),
        "calls_repeated": len(set(half.replied) & set(again.replied)),
        "warnings": len(outcome.warnings),
    }


def summarizer(settings: Settings, reader: Interrupting, folder: Path) -> ChainSummarizer:
    """A summarizer with this reader for a model, and a memory in `folder`."""
    model, memory = ScriptedChatModel(script=reader), remembered(folder)
    return ChainSummarizer(settings, model=model, through=memory.through)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--words", type=int, default=100)
    parser.add_argument("--style", default="bullets")
    parser.add_argument("--context", type=int, default=16_000)
    parser.add_argument("--save", action="store_true")
    given = parser.parse_args()
    settings = Settings(model="scripted:quoting", context_tokens=given.context)
    brief = Brief(style=given.style, words=given.words)
    record("summary_calls", measured(brief, articles(given.articles), settings), save=given.save)


if __name__ == "__main__":
    main()
