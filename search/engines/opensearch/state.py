"""What is known of one generation as a whole?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class State:
    """One commit of a generation.

    ``documents`` that it counts, ``length`` of field ``text`` summed over them, ``newest`` of their instants (seconds
    since 1970, None where none has a date); ``replaced`` are the ids of documents of the cluster that an update
    replaced or removed and that are not deleted yet; ``updated`` is the time in seconds since 1970.
    """

    generation: int
    commit: int
    documents: int
    length: int
    newest: int | None
    updated: float
    layout: str
    fingerprint: str
    sources: str
    replaced: tuple[str, ...] = ()

    def plain(self) -> Mapping[str, Any]:
        """Return it as JSON has it."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> State:
        """Read what :meth:`plain` gave."""
        return cls(**{**plain, "replaced": tuple(plain["replaced"])})
