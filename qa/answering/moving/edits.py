"""Which words differ between two sentences that make the same statement, and what kind of difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from itertools import zip_longest
from typing import get_args

from qa.answering.modality import modality, negations
from qa.answering.moving.blocks import Block, blocks, content_changed, put_back, text_of
from qa.answering.moving.changes import Edit, EditKind
from qa.answering.moving.opposed import opposed
from qa.answering.moving.units import QUANTITIES, Read, Unit, same_day
from qa.answering.people import RANKS
from qa.answering.speakers import PRONOUNS, attribution, speaker_of
from qa.answering.synonyms import same_name
from qa.answering.words import STOPWORDS, stem, words
from qa.types import Modality

GRAVITY: tuple[EditKind, ...] = get_args(EditKind)
"""Every kind of edit, the gravest first."""

TELLING = 2
"""So many words with meaning that are added, dropped or replaced change more than the wording."""
CLAUSE = 3
"""So many units added or dropped in one place, with one such word among them, do so too."""
SHORT = 5
"""Up to so many units added or dropped in one place are one fact, if they hold one; more are a clause."""

_QUALIFIES = frozenset("former acting interim deputy vice ex only not never no without alone".split())
"""Words whose coming or going changes what is said, single as they are."""
_SMALL = frozenset("for on of to in at by with from as the a an it that this".split())
_SAYING = frozenset({"say", "accord", "ad", "tell", "told", "announc", "report", "state", "confirm"})


def edits(old: Read, new: Read) -> tuple[Edit, ...]:
    """What differs between two sentences, in reading order; nothing where only punctuation does."""
    differing = blocks(old, new)
    speakers = _speakers(old, new)
    back = put_back(differing)
    lost, gained = content_changed(differing)
    found: list[Edit] = []
    if speakers:
        found.append(Edit(kind="attribution", old=speakers[0], new=speakers[1]))
    for block in differing:
        if speakers and _is_about(block, speakers):
            continue
        firmer = _firmness(block)
        if firmer and firmer.was in {edit.was for edit in found}:
            firmer = None  # the rest of a reworked clause only echoes it
        facts = list(_facts(block, back))
        plain = _plain(block, lost, gained, back)
        if plain.kind == "meaning" and not firmer:  # a fact added or dropped is part of the phrase
            facts = [edit for edit in facts if edit.old and edit.new]
        found += [firmer, *facts] if firmer else facts
        if plain.kind == "quote" or (plain.kind == "meaning" and not firmer) or not (facts or firmer):
            found.append(plain)
    if swapped := list(_swapped(old, new)):
        return tuple(swapped)
    if not any(edit.kind == "quote" for edit in found):
        found += _quoting(old, new)
    return tuple(dict.fromkeys(found))


def kinds(found: Sequence[Edit]) -> tuple[EditKind, ...]:
    """The kinds of these edits, each once, the gravest first; the wording only where there is no other."""
    held = {edit.kind for edit in found}
    return tuple(kind for kind in GRAVITY if kind in held and kind != "wording") or ("wording",)


def _swapped(old: Read, new: Read) -> Iterator[Edit]:
    """Facts that changed places where all words are the same: "Roe beat Vance", "Vance beat Roe". The speaker
    may stand before or after what is said.
    """
    if Counter(unit.key for unit in old.units) != Counter(unit.key for unit in new.units):
        return
    said = {word.lower for text in (old.text, new.text) for word in words(attribution(text))}
    for kind in ("number", "name"):
        was, now = (
            [unit for unit in sentence.units if unit.kind == kind and not set(_lower_words(unit)) & said]
            for sentence in (old, new)
        )
        if [unit.key for unit in was] != [unit.key for unit in now]:
            both = [(a, b) for a, b in zip(was, now, strict=True) if a.key != b.key]
            yield Edit(
                kind=_kind(was[0]),
                old=", ".join(a.text for a, _ in both),
                new=", ".join(b.text for _, b in both),
            )


# ---------------------------------------------------------------- who says it


def _speakers(old: Read, new: Read) -> tuple[str, str] | None:
    was, now = attribution(old.text), attribution(new.text)
    if _same_speaker(was, now):
        return None
    # "Merrin said" and "he said": the same, told in another place.
    silent = new if was else old
    if not (was and now) and (found := speaker_of(silent.text)) and found.name.lower() in PRONOUNS:
        return None
    return was, now


def _same_speaker(one: str, other: str) -> bool:
    a, b = ([word.lower for word in words(text) if word.lower not in STOPWORDS] for text in (one, other))
    if not a or not b:
        return a == b
    return set(a) <= set(b) or set(b) <= set(a) or same_name(a[-1], b[-1])


def _is_about(block: Block, speakers: tuple[str, str]) -> bool:
    """Whether a block only names who says it, and says nothing else worth telling."""
    said = {word.lower for who in speakers for word in words(who)}
    stems = {stem(word) for word in said} | _SAYING
    if any(unit.kind in ("number", "date") for unit in block.units):
        return False
    if _is_tag(block.old, block.before) and _is_tag(block.new, block.after):
        return True
    if any(unit.kind == "name" and not {w.lower for w in words(unit.text)} & said for unit in block.units):
        return False
    told = [unit.stem for unit in block.units if unit.stem]
    names = any(unit.kind == "name" for unit in block.units)
    return (names or any(one in stems for one in told)) and sum(one not in stems for one in told) <= TELLING


def _is_tag(units: Sequence[Unit], sentence: Read) -> bool:
    """Whether these units are all in ", a survivor told the Courier"; none are."""
    return not units or (sentence.bare is not sentence and units[0].start >= len(sentence.bare.text))


# ---------------------------------------------------------------- how firmly


def _firmness(block: Block) -> Edit | None:
    """The edit that makes the statement firmer or weaker: its own words must do so, and its clause or the
    sentence with them. For a "not" its own words are enough.
    """
    if not (_has_cue(block.before, block.a, block.b) or _has_cue(block.after, block.c, block.d)):
        return None
    was, now = _window(block.before, block.a, block.b), _window(block.after, block.c, block.d)
    negation = (negations(was) > 0) != (negations(now) > 0)
    if modality(was) == modality(now) and not negation:
        return None
    before, after = _around(block.before, block.a), _around(block.after, block.c)
    if before == after:
        before, after = modality(block.before.text), modality(block.after.text)
    if before == after and negation:
        before, after = modality(was), modality(now)
    if before == after or ({before, after} == {"confirmed", "opinion"} and _is_small(block)):
        return None
    old, new = _words_alone(block.old, block.before), _words_alone(block.new, block.after)
    return Edit(kind="modality", old=old, new=new, was=before, now=after)


def _is_small(block: Block) -> bool:
    return all(unit.key in _SMALL for unit in block.units)


def _words_alone(units: Sequence[Unit], sentence: Read) -> str:
    """The stretch from the first plain word to the last: facts at its ends are edits of their own."""
    plain = [number for number, unit in enumerate(units) if unit.kind == "word"]
    return text_of(units[plain[0] : plain[-1] + 1], sentence) if plain else ""


def _window(sentence: Read, first: int, last: int) -> str:
    """Units with two around them: "not" alone denies nothing, "will not attend" does."""
    return text_of(sentence.units[max(first - 2, 0) : last + 2], sentence)


def _has_cue(sentence: Read, first: int, last: int) -> bool:
    """Whether these units themselves, not those around them, make it firmer or weaker."""
    if first == last:
        return False
    around = [*sentence.units[max(first - 2, 0) : first], *sentence.units[last : last + 2]]
    whole, rest = _window(sentence, first, last), " ".join(unit.text for unit in around)
    return (modality(whole), negations(whole) > 0) != (modality(rest), negations(rest) > 0)


def _around(sentence: Read, at: int) -> Modality:
    units = sentence.units
    return modality(sentence.text, units[min(at, len(units) - 1)].start) if units else "confirmed"


# ---------------------------------------------------------------- numbers, dates, names


def _facts(block: Block, back: frozenset[Hashable]) -> Iterator[Edit]:
    old = [unit for unit in block.old if unit.kind != "word" and unit.key not in back]
    new = [unit for unit in block.new if unit.kind != "word" and unit.key not in back]
    if not old + new:
        if _counts(block.old) and _counts(block.new):
            yield _whole(block, "number")
        return
    if not block.old or not block.new:
        if len(block.units) <= SHORT and len(old + new) == 1:
            (fact,) = old + new
            if not (fact.text.lower() == "one" or _is_named_elsewhere(fact, block)):
                yield _whole(block, _kind(fact))
        return  # a clause: see `_plain`
    rest: list[tuple[Unit | None, Unit | None]] = []
    for kind in ("number", "date", "name"):
        pairs = zip_longest((u for u in old if u.kind == kind), (u for u in new if u.kind == kind))
        for one, other in pairs:
            if one is None or other is None:
                rest.append((one, other))
            elif not _means_the_same(one, other, block):
                yield Edit(kind=_kind(one), old=one.text, new=other.text)
    yield from _unpaired(rest, block)


def _unpaired(rest: Sequence[tuple[Unit | None, Unit | None]], block: Block) -> Iterator[Edit]:
    """Facts with no other of their kind to stand against: with one of another kind, or with plain words."""
    for one, other in zip_longest((a for a, _ in rest if a), (b for _, b in rest if b)):
        if one and other:
            yield Edit(kind=min(_kind(one), _kind(other), key=GRAVITY.index), old=one.text, new=other.text)
        elif (fact := one or other) and not _stands_for(fact, block, one is not None):
            there, sentence = (block.new, block.after) if one else (block.old, block.before)
            short = len(there) <= SHORT and all(unit.kind == "word" for unit in there)
            beside = text_of(there, sentence) if short else ""
            old, new = (fact.text, beside) if one else (beside, fact.text)
            yield Edit(kind=_kind(fact), old=old, new=new)


def _kind(fact: Unit) -> EditKind:
    return "name" if fact.kind == "name" else "date" if fact.kind == "date" else "number"


def _whole(block: Block, kind: EditKind) -> Edit:
    return Edit(kind=kind, old=text_of(block.old, block.before), new=text_of(block.new, block.after))


def _counts(units: Sequence[Unit]) -> bool:
    return any(unit.key in QUANTITIES for unit in units)


def _means_the_same(one: Unit, other: Unit, block: Block) -> bool:
    if one.kind == "date":
        return same_day(one, other, block.before.day, block.after.day)
    if one.kind != "name":
        return False
    a, b = _lower_words(one), _lower_words(other)
    bare, other_bare = (tuple(w for w in parts if w not in RANKS) for parts in (a, b))
    if bare == other_bare:  # "Mayor Okafor" and "Okafor", not "Mayor Okafor" and "Councillor Okafor"
        return set(a) <= set(b) or set(b) <= set(a)
    if set(a) < set(b) or set(b) < set(a):  # the shorter will do where the name still stands in full
        full, short = (a, block.before) if len(a) > len(b) else (b, block.after)
        there = block.after if short is block.before else block.before
        return set(full) <= there.named and a[-1] == b[-1]
    return len(a) == len(b) and all(map(_same_word, a, b))


def _same_word(one: str, other: str) -> bool:
    return same_name(one, other, spelled_alike=False) and (one == other or one[:-1] != other[:-1])


def _lower_words(unit: Unit) -> tuple[str, ...]:
    return tuple(word.lower for word in words(unit.text))


def _is_named_elsewhere(fact: Unit, block: Block) -> bool:
    """Whether a name added or dropped is in the other sentence too, in another form."""
    there = block.before if block.new else block.after
    others = {word for unit in there.units if unit.kind == "name" for word in _lower_words(unit)}
    return fact.kind == "name" and set(_lower_words(fact)) <= others


def _stands_for(fact: Unit, block: Block, was: bool) -> bool:
    """Whether the words on the other side only stand for the fact: "he" for a name, "a" for "one"."""
    there = block.new if was else block.old
    if fact.kind == "number":
        return fact.text.lower() == "one"
    pronoun = any(unit.key in PRONOUNS for unit in there) and all(unit.key in STOPWORDS for unit in there)
    return fact.kind == "name" and (pronoun or _is_named_elsewhere(fact, block))


# ---------------------------------------------------------------- plain words


def _plain(block: Block, lost: frozenset[str], gained: frozenset[str], back: frozenset[Hashable]) -> Edit:
    """The edit of a block's words: words of a quote, words that change what is said, or the wording."""
    if all(unit.key in back for unit in block.units):
        return _whole(block, "wording")
    fewer, more = _telling(block.old, lost, back), _telling(block.new, gained, back)
    if _is_quoted(block):
        return _whole(block, "quote")
    clause = (not block.old or not block.new) and len(block.units) >= CLAUSE and fewer + more > 0
    grave = (
        clause
        or fewer >= TELLING
        or more >= TELLING
        or opposed(_lowers(block.old), _lowers(block.new))
        or _is_qualified(block, back)
    )
    return _whole(block, "meaning" if grave else "wording")


