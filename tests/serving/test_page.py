"""The web page in a real browser, against `qa serve`: by mouse and by keyboard, wide and narrow."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from chromium import Browser, Page, browsing, installed

ROOT = Path(__file__).resolve().parents[2]
MISSING = [name for name in ("fastapi", "uvicorn", "prometheus_client") if find_spec(name) is None]
DAVOS = "Who is attending Davos?"
PLANTED = """Title: Ferry <img src=x onerror="window.planted='title'"> sinks
Outlet: <script>window.planted='outlet'</script>Lagoon Post
Author: <svg onload="window.planted='author'">
Published: 2026-02-03T09:00:00+00:00
URL: https://lagoon-post.example/%22%3E%3Cscript%3Ewindow.planted%3D1%3C/script%3E

CHIOGGIA 🚢⛴️𝒜 - The lagoon was calm 🌊. </p><script>window.planted='text'</script>

The ferry Serenella 🛟 sank off Chioggia on Monday, the harbour master, Elio Bortoluzzi, said. All live.

<img src=x onerror="window.planted='said'"> <b onclick="window.planted='bold'">Divers</b> dived on Tuesday.
"""
OPEN = "document.querySelector('#reader').open"
ACTIVE = "document.activeElement.id"
DONE = "!document.querySelector('.turn').hasAttribute('aria-busy')"
OUTLETS = "document.querySelectorAll('#outlets-list input').length > 5"
LAST_OF_TURN = "document.querySelector('.turn .coverage')"

pytestmark = [
    pytest.mark.skipif(not installed(), reason="no Chromium on this machine"),
    pytest.mark.skipif(bool(MISSING), reason=f"serving needs {', '.join(MISSING)}: pip install 'qa[serve]'"),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with the samples, and an article that would do harm as markup."""
    folder = tmp_path_factory.mktemp("page")
    planted = folder / "planted.txt"
    planted.write_text(PLANTED, "utf-8")
    command = [sys.executable, "-m", "qa", "ingest", "eval/samples", str(planted)]
    done = subprocess.run(command, cwd=ROOT, env=_environment(folder), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def server(library: Path) -> Iterator[str]:
    """The address of a server without a key."""
    with _serving(library) as address:
        yield address


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(installed(), tmp_path_factory.mktemp("chromium")) as found:
        yield found


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    """A page with the form; at the end nothing may have gone wrong in it, nor have been asked elsewhere."""
    with browser.page() as found:
        found.size(1280, 900)
        found.go(server)
        yield found
        assert found.complaints() == []
        # The icon in a field for days is the browser's own "data:".
        foreign = [url for url in found.requests() if not url.startswith((f"{server}/", "data:"))]
        assert foreign == []


def _environment(library: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
    return kept | {"PYTHONPATH": str(ROOT), "QA_LIBRARY": str(library / "library"), **more}


@contextmanager
def _serving(library: Path, *options: str, **environment: str) -> Iterator[str]:
    command = [sys.executable, "-m", "qa", "serve", "--port", "0", *options]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=_environment(library, **environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert found, "qa serve did not say where it is"
        yield found[0]
    finally:
        process.terminate()
        process.wait(60)
        assert process.stdout is not None
        process.stdout.close()


def _ask(page: Page, question: str) -> None:
    page.run("document.querySelector('#q').select()")
    page.type(question)
    page.press("Enter")
    page.wait(f"document.querySelector('.turn h2')?.textContent === {json.dumps(question)} && {DONE}")


def _texts(page: Page, selector: str) -> list[str]:
    found: list[str] = page.run(
        f"[...document.querySelectorAll({json.dumps(selector)})].map((e) => e.textContent.trim())"
    )
    return found


def _asked_directly(page: Page, question: str) -> dict[str, Any]:
    body = json.dumps(json.dumps({"question": question}))
    found: dict[str, Any] = page.run(
        "fetch('/api/ask', {method: 'POST', headers: {'Content-Type': 'application/json'}, "
        f"body: {body}}}).then((r) => r.json())"
    )
    return found


def _citations(answer: dict[str, Any]) -> dict[int, dict[str, Any]]:
    return {c["marker"]: c for s in answer["statements"] for c in s["citations"]}


def _marked(page: Page) -> str:
    page.wait("document.querySelector('#reader mark')")
    return "".join(_texts(page, "#reader mark"))


# ---------------------------------------------------------------- answers


def test_a_question_is_answered_under_the_headings_of_its_answer(page: Page) -> None:
    page.wait(f"{ACTIVE} === 'q'")
    _ask(page, DAVOS)
    answer = _asked_directly(page, DAVOS)
    headings = re.findall(r"^(.+):\n- ", answer["text"], flags=re.MULTILINE)
    assert headings == ["Attending", "Expected or conditional", "Not attending"]
    assert _texts(page, ".turn .group h3") == headings
    lines = re.findall(r"^- (.+)$", answer["text"], flags=re.MULTILINE)
    assert _texts(page, ".turn .said") == lines
    for statement in answer["statements"]:
        (item,) = (text for text in _texts(page, ".statement") if text.startswith(statement["text"][:20]))
        assert statement["citations"][0]["outlet"] in item
        assert statement["attributed_to"].lower() in item.lower()
    expected = [s for s in answer["statements"] if s["modality"] in ("expected", "conditional")]
    assert _texts(page, ".turn .label") == [s["modality"].capitalize() for s in expected]
    assert "from 2 articles, 2 outlets, 13-16 January 2026" in _texts(page, ".coverage")[0]
    assert "complete: 10 statements" in _texts(page, "#status")[0]
    assert page.run("document.title").startswith(DAVOS)


def test_a_follow_up_is_read_in_the_light_of_the_questions_before(page: Page) -> None:
    _ask(page, "Is Macron attending Davos?")
    _ask(page, "and Starmer?")
    assert _texts(page, ".turn:first-child .asked-as")[0] == "Asked as: Is Starmer attending Davos?"
    assert "Starmer" in _texts(page, ".turn:first-child .said")[0]
    assert "q=Is+Starmer+attending+Davos" in page.run("location.search")
    _ask(page, "Who won the Atlantic Cup final?")
    assert page.run("document.querySelector('.turn .asked-as').hidden")


def test_where_sources_differ_is_in_a_box_of_its_own(page: Page) -> None:
    question = "How many people marched in Valencia?"
    _ask(page, question)
    (conflict,) = _asked_directly(page, question)["conflicts"]
    (box,) = _texts(page, ".conflicts")
    assert conflict["about"] in box
    sides = _texts(page, ".conflicts li")
    assert len(sides) == len(conflict["sides"]) == 4
    for told, side in zip(sides, conflict["sides"], strict=True):
        assert told.startswith(side["value"])
        assert side["speakers"][0] in told
        assert "15 March 2026" in told
    page.click(".conflicts .marker")
    assert "95,000" in _marked(page)
    assert "Sources disagree" not in page.run("document.querySelector('.turn').textContent")


def test_the_latest_report_comes_first_where_it_overtakes_another(page: Page) -> None:
    _ask(page, "How many people were killed in Gdynia?")
    assert [text.split()[0] for text in _texts(page, ".conflicts li")] == ["nine", "At"]


def test_an_abstention_gives_its_reason_and_a_next_step(page: Page) -> None:
    question = "How tall is the lighthouse of Chioggia?"
    _ask(page, question)
    assert _texts(page, ".turn .group") == []
    reason = _asked_directly(page, question)["reason"]
    (told,) = _texts(page, ".abstained")
    assert reason[1:] in told
    page.click(".steps button")
    page.wait("document.querySelector('.passages button')")
    page.press("Enter")
    assert "CHIOGGIA" in _marked(page)
    page.press("Escape")
    page.wait(f"!{OPEN} && {ACTIVE} === 't1-near0'")


def test_follow_ups_stay_on_the_page_the_newest_first(page: Page) -> None:
    _ask(page, DAVOS)
    _ask(page, "How many people were killed in Gdynia?")
    assert _texts(page, ".turn h2") == ["How many people were killed in Gdynia?", DAVOS]
    ids = page.run("[...document.querySelectorAll('[id]')].map((e) => e.id)")
    assert len(ids) == len(set(ids))


def test_an_empty_question_is_not_sent(page: Page) -> None:
    page.press("Enter")
    page.wait("!document.querySelector('#q-missing').hidden")
    assert _texts(page, ".turn") == []
    assert page.run(ACTIVE) == "q"
    assert [url for url in page.requests() if "/api/" in url] == []


# ---------------------------------------------------------------- the article


def test_every_marker_opens_its_article_at_the_cited_words(page: Page) -> None:
    page.size(1280, 460)  # too low to show all of an article at once
    _ask(page, DAVOS)
    for marker, citation in _citations(_asked_directly(page, DAVOS)).items():
        button = f".said .marker[id$='-m{marker}']"
        name = page.run(f'document.querySelector("{button}").id')
        page.click(button)
        page.wait(f"document.querySelector('#reader-title').textContent === {json.dumps(citation['title'])}")
        page.wait(f"document.querySelector('#reader mark')?.textContent === {json.dumps(citation['quote'])}")
        inside = page.run(
            "(() => { const m = document.querySelector('#reader mark').getBoundingClientRect();"
            "const r = document.querySelector('#reader-text').getBoundingClientRect();"
            "return m.top >= r.top && m.bottom <= r.bottom; })()"
        )
        assert inside
        link = page.run("(({href, rel}) => [href, rel])(document.querySelector('#reader-link a'))")
        assert link == [citation["url"], "noopener noreferrer"]
        assert citation["outlet"] in _texts(page, "#reader-source")[0]
        page.press("Escape")
        page.wait(f"!{OPEN} && {ACTIVE} === {json.dumps(name)}")


def test_the_whole_article_is_shown(page: Page) -> None:
    _ask(page, DAVOS)
    page.click(".marker")
    _marked(page)
    first = _citations(_asked_directly(page, DAVOS))[1]
    article = page.run(f"fetch('/api/articles/{first['article_id']}').then((r) => r.json())")
    assert "\n\n".join(_texts(page, "#reader-text p")) == article["text"]
    page.click("#reader-close")
    page.wait(f"!{OPEN} && document.activeElement.classList.contains('marker')")


def test_markup_in_an_article_is_text(page: Page) -> None:
    _ask(page, "Where did the ferry Serenella sink?")
    answer = _asked_directly(page, "Where did the ferry Serenella sink?")
    citation = _citations(answer)[1]
    assert "<img" in citation["title"]
    assert "<script>" in citation["outlet"]
    page.click(".said .marker")
    assert _marked(page) == citation["quote"]
    article = page.run(f"fetch('/api/articles/{citation['article_id']}').then((r) => r.json())")
    before = article["text"][: citation["start"]]
    assert len(before.encode("utf-16-le")) > 2 * len(before)  # offsets differ: emoji are two units here
    assert "\n\n".join(_texts(page, "#reader-text p")) == article["text"]
    assert "<script>" in article["text"]
    assert citation["title"] in _texts(page, "#reader-title")
    assert citation["outlet"] in _texts(page, "#reader-source")[0]
    assert (
        page.run("document.querySelectorAll('main img, main svg, main b, main script, dialog img').length")
        == 0
    )
    assert page.run("document.querySelectorAll('dialog script, dialog b, dialog svg').length") == 0
    assert page.run("typeof window.planted") == "undefined"


# ---------------------------------------------------------------- keyboard, phone


def test_everything_goes_by_keyboard(page: Page) -> None:
    page.wait(f"{ACTIVE} === 'q'")
    page.type(DAVOS)
    page.press("Enter")
    page.wait(LAST_OF_TURN)
    visited = []
    while not (visited and visited[-1].startswith("t1-s1")):
        page.press("Tab")
        visited.append(page.run(f"{ACTIVE} || document.activeElement.tagName"))
        outline = page.run("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", visited
        assert len(visited) < 10
    assert visited[:2] == ["SUMMARY", "send"]
    page.press("Enter")
    assert _marked(page)
    assert page.run(ACTIVE) == "reader-text"
    page.press("Escape")
    page.wait(f"!{OPEN} && {ACTIVE} === {json.dumps(visited[-1])}")
    page.run("document.querySelector('input[name=mode]:checked').focus()")
    page.press("ArrowRight")
    page.wait("document.querySelector('#send').textContent === 'Summarize'")


def test_a_phone_has_the_article_over_the_answer(page: Page) -> None:
    page.size(320, 640)
    _ask(page, DAVOS)
    assert page.run("document.documentElement.scrollWidth") <= 320
    _open_filters(page)
    assert page.run("document.documentElement.scrollWidth") <= 320
    page.click(".marker")
    _marked(page)
    assert page.run("document.querySelector('#reader').matches(':modal')")
    assert page.run("document.documentElement.scrollWidth") <= 320
    for _ in range(8):  # what is behind the article has no focus
        page.press("Tab")
        assert not page.run("document.querySelector('main').contains(document.activeElement)")
    page.size(1280, 900)
    page.wait(f"{OPEN} && !document.querySelector('#reader').matches(':modal')")
    page.press("Escape")
    page.wait(f"!{OPEN} && document.activeElement.classList.contains('marker')")


def test_targets_are_large_enough(page: Page) -> None:
    page.size(320, 640)
    _ask(page, DAVOS)
    small = page.run(
        "[...document.querySelectorAll('button, textarea, summary')].map((e) => [e.id || e.tagName, "
        "e.getBoundingClientRect()]).filter(([, b]) => b.width && (b.width < 24 || b.height < 24))"
    )
    assert small == []  # https://www.w3.org/TR/WCAG22/#target-size-minimum


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark(page: Page, scheme: str) -> None:
    page.prefer(prefers_color_scheme=scheme)
    red = page.run("Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])")
    assert (red < 60) == (scheme == "dark")


# ---------------------------------------------------------------- filters, links


def _open_filters(page: Page) -> None:
    page.run("document.querySelector('#filters').open = true")
    page.wait(OUTLETS)  # they push down what is below


def _choose_day(page: Page, name: str, day: str) -> None:
    page.run(
        f"(() => {{ const field = document.querySelector('#{name}'); field.value = '{day}';"
        "field.dispatchEvent(new Event('input', {bubbles: true})); })()"
    )


def test_filters_leave_out_and_can_be_taken_off(page: Page) -> None:
    page.click("#filters summary")
    page.wait(OUTLETS)
    _choose_day(page, "as_of", "2026-01-14")
    page.click("#outlets-list input[value='The Meridian Dispatch']")
    page.wait("document.querySelector('#filters-set').textContent.includes('Meridian')")
    _ask(page, DAVOS)
    assert _texts(page, ".filtered") == ["As known on 14 January 2026, from The Meridian Dispatch."]
    assert "Harbour Gazette" not in page.run("document.querySelector('.turn .body').textContent")
    assert _texts(page, ".coverage")[0].startswith("from 1 article, 1 outlet, 13 January 2026")
    assert page.run("location.search") == (
        "?q=Who+is+attending+Davos%3F&as_of=2026-01-14&outlet=The+Meridian+Dispatch"
    )
    page.click("#clear")
    assert _texts(page, "#filters-set") == ["none"]
    assert page.run("document.querySelectorAll('#outlets-list input:checked').length") == 0


def test_filters_that_leave_nothing_can_be_left_off(page: Page, server: str) -> None:
    page.go(f"{server}/?q=Who+is+attending+Davos%3F&until=2020-01-01")
    page.wait("document.querySelector('.abstained')")
    assert "filters" in _texts(page, ".abstained")[0]
    page.click(".steps button")
    page.wait(LAST_OF_TURN)
    assert page.run("location.search") == "?q=Who+is+attending+Davos%3F"


def test_an_outlet_is_found_by_its_name(page: Page) -> None:
    page.click("#filters summary")
    page.wait("!document.querySelector('#outlets-find').hidden")
    page.run("document.querySelector('#outlets-find').focus()")
    page.type("harbour")
    page.press("Enter")
    assert _texts(page, "#outlets-list label:not([hidden])") == ["Harbour Gazette"]
    assert _texts(page, ".turn") == []


def test_days_the_wrong_way_round_are_not_sent(page: Page) -> None:
    _open_filters(page)
    _choose_day(page, "since", "2026-01-14")
    _choose_day(page, "until", "2026-01-13")
    page.run("document.querySelector('#q').focus()")
    page.type(DAVOS)
    page.press("Enter")
    page.wait("document.querySelector('#q-missing').textContent.includes('turn them around')")
    assert _texts(page, ".turn") == []


def test_a_link_asks_again_and_history_works(page: Page, server: str) -> None:
    page.go(f"{server}/?q=Who+is+attending+Davos%3F&as_of=2026-01-14&outlet=The+Meridian+Dispatch")
    page.wait(LAST_OF_TURN)
    assert page.run("document.querySelector('#q').value") == DAVOS
    assert page.run("document.querySelector('#as_of').value") == "2026-01-14"
    assert _texts(page, ".filtered") == ["As known on 14 January 2026, from The Meridian Dispatch."]
    _open_filters(page)
    page.wait("document.querySelector('#outlets-list input:checked')?.value === 'The Meridian Dispatch'")
    page.click("#clear")
    _ask(page, "How many people were killed in Gdynia?")
    page.run("history.back()")
    page.wait(f"document.querySelector('#q').value === {json.dumps(DAVOS)}")
    assert page.run("document.querySelector('#as_of').value") == "2026-01-14"
    assert page.run("document.activeElement.textContent") == DAVOS
    page.run("history.forward()")
    page.wait("document.querySelector('#q').value.includes('Gdynia')")
    assert len(_texts(page, ".turn")) == 2


@pytest.mark.parametrize(
    "search",
    [
        "?q=%3Cimg+src%3Dx+onerror%3Dwindow.planted%3D1%3E",
        "?q=Davos&as_of=%22%3E%3Cscript%3E&mode=x&style=y&words=1e9",
    ],
)
def test_a_planted_link_does_nothing(page: Page, server: str, search: str) -> None:
    page.go(server + "/" + search)
    page.wait(f"document.querySelector('.turn') && {DONE}")
    assert page.run("document.querySelectorAll('main img, main script').length") == 0
    assert page.run("typeof window.planted") == "undefined"


# ---------------------------------------------------------------- summaries


@pytest.mark.parametrize("style", ["brief", "bullets", "headline", "timeline", "digest"])
def test_a_summary_in_every_style(page: Page, server: str, style: str) -> None:
    page.go(f"{server}/?mode=summarize&q=shipyard+explosion+in+Gdynia&style={style}&words=90")
    page.wait(LAST_OF_TURN)
    assert page.run("document.querySelector('#style').value") == style
    assert page.run("document.querySelector('#words').value") == "90"
    body = json.dumps(json.dumps({"query": "shipyard explosion in Gdynia", "style": style, "words": 90}))
    summary = page.run(
        "fetch('/api/summarize', {method: 'POST', headers: {'Content-Type': 'application/json'}, "
        f"body: {body}}}).then((r) => r.json())"
    )
    told = " ".join(_texts(page, ".turn .group"))
    for point in summary["points"]:
        assert point["text"].split(",")[0].split("'s")[0] in told
    headings = [section["heading"] for section in summary["sections"]]
    assert [h.split(" (")[0] for h in _texts(page, ".turn .group h3")] == headings
    page.click(".group .marker")
    assert _marked(page) == summary["points"][0]["citations"][0]["quote"]


def test_a_summary_is_asked_for_in_the_form(page: Page) -> None:
    page.click("input[value=summarize]")
    page.wait("!document.querySelector('#layout').hidden")
    page.click("#send")
    page.wait("document.querySelector('#q-missing').textContent.includes('Say what the summary is about')")
    _open_filters(page)
    _choose_day(page, "since", "2026-01-12")
    _choose_day(page, "until", "2026-01-18")
    page.click("#send")
    page.wait(LAST_OF_TURN)
    assert _texts(page, ".turn h2") == ["Summary: all that was published"]
    assert _texts(page, ".filtered") == ["Published 12-18 January 2026."]


# ---------------------------------------------------------------- keys, limits


def test_the_key_is_asked_for_once(browser: Browser, library: Path) -> None:
    with _serving(library, QA_SERVE_KEY="a-long-key") as address, browser.page() as page:
        page.go(address)
        page.type(DAVOS)
        page.press("Enter")
        page.wait("document.querySelector('.problem input[type=password]')")
        assert "asks for a key" in _texts(page, ".problem h3")[0]
        page.wait(f"{ACTIVE} === 't1-key'")
        page.type("another")
        page.press("Enter")
        page.wait("document.querySelector('.problem h3')?.textContent === 'The key is wrong'")
        page.type("a-long-key")
        page.press("Enter")
        page.wait(LAST_OF_TURN)
        page.click(".marker")
        assert _marked(page)
        page.go(f"{address}/?q=Who+is+attending+Davos%3F")
        page.wait(LAST_OF_TURN)
        assert page.run("Object.keys(localStorage).length") == 0
        assert not [url for url in page.requests() if "a-long-key" in url]
        page.click("#forget")
        _ask(page, DAVOS)
        assert "asks for a key" in _texts(page, ".problem h3")[0]


def test_too_many_questions_are_told_when_to_come_back(browser: Browser, library: Path) -> None:
    with _serving(library, "--rate", "1") as address, browser.page() as page:
        page.go(address)
        page.wait(f"{ACTIVE} === 'q'")
        _ask(page, DAVOS)
        _ask(page, "Who is at Davos?")
        (told,) = _texts(page, ".problem")
        assert re.search(r"Too many questions.*Try again in \d+ seconds?\.", told)


def test_a_server_that_is_gone(browser: Browser, library: Path) -> None:
    with browser.page() as page:
        with _serving(library) as address:
            page.go(address)
            page.wait(f"{ACTIVE} === 'q'")
            _ask(page, DAVOS)
        page.click(".marker")
        page.wait("document.querySelector('#reader-told').textContent.includes('not there to be read')")
        page.press("Escape")
        page.run("document.querySelector('#q').focus()")
        _ask(page, "Who is at Davos?")
        assert "The server cannot be reached" in _texts(page, ".problem")[0]
        assert len(_texts(page, ".turn")) == 2
