"""A figure that a statement gives: whether another is of the same thing, and whether both can be true.

Two figures are comparable when they count the same: "12 people were arrested" and "nine held", never "3,000
participants" and "130 countries", or this year's and last year's. What is not certainly the same is taken to
be different.
"""

from __future__ import annotations

from dataclasses import dataclass

from qa.answering.disagreeing.fates import CROWD
from qa.answering.synonyms import any_alike, same_name

CLOSE = 0.02
"""Two figures this near are one, where one of them is marked ("about") or plainly rounded."""
MOST_TIMES = 20
"""Sums and shares further apart than this are of different things."""
SHARED_AROUND_UNITS, SHARED_AROUND_COUNTS = 0.5, 0.34
"""The share of the shorter clause's words that the other must hold: more where no noun says what it is."""
_ABOUT = {
    "percent": "the percentage",
    "points": "the points",
    "hours": "the length of time",
    "score": "the score",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in a statement.

    `low` and `high` are equal but for ranges; `mark` is "about", "above", "below" or "". `unit` is "percent",
    "points", "hours", "score", a currency, or "" for a count; `noun` is what is counted (stems, people in
    general left out), `fate` what became of those counted. `role` is "by" for a change, `per` what it is
    for each of, `ahead` tells a forecast. `periods` are times other than the article's own, `holder` is the
    name before it, `places` where it counts, and `context` the other words of its clause.
    """

    low: float
    high: float
    written: str
    speaker: str
    mark: str = ""
    unit: str = ""
    noun: frozenset[str] = frozenset()
    noun_written: str = ""
    fate: str = ""
    role: str = ""
    per: str = ""
    ahead: bool = False
    periods: frozenset[str] = frozenset()
    holder: tuple[str, ...] = ()
    places: frozenset[str] = frozenset()
    context: frozenset[str] = frozenset()
    estimated: bool = False
    """Whether the words show that somebody counts: only then do two figures of one article disagree."""
    asked: bool = False
    """Whether it is what the question asks for."""

    @property
    def about(self) -> str:
        """What it is a figure of, in words."""
        if self.fate == CROWD:
            return "the size of the crowd"
        if self.fate:
            return f"{self.noun_written or 'people'} {self.fate}"
        if self.unit:
            return _ABOUT.get(self.unit, "the sum")
        return f"the number of {self.noun_written}" if self.noun_written else "the number"

    def comparable(self, other: Figure) -> bool:
        """Whether both are figures of the same thing, as far as words can tell."""
        mine = (self.unit, self.noun, self.fate, self.role, self.per, self.periods)
        if mine != (other.unit, other.noun, other.fate, other.role, other.per, other.periods):
            return False
        named = self.asked and other.asked and self.noun_written and other.noun_written
        if not (self.unit or self.noun or self.fate or named):
            return False
        if self.ahead != other.ahead and not self.unit:
            return False
        if self.holder and other.holder and not _same_holder(self.holder, other.holder) and not self.fate:
            return False
        if not self.fate and max(self.high, other.high) > MOST_TIMES * max(min(self.low, other.low), 1e-9):
            return False
        return shared(self.context, other.context) >= self._needed

    @property
    def _needed(self) -> float:
        if self.fate:
            return 0.0
        return SHARED_AROUND_UNITS if self.unit else SHARED_AROUND_COUNTS

    def agrees(self, other: Figure) -> bool:
        """Whether both can be true of one thing: equal, overlapping, or one a rounding of the other."""
        if self.unit == "score":
            return {self.low, self.high} == {other.low, other.high}
        if self.low <= other.high and other.low <= self.high:
            return True
        return _rounds(self, other) or _rounds(other, self)


def _rounds(rough: Figure, exact: Figure) -> bool:
    if rough.low != rough.high or exact.low != exact.high:
        return False
    a, b = rough.low, exact.low
    near = abs(a - b) <= CLOSE * max(abs(a), abs(b))
    if near and (rough.mark or exact.mark):
        return True
    coarse = _digits(a) < _digits(b) and _digits(b) > 1
    if near and coarse and round(b, _places(a)) == a:
        return True
    # "More than 100" is what 112 is called; "at least 11" is not what 16 is.
    return rough.mark == "above" and coarse and b >= a and _floor(b, a) == a


def _digits(value: float) -> int:
    """Significant digits: 3,000 has one."""
    return len(f"{value:.6f}".rstrip("0").rstrip(".").replace(".", "").strip("0"))


def _places(value: float) -> int:
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return len(text.partition(".")[2]) if "." in text else -(len(text) - len(text.rstrip("0")))


def _floor(value: float, like: float) -> float:
    step: float = 10.0 ** -_places(like)
    return value // step * step


def shared(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the fewer words that are, or mean, one of the others; 0 where there are none."""
    few, many = sorted((one, other), key=len)
    return sum(any_alike(word, many) for word in few) / len(few) if few else 0.0


def _same_holder(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return any(same_name(a, b) for a in one for b in other)
