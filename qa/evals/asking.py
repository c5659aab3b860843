"""Asks one question of the suite's library, or for one summary of its articles, and says how it went:
answered, unreadable, no reply, broken."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from qa.answering.engine import Engine
from qa.assistant import Assistant, open_engine
from qa.config import Settings
from qa.errors import (
    ModelAuthError,
    ModelConfigError,
    ModelError,
    ModelNotFoundError,
    ModelOutputError,
    ModelRefusedError,
    QAError,
    QuotaExceededError,
)
from qa.evals.cassettes import Cassettes, RecordingError, ReplayMissError, Tally
from qa.evals.runs import Trial
from qa.evals.suite import Suite, Task, digest
from qa.evals.summaries import OpenSummarizer, brief_of, open_summarizer_for, passages_of, summary_of
from qa.library import Library
from qa.models.exchange import Through
from qa.models.prices import Prices
from qa.types import Answer, Filters, Summary

HOPELESS = (ModelAuthError, ModelConfigError, ModelNotFoundError, QuotaExceededError)
"""Errors that every further call would meet as well: the run ends."""

OpenEngine = Callable[[Settings, Through], Engine]


@contextmanager
def library_of(suite: Suite, settings: Settings) -> Iterator[Library]:
    """A library of all the suite's articles, in a temporary folder, searched as `settings` say."""
    with tempfile.TemporaryDirectory(prefix="qa-eval-") as folder:
        inside = settings.model_copy(update={"library": Path(folder) / "library", "chroma_url": None})
        with Library.open(inside) as library:
            library.add(suite.articles)
            yield library


def retrieval_digest(suite: Suite, settings: Settings) -> str:
    """SHA-256 over what retrieval depends on: sentences, chunks, embedder, weights, number of passages."""
    from qa.library.chunking import chunk_spans

    spans = [chunk_spans(article.text) for article in suite.articles]
    sentences = [sheet.spans for sheet in suite.sheets]
    return digest([settings.embedder, settings.dense_weight, settings.passages, spans, sentences])


def open_for(settings: Settings, through: Through) -> Engine:
    """The engine that the settings choose, its calls going through `through`."""
    if not settings.model:
        return open_engine(settings)
    from qa.answering.chain import ChainEngine

    return ChainEngine(settings, through=through)


@dataclass(frozen=True)
class Asker:
    """Asks questions of one library with one engine, and for summaries with one summarizer; `open_engine`
    and `open_summarizer` may be others for tests."""

    suite: Suite
    settings: Settings
    library: Library
    cassettes: Cassettes
    prices: Prices
    open_engine: OpenEngine = open_for
    open_summarizer: OpenSummarizer = open_summarizer_for

    def ask(self, task: Task, trial: int) -> Trial:
        """One trial, not graded yet. Raises ReplayMissError, RecordingError, and those model errors that
        would not go away."""
        tally = Tally()
        through = self.cassettes.through(trial, tally)
        blank = Trial(
            task=task.id,
            trial=trial,
            asked=self.suite.asked_digest(task),
            output=task.case.output,
        )
        asked = self._said(task, through, blank)
        tokens = (tally.input_tokens, tally.output_tokens)
        return asked.model_copy(
            update={
                "calls": tally.calls,
                "replayed": tally.replayed,
                "seconds": round(tally.seconds, 3),
                "input_tokens": tokens[0],
                "output_tokens": tokens[1],
                "cost": self.prices.cost(self.settings.model, *tokens),
            }
        )

    def _said(self, task: Task, through: Through, blank: Trial) -> Trial:
        try:
            if blank.output == "summary":
                return blank.model_copy(update={"summary": self._summary(task, through)})
            return blank.model_copy(update={"answer": self._answer(task, through)})
        except (ReplayMissError, RecordingError, *HOPELESS):
            raise
        except ModelOutputError as exc:
            # Without any text there is nothing of a model's to grade: a web page, an empty reply.
            state = "format" if exc.reply.strip() else "infra"
            update = {"state": state, "text": exc.reply, "error": exc.message}
        except ModelRefusedError as exc:
            update = {"state": "format", "error": exc.message}
        except ModelError as exc:
            update = {"state": "infra", "error": exc.message}
        except QAError as exc:
            update = {"state": "crash", "error": exc.message}
        except Exception as exc:  # noqa: BLE001 - a crash is a row of the run, not its end
            update = {"state": "crash", "error": f"{type(exc).__name__}: {exc}"}
        return blank.model_copy(update=update)

    def _answer(self, task: Task, through: Through) -> Answer:
        case = task.case
        engine = self.open_engine(self.settings, through)
        assistant = Assistant(self.settings, library=self.library, engine=engine)
        filters = Filters(since=case.since, until=case.until)
        # "Last week" is asked on the day the article came out, so that a run does not depend on the clock.
        today = case.as_of or task.sheet.file.article.published
        return assistant.ask(task.question, as_of=case.as_of, today=today, filters=filters)

    def _summary(self, task: Task, through: Through) -> Summary:
        summarizer = self.open_summarizer(self.settings, through, self.library)
        return summary_of(brief_of(task), passages_of(self.suite, task, self.library), summarizer)
