"""Words of a sentence as the engines compare them: tokens with their places, stems, names, numbers, folded
characters.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from qa.days import MONTHS, WEEKDAYS
from qa.wordings.forms import IRREGULAR

STOPWORDS = frozenset(
    """a about above after again against all also am an and any are as at be because been before being below
        between both but by can could did do does doing down during each few for from further get gets
        getting give given got had has have having he her here hers herself him himself his how i if in
        into is it its itself just let may me might more most much must my myself no nor not now of off
        on once only or other our ours ourselves out over own same shall she should so some such than
        that the their theirs them themselves then there these they this those through to too under
        until up upon us very was we were what when where which while who whom whose why will with
        within without would you your yours yourself tell please according say says said know exactly
        actually really whether""".split()
)

_TOKEN = re.compile(
    r"(?:[A-Z]\.){2,}|[$€£]?\d+(?:,\d+)*(?:\.\d+)?(?:st|nd|rd|th|%|bn|tn|m|k)?(?!\w)|[^\W\d_](?:[\w]|[’'](?=\w))*|\d\w*",
    re.UNICODE,
)
_POSSESSIVE = re.compile(r"[’']s?$|[’']s$")
QUOTE_MARKS = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "`": "'"}
)


@dataclass(frozen=True, slots=True)
class Word:
    """A token: its text as written, place in the sentence, lower-case form without a possessive, and stem."""

    text: str
    start: int
    end: int
    lower: str
    stem: str

    @property
    def capital(self) -> bool:
        """Whether it starts with a capital letter."""
        return self.text[:1].isupper()


_STEMMING = threading.Lock()


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The Snowball (Porter 2) stem of a lower-case English word; irregular forms that news uses often are
    mapped first.
    """
    word = IRREGULAR.get(word, word)
    # A stemmer keeps the word that it works on in itself: two threads would mix theirs up, and the mixture would
    # be remembered here.
    with _STEMMING:
        return str(_stemmer().stemWord(word))


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[Word, ...]:
    """The tokens of `text` in order. Numbers keep their currency sign, unit and decimals; "U.S." is one
    token.
    """
    found = []
    for match in _TOKEN.finditer(text):
        raw = match.group()
        lower = _POSSESSIVE.sub("", raw.lower())
        if "." in lower and raw[0].isalpha():
            lower = lower.replace(".", "")
        if lower == "us" and raw[1] != "s":  # "U.S." and "US", never the pronoun
            lower = "usa"
        found.append(Word(raw, match.start(), match.end(), lower, stem(lower)))
    return tuple(found)


def content_words(text: str) -> list[Word]:
    """The tokens that carry meaning: no stopwords."""
    return [w for w in words(text) if w.lower not in STOPWORDS and (len(w.lower) > 1 or w.lower.isdigit())]


def fold(text: str) -> tuple[str, list[int]]:
    """`text` with quote marks folded and white space as single blanks; and for each character of it the
    place in `text`.
    """
    out: list[str] = []
    places: list[int] = []
    blank = True
    for place, char in enumerate(text):
        if char.isspace():
            if not blank:
                out.append(" ")
                places.append(place)
            blank = True
            continue
        blank = False
        out.append(char.translate(QUOTE_MARKS))
        places.append(place)
    while out and out[-1] == " ":
        out.pop()
        places.pop()
    return "".join(out), places


def find_verbatim(quote: str, text: str) -> tuple[int, int] | None:
    """Where `quote` stands in `text` word for word (white space and quote marks folded), as a half-open
    span; None if nowhere.
    """
    wanted, _ = fold(quote)
    if not wanted:
        return None
    folded, places = fold(text)
    at = folded.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if not _inside_word(folded, at, end):
            return places[at], places[end - 1] + 1
        at = folded.find(wanted, at + 1)
    return None


def _inside_word(text: str, start: int, end: int) -> bool:
    before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    after = end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    return before or after


# ---------------------------------------------------------------- names

