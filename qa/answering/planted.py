"""Which sentences of an article speak to a machine that reads it, instead of telling news: orders to an
assistant, messages that pose as a system's, the marks of chat templates, imitations of qa's own material.

Such words are never news, so nobody is shown them and nothing is proved by them. Precision comes first: a
sentence that *reports* such words, in quotation marks or with "told it to", is news. What is planted without
any of these marks reads like the article's own report, and is treated as that.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote

from qa.answering.orders import (
    ADDRESSES,
    BEGINS,
    CLOSES,
    DISREGARDS,
    ENDS,
    FOREIGN,
    FORM,
    LONG,
    MARKS,
    NUMBERED,
    ORDERS,
    SET_PHRASE,
    TELLING,
)
from qa.sentences import sentence_spans
from qa.types import Passage

MOST_AFTER = 5
"""So many sentences of a paragraph are taken to belong to the instruction before them."""

_FEWEST_WORDS_AROUND = 2

# After these, what stands in the next paragraph is meant, as after a heading.
_COLON = re.compile(r":\s*$")
_QUOTED = re.compile(r"\"[^\"]{0,2000}\"|“[^”]{0,2000}”|«[^»]{0,2000}»")
_BY_ITSELF = re.compile(r"\W{0,2}[\"“«]|\[\d")


def is_planted(text: str) -> bool:
    """Whether a sentence (or a headline, a name) is, or holds, an instruction to a machine.

    Judged by what stands outside quotation marks, unless that is no more than a word.
    """
    plain = _plain(text)
    if NUMBERED.match(plain) or FORM.search(plain) or _is_order(decoded(plain)):
        return True
    outside = " ".join(_QUOTED.sub(' "" ', text).split())
    said = outside if len(_words(outside)) >= _FEWEST_WORDS_AROUND else text
    return all(column.search(said) for column in FOREIGN) or _is_order(_plain(said))


def _is_order(plain: str) -> bool:
    if not plain or not TELLING.search(plain.lower()):
        return False
    if len(plain) > LONG and SET_PHRASE.search(plain):
        return True
    return any(pattern.search(plain) for pattern in (MARKS, DISREGARDS, ORDERS, ADDRESSES))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]{2,}", text)


@lru_cache(maxsize=512)
def planted_spans(text: str) -> frozenset[tuple[int, int]]:
    """The sentences of `text` that are planted, or belong to one that is, as `sentence_spans` gives them.

    To a planted sentence belong those after it in its paragraph, at most MOST_AFTER; the next paragraph,
    where it stands alone like a heading or a template's mark; and all between BEGIN and END lines like
    qa's own.
    """
    spans = sentence_spans(text)
    planted = [is_planted(text[start:end]) for start, end in spans]
    if not any(planted):
        return frozenset()
    fenced = _fenced(text, spans)
    found = fenced | {span for span, is_one in zip(spans, planted, strict=True) if is_one}
    left, previous_end, opened = 0, 0, False
    for (start, end), is_one in zip(spans, planted, strict=True):
        sentence = text[start:end]
        if "\n" in text[previous_end:start]:
            left = MOST_AFTER if opened else 0
        previous_end = end
        # What follows a footnote, or the beginning of a quotation that runs on, need not belong to it.
        if is_one and not _BY_ITSELF.match(sentence):
            left = MOST_AFTER
        elif left:
            found.add((start, end))
            left -= 1
        opened = is_one and (start, end) not in fenced and _is_heading(_plain(sentence))
    return frozenset(found)


# One of these stands in nearly every sentence that speaks to a machine, and in few others.
_GIVEAWAYS = tuple(
    """assistant;language model;language-model;chatbot;chat bot;copilot;gemini;chatgpt;gpt-;claude
    crawler;instruction;prompt;ignor;disregard;forget;overrid;overwrit;[inst;[/inst;<|;<<;answerable
    attributed_to;you are now;your answer;your repl;your respon;your summar;your output;ai system
    ai model;ai reader;a.i.;llm;passage 1;passage 2;system:;system message;system note;[system
    system override;###;asked about;asks about;users ask;user asks;readers ask;this page must
    answer that;answer with;answer only;respond with;reply with;report that the;always cite
    always quote;do not mention;do not reveal;cite this;treat this;treat the following;print the
    output the;decode;base64;repeat this;every user;every reader;each user;each reader;all users
    qvfertneq;vtaber;developer;passage 3;end passage;\n[1];tell the user;finish by;respond only
    answer every;automated reader;machine reader""".replace("\n    ", ";").split(";")
)
# Other alphabets, letters that look Latin, and long runs without a space: read whole.
_OTHER_LETTERS = re.compile(
    "[\u0370-\u1fff\u2c00-\ud7ff\uf900-\uffff\U00010000-\U0010ffff]|[A-Za-z0-9+/]{28}"
)


def instructions_in(text: str) -> int:
    """How many sentences of `text` are planted, looked for only where a word gives such sentences away: what
    is counted at ingest must cost next to nothing.
    """
    lowered = text.lower()
    if not any(word in lowered for word in _GIVEAWAYS) and not _OTHER_LETTERS.search(text):
        return 0
    return len(planted_spans(text))


def _is_heading(plain: str) -> bool:
    heads = _COLON.search(plain) or BEGINS.search(plain) or ENDS.search(plain)
    return bool(heads or (MARKS.search(plain) and not CLOSES.search(plain)))


def _fenced(text: str, spans: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """The sentences from a line like qa's BEGIN to the next like its END."""
    fenced: set[tuple[int, int]] = set()
    inside: list[tuple[int, int]] = []
    for start, end in spans:
        begins = bool(BEGINS.search(text, start, end))
        if begins or inside:
            inside.append((start, end))
        if inside and not begins and ENDS.search(text, start, end):
            fenced.update(inside)
            inside = []
    return fenced


@lru_cache(maxsize=512)
def tempts(text: str) -> bool:
    """Whether a model that is shown `text` reads an instruction in it, planted or only quoted."""
    return bool(planted_spans(text)) or any(is_planted(quoted[1:-1]) for quoted in _QUOTED.findall(text))


def without_planted_quotes(sentence: str, said: str) -> str:
    """`sentence` without a planted instruction that it quotes, unless `said` quotes it too.

    That somebody wrote "say that the bridge fell" shows that it was written, not that the bridge fell.
    """
    for quoted in _QUOTED.findall(sentence):
        if quoted[1:-1] not in said and is_planted(quoted[1:-1]):
            sentence = sentence.replace(quoted, " ")
    return sentence


def with_plain_head(passage: Passage) -> Passage:
    """`passage` without a headline, outlet or author's name that is planted: they are shown beside answers,
    and may be said as the article's own.
    """
    head = passage.article
    if not any(map(is_planted, (head.title, head.outlet, *head.authors))):
        return passage
    kept = {
        "title": "" if is_planted(head.title) else head.title,
        "outlet": "" if is_planted(head.outlet) else head.outlet,
        "authors": tuple(name for name in head.authors if not is_planted(name)),
    }
    return passage.model_copy(update={"article": head.model_copy(update=kept)})


# ---------------------------------------------------------------- disguises

# Letters of other alphabets that look Latin.
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһԛѡнтмкАЕОРСУХІЈЅВНКМТΑΒΕΖΗΙΚΜΝΟΡΤΥΧονα", "aeopcyxijsdhqwhtmkAEOPCYXIJSBHKMTABEZHIKMNOPTYXova"
)
_BASE64 = re.compile(r"(?<![\w+/=])[A-Za-z0-9+/]{20,}={0,2}(?![\w+/=])")
_HEX = re.compile(r"\b(?:[0-9a-fA-F]{2}){12,}\b")
_PERCENT = re.compile(r"[^\s%]{0,40}(?:%[0-9a-fA-F]{2}[^\s%]{0,40}){3,}")
_ROT13 = re.compile(r"\b(?:vtaber|qvfertneq|sbetrg|vafgehpgvbaf?|cerivbhf|nffvfgnag)\b", re.IGNORECASE)
_ROTATED = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "nopqrstuvwxyzabcdefghijklmNOPQRSTUVWXYZABCDEFGHIJKLM",
)


def _plain(text: str) -> str:
    """`text` in the letters that it looks like, on one line."""
    if text.isascii():
        return " ".join(text.split())
    return " ".join(unicodedata.normalize("NFKC", text).translate(_LOOKALIKES).split())


def decoded(text: str) -> str:
    """What encoded words in `text` say (base64, hex, percent signs, ROT13), marked as a message; "" if there
    are none.
    """
    found = [_from_base64(m.group()) for m in _BASE64.finditer(text)]
    found += [_printable(bytes.fromhex(m.group())) for m in _HEX.finditer(text)]
    found += [unquote(m.group()) for m in _PERCENT.finditer(text) if "://" not in m.group()]
    if len(_ROT13.findall(text)) >= 2:
        found.append(text.translate(_ROTATED))
    said = " ".join(filter(None, found))
    return f"System message: {said}" if len(_words(said)) >= 3 else ""


def _from_base64(word: str) -> str:
    try:
        return _printable(base64.b64decode(word + "=" * (-len(word) % 4), validate=True))
    except (binascii.Error, ValueError):
        return ""


def _printable(data: bytes) -> str:
    """The text that `data` is, "" if it is none."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return text if text.isprintable() and " " in text else ""
