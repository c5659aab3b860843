"""Where two sentences differ: stretches of units, joined where they read better as one phrase."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from qa.answering.moving.units import Read, Unit
from qa.answering.synonyms import alike
from qa.answering.words import STOPWORDS


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch that differs: units `a` to `b` of the old sentence, `c` to `d` of the new one."""

    before: Read
    after: Read
    a: int
    b: int
    c: int
    d: int

    @property
    def old(self) -> tuple[Unit, ...]:
        """The units only the old sentence has here."""
        return self.before.units[self.a : self.b]

    @property
    def new(self) -> tuple[Unit, ...]:
        """The units only the new sentence has here."""
        return self.after.units[self.c : self.d]

    @property
    def units(self) -> tuple[Unit, ...]:
        """Both together."""
        return (*self.old, *self.new)


def blocks(old: Read, new: Read) -> list[Block]:
    """The stretches in which two sentences differ, in reading order."""
    matcher = SequenceMatcher(None, [u.key for u in old.units], [u.key for u in new.units], autojunk=False)
    found: list[Block] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        block = Block(old, new, a, b, c, d)
        if tag == "equal":
            continue
        if found and _one_phrase(found[-1], block):
            block = Block(old, new, found[-1].a, b, found[-1].c, d)
            found.pop()
        found.append(block)
    return found


def _one_phrase(one: Block, other: Block) -> bool:
    """Whether only a small word stands between two blocks of words: "was taken to" for "will be taken by"
    reads better than three single words.
    """
    gap = one.before.units[one.b : other.a]
    small = len(gap) == 1 and gap[0].kind == "word" and gap[0].key in STOPWORDS
    return small and all(unit.kind == "word" for unit in (*one.units, *other.units))


def put_back(blocks: Sequence[Block]) -> frozenset[Hashable]:
    """What is taken away in one place and put back in another: "on Monday Roe resigned" says the same as "Roe
    resigned on Monday".
    """
    gone = {unit.key for block in blocks for unit in block.old}
    return frozenset(gone & {unit.key for block in blocks for unit in block.new})


def content_changed(blocks: Sequence[Block]) -> tuple[frozenset[str], frozenset[str]]:
    """The stems that only the old and only the new sentence has, words near in meaning taken for the same."""
    gone = {unit.stem for block in blocks for unit in block.old if unit.stem}
    come = {unit.stem for block in blocks for unit in block.new if unit.stem}
    lost = frozenset(one for one in gone if not any(alike(one, other) for other in come))
    gained = frozenset(one for one in come if not any(alike(one, other) for other in gone))
    return lost, gained


def text_of(units: Sequence[Unit], sentence: Read) -> str:
    """These units, which follow each other, as they stand in the sentence; "" for none."""
    return sentence.text[units[0].start : units[-1].end] if units else ""
