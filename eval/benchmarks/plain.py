"""The same job done by qa and in the plain LangChain way, on the same files, in one run.

    python eval/benchmarks/plain.py [--articles 1000] [--kind news] [--newsqa FOLDER]

The plain way is what a tutorial shows: a loader that yields a Document for each line of a JSONL file,
RecursiveCharacterTextSplitter (700 characters, as long as qa's chunks, 100 of them twice), and a persisted
langchain-chroma store that is given the same embedder as qa uses (WordLlama). Both read the same file of made
articles (see newsstand.py), each part in a process of its own:

- ingest: articles a second, the same file again (the plain way stores everything a second time), peak memory,
  disk after the first time;
- search: 200 questions, 8 passages each, median and 95th percentile in milliseconds, peak memory;
- cold: seconds of a small program from its start to the first answer, less `python -c pass`: for qa
  `qa ask` with the extractive engine, and a program that searches;
- the chain: milliseconds from question to answer with a model that answers at once, the median. The plain
  chain is retriever, prompt, model and StrOutputParser; qa's also checks every quotation;
- with `--newsqa FOLDER` (see newsqa.py): the share of questions whose article is among the first 1, 5, 10.

Printed with the budgets of the plan: budget, qa, the plain way ("-" where it has none).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import newsstand
from results import record

from qa.library import Library
from qa.library.embedders import WordLlamaEmbedder

QUESTIONS = 200
CHAINED = 60
PASSAGES = 8
DEPTH = 40  # passages for ten different articles
CHARACTERS, OVERLAP = 700, 100
BATCH = 2_000  # Chroma takes no more than 5,461 at once, and langchain-chroma does not split
STARTS = 5
FILE = "articles.jsonl"
ADDRESS = "https://articles.example/{}"
PLAIN_PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from plain import opened_store
assert opened_store(sys.argv[2]).similarity_search(sys.argv[3], k=8)
"""
OUR_PROGRAM = """
import sys
from pathlib import Path
from qa import Library
with Library(Path(sys.argv[2]), create=False) as library:
    assert library.search(sys.argv[3])
"""


def opened_store(folder: str | Path) -> Any:
    """The plain way's store in `folder`, made if it is not there."""
    from langchain_chroma import Chroma
    from langchain_core.embeddings import Embeddings

    class WordLlama(Embeddings):
        """The embedder of qa as LangChain wants it."""

        embedder = WordLlamaEmbedder()

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            rows: list[list[float]] = self.embedder.embed(texts).tolist()
            return rows

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    return Chroma("articles", embedding_function=WordLlama(), persist_directory=str(folder))


def plain_ingest(folder: Path) -> dict[str, Any]:
    """Loads, splits, embeds and stores the file, twice."""
    from langchain_core.document_loaders import BaseLoader
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    class Lines(BaseLoader):
        """A Document for each line of the file."""

        def lazy_load(self) -> Iterator[Document]:
            with (folder / FILE).open(encoding="utf-8") as file:
                for line in file:
                    fields = json.loads(line)
                    metadata = {"url": fields["url"], "title": fields["title"]}
                    yield Document(page_content=fields["text"], metadata=metadata)

    splitter = RecursiveCharacterTextSplitter(chunk_size=CHARACTERS, chunk_overlap=OVERLAP)
    store = opened_store(folder / "plain")

    def store_all() -> int:
        pieces = splitter.split_documents(Lines().load())
        for start in range(0, len(pieces), BATCH):
            store.add_documents(pieces[start : start + BATCH])
        return len(pieces)

    return _twice(folder / "plain", store_all)


def our_ingest(folder: Path) -> dict[str, Any]:
    """The same with qa."""
    from qa.sources import Skipped, Source, read

    def store_all() -> int:
        source = Source(kind="file", name=str(folder / FILE))
        library.add(a for a in read(source) if not isinstance(a, Skipped))
        return library.stats().chunks

    with Library(folder / "ours") as library:
        return _twice(folder / "ours", store_all)


