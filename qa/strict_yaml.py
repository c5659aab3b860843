"""YAML as people write it by hand: a field that stands twice is an error. YAML itself keeps the last and says
nothing, and half of what was written is lost.
"""

from __future__ import annotations

from functools import cache
from typing import Any


def load(text: str) -> Any:
    """What the YAML document `text` holds; None if it is empty. Raises yaml.YAMLError, also for a field that
    stands twice in one mapping, with the place of the second (see `problem_of`).
    """
    import yaml

    return yaml.load(text, Loader=_loader())  # noqa: S506 - a safe loader


def problem_of(exc: Exception) -> str:
    """A YAML error as "line 3: what is wrong", or what is wrong alone."""
    mark = getattr(exc, "problem_mark", None)
    problem = getattr(exc, "problem", None) or str(exc).split("\n")[0]
    return f"line {mark.line + 1}: {problem}" if mark else problem


@cache
def _loader() -> Any:
    import yaml

    # The same, ten times as fast where it is built in.
    safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class StrictLoader(safe):  # type: ignore[misc]
        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            seen = set()
            for key, _ in node.value:
                if key.tag == "tag:yaml.org,2002:merge" or not isinstance(key, yaml.ScalarNode):
                    continue
                if (key.tag, key.value) in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the field {key.value!r} stands twice: keep one of them", key.start_mark
                    )
                seen.add((key.tag, key.value))
            return super().construct_mapping(node, deep=deep)

    return StrictLoader
