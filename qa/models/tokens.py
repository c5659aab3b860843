"""How many tokens a text is, roughly, without the model's own tokenizer: those are downloaded when used."""

from __future__ import annotations

CHARACTERS_PER_TOKEN = 4


def tokens_in(text: str) -> int:
    """The tokens of a text: its characters / 4, rounded up. Letters outside ASCII count by their bytes in
    UTF-8, since tokenizers make more tokens of them; for plain English that is the same.
    """
    return -(-len(text.encode("utf-8", "replace")) // CHARACTERS_PER_TOKEN)
