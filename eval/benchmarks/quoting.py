"""A stand-in for a model that summarizes: it reads the prompts that `qa` sends for summaries and says again,
word for word, the first sentences of each article, or each point.

It is right about everything and bright about nothing, so what is measured with it is our own part.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from typing import Any

from qa.sentences import sentence_spans
from qa.summarizing.choosing import whole
from qa.types import Article, Passage

_PASSAGE = re.compile(
    r"^BEGIN passage (\d+), key (\w+)\n.*?^Text:\n(.*?)\nEND passage \1, key \2$", re.M | re.S
)
_POINT = re.compile(r"^Point (\d+): (.*)\nFirmness: (\w+)\..*\nQuote from article \d+: (.*)$", re.M)
_GIVEN = re.compile(r"^Already given: (.*)\Z", re.M | re.S)
_TOWNS = "Aldmoor Brackwater Castlering Dunmarsh Elverton Fennholt Garrowby Hexwick Kirkhaven".split()
_WORKS = "bridge harbour library quarry reservoir school station theatre tramway viaduct".split()
_NAMES = "Abara Bellweather Corrin Dahlgren Esposito Farrow Grayling Holm Iversen Jankovic".split()


def quoting(shown: str, sentences: int = 1) -> dict[str, Any]:
    """The reply to the last message of a prompt: the first sentences of each passage, or all points in it,
    without those that were given already."""
    found = [
        (int(m[1]), "confirmed", m[3][a:b], m[3][a:b])
        for m in _PASSAGE.finditer(shown)
        for a, b in sentence_spans(m[3])[:sentences]
    ]
    found += [(int(m[1]), m[3], m[2], m[4]) for m in _POINT.finditer(shown)]
    given = _GIVEN.search(shown)
    said = [
        {
            "text": text,
            "modality": modality,
            "attributed_to": "",
            "citations": [{"passage": number, "quote": quote}],
        }
        for number, modality, text, quote in found
        if given is None or text not in given[1]
    ]
    return {"answerable": True, "reason": "what was shown", "statements": said}


def articles(count: int, words: int = 600, seed: int = 0) -> list[Passage]:
    """Made-up articles of about `words` words, a day apart, each a passage; no two sentences are the same."""
    made = random.Random(seed)
    return whole([_article(number, words, made) for number in range(1, count + 1)])


def _article(number: int, words: int, made: random.Random) -> Article:
    town, work = made.choice(_TOWNS), made.choice(_WORKS)
    told = [
        f"The council of {town} will rebuild the {work} for {number} million crowns, "
        f"Mayor {made.choice(_NAMES)} said."
    ]
    while sum(len(sentence.split()) for sentence in told) < words:
        n = len(told)
        told.append(
            f"Engineer {made.choice(_NAMES)} counted {made.randint(3, 900)} cracks in part {n} of the {work} "
            f"and asked {made.choice(_TOWNS)} for {made.randint(3, 900)} workers, {made.choice(_NAMES)} said."
        )
    paragraphs = [" ".join(told[i : i + 3]) for i in range(0, len(told), 3)]
    day = dt.datetime(2026, 1, 1, 8, tzinfo=dt.UTC) + dt.timedelta(days=number - 1)
    return Article(
        id=f"made-{number}",
        title=f"{town} to rebuild its {work}",
        outlet="The Example Courier",
        published=day,
        text="\n\n".join(paragraphs),
    )
