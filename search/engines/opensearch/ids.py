"""What are the documents called in which the book of an index keeps what there is of a generation?

For generation 12::

    state-000012                its newest commit
    data-000012-3-0             the first piece of what the indexer recorded with commit 3
    data-000012-3-groups-0      the first piece of the groups of reprints, where commit 3 changed them
    part-000012-4               part 4 of its build is done
    lease-000012-4              who builds that part
    data-000012-part4-tally-0   the first piece of the tally that it brought
"""

from __future__ import annotations

import re

KINDS = ("state", "part", "lease", "data")
"""The kinds of documents of a generation, in the order in which they go: what stands beside one goes after it."""

_OF_GENERATION = re.compile(rf"(?:{'|'.join(KINDS)})-(\d{{6,}})(?:-.*)?")


def generation_of(id_: str) -> int | None:
    """Return the generation that a document belongs to, or None where it belongs to none."""
    found = _OF_GENERATION.fullmatch(id_)
    return int(found[1]) if found else None


def state(generation: int) -> str:
    """Return the id of the state of a generation."""
    return f"state-{generation:06d}"


def part(generation: int, number: int) -> str:
    """Return the id of the report of a part."""
    return f"part-{generation:06d}-{number}"


def lease(generation: int, number: int) -> str:
    """Return the id of the lease of a part."""
    return f"lease-{generation:06d}-{number}"


def recorded(generation: int, commit: int) -> str:
    """Return how the ids begin of what the indexer recorded with a commit; the number of a piece follows."""
    return f"data-{generation:06d}-{commit}-"


def groups(generation: int, commit: int) -> str:
    """Return how the ids begin of the groups of reprints that a commit made; the number of a piece follows."""
    return f"{recorded(generation, commit)}groups-"


def brought(generation: int) -> str:
    """Return how the ids begin of what the parts of a build brought."""
    return f"data-{generation:06d}-part"


def brought_by(generation: int, number: int, name: str) -> str:
    """Return how the ids begin of what is called ``name`` of that; the number of a piece follows."""
    return f"{brought(generation)}{number}-{name}-"
