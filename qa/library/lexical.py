"""The word leg: a tantivy index (BM25, English stems, stop words) that follows the catalogue.

One document per chunk, and one marker document that holds the sequence number applied last. Tantivy's
commits are atomic, so the marker and the chunks it speaks for can never disagree, whatever kills the
process; opening replays what is missing. Anything wrong with the index (a missing or changed file, another
library's index, a count that differs) means that it is built anew from the catalogue.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import tantivy

from qa.errors import QAError
from qa.library.catalogue import Catalogue, fold_outlet
from qa.library.durable import clear_away
from qa.types import Article, Filters

LAYOUT = 1
TITLE_BOOST = 0.5
MOST_TERMS = 64
LONGEST_QUESTION = 10_000
_HEAP_BYTES = 48_000_000
_PORTION = 256
_FOOTER_MAGIC = 1337
_LONGEST_FOOTER = 10_000
# tantivy's own lists of its files, which it reads whole: a few hundred bytes for each segment.
_LISTS = ("meta.json", ".managed.json")
_LONGEST_LIST = 16_000_000
# What the apostrophe leaves behind ("Trump's", "doesn't"), and question words that tantivy's list lacks.
_MORE_STOPWORDS = [
    "s",
    "t",
    "d",
    "ll",
    "m",
    "o",
    "re",
    "ve",
    "what",
    "who",
    "whom",
    "whose",
    "which",
    "when",
    "where",
    "why",
    "how",
]
_MORE_STOPWORDS += [
    "do",
    "does",
    "did",
    "has",
    "have",
    "had",
    "can",
    "could",
    "would",
    "should",
    "may",
    "might",
    "he",
    "she",
    "his",
]
_MORE_STOPWORDS += [
    "her",
    "him",
    "its",
    "we",
    "you",
    "your",
    "our",
    "us",
    "i",
    "me",
    "my",
    "from",
    "about",
    "were",
    "been",
    "am",
]


class LexicalDamagedError(Exception):
    """The index cannot be used and must be built anew. Never leaves the library."""


class LexicalIndex:
    """A tantivy index over chunk ids, on disk or in memory."""

    def __init__(self, index: tantivy.Index, library_id: str) -> None:
        """Wraps an index that holds a marker. Raises LexicalDamagedError if it holds none of this library."""
        self._index = index
        self._library_id = library_id
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
        return int(self._searcher.num_docs) - 1

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
                self._add(writer, catalogue, changes.arrived)
                self._mark(writer, changes.sequence, changes.stamp)
                writer.commit()
            finally:
                writer.wait_merging_threads()
        self.reload()

    def search(
        self, question: str, limit: int, filters: Filters, numbers: Sequence[int] = ()
    ) -> list[tuple[int, float]]:
        """Chunk ids and BM25 scores, best first, equal scores by id. Any word of the question may match;
        all else in it is ignored, so no text can be a malformed query. `numbers` are the articles that
        `filters.articles` names."""
        with _translated():
            searcher = self._searcher
            words = self._words(searcher, question)
            if words is None:
                return []
            query = self._filtered(words, filters, numbers)
            hits = searcher.search(query, limit, count=False).hits
            ids = searcher.fast_field_values("chunk", [address for _, address in hits])
        scored = [(int(i), float(score)) for (score, _), i in zip(hits, ids, strict=True) if i is not None]
        return sorted(scored, key=lambda item: (-item[1], item[0]))

    def _words(self, searcher: Any, question: str) -> Any:
        terms = list(dict.fromkeys(self._analyzer.analyze(question[:LONGEST_QUESTION])))
        if len(terms) > MOST_TERMS:  # the rarest say most
            frequency = {term: searcher.doc_freq("body", term) for term in terms}
            terms = sorted((t for t in terms if frequency[t]), key=lambda t: frequency[t])[:MOST_TERMS]
        if not terms:
            return None
        query, occur = tantivy.Query, tantivy.Occur.Should
        parts = [(occur, query.term_query(self._schema, "body", term)) for term in terms]
        parts += [
            (occur, query.boost_query(query.term_query(self._schema, "title", t), TITLE_BOOST)) for t in terms
        ]
        return query.boolean_query(parts)

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
                for row in catalogue.chunks_of(number):
                    writer.add_document(_document(row.id, number, article, article.text[row.start : row.end]))

    def _mark(self, writer: Any, sequence: int, stamp: str) -> None:
        writer.delete_documents_by_term("library", f"{self._library_id}/{LAYOUT}")
        writer.add_document(_marker(self._library_id, sequence, stamp))


def open_index(folder: Path, library_id: str) -> LexicalIndex:
    """The index in `folder`. Raises LexicalDamagedError if it is missing, damaged, or another library's."""
    with _translated():
        _verify(folder)
        index = tantivy.Index.open(str(folder))
        if index.schema != _schema():
            raise LexicalDamagedError("it has other fields")
        return LexicalIndex(index, library_id)


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
    """The same in memory: for a reader that may not write, or must not wait for the one who does."""
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
        return LexicalIndex(index, library_id)


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    for name in (
        "chunk",
        "article",
        "day",
    ):  # integer, not unsigned: a Python int in an unsigned field kills the writer
        builder.add_integer_field(name, stored=False, indexed=True, fast=True)
    builder.add_integer_field("applied", stored=True, indexed=False)
    builder.add_text_field("stamp", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("library", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("outlet", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("title", tokenizer_name="qa", index_option="freq")
    builder.add_text_field("body", tokenizer_name="qa", index_option="freq")
    return builder.build()


def _analyzer() -> Any:
    filters = (
        tantivy.Filter.remove_long(60),
        tantivy.Filter.lowercase(),
        tantivy.Filter.stopword("english"),
        tantivy.Filter.custom_stopword(_MORE_STOPWORDS),
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.stemmer("english"),
    )
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for one in filters:
        builder = builder.filter(one)
    return builder.build()


def _document(chunk_id: int, number: int, article: Article, passage: str) -> Any:
    document = tantivy.Document()
    document.add_integer("chunk", chunk_id)
    document.add_integer("article", number)
    document.add_integer("day", article.published.date().toordinal() if article.published else 0)
    document.add_text("outlet", fold_outlet(article.outlet))
    document.add_text("title", article.title)
    document.add_text("body", passage)
    return document


def _marker(library_id: str, sequence: int, stamp: str) -> Any:
    marker = tantivy.Document()
    marker.add_text("library", f"{library_id}/{LAYOUT}")
    marker.add_text("stamp", stamp)
    marker.add_integer("applied", sequence)
    return marker


def _verify(folder: Path) -> None:
    """Compares every file of the last commit with the checksum in its footer: tantivy maps the files
    without looking."""
    for name in _LISTS:
        if (folder / name).is_file() and (folder / name).stat().st_size > _LONGEST_LIST:
            raise LexicalDamagedError(f"{name} is far too long")
    commit = json.loads((folder / "meta.json").read_text("utf-8"))
    for segment in commit["segments"]:
        name = segment["segment_id"].replace("-", "")
        deletes = segment.get("deletes")
        kept = f"{name}.{deletes['opstamp']}.del" if deletes else None
        for path in folder.glob(f"{name}.*"):
            if path.suffix != ".del" or path.name == kept:
                _verify_file(path)


def _verify_file(path: Path) -> None:
    """A file ends with a line of JSON that holds its CRC, the length of that, and a magic number."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 8))
        tail = file.read(8)
        length, magic = int.from_bytes(tail[:4], "little"), int.from_bytes(tail[4:], "little")
        if len(tail) < 8 or magic != _FOOTER_MAGIC or length > min(size - 8, _LONGEST_FOOTER):
            raise LexicalDamagedError(f"{path.name} is cut short")  # seen before a huge file is read
        file.seek(size - 8 - length)
        footer = json.loads(file.read(length))
        file.seek(0)
        left, crc = size - 8 - length, 0
        while left and (block := file.read(min(left, 1 << 20))):
            crc = zlib.crc32(block, crc)
            left -= len(block)
    if crc != footer["crc"]:
        raise LexicalDamagedError(f"{path.name} was changed")


@contextmanager
def _translated() -> Iterator[None]:
    """Everything that goes wrong in tantivy as LexicalDamagedError, panics of its Rust code too."""
    try:
        yield
    except (LexicalDamagedError, QAError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as exc:  # a panic is no Exception
        raise LexicalDamagedError(f"{type(exc).__name__}: {exc}") from exc
