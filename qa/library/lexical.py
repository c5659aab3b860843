"""The word leg: a tantivy index (BM25, English stems, stop words) that follows the catalogue.

One document per chunk, one per article (see `evidence`), and one marker document that holds the sequence
number applied last. Tantivy's commits are atomic, so the marker and the documents it speaks for can never
disagree, whatever kills the process; opening replays what is missing. Anything wrong with the index (a
missing or changed file, another library's index or another layout, a count that differs) means that it is
built anew from the catalogue.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import tantivy

from qa.errors import QAError
from qa.library.catalogue import Catalogue, fold_outlet
from qa.library.durable import clear_away
from qa.library.evidence import (
    LONGEST_QUESTION,
    MORE_STOPWORDS,
    MOST_TERMS,
    SHIPPED,
    Asked,
    Found,
    Weights,
    asked,
    weigh,
)
from qa.library.lexical_files import LexicalDamagedError, beside_it, let_read, verify
from qa.library.other_words import Family, Way, nearest
from qa.types import Article, Filters

LAYOUT = 2  # 2: where words stand in a text, and documents of whole articles
PAIR_SLOP = 2
# A pair is looked for if one of its words is in no more documents than this: where both are common, it says
# little, and finding it would take longer than all else in a large library.
PAIR_DOCUMENTS = 2_000
MOST_ARTICLES = 50
MOST_BESIDE = 30
MOST_SPELLED = 24  # stems; of a longer text each is not looked up, which would take long
MOST_SCORED = 4_000
Ways = Mapping[str, Sequence[Way]]
_CHUNK, _ARTICLE = "chunk", "article"
_HEAP_BYTES = 48_000_000
_PORTION = 256


class LexicalIndex:
    """A tantivy index over chunk ids, on disk or in memory."""

    def __init__(self, index: tantivy.Index, library_id: str, folder: Path | None) -> None:
        """Wraps an index that holds a marker, in `folder` or in memory. Raises LexicalDamagedError if it
        holds none of this library."""
        self._index = index
        self._library_id = library_id
        self._folder = folder
        self._analyzer = _analyzer()
        self.applied, self.stamp = 0, ""
        with _translated():
            self._schema = index.schema
            index.register_tokenizer("qa", self._analyzer)
            index.config_reader("manual")
        self.reload()

    def reload(self) -> None:
        """Looks at the last commit of any process."""
        with _translated():
            self._index.reload()
            self._searcher = self._index.searcher()
            found = self._searcher.search(
                tantivy.Query.term_query(self._schema, "library", f"{self._library_id}/{LAYOUT}"), 2
            ).hits
            if len(found) != 1:
                raise LexicalDamagedError("the marker is missing")
            marker = self._searcher.doc(found[0][1])
            self.applied, self.stamp = int(marker["applied"][0]), str(marker["stamp"][0])

    def count(self) -> int:
        """How many chunks it holds."""
        kind = tantivy.Query.term_query(self._schema, "kind", _CHUNK)
        result: Any = self._searcher.search(kind, 1, count=True)  # its stubs do not know of `count`
        return int(result.count)

    def follow(self, catalogue: Catalogue) -> None:
        """Applies everything that the catalogue has committed since `applied`, in one commit. Under the
        library's lock."""
        changes = catalogue.changes(self.applied)
        if changes.sequence == self.applied:
            return
        with _translated():
            writer = self._index.writer(_HEAP_BYTES, 1)
            try:
                for first, count in changes.removed:
                    for chunk_id in range(first, first + count):
                        writer.delete_documents_by_term("chunk", chunk_id)
                        writer.delete_documents_by_term("opening", chunk_id)
                self._add(writer, catalogue, changes.arrived)
                self._mark(writer, changes.sequence, changes.stamp)
                writer.commit()
                let_read(self._folder)
            finally:
                writer.wait_merging_threads()
                let_read(self._folder)
        self.reload()

    def search(
        self,
        question: str,
        limit: int,
        filters: Filters,
        numbers: Sequence[int] = (),
        *,
        beside: Mapping[int, int] | None = None,
        weights: Weights = SHIPPED,
    ) -> list[tuple[int, float]]:
        """Chunk ids and scores (BM25, with what speaks for a chunk beside its own words: `evidence`), best
        first, equal scores by id: the best `limit`, and those of the chunks `beside` (each with its article)
        that a word of the question is in.

        Any word may match; all else in the question is ignored, so no text can be a malformed query.
        `numbers` are the articles that `filters.articles` names.

        First the words alone find the articles that matter, then everything in these is scored: what costs
        most is asked of few.
        """
        with _translated():
            searcher = self._searcher
            looked_for = self._looked_for(question[:LONGEST_QUESTION], weights)
            if not looked_for.terms:
                return []
            ways = self._ways(looked_for, weights)
            words = self._words(ways, weights)
            hits = searcher.search(self._filtered(words, filters, numbers), limit, count=False).hits
            places = [address for _, address in hits]
            numbered = searcher.fast_field_values("article", places)
            articles = list(dict.fromkeys(int(n) for n in numbered if n is not None))[:MOST_ARTICLES]
            near = list(dict.fromkeys((beside or {}).values()))[:MOST_BESIDE]
            found = self._score(ways, looked_for, sorted({*articles, *near}), weights)
        return weigh(found, weights, limit, frozenset(beside or ()))

    def _looked_for(self, question: str, weights: Weights) -> Asked:
        found = asked(question, self._analyzer.analyze)
        if len(found.terms) > MOST_TERMS:  # the rarest say most
            found = found.rarest(self._frequency)
        elif weights.others.misspelt and len(found.terms) <= MOST_SPELLED:
            found = found.spelled(self._put_right)
        return found.telling(self._frequency, PAIR_DOCUMENTS)

    def _frequency(self, stem: str) -> int:
        return int(self._searcher.doc_freq("body", stem))

    def _put_right(self, stem: str) -> str | None:
        """The stem that is probably meant by one that no article has in any form."""
        known = self._frequency(stem) or self._searcher.doc_freq("title", stem)
        if known or any(self._frequency(form) for form in _family().forms(stem)):
            return None
        return nearest(stem, lambda start, most: self._searcher.terms_with_prefix("body", start, limit=most))

    def _ways(self, looked_for: Asked, weights: Weights) -> dict[str, list[Way]]:
        documents = int(self._searcher.num_docs)
        return {
            term: _family().ways(term, weights.others, self._frequency, documents)
            for term in looked_for.terms
        }

    def _score(self, ways: Ways, looked_for: Asked, articles: Sequence[int], weights: Weights) -> list[Found]:
        """Everything in these articles that a word of the question is in."""
        query, must = tantivy.Query, tantivy.Occur.Must
        within = query.const_score_query(query.term_set_query(self._schema, "article", list(articles)), 0.0)
        both = query.boolean_query([(must, self._words(ways, weights, looked_for)), (must, within)])
        hits = self._searcher.search(both, MOST_SCORED, count=False).hits
        places = [address for _, address in hits]
        columns: Any = (
            self._searcher.fast_field_values(name, places) for name in ("chunk", "article", "opening")
        )
        return [
            Found(score, chunk, article, opening)
            for (score, _), chunk, article, opening in zip(hits, *columns, strict=True)
        ]

    def _words(self, ways: Ways, weights: Weights, looked_for: Asked | None = None) -> Any:
        """Documents with one of the words; with `looked_for` by all that speaks for them, else by what is
        found fast in a large index."""
        query, schema, occur = tantivy.Query, self._schema, tantivy.Occur.Should
        asking, parts = _family().asking, []
        for term, all_ways in ways.items():
            found = [
                query.boost_query(query.term_query(schema, "body", way.stem), way.weight)
                for way in all_ways
                if way.same or looked_for
            ]
            parts += [query.disjunction_max_query(found)] if looked_for and len(found) > 1 else found
            weight = weights.title * (weights.others.asking if term in asking else 1.0)
            parts.append(query.boost_query(query.term_query(schema, "title", term), weight))
        if looked_for and weights.pair:
            parts += [
                query.boost_query(
                    query.phrase_query(schema, "body", [(0, one), (apart, other)], slop=PAIR_SLOP),
                    weights.pair,
                )
                for one, apart, other in looked_for.pairs
            ]
        return query.boolean_query([(occur, part) for part in parts])

    def _filtered(self, words: Any, filters: Filters, numbers: Sequence[int]) -> Any:
        query, schema = tantivy.Query, self._schema
        conditions = []
        if filters.dated:
            low = filters.since.toordinal() if filters.since else 1
            high = filters.until.toordinal() if filters.until else 10**7
            conditions.append(query.range_query(schema, "day", tantivy.FieldType.Integer, low, high))
        if filters.outlets:
            conditions.append(
                query.term_set_query(schema, "outlet", sorted({fold_outlet(o) for o in filters.outlets}))
            )
        if filters.articles:
            conditions.append(query.term_set_query(schema, "article", list(numbers)))
        if not conditions:
            return words
        must = tantivy.Occur.Must
        return query.boolean_query(
            [(must, words)] + [(must, query.const_score_query(c, 0.0)) for c in conditions]
        )

    def _add(self, writer: Any, catalogue: Catalogue, numbers: Sequence[int]) -> None:
        rest = iter(numbers)
        while some := list(islice(rest, _PORTION)):
            for number, article in catalogue.current(some).items():
                rows = catalogue.chunks_of(number)
                for row in rows:
                    passage = article.text[row.start : row.end]
                    writer.add_document(_document(_CHUNK, row.id, number, article, passage))
                if rows:
                    writer.add_document(_document(_ARTICLE, rows[0].id, number, article, article.text))

    def _mark(self, writer: Any, sequence: int, stamp: str) -> None:
        writer.delete_documents_by_term("library", f"{self._library_id}/{LAYOUT}")
        writer.add_document(_marker(self._library_id, sequence, stamp))


