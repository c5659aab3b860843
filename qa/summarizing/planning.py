"""Which calls a summary by a model takes: one with the articles whole where they fit, else points taken out
of them call by call, and merged until one call holds them all.

The plan depends on the brief and the articles alone, never on a reply, so that it can be told beforehand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from qa.answering.drafting import usable
from qa.answering.fencing import as_material
from qa.models.tokens import tokens_in
from qa.prompts import Prompt
from qa.summarizing.engine import Brief
from qa.summarizing.sections import fitting, packed
from qa.types import Passage, PromptRef, Value

TAKEN_WORDS = 100
"""The words of points asked for in a call are at least so many, however short the summary is to be."""
REPLY_TOKENS_A_WORD = 6
"""What a reply takes for each word of its statements, quotes and JSON included."""
NOTE_TOKENS_A_WORD = 8
"""What points take for each of their words where they are merged, quotes and articles' heads included."""
LEAST_REPLY = 1200
LEAST_ROOM = 200
EVERYTHING = "everything"
NONE_GIVEN = "none"


class Prompts(Value):
    """The three prompts of a summary: of whole articles, for taking out points, and for merging those."""

    whole: Prompt
    points: Prompt
    merge: Prompt

    @classmethod
    def load(cls, whole: str = "summary", points: str = "points", merge: str = "merge") -> Prompts:
        """The prompts that these names mean. Raises PromptError for one that cannot be used."""
        asked = ("style", "words", "query")
        return cls(
            whole=usable(whole, ("passages", *asked, "given"), "summarize articles"),
            points=usable(points, ("passages", *asked), "take out points"),
            merge=usable(merge, ("points", *asked, "given"), "merge points"),
        )

    @property
    def ref(self) -> PromptRef:
        """All three in one: their names, their versions, and a fingerprint over theirs."""
        all_three = (self.whole, self.points, self.merge)
        prints = "".join(prompt.fingerprint for prompt in all_three)
        return PromptRef(
            name="+".join(prompt.name for prompt in all_three),
            version="+".join(prompt.version for prompt in all_three),
            fingerprint=hashlib.sha256(prints.encode()).hexdigest(),
        )


class Plan(Value):
    """The calls. `batches` are the articles, or the parts of them, that each first call is shown, none where
    all are shown `whole`. A merging call takes the points of at most `fan` others, and of each at most
    `notes` tokens.
    """

    whole: bool
    batches: tuple[tuple[Passage, ...], ...] = ()
    fan: int = 2
    notes: int = 0

    @property
    def rounds(self) -> tuple[int, ...]:
        """How many merging calls each round has; the last round is the one that writes the summary."""
        rounds, groups = [], len(self.batches)
        while groups > self.fan:
            groups = -(-groups // self.fan)
            rounds.append(groups)
        return (*rounds, 1)

    @property
    def calls(self) -> int:
        """All of them, without repairs and without a second one for a summary that is too short."""
        return 1 if self.whole else len(self.batches) + sum(self.rounds)


def plan(brief: Brief, passages: Sequence[Passage], prompts: Prompts, context: int) -> Plan:
    """The calls for a brief and whole articles, with a model that takes `context` tokens at a time."""
    if tokens_in(as_material(passages)) <= _room(prompts.whole, brief, context):
        return Plan(whole=True)
    room = _room(prompts.points, brief, context)
    parts = fitting(passages, room, _cost)
    merging = _room(prompts.merge, brief, context)
    notes = min(NOTE_TOKENS_A_WORD * words_taken(brief), merging // 2)
    return Plan(
        whole=False, batches=tuple(packed(parts, room, _cost)), fan=max(merging // notes, 2), notes=notes
    )


def words_taken(brief: Brief) -> int:
    """How many words of points each call is asked for: as many as the whole summary may have, since all of it
    may rest on one article."""
    return max(brief.words, TAKEN_WORDS)


def variables(prompt: Prompt, brief: Brief, *, words: int, given: str = NONE_GIVEN) -> dict[str, str]:
    """What a prompt is told besides the material, whose variable is ""."""
    told = {
        "style": brief.style,
        "words": str(words),
        "query": " ".join(brief.query.split()) or EVERYTHING,
        "given": given,
    }
    return {name: told.get(name, "") for name in prompt.variables}


def tokens_of(prompt: Prompt, values: Mapping[str, str]) -> int:
    """The tokens of a whole request."""
    return sum(tokens_in(text) for _, text in prompt.render(**values))


def _room(prompt: Prompt, brief: Brief, context: int) -> int:
    """The tokens that are left for the material, beside the prompt, the reply, the same again should it have
    to be repaired, and the points already given should more be asked for."""
    reply = min(max(LEAST_REPLY, REPLY_TOKENS_A_WORD * words_taken(brief)), context // 6)
    given = min(2 * brief.words, context // 8)
    used = tokens_of(prompt, variables(prompt, brief, words=brief.words))
    return max(context - used - 2 * reply - given, LEAST_ROOM)


def _cost(passage: Passage) -> int:
    return tokens_in(as_material([passage])) + 1  # and the line between two of them
