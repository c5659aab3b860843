"""The chain engine: a prompt, then any language model that LangChain opens, with structured output.

What the model proposes is only a draft; `grounding` decides what of it becomes part of an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from qa.answering.drafting import NO_ANSWER, drafts, usable
from qa.answering.engine import Draft, Outcome
from qa.answering.fencing import as_material
from qa.config import Settings
from qa.models.asking import Model
from qa.models.exchange import Piece, Request, Through, straight
from qa.types import Engine as EngineName
from qa.types import Passage, PromptRef

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["NO_ANSWER", "ChainEngine", "as_material"]

VARIABLES = ("passages", "question")


class ChainEngine:
    """Answers with the model and the prompt that `settings` name; `model` may be given ready-made.

    The model is opened at the first call. `through` is what every call goes through: it may record calls, or
    replay them, and then no model is opened. Raises PromptError at once for a prompt that cannot be used.
    """

    name: EngineName = "chain"
    whole_articles = False

    def __init__(
        self, settings: Settings, *, model: BaseChatModel | None = None, through: Through = straight
    ) -> None:
        self._through = through
        self._prompt = usable(settings.prompt, VARIABLES, "answer questions")
        self._model = Model(settings, model)

    @property
    def model(self) -> str:
        """The model's name as the settings give it, or the class of a ready-made one."""
        return self._model.name

    @property
    def prompt(self) -> PromptRef:
        """Which prompt shapes the answers."""
        return self._prompt.ref

    def draft(self, question: str, passages: Sequence[Passage]) -> Iterator[Draft | Outcome]:
        """Drafts as the model completes them, then one Outcome. Raises ModelError.

        A reply that cannot be read is asked for once more; drafts already given are not repeated.
        """
        variables = {"question": question, "passages": as_material(passages)}
        yield from drafts(self._model, self._ask, self._prompt, variables)

    def _ask(self, request: Request) -> Iterator[Piece]:
        return self._through(request, partial(self._model.live, request))