def open_index(folder: Path, library_id: str, *, beside: bool = False) -> LexicalIndex:
    """The index in `folder`; with `beside` as it is now, for one who may not write there: what that follows
    goes to a temporary folder. Raises LexicalDamagedError if it is missing, damaged, or another library's."""
    with _translated():
        place = beside_it(folder) if beside else folder
        try:
            verify(place)
            index = tantivy.Index.open(str(place))
            if index.schema != _schema():
                raise LexicalDamagedError("it has other fields")
            opened = LexicalIndex(index, library_id, place)
        except BaseException:
            if beside:
                clear_away(place)
            raise
        if beside:
            weakref.finalize(opened, clear_away, place)
        return opened


def build(folder: Path, catalogue: Catalogue) -> LexicalIndex:
    """Builds the index anew beside the old one and puts it in its place. Under the library's lock."""
    fresh = folder.with_name(folder.name + ".building")
    clear_away(fresh)
    fresh.mkdir(parents=True)
    try:
        with _translated():
            _new_index(str(fresh), catalogue.library_id).follow(catalogue)
            clear_away(folder)
            fresh.rename(folder)
    except BaseException:
        clear_away(fresh)  # on a full disk the room is needed
        raise
    return open_index(folder, catalogue.library_id)


def build_in_memory(catalogue: Catalogue) -> LexicalIndex:
    """The same in memory: for a reader that finds none to open, and may not write, or must not wait for the
    one who does."""
    index = _new_index(None, catalogue.library_id)
    index.follow(catalogue)
    return index


