"""Measures a digest of many articles: seconds and peak memory without a model; calls, tokens and seconds with
a scripted model that answers at once, and what an interrupt half way costs.

    python eval/benchmarks/digests.py [--articles 200] [--jsonl FILE] [--no-record]

Without --jsonl (articles with the field `text`, such as those of NewsQA) the articles are made up.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import resource
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from results import record
from summary_calls import Interrupting, summarizer

from qa import Library, Settings
from qa.summarizing.choosing import material
from qa.summarizing.digest import digest
from qa.summarizing.engine import Brief, Summarizer, count_words
from qa.summarizing.extractive import ExtractiveSummarizer
from qa.summarizing.stories import stories
from qa.summarizing.summarize import Material, final
from qa.types import Article, Filters, Passage, Summary

_THINGS = "cracks boats lorries workers trees houses cables cranes pumps wells lamps rails".split()
BRIEF = Brief(style="digest", words=50)


def given_articles(path: Path | None, count: int) -> list[Article]:
    """So many articles: a random sample of the file's, else made up."""
    if path is None:
        return [_made_up(number, random.Random(number // 2)) for number in range(count)]
    texts = [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines() if line.strip()]
    sampled = random.Random(7).sample(texts, min(count, len(texts)))
    return [Article(id=f"given-{n:05d}", title=f"Article {n}", text=t) for n, t in enumerate(sampled, 1)]


def _made_up(number: int, made: random.Random) -> Article:
    """An article of about 500 words; it shares its names, and so its story, with one other."""
    syllables = "bar dan fel gor hul jem kas lor mir nev ost pel rud sav tor vel wen yar zim".split()
    town, river, *people = ("".join(made.choices(syllables, k=3)).capitalize() for _ in range(8))
    own = random.Random(number)
    cost = own.randint(2, 90)
    told = [f"The council of {town} will rebuild the bridge over the {river} for {cost} million crowns."]
    while sum(map(count_words, told)) < 500:
        told.append(
            f"{own.choice(people)} counted {own.randint(3, 900)} {own.choice(_THINGS)} near the {river} and "
            f"asked {town} for {own.randint(3, 900)} {own.choice(_THINGS)}, {own.choice(people)} said."
        )
    day = dt.datetime(2026, 1, 1, 8, tzinfo=dt.UTC) + dt.timedelta(days=number // 4)
    text = "\n\n".join(told)
    return Article(id=f"made-{number:05d}", title=f"{town} to rebuild its bridge", published=day, text=text)


def measured(articles: list[Article], settings: Settings) -> dict[str, Any]:
    """The figures."""
    with tempfile.TemporaryDirectory() as folder:
        with Library(Path(folder) / "library") as library:
            library.add(articles)
            before = _peak()
            began = time.perf_counter()
            found = material(library, Filters())
            told = stories(found.passages, library.embedder, found.groups)
            grouped = time.perf_counter()
            summary = _made(found, told, ExtractiveSummarizer(lambda: library.embedder))
            seconds = time.perf_counter() - began
        peak = _peak()
        reader, half, again = Interrupting(), Interrupting(len(told) // 2), Interrupting()
        began_chain = time.perf_counter()
        chained = _made(found, told, summarizer(settings, reader, Path(folder) / "a"), at_once=4)
        seconds_chain = time.perf_counter() - began_chain
        with suppress(KeyboardInterrupt):
            _made(found, told, summarizer(settings, half, Path(folder) / "b"))
        _made(found, told, summarizer(settings, again, Path(folder) / "b"))
    return {
        "articles": len(articles),
        "words_in": sum(count_words(a.text) for a in articles),
        "stories": len(told),
        "points": len(summary.points),
        "seconds": round(seconds, 2),
        "of_which_stories": round(grouped - began, 2),
        "peak_mb_before": before,
        "peak_mb": peak,
        "chain_calls": len(reader.replied),
        "chain_input_tokens_by_characters": sum(len(t) for call in reader.replied for _, t in call) // 4,
        "chain_points": len(chained.points),
        "chain_seconds": round(seconds_chain, 2),
        "calls_before_interrupt": len(half.replied),
        "calls_after_it": len(again.replied),
        "calls_repeated": len(set(half.replied) & set(again.replied)),
    }


def _made(found: Material, told: list[list[Passage]], summarizer: Summarizer, at_once: int = 1) -> Summary:
    return final(digest(BRIEF, found, told, summarizer, most=len(told), at_once=at_once))


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--jsonl", type=Path)
    parser.add_argument("--no-record", action="store_true")
    given = parser.parse_args()
    settings = Settings(model="scripted:quoting")
    figures = measured(given_articles(given.jsonl, given.articles), settings)
    name = "digests" if given.jsonl is None else "digests_given"
    record(name, figures, save=not given.no_record)


if __name__ == "__main__":
    main()
