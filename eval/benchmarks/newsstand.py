"""Articles made for measuring, as many as are wanted and always the same, of two kinds.

`random`: words drawn one by one with the frequencies of language. No article is about anything, so that
their vectors lie about one centre without clusters: the hardest case for an approximate index.

`news`: articles about something. Each belongs to a topic, each topic has stories, and each story has names
and things of its own; every paragraph leans towards some of them. What an article says is drawn from the
general words, from its topic's, and from its story's, so that vectors cluster as those of real reports do.
No sentence is the same in two articles.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate

from qa.library.embedders import WordLlamaEmbedder
from qa.types import Article

KINDS = ("random", "news")
WORDS_PER_ARTICLE = 730  # about six chunks, as in news
CHUNKS_PER_ARTICLE = 6
QUESTION_WORDS = 10
WORDS_PER_SENTENCE = 20
SENTENCES_PER_PARAGRAPH = 4
VOCABULARY = 30_000
TOPICS, TOPIC_WORDS = 300, 200
STORIES_PER_TOPIC, STORY_WORDS = 40, 40
GENERAL, TOPICAL = 0.5, 0.3  # the rest is the story's own


def articles(count: int, kind: str = "random") -> Iterator[Article]:
    """`count` articles, one at a time; number n is the same in every run and every count."""
    return (article(number, kind) for number in range(count))


def article(number: int, kind: str = "random") -> Article:
    """Article `number` by itself."""
    words = _story_words(number) if kind == "news" else _random_words(number)
    sentences = [
        " ".join(words[at : at + WORDS_PER_SENTENCE]).capitalize() + "."
        for at in range(0, len(words), WORDS_PER_SENTENCE)
    ]
    paragraphs = [
        " ".join(sentences[at : at + SENTENCES_PER_PARAGRAPH])
        for at in range(0, len(sentences), SENTENCES_PER_PARAGRAPH)
    ]
    return Article(
        id=f"made-{kind}-{number:07d}",
        title=sentences[0][:60],
        outlet="Made Up",
        published=datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=number),
        text="\n\n".join(paragraphs),
    )


def questions(count: int, kind: str, wanted: int) -> list[str]:
    """`wanted` questions of ten words that follow each other in one of the first `count` articles."""
    dice = random.Random(8)
    found = []
    for _ in range(wanted):
        words = article(dice.randrange(count), kind).text.split()
        at = dice.randrange(len(words) - QUESTION_WORDS)
        found.append(" ".join(words[at : at + QUESTION_WORDS]) + "?")
    return found


@lru_cache(maxsize=1)
def vocabulary() -> tuple[list[str], list[float]]:
    """Pronounceable words, and their frequencies by Zipf's law, summed up."""
    dice = random.Random(7)
    syllables = [c + v for c in "bcdfghjklmnprstvwz" for v in "aeiou"]
    words = sorted({"".join(dice.choices(syllables, k=dice.randint(1, 4))) for _ in range(VOCABULARY)})
    dice.shuffle(words)
    return words, _falling(len(words))


@lru_cache(maxsize=1)
def language() -> tuple[list[str], list[float]]:
    """Words that the embedder knows as wholes, and their frequencies by Zipf's law, summed up.

    Made-up words are read in pieces, of which there are so few that all texts lie close together; words
    such as these lie as far apart as those of real reports.
    """
    tokenizer, _ = WordLlamaEmbedder()._load()
    words = sorted(w[1:] for w in tokenizer.get_vocab() if re.fullmatch("▁[A-Za-z]{3,}", w))
    random.Random(9).shuffle(words)
    return words, _falling(len(words))


def _random_words(number: int) -> list[str]:
    words, weights = vocabulary()
    return random.Random(f"random {number}").choices(words, cum_weights=weights, k=WORDS_PER_ARTICLE)


def _story_words(number: int) -> list[str]:
    dice = random.Random(f"news {number}")
    words, weights = language()
    topic = dice.choices(range(TOPICS), cum_weights=_falling(TOPICS))[0]
    story = dice.randrange(STORIES_PER_TOPIC)
    topical, own = _words_of(f"topic {topic}", TOPIC_WORDS), _words_of(f"{topic}/{story}", STORY_WORDS)
    made: list[str] = []
    while len(made) < WORDS_PER_ARTICLE:
        size = min(WORDS_PER_SENTENCE * SENTENCES_PER_PARAGRAPH, WORDS_PER_ARTICLE - len(made))
        general, some = round(GENERAL * size), round(TOPICAL * size)
        paragraph = dice.choices(words, cum_weights=weights, k=general)
        # What a paragraph turns to first it mentions most.
        paragraph += dice.choices(dice.sample(topical, 30), cum_weights=_falling(30), k=some)
        paragraph += dice.choices(dice.sample(own, 10), cum_weights=_falling(10), k=size - general - some)
        dice.shuffle(paragraph)
        made += paragraph
    return made


@lru_cache(maxsize=TOPICS + 1_000)
def _words_of(name: str, size: int) -> tuple[str, ...]:
    return tuple(random.Random(name).sample(language()[0], size))


@lru_cache(maxsize=16)
def _falling(size: int) -> list[float]:
    return list(accumulate(1 / rank for rank in range(1, size + 1)))
