"""What a question's word may be called in the articles."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qa.library import Library
from qa.library.evidence import SHIPPED, WORDS_ALONE, Asked, Weights
from qa.library.lexical import MOST_SPELLED, _family
from qa.library.other_words import Family, Others, Way, nearest, rarity
from qa.types import Article

ALL = Others(form=0.8, used_for=0.3, asking=0.5)
DULL = "Nothing else was said about the weather that week, and the shops along the quay kept their hours. "
KNOWN = {"jail": 50, "prison": 50, "cell": 4, "bought": 9, "buy": 30, "britain": 7, "name": 90, "appoint": 8}


@pytest.fixture
def family() -> Family:
    return _family()


def ways(family: Family, stem: str, others: Others = ALL) -> dict[str, float]:
    found = family.ways(stem, others, lambda s: KNOWN.get(s, 0), 1_000)
    assert len({way.stem for way in found}) == len(found)
    return {way.stem: way.weight for way in found}


@pytest.mark.parametrize(
    ("one", "other"),
    [("buy", "bought"), ("went", "gone"), ("death", "die"), ("british", "britain"), ("haitian", "haiti"),
     ("labour", "labor")],
)  # fmt: skip
def test_forms_stand_for_one_another(family: Family, one: str, other: str):
    assert other in family.forms(one)
    assert one in family.forms(other)


def test_a_word_comes_first_and_those_in_no_article_are_left_out(family: Family):
    assert family.ways("jail", ALL, lambda s: KNOWN.get(s, 0), 1_000)[0] == Way("jail", 1.0)
    assert ways(family, "jail").keys() == {"jail", "prison", "cell"}  # not "gaol"
    assert ways(family, "quay") == {}


def test_another_word_counts_less_and_a_rarer_one_never_more(family: Family):
    found = ways(family, "jail")
    assert found["prison"] == pytest.approx(0.3)
    assert found["cell"] * rarity(4, 1_000) == pytest.approx(0.3 * rarity(50, 1_000))
    assert ways(family, "buy")["bought"] == pytest.approx(0.8 * rarity(30, 1_000) / rarity(9, 1_000))


def test_a_word_in_no_article_is_found_by_its_forms(family: Family):
    assert ways(family, "british") == {"britain": 0.8}


def test_the_askers_own_words_count_half_and_have_no_synonyms(family: Family):
    assert ways(family, "name") == {"name": 0.5}
    assert {"say", "peopl", "kind", "happen"} <= family.asking


def test_nothing_stands_for_a_word_that_is_to_be_taken_as_it_is(family: Family):
    assert ways(family, "jail", Others()) == {"jail": 1.0}
    assert ways(family, "name", Others()) == {"name": 1.0}


VOCABULARY = {"lindqvist": 3, "linden": 9, "ferri": 5, "ferret": 8, "israel": 4, "harbor": 2, "harbour": 6}


def starting(prefix: str, most: int) -> list[tuple[str, int]]:
    return sorted((i for i in VOCABULARY.items() if i[0].startswith(prefix)), key=lambda i: -i[1])[:most]


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [("isreal", "israel"), ("lindquist", "lindqvist"), ("lindquistt", "lindqvist"), ("ferrii", "ferri"),
     ("harbur", "harbour")],
)  # fmt: skip
def test_the_nearest_spelling_is_meant(misspelt: str, meant: str):
    assert nearest(misspelt, starting) == meant


@pytest.mark.parametrize("other", ["linen", "ferr", "b12345", "ibrael", "lnidqvist", "isroil"])
def test_what_is_not_near_enough_is_left(other: str):
    found = nearest(other, starting)
    assert found is None or (other, found) == ("linen", "linden")


def test_a_word_put_right_is_asked_for_once_and_keeps_its_place_in_pairs():
    looked_for = Asked(
        ("mayor", "lindquist", "lindqvist"), (("mayor", 1, "lindquist"), ("lindquist", 1, "lindqvist"))
    )
    right = looked_for.spelled({"lindquist": "lindqvist"}.get)
    assert right == Asked(("mayor", "lindqvist"), (("mayor", 1, "lindqvist"),))
    assert looked_for.spelled(lambda term: None) is looked_for


@pytest.fixture
def by_words(library: Library) -> Callable[..., list[str]]:
    """Searches the library by words alone and gives the articles' ids, best first."""

    def search(question: str, weights: Weights = SHIPPED) -> list[str]:
        library.searching.dense_weight, library.searching.weights = 0.0, weights
        return [p.article.id for p in library.search(question, k=5)]

    return search


def test_a_misspelt_name_is_found(library: Library, by_words: Callable[..., list[str]]):
    library.add([Article(id="right", text="Vera Lindqvist leads the tramway of Carrow.")])
    library.add([Article(id="other", text=DULL)])
    assert by_words("Lindquist") == ["right"]
    assert by_words("Lindquist", WORDS_ALONE) == []


def test_a_word_that_is_known_is_not_put_right(library: Library, by_words: Callable[..., list[str]]):
    many = [Article(id=f"linden-{n}", text=f"A linden stands in square {n} of the town.") for n in range(4)]
    library.add([*many, Article(id="linder", text="Mr Linder sells bread and cakes by the station.")])
    library.add([Article(id="titled", title="Lindel", text="Bread is sold by the station every day.")])
    assert by_words("Linder") == ["linder"]
    assert by_words("Lindel") == ["titled"]


def test_an_article_is_found_by_another_form(library: Library, by_words: Callable[..., list[str]]):
    library.add([Article(id="right", text="The council bought a tram on Monday. " + DULL)])
    library.add([Article(id="other", text="The council sat on Tuesday. " + DULL)])
    assert by_words("What did the council buy?")[0] == "right"
    assert by_words("buy") == ["right"]
    assert by_words("buy", WORDS_ALONE) == []


def test_another_name_for_the_thing_decides_between_two(library: Library, by_words: Callable[..., list[str]]):
    library.add([Article(id="a-other", text="The mayor of Carrow spoke to a baker about bread. " + DULL)])
    library.add([Article(id="b-right", text="The mayor of Carrow spoke to a lawyer about bread. " + DULL)])
    library.add([Article(id="c-far", text="An attorney and a solicitor met in Ostby. " + DULL)])
    question = "Which attorney did the mayor of Carrow see?"
    shipped, alone = by_words(question), by_words(question, SHIPPED._replace(others=Others()))
    assert shipped.index("b-right") < shipped.index("a-other")
    assert alone.index("a-other") < alone.index("b-right")


def test_a_word_said_in_many_ways_counts_once(library: Library, by_words: Callable[..., list[str]]):
    own = "The attorney came late. " + DULL
    many = "The lawyer, the solicitor, the barrister and the counsel came. " + DULL
    library.add([Article(id="b-own", text=own), Article(id="a-many", text=many)])
    assert by_words("attorney in Carrow, quay")[0] == "b-own"


def test_a_long_question_is_taken_as_it_is_spelled(
    library: Library, by_words: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
):
    library.add([Article(id="right", text="Vera Lindqvist leads the tramway of Carrow.")])
    looked_up: list[str] = []
    monkeypatch.setattr("qa.library.lexical.nearest", lambda stem, starting: looked_up.append(stem))
    long = " ".join(f"lindquist{'abcdefgh'[n % 8]}{'abcdefgh'[n // 8]}" for n in range(MOST_SPELLED))
    assert by_words(f"{long} tramway") == ["right"]
    assert looked_up == []
    by_words("Lindquist of the tramway")
    assert looked_up == ["lindquist"]
