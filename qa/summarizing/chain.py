"""The chain summarizer: any language model that LangChain opens, over one article or over hundreds.

Articles that fit the model together are summarized in one call. Else points are taken out of them, each with
its quotes, and merged; what the merging call writes is turned back into quotes of the articles. Whatever a
model proposes is only a draft; `grounding` decides what of it becomes part of a summary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from qa.answering.drafting import drafts
from qa.answering.engine import Draft, Outcome
from qa.answering.fencing import as_material
from qa.answering.grounding import notices, repeats
from qa.answering.reply import is_readable
from qa.config import Settings
from qa.errors import ModelError
from qa.models.asking import Model
from qa.models.exchange import Piece, Request, Through, straight
from qa.models.remembering import Remembered
from qa.summarizing.engine import Brief, count_words
from qa.summarizing.estimating import CallEstimate, Estimating, not_made
from qa.summarizing.planning import NONE_GIVEN, Prompts, plan, variables
from qa.summarizing.taking import Call, Points, Taking, checked
from qa.types import Engine as EngineName
from qa.types import Notice, Passage, PromptRef

if TYPE_CHECKING:
    from qa.models.asking import ChatModel

NOTHING = "the model found nothing to say about it in the articles"
OnProgress = Callable[[int, int], None]
"""Told how many of the planned calls are done, and how many there are."""


class ChainSummarizer:
    """Summarizes with the model that `settings` name and the newest prompts; `model` may be given ready-made.

    The model is opened at the first call. `through` is what every call goes through: `Remembered.through`
    makes nothing be paid for twice. `on_progress` is called in the thread that reads the summary. Raises
    PromptError at once for prompts that cannot be used.
    """

    name: EngineName = "chain"

    def __init__(
        self,
        settings: Settings,
        *,
        model: ChatModel | None = None,
        through: Through = straight,
        on_progress: OnProgress | None = None,
        prompts: Prompts | None = None,
    ) -> None:
        self._settings = settings
        self._through = through
        self._on_progress = on_progress
        self._prompts = prompts or Prompts.load()
        self._model = Model(settings, model)

    @property
    def model(self) -> str:
        """The model's name as the settings give it, or the class of a ready-made one."""
        return self._model.name

    @property
    def prompt(self) -> PromptRef:
        """Which prompts shape the summaries: three names, three versions, one fingerprint."""
        return self._prompts.ref

    def draft(self, brief: Brief, passages: Sequence[Passage]) -> Iterator[Draft | Outcome]:
        """The summary's points as the model completes them, then one Outcome. Raises ModelError.

        A reply that cannot be read is asked for once more, and so are further points when those given, as
        far as they stand the check, fall short of `brief.least`. What was withheld from the calls before the
        last is among the Outcome's warnings.
        """
        planned = plan(brief, passages, self._prompts, self._settings.context_tokens)
        progress = _Progress(planned.calls, self._on_progress)
        if planned.whole:
            yield from self._written(brief, passages, Points(), partial(self._whole, brief, passages))
        else:
            taking = Taking(self._model, self._ask, self._prompts, brief, passages, planned)
            before = taking.gather(self._settings.calls_at_once, progress.one)
            if before.stood:
                last = partial(taking.merging, before.stood, last=True)
                yield from self._written(brief, passages, before, last)
            else:
                yield _outcome(NOTHING, before)
        progress.all()

    def estimate(self, brief: Brief, passages: Sequence[Passage]) -> CallEstimate:
        """What `draft` would take, with no call made: those that `through` replays cost nothing."""
        planned = plan(brief, passages, self._prompts, self._settings.context_tokens)
        taking = Taking(self._model, self._replayed, self._prompts, brief, passages, planned)
        estimating = Estimating(self._model, self._replayed, brief, planned)
        if planned.whole:
            return estimating.only(self._whole(brief, passages))
        return estimating.all_of(taking)

    def _whole(self, brief: Brief, passages: Sequence[Passage], given: str = NONE_GIVEN) -> Call:
        prompt = self._prompts.whole
        values = variables(prompt, brief, words=brief.words, given=given)
        return Call(prompt, {**values, "passages": as_material(passages)})

    def _written(
        self, brief: Brief, passages: Sequence[Passage], before: Points, call: Callable[..., Call]
    ) -> Iterator[Draft | Outcome]:
        """The summary itself: the drafts of the last call, and of one more if they fall short."""
        said = _Said(brief, passages)
        reason, spent = "", before
        for further in (False, True):
            if further and (reason or said.enough):
                break
            try:
                for event in self._drafts(call(given=said.listed), said.given):
                    if isinstance(event, Outcome):
                        reason = event.reason
                        spent += Points(usage=event.usage, warnings=event.warnings)
                    else:
                        said.add(event)
                        yield event
            except ModelError as exc:
                if not further:
                    raise
                # What there is stands, and was paid for.
                notice = Notice(code="short", message=f"shorter than asked for: {exc.message}")
                spent += Points(warnings=(notice,))
        yield _outcome("" if said.given else NOTHING, spent)

    def _drafts(self, call: Call, given: Sequence[str]) -> Iterator[Draft | Outcome]:
        for event in drafts(self._model, self._ask, call.prompt, call.values, already=given):
            if isinstance(event, Outcome) or call.notes is None:
                yield event
            else:
                yield call.notes.in_the_articles(event)

    def _ask(self, request: Request) -> Iterator[Piece]:
        return self._through(request, partial(self._model.live, request))

    def _replayed(self, request: Request) -> Iterator[Piece]:
        return self._through(request, not_made)