def _twice(path: Path, store_all: Callable[[], int]) -> dict[str, Any]:
    began = time.perf_counter()
    chunks = store_all()
    first = time.perf_counter() - began
    disk = sum(p.stat().st_size for p in path.rglob("*") if p.is_file())
    peak = peak_mb()
    began = time.perf_counter()
    store_all()
    again = time.perf_counter() - began
    return {
        "chunks": chunks,
        "first_s": round(first, 2),
        "again_s": round(again, 3),
        "again_times_faster": round(first / again, 1),
        "peak_mb": peak,
        "disk_mb": round(disk / 2**20, 1),
    }


def plain_search(folder: Path) -> dict[str, Any]:
    """Times and, for NewsQA, hits of the plain way."""
    store = opened_store(folder / "plain")

    def ids(question: str) -> list[str]:
        return [d.metadata["url"] for d in store.similarity_search(question, k=DEPTH)]

    return _searched(folder, lambda q: store.similarity_search(q, k=PASSAGES), ids)


def our_search(folder: Path) -> dict[str, Any]:
    """The same of qa."""
    with Library(folder / "ours", create=False) as library:

        def ids(question: str) -> list[str]:
            found = library.search(question, k=DEPTH)
            return [i for p in found for i in (p.article.url, *(head.url for head in p.also_in))]

        return _searched(folder, lambda q: library.search(q, k=PASSAGES), ids)


