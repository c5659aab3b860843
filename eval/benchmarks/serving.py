"""Measures `qa serve` under load: many clients that ask as fast as they are answered, the extractive engine
over the sample articles, then a scripted model that takes 2 s for each call.

    python eval/benchmarks/serving.py [--seconds 60] [--clients 50] [--no-record]

Printed for each: requests answered, a second; the median and the 99th percentile of their time in
milliseconds; errors (every status but 200, and lost connections); the same percentile of /healthz, asked ten
times a second meanwhile; and the server's resident memory in MB when it is ready, after a third of the time,
and at the end. The server is a process of its own; the clients share the machine with it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parent))

from results import record

QUESTIONS = (
    "Who is attending Davos?",
    "Who will accompany Starmer?",
    "Why did the Greek prime minister cancel his trip?",
    "When could a meeting on Ukraine take place?",
    "Who is Tobias Wren?",
    "How many ships are due in the German ports?",
    "What did Jens-Ole Behrendt say?",
    "How many members voted for strikes?",
    "Which companies are under review by the EU?",
    "Who won the Atlantic Cup?",
    "What was damaged in the storm?",
    "Who leads the polls in Halden Bay?",
    "Who won the 2022 World Cup?",
)
SCRIPTED = QUESTIONS[1]
SENTENCE = (
    "Starmer will be accompanied by his national security adviser, Jonathan Powell, a government "
    "spokesperson said."
)
MODEL_SECONDS = 2


@dataclass
class Load:
    """What came of it: milliseconds of each request, and what went wrong."""

    took: list[float] = field(default_factory=list)
    errors: int = 0
    answered: int = 0
    healthz: list[float] = field(default_factory=list)
    megabytes: list[int] = field(default_factory=list)


def script() -> dict[str, Any]:
    """A model that takes its time and quotes one sentence."""
    citations = [{"passage": 1, "quote": SENTENCE}]
    said = {"text": SENTENCE, "modality": "expected", "attributed_to": "", "citations": citations}
    return {"*": {"reply": {"answerable": True, "reason": "", "statements": [said]}, "delay": MODEL_SECONDS}}


@contextlib.contextmanager
def server(folder: Path, *args: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`qa serve` over the library in `folder`, without limits on a client, and its address."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
    command = [sys.executable, "-m", "qa", "serve", "--port", "0", "--rate", "0", *args]
    with (folder / "serve.log").open("w") as log:
        env = bare | {"QA_LIBRARY": str(folder / "library")}
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, text=True, env=env, cwd=folder
        )
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+", process.stdout.readline())
            if found is None:
                raise SystemExit((folder / "serve.log").read_text())
            yield process, found[0]
            process.send_signal(signal.SIGTERM)
            if code := process.wait(30):
                raise SystemExit(f"the server ended with {code}")
        finally:
            process.kill()


def resident(process: subprocess.Popen[str]) -> int:
    """Resident memory of the server in MB."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024


async def asking(
    client: httpx.AsyncClient, number: int, questions: tuple[str, ...], end: float, load: Load
) -> None:
    """One client, which asks again as soon as it is answered."""
    while time.monotonic() < end:
        began = time.perf_counter()
        try:
            response = await client.post("/api/ask", json={"question": questions[number % len(questions)]})
            wrong = "" if response.status_code == 200 else f"{response.status_code} {response.text[:200]}"
        except httpx.HTTPError as exc:
            wrong = repr(exc)
        number += 1
        if not wrong:
            load.took.append(1000 * (time.perf_counter() - began))
            load.answered += not response.json()["abstained"]
        else:
            load.errors += 1
            print(f"error: {wrong}", file=sys.stderr)
            await asyncio.sleep(0.1)


async def watching(client: httpx.AsyncClient, process: Any, seconds: float, load: Load) -> None:
    """Asks for the server's health all the while, and looks at its memory."""
    began = time.monotonic()
    while (passed := time.monotonic() - began) < seconds:
        if len(load.megabytes) == 1 and passed > seconds / 3:
            load.megabytes.append(resident(process))
        asked = time.perf_counter()
        with contextlib.suppress(httpx.HTTPError):
            if (await client.get("/healthz")).status_code == 200:
                load.healthz.append(1000 * (time.perf_counter() - asked))
        await asyncio.sleep(0.1)


async def loaded(
    process: Any, address: str, questions: tuple[str, ...], clients: int, seconds: float
) -> Load:
    """All clients at once, for so many seconds."""
    load = Load(megabytes=[resident(process)])
    limits = httpx.Limits(max_connections=clients + 1, max_keepalive_connections=clients + 1)
    async with httpx.AsyncClient(base_url=address, timeout=60, limits=limits, trust_env=False) as client:
        end = time.monotonic() + seconds
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(watching(client, process, seconds, load))
            for number in range(clients):
                tasks.create_task(asking(client, number, questions, end, load))
    load.megabytes.append(resident(process))
    return load


def percentile(values: list[float], share: float) -> float | None:
    """The value that `share` of all do not exceed, to a tenth; None of nothing."""
    ordered = sorted(values)
    return round(ordered[min(int(share * len(ordered)), len(ordered) - 1)], 1) if ordered else None


def figures(load: Load, seconds: float) -> dict[str, Any]:
    """What is printed and recorded."""
    start, third, end = (load.megabytes * 3)[:3] if len(load.megabytes) < 3 else load.megabytes
    return {
        "requests": len(load.took),
        "per_second": round(len(load.took) / seconds, 1),
        "p50_ms": percentile(load.took, 0.5),
        "p99_ms": percentile(load.took, 0.99),
        "errors": load.errors,
        "not_abstained": load.answered,
        "healthz_p99_ms": percentile(load.healthz, 0.99),
        "start_mb": start,
        "third_mb": third,
        "end_mb": end,
    }


def main() -> None:
    """Measures, prints, records."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--no-record", action="store_true", help="print only")
    given = parser.parse_args()
    found: dict[str, Any] = {"clients": given.clients, "seconds": given.seconds}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ingest = [sys.executable, "-m", "qa", "--library", str(folder / "library"), "ingest", "--samples"]
        subprocess.run(ingest, check=True, capture_output=True)
        (folder / "script.json").write_text(json.dumps(script()))
        model = f"scripted:{folder / 'script.json'}"
        for engine, questions in (("extractive", QUESTIONS), ("model", (SCRIPTED,))):
            with server(folder, "--model", "extractive" if engine == "extractive" else model) as (
                process,
                address,
            ):
                load = asyncio.run(loaded(process, address, questions, given.clients, given.seconds))
            found[engine] = figures(load, given.seconds)
    record("serving", found, save=not given.no_record)


if __name__ == "__main__":
    main()
