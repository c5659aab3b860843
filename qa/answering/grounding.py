"""Decides which drafts of an engine become statements: every quote looked up, every name, number and date
checked.

A draft is withheld, with the reason, when a cited passage does not exist, a quote does not stand there word
for word, it is or cites an instruction that was planted for machines, a name, number or date of the statement
does not occur in the cited sentences or the article's head, its negation or hedges disagree with the source,
its words have little to do with what it cites, say the contrary of it, lay a wrong at the door of whoever
reported it or are put into another's mouth, or a number or a day of it belongs to something else. No
threshold is ever lowered to keep one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa.answering.dating import event_dates
from qa.answering.engine import Draft
from qa.answering.modality import firmer, modality, negated, negations
from qa.answering.planted import is_planted, planted_spans, tempts, without_planted_quotes
from qa.answering.speakers import PRONOUNS, speaker_of
from qa.answering.supporting.aligning import read_source
from qa.answering.supporting.blame import blamed
from qa.answering.supporting.clauses import bearing, closest_clause
from qa.answering.supporting.displaced import misplaced
from qa.answering.supporting.misattributed import misattributed
from qa.answering.supporting.opposites import turned_round
from qa.answering.words import content_words, find_verbatim, fold, names, numbers, words
from qa.days import MONTHS, WEEKDAYS
from qa.sentences import sentence_spans
from qa.sources.clean import clean_line
from qa.types import ArticleHead, Citation, Modality, Notice, Passage, Speaker, Statement, Value

MIN_QUOTE_WORDS = 3
LONGEST_NAME = 60
MIN_SHARED_WORDS = 0.5
MIN_SHARED_WORDS_TEMPTED = 1.0
"""Where a model was shown an instruction, words that the cited sentences lack are taken for obedience."""
# Plain words that open a sentence with a capital and are no names. Anything else with a capital must be in
# the source.
_PLAIN_OPENERS = frozenset(
    """leaders officials talks people attendance negotiators ministers authorities details plans reports
        sources leading discussions attendees participants critics supporters residents investigators
        prosecutors results figures nothing everyone someone no yes""".split()
)
_RELATIVE_DAY = re.compile(
    r"\b(?:yesterday|today|tonight|tomorrow|(?:next|last|this|previous|coming) (?:week|weekend|month|quarter"
    rf"|year|decade|spring|summer|autumn|fall|winter|{'|'.join((*MONTHS, *WEEKDAYS))}))\b"
)
# Around a number, marked by "|": it belongs to a date.
_BESIDE_MONTH = re.compile(
    rf"\b(?:{'|'.join(MONTHS)})(?:\s+\d{{1,2}},?)?\s*\||\|\s*(?:of\s+)?(?:{'|'.join(MONTHS)})\b",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\s*\[[^\]]*\]")
_TO_THE = re.compile(r"^(?:(?:at|to|in|of|on|by|for|the|an?)\s+)+")
# An address that can be followed, also in disguise, and markup that makes one.
_URL = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,20}://|www\.|\]\(|\b(?:mailto|javascript):|\bdata:\w+/|hxxp|\w\[\.\]\w|<[a-z/][^>]{0,500}>"
    r"|\b(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}/\w",
    re.IGNORECASE,
)
_DOMAIN = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,99}\w|\b(?:[\w-]{2,63}\.){1,8}[a-z]{2,24}\b")
# How the prompt wants a statement's day told; day, month and year are checked with the other dates.
_ARTICLE_OF = re.compile(r"\s*\(article of [\w ,]{4,30}\)")
# What looks like the number of a source: qa writes those itself.
_MARKER = re.compile(r"\s*(?:\[\d+\]|[\[［【]\s*\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*(?:†[^\]】]*)?\s*[\]］】])")


class Withheld(Value):
    """A draft that was not let through: a `code` for machines and a sentence for the reader."""

    code: str
    message: str
    text: str


@dataclass(frozen=True, slots=True)
class _Evidence:
    """A quote found in an article: the citation (marker still 1) and the whole sentences it stands in."""

    citation: Citation
    sentences: tuple[str, ...]
    head: ArticleHead


def ground(draft: Draft, passages: Sequence[Passage]) -> Statement | Withheld:
    """The draft as a Statement with citations (all markers still 1; `number_citations` sets them), or why
    it was withheld.
    """
    text = _MARKER.sub("", clean_line(draft.text)).strip()
    if not text:
        return Withheld(code="empty", message="a statement without words", text="")
    if is_planted(text) or any(is_planted(text[a:b]) for a, b in sentence_spans(text)):
        return _planted(text)
    found = _look_up(draft, passages, text)
    if isinstance(found, Withheld):
        return found
    verbatim = _is_verbatim(text, found)
    tempted = not verbatim and any(tempts(p.text) for p in passages)
    problem = (
        _check_link(text, found)
        or _check_facts(text, found)
        or _check_brackets(text, found)
        or (None if verbatim else _check_wording(text, found, tempted=tempted))
        or (None if verbatim else _check_support(text, found, passages))
    )
    if problem is not None:
        return Withheld(code=problem[0], message=problem[1], text=text)
    source = draft.modality if verbatim and draft.modality else _source_modality(text, found)
    speaker = _speaker(draft, text, found)
    if speaker and _URL.search(f"{speaker.name} {speaker.role} {speaker.outlet}"):
        speaker = None
    return Statement(
        text=text,
        modality=source,
        attributed_to=speaker.name if speaker else "",
        speaker=speaker,
        dates=event_dates(_BRACKETS.sub("", text), _dated_sentences(found)),
        citations=tuple(e.citation for e in found),
        support="verbatim" if verbatim else "paraphrase",
    )


def _dated_sentences(found: Sequence[_Evidence]) -> list[tuple[str, dt.datetime | None]]:
    in_order = sorted(found, key=lambda e: (e.citation.article_id, e.citation.start))
    return list(dict.fromkeys((s, e.head.published) for e in in_order for s in e.sentences))


def _planted(text: str) -> Withheld:
    message = "an instruction to machines, planted in an article, which is no news"
    return Withheld(code="planted-instruction", message=message, text=text)


def _look_up(draft: Draft, passages: Sequence[Passage], text: str) -> list[_Evidence] | Withheld:
    if not draft.quotes:
        return Withheld(code="no-citation", message="a statement without a citation", text=text)
    by_number = {p.number: p for p in passages}
    found = []
    for quote in draft.quotes:
        passage = by_number.get(quote.passage)
        if passage is None:
            message = f"cites passage {quote.passage}, which does not exist"
            return Withheld(code="unknown-passage", message=message, text=text)
        place = find_verbatim(quote.text, passage.text)
        if place is None:
            return Withheld(
                code="altered-quote", message="a quote that does not stand in the cited passage", text=text
            )
        if any(a < place[1] and b > place[0] for a, b in planted_spans(passage.text)):
            return _planted(text)
        evidence = _evidence(passage, place[0], place[1])
        if len(words(quote.text)) < MIN_QUOTE_WORDS and evidence.citation.quote not in evidence.sentences:
            return Withheld(code="short-quote", message="a quote too short to show anything", text=text)
        if evidence not in found:
            found.append(evidence)
    return found


def _evidence(passage: Passage, start: int, end: int) -> _Evidence:
    head = passage.article
    touched = [passage.text[a:b] for a, b in sentence_spans(passage.text) if a < end and b > start]
    citation = Citation(
        marker=1,
        article_id=head.id,
        title=head.title,
        outlet=head.outlet,
        url=head.url,
        published=head.published,
        updated=head.updated,
        quote=passage.text[start:end],
        start=passage.start + start,
        end=passage.start + end,
    )
    return _Evidence(citation, tuple(touched), head)


def _is_verbatim(text: str, found: Sequence[_Evidence]) -> bool:
    bare = fold(_BRACKETS.sub("", text))[0]
    in_order = sorted(found, key=lambda e: (e.citation.article_id, e.citation.start))
    sources = fold(" ".join(s for e in in_order for s in e.sentences))[0]
    return all(fold(part)[0] in sources for part in re.split(r"\s*…\s*", bare) if part)


# ---------------------------------------------------------------- names, numbers, dates


def _check_link(text: str, found: Sequence[_Evidence]) -> tuple[str, str] | None:
    # The address itself is not named in the message: it would be shown, and some terminals link it.
    cited = fold(" ".join(s for e in found for s in e.sentences))[0].lower()
    other = any(m.group().lower() not in cited for m in _DOMAIN.finditer(text))
    return ("foreign-link", "an address or a link in a statement") if other or _URL.search(text) else None


def _check_facts(text: str, found: Sequence[_Evidence]) -> tuple[str, str] | None:
    cited = " ".join(s for e in found for s in e.sentences)
    head = " ".join(_head_text(e.head) for e in found)
    known = {w.lower for w in words(f"{cited} {head}")}
    for name in names(text):
        missing = [part for part in name.parts if part not in known]
        # A capital at the very start may be any word: its stem elsewhere in the source is enough.
        if missing and name.start == 0:
            stems = {w.stem for w in words(f"{cited} {head}")}
            missing = [w.lower for w in words(name.text) if w.lower in missing and w.stem not in stems]
        if missing and not (name.start == 0 and missing[0] in _PLAIN_OPENERS and len(name.parts) == 1):
            return "unknown-name", f"a name that the cited words do not hold: {name.text[:LONGEST_NAME]}"
    return _check_numbers(text, cited, found) or _check_dates(text, cited, found)


def _check_numbers(text: str, cited: str, found: Sequence[_Evidence]) -> tuple[str, str] | None:
    titles = " ".join(f"{e.head.title} {e.head.outlet}" for e in found)
    values = {value for value, _, _ in numbers(f"{cited} {titles}")}
    # The article's own date may be said ("on 13 January 2026"); its day is no count of anything else.
    dates = [d for e in found for d in (e.head.published, e.head.updated) if d]
    values |= {float(d.year) for d in dates}
    for d in dates:
        month = f"(?:{MONTHS[d.month - 1]}|{MONTHS[d.month - 1][:3]}\\.?)"
        text = re.sub(rf"\b0?{d.day}\s+{month}\b|\b{month}\s+0?{d.day}\b", " ", text, flags=re.IGNORECASE)
    for value, start, end in numbers(text):
        if value not in values and not (value == 1 and text[start:end].lower().strip() == "one"):
            what, code = text[start:end].strip(), "unknown-number"
            if _BESIDE_MONTH.search(f"{text[:start][-12:]}|{text[end:][:14]}"):
                code = "unknown-date"
            return code, f"a {code.removeprefix('unknown-')} that the cited words do not hold: {what}"
    return None


def _check_dates(text: str, cited: str, found: Sequence[_Evidence]) -> tuple[str, str] | None:
    said = {w.lower for w in words(cited)}
    head = {w.lower for e in found for w in words(_head_text(e.head))}
    for calendar in (frozenset(MONTHS), frozenset(WEEKDAYS)):
        # The article's own weekday or month may be said where the words give no other.
        known = said if said & calendar else head
        for word in words(text):
            if word.capital and word.lower in calendar and word.lower not in known:
                return "unknown-date", f"a date that the cited words do not hold: {word.text}"
    folded = fold(cited)[0].lower()
    for when in _RELATIVE_DAY.finditer(fold(text)[0].lower()):
        if not re.search(rf"\b{when.group()}\b", folded):
            return "unknown-date", f"a date that the cited words do not hold: {when.group()}"
    return None


def _head_text(head: ArticleHead) -> str:
    dates = [d for d in (head.published, head.updated) if d]
    written = " ".join(f"{d.day} {MONTHS[d.month - 1].capitalize()} {d.year} {d:%A}" for d in dates)
    return " ".join((head.title, head.outlet, *head.authors, written))


# ---------------------------------------------------------------- wording


def _check_brackets(text: str, found: Sequence[_Evidence]) -> tuple[str, str] | None:
    """Context in brackets is taken word for word from what is cited, also beside a verbatim sentence."""
    cited = " ".join(s for e in found for s in (*e.sentences, _head_text(e.head))).lower()
    for bracket in _BRACKETS.findall(text):
        added = _TO_THE.sub("", bracket.strip(" []").lower())
        if added and find_verbatim(added, cited) is None:
            return "unsupported", "words in brackets that the cited sentences do not hold"
    return None


def _check_wording(text: str, found: Sequence[_Evidence], *, tempted: bool) -> tuple[str, str] | None:
    bare = _ARTICLE_OF.sub("", _BRACKETS.sub("", text))
    needed = MIN_SHARED_WORDS_TEMPTED if tempted else MIN_SHARED_WORDS
    stems = {w.stem for e in found for s in e.sentences for w in words(without_planted_quotes(s, text))}
    # Each sentence by itself: a true one must not carry another.
    for start, end in sentence_spans(bare):
        said = [w.stem for w in content_words(bare[start:end])]
        if said and sum(s in stems for s in said) / len(said) < needed:
            return "unsupported", "words that the cited sentences do not support"
    source_clause = _source_clause(bare, found)
    source = modality(source_clause)
    claimed = modality(bare)
    cited = " ".join(s for e in found for s in e.sentences)
    if negated(bare) != negated(source_clause) or negations(bare) > negations(cited):
        return "negation", "says yes where the source says no, or the other way round"
    if firmer(claimed, source):
        return "modality", f"stated as {claimed} where the source says {source}"
    return None


def _check_support(
    text: str, found: Sequence[_Evidence], passages: Sequence[Passage]
) -> tuple[str, str] | None:
    bare = _ARTICLE_OF.sub("", _BRACKETS.sub("", text))
    sentences = [s for e in found for s in e.sentences]
    if any(blamed(bare[a:b], s) for a, b in sentence_spans(bare) for s in sentences):
        return "unsupported", "lays a deed at the door of somebody who only reported it"
    if any(misattributed(bare[a:b], sentences) for a, b in sentence_spans(bare)):
        return "unsupported", "puts into somebody's mouth what the source has another say"
    cited = " ".join(sentences)
    stems = {w.stem for w in words(cited)}
    if not negated(bare) and not negated(cited) and turned_round(words(bare), stems):
        return "unsupported", "says the contrary of what the cited words say"
    ids = {(e.citation.article_id, e.head.version) for e in found}
    # All that was shown of the cited articles: what is said of them may be said in other sentences too.
    shown = [p for p in passages if (p.article.id, p.article.version) in ids]
    source = read_source("\n".join(p.text for p in shown))
    for start, end in sentence_spans(bare):
        if value := misplaced(bare[start:end], source):
            return "unsupported", f"a number or a day that the source has of something else: {value}"
    return None


def _source_clause(text: str, found: Sequence[_Evidence]) -> str:
    return bearing(text, closest_clause(text, (s for e in found for s in e.sentences)))


def _source_modality(text: str, found: Sequence[_Evidence]) -> Modality:
    return modality(_source_clause(_BRACKETS.sub("", text), found))


def _speaker(draft: Draft, text: str, found: Sequence[_Evidence]) -> Speaker | None:
    """Who says it: as the cited sentences have it, or as the draft names him or her where they do too. "He"
    and "it" count only with the name that stands beside them in brackets."""
    cited = fold(" ".join([*(s for e in found for s in e.sentences), *(_head_text(e.head) for e in found)]))[
        0
    ].lower()
    # The first citation is the statement's own; others are there for the names in brackets.
    heard = next((s for sentence in found[0].sentences if (s := speaker_of(sentence))), None)
    named = clean_line(draft.attributed_to)
    if named.lower() not in PRONOUNS and named and fold(named)[0].lower() in cited:
        same = heard and (heard.name.lower() in named.lower() or named.lower() in heard.name.lower())
        return heard.model_copy(update={"name": named}) if heard and same else Speaker(name=named)
    if heard and heard.name.lower() in PRONOUNS:
        meant = re.search(rf"\b{heard.name}\s\[([^\]]+)\]", text)
        return heard.model_copy(update={"name": meant[1], "named": True}) if meant else None
    return heard


def repeats(text: str, said: Iterable[str]) -> bool:
    """Whether a statement says no more than one of those before it."""
    # In whole words: "16 died." is no part of "116 died."
    return any(find_verbatim(text, old) is not None for old in said)


def notices(withheld: Iterable[Withheld], noun: str = "statement") -> tuple[Notice, ...]:
    """What was withheld, each reason once with its count; `noun` is what one of them is called."""
    counted = Counter((w.code, w.message) for w in withheld)
    return tuple(
        Notice(
            code=code,
            message=f"withheld {count} {noun}{'s' if count > 1 else ''}: {message}",
            count=count,
        )
        for (code, message), count in counted.items()
    )


def number_citations(statement: Statement, markers: dict[tuple[str, int, int], int]) -> Statement:
    """The statement with its citations numbered in order of first use; `markers` (article, start, end) ->
    marker is added to.
    """
    numbered = []
    for citation in statement.citations:
        marker = markers.setdefault((citation.article_id, citation.start, citation.end), len(markers) + 1)
        numbered.append(citation.model_copy(update={"marker": marker}))
    return statement.model_copy(update={"citations": tuple(numbered)})