def _searched(folder: Path, search: Callable[[str], Any], ids: Callable[[str], list[str]]) -> dict[str, Any]:
    asked = json.loads((folder / "questions.json").read_text("utf-8"))
    for question, _ in asked[:20]:
        search(question)
    times = []
    for question, _ in asked[:QUESTIONS]:
        began = time.perf_counter()
        search(question)
        times.append(1000 * (time.perf_counter() - began))
    times.sort()
    figures: dict[str, Any] = {
        "p50_ms": round(times[len(times) // 2], 2),
        "p95_ms": round(times[int(len(times) * 0.95)], 2),
        "peak_mb": peak_mb(),
    }
    if all(wanted for _, wanted in asked):
        found = [(wanted, list(dict.fromkeys(ids(question)))) for question, wanted in asked]
        for depth in (1, 5, 10):
            share = sum(wanted in got[:depth] for wanted, got in found) / len(found)
            figures[f"article_hit@{depth}"] = round(share, 4)
    return figures


def plain_chain(folder: Path) -> dict[str, Any]:
    """Milliseconds of the plain chain beside a model that takes none."""
    from langchain_core.output_parsers import StrOutputParser
    from langchain_core.prompts import ChatPromptTemplate
    from langchain_core.runnables import RunnablePassthrough

    from qa.models.scripted import ScriptedChatModel

    prompt = ChatPromptTemplate.from_template("Answer from these passages:\n{passages}\nQuestion: {question}")
    retriever = opened_store(folder / "plain").as_retriever(search_kwargs={"k": PASSAGES})
    joined = retriever | (lambda found: "\n\n".join(d.page_content for d in found))
    model = ScriptedChatModel(script={"*": "Nobody knows."})
    chain = {"passages": joined, "question": RunnablePassthrough()} | prompt | model | StrOutputParser()
    return {"p50_ms": _median_ms(folder, chain.invoke)}


def our_chain(folder: Path) -> dict[str, Any]:
    """Milliseconds of qa's chain beside a model that takes none and quotes the first passage."""
    from qa.answering.ask import ask as events
    from qa.answering.ask import final
    from qa.answering.chain import ChainEngine
    from qa.config import Settings
    from qa.models.scripted import ScriptedChatModel

    def reply(question: str) -> dict[str, Any]:
        quote = library.search(question, k=1)[0].text.partition(".")[0] + "."
        citations = [{"passage": 1, "quote": quote}]
        said = {"text": quote, "modality": "confirmed", "attributed_to": "", "citations": citations}
        return {"answerable": True, "reason": "", "statements": [said]}

    with Library(folder / "ours", create=False) as library:
        asked = [q for q, _ in json.loads((folder / "questions.json").read_text("utf-8"))][:CHAINED]
        replies = {question: reply(question) for question in asked}
        model = ScriptedChatModel(script=lambda call: replies[call.question])
        engine = ChainEngine(Settings(model="scripted:plain"), model=model)
        return {"p50_ms": _median_ms(folder, lambda q: final(events(q, library, engine)))}


def _median_ms(folder: Path, answer: Callable[[str], Any]) -> float:
    asked = [q for q, _ in json.loads((folder / "questions.json").read_text("utf-8"))][:CHAINED]
    times = []
    for question in asked:
        began = time.perf_counter()
        assert answer(question)
        times.append(1000 * (time.perf_counter() - began))
    return round(sorted(times[10:])[(len(times) - 10) // 2], 2)


def cold(folder: Path) -> dict[str, float]:
    """Seconds from start to end of small programs, less those of a Python that does nothing: medians."""
    question = json.loads((folder / "questions.json").read_text("utf-8"))[0][0]
    here = str(Path(__file__).parent)
    python = [sys.executable, "-c"]
    programs = {
        "nothing": [*python, "pass"],
        "import_chromadb": [*python, "import chromadb"],
        "qa_help": [sys.executable, "-m", "qa", "--help"],
        "qa_ask": [sys.executable, "-m", "qa", "--library", str(folder / "ours"), "ask", question],
        "our_search": [*python, OUR_PROGRAM, here, str(folder / "ours"), question],
        "plain_search": [*python, PLAIN_PROGRAM, here, str(folder / "plain"), question],
    }
    bare = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
    times: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(STARTS):
        for name, command in programs.items():  # in turn, so that a busy moment strikes all of them
            began = time.perf_counter()
            done = subprocess.run(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=bare, check=False
            )
            times[name].append(time.perf_counter() - began)
            if done.returncode not in (0, 3):  # 3: abstained
                raise SystemExit(f"{name} ended with {done.returncode}: {done.stderr.decode()}")
    medians = {name: sorted(seconds)[STARTS // 2] for name, seconds in times.items()}
    return {f"{name}_s": round(s - medians["nothing"], 3) for name, s in medians.items() if name != "nothing"}


def write_made(folder: Path, kind: str, count: int) -> int:
    """Writes the file of made articles and the questions."""
    asked = [(question, "") for question in newsstand.questions(count, kind, QUESTIONS)]
    return _write(folder, ((a.title, a.text) for a in newsstand.articles(count, kind)), asked)


def write_newsqa(folder: Path, data: Path, first: int) -> int:
    """The same of NewsQA, whose questions have an article each: `first` of them, evenly spaced."""
    from qa.evals.benchmarks import recipe

    articles, asked = recipe("newsqa").read(data)
    urls = {article.id: ADDRESS.format(number) for number, article in enumerate(articles)}
    questions = [(question.question, urls[question.article_id]) for question in asked]
    spaced = questions[:: max(1, len(questions) // first)][:first]
    return _write(folder, ((a.title, a.text) for a in articles), spaced)


def _write(folder: Path, articles: Iterable[tuple[str, str]], asked: Sequence[tuple[str, str]]) -> int:
    """An article has an address, by which both ways know it; a question has that of its article, or ""."""
    (folder / "questions.json").write_text(json.dumps(asked), "utf-8")
    number = 0
    with (folder / FILE).open("w", encoding="utf-8") as file:
        for title, text in articles:
            fields = {"url": ADDRESS.format(number), "title": title, "text": text}
            file.write(json.dumps(fields, ensure_ascii=False) + "\n")
            number += 1
    return number


def peak_mb() -> int:
    """The most memory that this process had at once."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def apart(part: Callable[[Path], dict[str, Any]], folder: Path) -> Any:
    """What a part gives, measured in a process of its own."""
    command = [sys.executable, __file__, "--part", part.__name__, str(folder)]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


def measure(folder: Path, count: int) -> dict[str, Any]:
    """All figures of the file in `folder`."""
    figures: dict[str, Any] = {"articles": count}
    for name, part in (("ours", our_ingest), ("plain", plain_ingest)):
        figures[f"ingest_{name}"] = apart(part, folder)
    figures["cold"] = cold(folder)  # before a second search has warmed anything of ours
    for name, part in (("ours", our_search), ("plain", plain_search)):
        figures[f"search_{name}"] = apart(part, folder)
    for name, part in (("ours", our_chain), ("plain", plain_chain)):
        figures[f"chain_{name}"] = apart(part, folder)
    return figures


def budgets(figures: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """Rows of what is promised, the promise, qa's figure, and the plain way's."""
    count, cold_s = figures["articles"], figures["cold"]
    ours, plain = figures["ingest_ours"], figures["ingest_plain"]
    found, plainly = figures["search_ours"], figures["search_plain"]
    chained, chained_plainly = figures["chain_ours"], figures["chain_plain"]
    margin = cold_s["qa_ask_s"] - cold_s["import_chromadb_s"]
    rows = [
        ("qa --help, s over python -c pass", "<= 0.15", cold_s["qa_help_s"], "-"),
        ("qa ask, cold, s over import chromadb", "<= 0.6", round(margin, 3), "-"),
        ("qa ask, cold, s", "", cold_s["qa_ask_s"], "-"),
        ("search in a small program, cold, s", "", cold_s["our_search_s"], cold_s["plain_search_s"]),
        (f"search p50, ms, {ours['chunks']} chunks", "<= 5 at 26,000", found["p50_ms"], plainly["p50_ms"]),
        ("search p95, ms", "", found["p95_ms"], plainly["p95_ms"]),
        ("search, peak MB", "", found["peak_mb"], plainly["peak_mb"]),
        ("ingest, articles/s", ">= 250", round(count / ours["first_s"]), round(count / plain["first_s"])),
        ("ingest, peak MB", "<= 1024", ours["peak_mb"], plain["peak_mb"]),
        ("again unchanged, times faster", ">= 20", ours["again_times_faster"], plain["again_times_faster"]),
        ("disk, MB", "", ours["disk_mb"], plain["disk_mb"]),
        ("chain beside the model, ms", "<= 50", chained["p50_ms"], chained_plainly["p50_ms"]),
    ]  # fmt: skip
    rows += [(name, "", found[name], plainly[name]) for name in found if name.startswith("article_hit")]
    return [(what, promised, str(mine), str(other)) for what, promised, mine, other in rows]


def show(rows: Sequence[tuple[str, str, str, str]]) -> None:
    """Prints the table."""
    print(f"\n{'':40}{'budget':>16}{'qa':>12}{'plain way':>12}")
    for what, promised, mine, other in rows:
        print(f"{what:40}{promised:>16}{mine:>12}{other:>12}")


PARTS = (our_ingest, plain_ingest, our_search, plain_search, our_chain, plain_chain)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=1_000)
    parser.add_argument("--kind", choices=newsstand.KINDS, default="news")
    parser.add_argument("--newsqa", type=Path, help="folder of the NewsQA files, instead of made articles")
    parser.add_argument("--first", type=int, default=400, help="so many of the NewsQA questions")
    parser.add_argument("--no-record", action="store_true", help="print only")
    parser.add_argument("--part", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        name, folder = options.part
        print(json.dumps({part.__name__: part for part in PARTS}[name](Path(folder))))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if options.newsqa:
            count = write_newsqa(folder, options.newsqa, options.first)
        else:
            count = write_made(folder, options.kind, options.articles)
        figures = measure(folder, count)
    show(budgets(figures))
    name = "newsqa" if options.newsqa else f"{options.kind}-{options.articles}"
    record(f"plain-{name}", figures, save=not options.no_record)


if __name__ == "__main__":
    main()
