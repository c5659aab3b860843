"""One story in two versions and another beside it, as files that `qa ingest` takes."""

from __future__ import annotations

ADDRESS = "https://courier.example/ferry"

FIRST = """Ferry fire kills 12

A fire on the ferry Senn Star killed 12 people on Tuesday night, the coastguard said.

The ferry was carrying 212 people and 37 cars. Minister Ines Okafor could order an inquiry, an aide said.

“We had no warning,” said deckhand Ola Brandt, who swam ashore.
"""
SECOND = """Ferry fire kills 17

The ferry was carrying 212 people and 37 cars. Minister Ines Okafor will order an inquiry, an aide said.

A fire on the ferry Senn Star killed 17 people on Tuesday night, the coastguard said.
"""
CAPTAIN = """Seaways names the captain

The captain of the Senn Star is Rolf Merrin, the operator Seaways said on Thursday.
"""