def _telling(units: Sequence[Unit], only: frozenset[str], back: frozenset[Hashable]) -> int:
    """How many words with meaning are only in this sentence; a clause brings its numbers, dates and names."""
    facts = sum(unit.kind != "word" and unit.key not in back for unit in units)
    own = sum(unit.stem in only for unit in units if unit.stem)
    return own + (facts if len(units) > SHORT else 0)


def _is_quoted(block: Block) -> bool:
    sides = ((block.old, block.before), (block.new, block.after))
    return any(units and there.in_quotes(units[0].start, units[-1].end) for units, there in sides)


def _lowers(units: Sequence[Unit]) -> list[str]:
    return [str(unit.key) for unit in units if unit.kind == "word"]


def _is_qualified(block: Block, back: frozenset[Hashable]) -> bool:
    old, new = ({u.key for u in units if u.key not in back} & _QUALIFIES for units in (block.old, block.new))
    return old != new


def _quoting(old: Read, new: Read) -> Iterator[Edit]:
    """Words that are in quotation marks in one sentence only."""
    was, now = ({old.text[a:b] for a, b in old.quoted}, {new.text[a:b] for a, b in new.quoted})
    if bool(was) != bool(now):
        yield Edit(kind="quote", old=" ".join(sorted(was)), new=" ".join(sorted(now)))
