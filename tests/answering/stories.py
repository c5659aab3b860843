"""One story in several versions, written for the tests of `qa diff` and `qa watch`."""

from __future__ import annotations

FIRST = """Ferry fire kills 12

LOWMOUTH — A fire on the ferry Senn Star killed 12 people on Tuesday night, the coastguard said.

At least 40 passengers were taken to hospital in Lowmouth. The ferry was carrying 212 people and 37 cars.

“We had no warning at all,” said deckhand Ola Brandt, who swam ashore. “The doors would not open.”

The operator, Seaways, is expected to suspend all sailings on Thursday. Transport minister Ines Okafor
could order an inquiry, an aide said.

The cause of the fire is not known. Investigators will board the ship when it has been towed to Carrow.
""".replace("Okafor\ncould", "Okafor could")

SECOND = """Ferry fire kills 17

LOWMOUTH — A fire on the ferry Senn Star killed 17 people on Tuesday night, the coastguard said.

The ferry was carrying 212 people and 37 cars. At least 43 passengers were taken to hospital in Lowmouth.

The operator, Seaways, suspended all sailings on Thursday. Transport minister Inés Okafor will order an
inquiry, she said.

Investigators found that the fire began in the galley. They will board the ship again once it has been towed
to Carrow.
""".replace("an\ninquiry", "an inquiry").replace("towed\nto", "towed to")

REWRITTEN = """A day of mourning

Schools and shops stayed shut across the county yesterday. Church bells rang at noon.

A choir sang on the quay, where children had laid flowers. The mayor lit a lantern for each of the dead.
"""

OTHER = """Seaways names the captain

The operator Seaways said on Thursday that the captain of the Senn Star, Rolf Merrin, is expected to give
evidence next week.
""".replace("give\nevidence", "give evidence")

ADDRESS = "https://courier.example/ferry"


def body(story: str) -> str:
    """A story without its headline."""
    return story.partition("\n\n")[2].strip()
