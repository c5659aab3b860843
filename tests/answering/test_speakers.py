"""Who says it: speaker, role, named or not, own words or not; and the labels that rules are measured on."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from qa.answering.modality import modality
from qa.answering.speakers import attribution, speaker_of
from qa.resources import resource


def labels(name: str) -> list[dict]:
    return [
        json.loads(line)
        for line in (resource("eval", "labels") / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]


@pytest.mark.parametrize(
    ("sentence", "name", "role", "named", "form"),
    [
        ("“No,” said Ines Calder, the harbour master, on Monday.", "Ines Calder", "harbour master", True,
         "direct"),
        ("Harbour master Ines Calder said the quay was safe.", "Ines Calder", "", True, "paraphrase"),
        ("The quay was unsafe, two port officials said.", "two port officials", "", False, "paraphrase"),
        ("Court papers show that the crane was never inspected.", "Court papers", "", False, "paraphrase"),
        ("“We asked twice,” one docker told the Brindle Gazette.", "one docker", "", False, "direct"),
        ("“Who paid for this?” asked the auditor.", "the auditor", "", False, "direct"),
        ("According to the Brindle Gazette, the crane was old.", "Brindle Gazette", "", True, "paraphrase"),
        ("Pressed on the delay, Mr Roe conceded that it was his.", "Mr Roe", "", True, "paraphrase"),
    ],
)  # fmt: skip
def test_speakers(sentence, name, role, named, form):
    found = speaker_of(sentence)
    assert found is not None
    assert (found.name.removeprefix("Harbour master "), found.named, found.form) == (name, named, form)
    if role:
        assert found.role == role


@pytest.mark.parametrize(
    "sentence",
    [
        "The crane fell at noon.",
        "The cellar is said to be haunted.",
        "The jury was told that the cheque had bounced.",
        "The film tells the story of two sisters.",
        "Under the rules, no member may speak twice.",
    ],
)
def test_the_outlet_itself_speaks(sentence):
    assert speaker_of(sentence) is None
    assert attribution(sentence) == ""


def test_another_outlet_as_the_source():
    found = speaker_of("The crane was old, the Brindle Gazette reported.")
    assert found is not None
    assert "Brindle Gazette" in found.outlet


def test_a_pronoun_is_a_speaker_but_no_attribution():
    found = speaker_of("“Never again,” she said.")
    assert found is not None
    assert (found.name, found.named) == ("she", False)
    assert attribution("“Never again,” she said.") == ""


# ---------------------------------------------------------------- labels


@pytest.mark.parametrize(("split", "floor"), [("dev", 0.93), ("held-out", 0.77)])
def test_modality_on_the_labels(split, floor):
    rows = [row for row in labels("modality") if row["split"] == split]
    right = sum(
        modality(row["sentence"], row["sentence"].index(row["about"])) == row["modality"] for row in rows
    )
    assert len(rows) >= 75
    assert right / len(rows) >= floor


@pytest.mark.parametrize(("split", "floor"), [("dev", 0.95), ("held-out", 0.86)])
def test_speakers_on_the_labels(split, floor):
    rows = [row for row in labels("attribution") if row["split"] == split]
    form = named = 0
    for row in rows:
        found = speaker_of(row["sentence"])
        form += (found.form if found else "none") == row["form"]
        named += (found.named if found else False) == row["named"]
    assert len(rows) >= 30
    assert form / len(rows) >= floor
    assert named / len(rows) >= floor - 0.02


def test_the_labels_are_many_and_of_every_kind():
    counted = Counter(row["modality"] for row in labels("modality"))
    assert sum(counted.values()) >= 150
    assert set(counted) == {"confirmed", "expected", "conditional", "alleged", "denied", "opinion"}
    assert len(labels("attribution")) >= 60