def _new_index(path: str | None, library_id: str) -> LexicalIndex:
    with _translated():
        index = tantivy.Index(_schema(), path)
        index.register_tokenizer("qa", _analyzer())
        writer = index.writer(_HEAP_BYTES, 1)
        writer.add_document(_marker(library_id, 0, library_id))
        writer.commit()
        writer.wait_merging_threads()
        folder = Path(path) if path else None
        let_read(folder)
        return LexicalIndex(index, library_id, folder)


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    for name in (
        "chunk",  # of a chunk its id
        "opening",  # of an article the id of its first chunk
        "article",
        "day",
    ):  # integer, not unsigned: a Python int in an unsigned field kills the writer
        builder.add_integer_field(name, stored=False, indexed=True, fast=True)
    builder.add_integer_field("applied", stored=True, indexed=False)
    builder.add_text_field("stamp", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("library", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("outlet", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("kind", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("title", tokenizer_name="qa", index_option="freq")
    builder.add_text_field("body", tokenizer_name="qa", index_option="position")
    return builder.build()


@cache
def _family() -> Family:
    return Family(_analyzer().analyze)


def _analyzer() -> Any:
    filters = (
        tantivy.Filter.remove_long(60),
        tantivy.Filter.lowercase(),
        tantivy.Filter.stopword("english"),
        tantivy.Filter.custom_stopword(list(MORE_STOPWORDS)),
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.stemmer("english"),
    )
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for one in filters:
        builder = builder.filter(one)
    return builder.build()


def _document(kind: str, chunk_id: int, number: int, article: Article, text: str) -> Any:
    document = tantivy.Document()
    document.add_text("kind", kind)
    document.add_integer("chunk" if kind == _CHUNK else "opening", chunk_id)
    document.add_integer("article", number)
    document.add_integer("day", article.published.date().toordinal() if article.published else 0)
    document.add_text("outlet", fold_outlet(article.outlet))
    document.add_text("title", article.title)
    document.add_text("body", text)
    return document


def _marker(library_id: str, sequence: int, stamp: str) -> Any:
    marker = tantivy.Document()
    marker.add_text("library", f"{library_id}/{LAYOUT}")
    marker.add_text("stamp", stamp)
    marker.add_integer("applied", sequence)
    return marker


@contextmanager
def _translated() -> Iterator[None]:
    """Everything that goes wrong in tantivy as LexicalDamagedError, panics of its Rust code too."""
    try:
        yield
    except (LexicalDamagedError, QAError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as exc:  # a panic is no Exception
        raise LexicalDamagedError(f"{type(exc).__name__}: {exc}") from exc
