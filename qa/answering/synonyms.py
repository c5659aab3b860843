"""Words and names that count as the same in a question and in the article that answers it."""

from __future__ import annotations

from functools import lru_cache

from qa.wordings.forms import NATIONS
from qa.wordings.lists import opposed

# Words that a newsroom uses for one another in a question and its answer. Stems, one group a line.
_SYNONYMS = """
attend attendance attende attende join presenc present particip guest
win victori winner beat defeat triumph champion
die kill fatal toll victim casualti fatality
injur hurt wound injuri
cost price worth pay valu paid spend
buy acquir purchas takeov acquisit deal
resign quit step resignation departur
sack fire dismiss oust
arrest detain custodi held
elect vote ballot poll
strike walkout stoppag action
rais increas rise higher climb grow jump lift
cut reduc lower fall drop declin slash trim
deni reject refut dismiss
leav depart exit withdraw
start begin open launch commenc
end finish close conclud
sign agre agreement ink
happen occur caus
job post role posit work redund
meet talk summit meeting negoti
boss chief chief-execut ceo head
school pupil student
doctor medic physician
storm hurrican cyclon flood
earthquak quak tremor
evacu flee
fine penalti
court judg trial
accus alleg charg
plan propos intend
compani firm busi
research scientist studi team
replac success succeed
offer bid
fan crowd spectat attend attendance
search look hunt
power electr blackout
complet close finish conclud end
decid decis rule
next anoth further upcom
sentenc jail prison imprison punish penalti
defend lawyer attorney solicitor barrist
deploy send dispatch
fake forg forgeri counterfeit
sue lawsuit
pick choos prefer select
replac successor succeed
undecid unsur
chair chairman chairwoman chairperson
recommend advis urg
money sum fund compens payment receiv pay
critic critic criticis criticiz scepti skeptic warn object
chang shift revis alter
late delay
link tie connect connexion involv
youth teenag
halt suspend stop paus
hous home flat
demonstr protest march ralli turnout crowd turn-out
wage salari pay
cargo freight load
sail depart
explos blast
take-part particip
docker dockwork stevedor dock
sabotag deliber tamper
approv clear author authoris permit consent
block forbid ban prohibit veto
worri concern fear
gust wind
slow reduc
celebr parti
shipyard yard
want demand seek call
accept tender
vessel ship boat tanker
""".strip()

_GROUPS: dict[str, set[int]] = {}
for _number, _line in enumerate(_SYNONYMS.splitlines()):
    for _stem in _line.split():
        _GROUPS.setdefault(_stem, set()).add(_number)


SAME_START = 7
"""So many first letters that words of one family share."""


@lru_cache(maxsize=65536)
def alike(one: str, other: str) -> bool:
    """Whether two stems count as the same word: equal, or in one synonym group. Opposites never do."""
    if one != other and opposed(one, other):
        return False
    if one == other or _GROUPS.get(one, set()) & _GROUPS.get(other, set()):
        return True
    # "pancreas" and "pancreatic": stemmers leave some families apart.
    return (
        min(len(one), len(other)) >= SAME_START
        and one[:SAME_START] == other[:SAME_START]
        and abs(len(one) - len(other)) <= 2
    )


@lru_cache(maxsize=8192)
def _in_group_with(one: str) -> frozenset[str]:
    mine = _GROUPS.get(one, set())
    return frozenset(other for other, groups in _GROUPS.items() if mine & groups)


def any_alike(one: str, stems: frozenset[str]) -> bool:
    """Whether one of `stems` counts as the same word as `one`: `alike` with each, without trying each."""
    if one in stems or not _in_group_with(one).isdisjoint(stems):
        return True
    if len(one) < SAME_START:
        return False
    return any(other[:SAME_START] == one[:SAME_START] and alike(one, other) for other in stems)


_PEOPLES: dict[str, set[str]] = {}
for _people, _nation in NATIONS.items():
    _PEOPLES.setdefault(_nation, set()).add(_people)


@lru_cache(maxsize=65536)
def same_name(asked: str, found: str, *, spelled_alike: bool = True) -> bool:
    """Whether two lower-case name words are the same name: equal, a place and its people ("Ukraine"), or,
    with `spelled_alike`, one letter apart ("Zelensky").
    """
    if asked == found or NATIONS.get(asked, asked) == NATIONS.get(found, found):
        return True
    if min(len(asked), len(found)) < 5 or asked[0] != found[0]:
        return False
    from rapidfuzz.distance import DamerauLevenshtein

    if spelled_alike and len(asked) >= 6 and DamerauLevenshtein.distance(asked, found, score_cutoff=1) <= 1:
        return True
    shared = min(len(asked), len(found)) - 1
    return asked[:shared] == found[:shared] and shared >= 5 and abs(len(asked) - len(found)) <= 3


def any_same_name(asked: str, found: frozenset[str], *, spelled_alike: bool = True) -> bool:
    """Whether one of the lower-case words `found` is the `same_name` as `asked`, without trying each."""
    nation = NATIONS.get(asked, asked)
    if asked in found or nation in found or not found.isdisjoint(_PEOPLES.get(nation, ())):
        return True
    if len(asked) < 5:
        return False
    first = asked[0]
    return any(
        low[0] == first and len(low) >= 5 and same_name(asked, low, spelled_alike=spelled_alike)
        for low in found
        if low
    )