def remembered(folder: Path) -> Remembered:
    """A memory for the calls of summaries: it keeps the replies that they can use."""
    return Remembered(folder, readable=is_readable)


class _Said:
    """What has been drafted, and how much of it stands."""

    def __init__(self, brief: Brief, passages: Sequence[Passage]) -> None:
        self._brief = brief
        self._passages = passages
        self._stood: list[str] = []
        self.given: list[str] = []

    def add(self, draft: Draft) -> None:
        """One more draft."""
        self.given.append(draft.text)
        for point in checked(draft, self._passages).stood:
            if not repeats(point.text, self._stood):
                self._stood.append(point.text)

    @property
    def listed(self) -> str:
        """The drafts as a prompt is told them. Those that were withheld too: they need not come again."""
        return "\n".join(f"- {' '.join(text.split())}" for text in self.given) or NONE_GIVEN

    @property
    def enough(self) -> bool:
        """Whether asking for further points would be no use: enough is said, or all that there is."""
        if not self.given:
            return True
        if self._brief.style == "headline":
            return bool(self._stood)
        least = self._brief.least
        there = sum(count_words(passage.text) for passage in self._passages)
        return sum(map(count_words, self._stood)) >= least or there < least


class _Progress:
    def __init__(self, total: int, tell: OnProgress | None) -> None:
        self._done, self._total, self._tell = 0, total, tell
        self._say()

    def one(self) -> None:
        """One more call is done."""
        self._done += 1
        self._say()

    def all(self) -> None:
        """Nothing is left to do."""
        self._done = self._total
        self._say()

    def _say(self) -> None:
        if self._tell is not None:
            self._tell(self._done, self._total)


def _outcome(reason: str, spent: Points) -> Outcome:
    repaired = sum(w.count for w in spent.warnings if w.code == "repaired-reply")
    kept = [w for w in spent.warnings if w.code != "repaired-reply"]
    if repaired:
        replies = "the model's first reply" if repaired == 1 else f"{repaired} of the model's replies"
        message = f"{replies} could not be read"
        kept.append(Notice(code="repaired-reply", message=message, count=repaired))
    return Outcome(reason=reason, usage=spent.usage, warnings=(*kept, *notices(spent.withheld, "point")))
