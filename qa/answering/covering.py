"""What an answer or a summary rests on: how many articles, how many of them independent, and from when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qa.types import ArticleHead, Coverage


def coverage(heads: Sequence[ArticleHead], groups: Mapping[str, str]) -> Coverage:
    """The coverage of these articles, each given once. `groups` names the source that an article is a copy
    from (`Library.groups`); one that it does not know is compared with none, and counts.
    """
    dates = sorted(h.published for h in heads if h.published)
    return Coverage(
        articles=len(heads),
        independent=len({groups.get(h.id, h.id) for h in heads}),
        outlets=tuple(sorted({h.outlet for h in heads if h.outlet})),
        first=dates[0] if dates else None,
        last=dates[-1] if dates else None,
        undated=sum(h.published is None for h in heads),
    )