LINKS = frozenset("""de la van von der den del di da dos du bin al el of""".split())
_NOT_NAMES = STOPWORDS | frozenset(WEEKDAYS) | frozenset(MONTHS) | frozenset(
    """yes however meanwhile although though since despite today tomorrow yesterday earlier later asked instead
        still even yet many several two three four five six seven eight nine ten one another neither
        either every few most last next first second third perhaps indeed moreover nevertheless
        according both speaking officials police people experts among under around nearly almost more
        less whether""".split()
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """A run of capitalised words: its text and place in the sentence."""

    text: str
    start: int
    end: int

    @property
    def parts(self) -> tuple[str, ...]:
        """Its words in lower case, links such as "of" left out."""
        return tuple(w.lower for w in words(self.text) if w.lower not in LINKS)


@lru_cache(maxsize=8192)
def names(text: str, *, skip_first: bool = False) -> tuple[Name, ...]:
    """Runs of capitalised words in a sentence, such as "Ursula von der Leyen" or "World Economic Forum", in
    order.

    A capital at the start of a sentence counts unless the word is a common one; `skip_first` ignores it
    altogether. Days and months are not names. A possessive ends a run.
    """
    found: list[Name] = []
    run: list[Word] = []
    previous_end = 0
    for index, word in enumerate(words(text)):
        gap = text[previous_end : word.start]
        previous_end = word.end
        if run and ((gap.strip(" ") and gap != "-") or _POSSESSIVE.search(run[-1].text)):
            _close(found, run, text)
            run = []
        is_name = word.capital and word.lower not in _NOT_NAMES and word.text not in ("I",)
        if index == 0 and skip_first:
            is_name = False
        if is_name or (run and word.lower in LINKS and not word.capital):
            run.append(word)
        else:
            _close(found, run, text)
            run = []
    _close(found, run, text)
    return tuple(found)


def _close(found: list[Name], run: list[Word], text: str) -> None:
    while run and not run[-1].capital:
        run = run[:-1]
    if run:
        cut = _POSSESSIVE.search(run[-1].text)
        start, end = run[0].start, run[-1].end - (len(cut.group()) if cut else 0)
        found.append(Name(text[start:end], start, end))


# ---------------------------------------------------------------- numbers

_UNITS = {
    w: i
    for i, w in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen""".split()
    )
}
_TENS = {
    w: (i + 2) * 10
    for i, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"])
}
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0,
           "m": 1e6, "mn": 1e6, "bn": 1e9, "tn": 1e12, "k": 1e3}  # fmt: skip
_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
_NUMBER_WORDS = "|".join([*_UNITS, *_TENS, "hundred", "thousand", "million", "billion", "trillion", "dozen"])
_NUMBER = re.compile(
    r"(?P<digits>\d[\d,]*(?:\.\d+)?)(?P<tail>(?:st|nd|rd|th)\b)?[\s-]?(?P<scale>(?:hundred|thousand|million|billion|trillion|bn|mn|tn|m|k)\b)?"
    rf"|\b(?P<words>(?:(?:{_NUMBER_WORDS})\b[\s-]?(?:and\s)?)+)",
    re.IGNORECASE,
)


def numbers(text: str) -> list[tuple[float, int, int]]:
    """The numbers of `text` as (value, start, end): digits with thousands commas and scales ("$20bn"), and
    number words.
    """
    found = []
    for match in _NUMBER.finditer(text):
        if match.group("digits"):
            if match.start() and text[match.start() - 1].isalpha():
                continue
            value = float(match.group("digits").replace(",", "").rstrip("."))
            value *= _SCALES.get((match.group("scale") or "").lower(), 1.0)
        else:
            spelled = _spelled(match.group("words"))
            if spelled is None:
                continue
            value = spelled
        found.append((round(value, 6), match.start(), match.end()))
    return found


def _spelled(text: str) -> float | None:
    total, current, seen = 0.0, 0.0, False
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in _UNITS:
            current += _UNITS[word]
        elif word in _TENS:
            current += _TENS[word]
        elif word in ("hundred", "dozen"):
            current = max(current, 1) * _SCALES[word]
        elif word in _SCALES:
            total += max(current, 1) * _SCALES[word]
            current = 0.0
        else:
            continue
        seen = True
    return total + current if seen else None
