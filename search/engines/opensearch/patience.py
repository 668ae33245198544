"""How long is waited for a cluster?"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

SEARCH_SECONDS = 4.0
"""A search gets no answer after so many seconds, whatever happens; looking for a newer commit before it takes less than
one.
"""

PATIENT_SECONDS = 300.0
"""For so long a writer waits for a cluster that is busy or without a host."""

READS = (1.2, 1.2, 1.6)
"""Seconds that the first, the second and any later host are given to answer a search."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a request may take in all, in seconds, and how long each try of it; ``broken`` says that it fails at
    once where the breaker is open. All has to be done ``by`` a moment of :func:`time.monotonic`.
    """

    seconds: float
    tries: Sequence[float]
    broken: bool = True
    by: float = math.inf

    def within(self, seconds: float) -> Patience:
        """Return the same for several requests, which have ``seconds`` together from now on."""
        return replace(self, by=time.monotonic() + seconds)


QUICK = Patience(SEARCH_SECONDS, READS)
STEADY = Patience(30.0, (10.0,), broken=False)
PATIENT = Patience(PATIENT_SECONDS, (20.0, 60.0), broken=False)


def pauses() -> Iterator[float]:
    """Yield seconds to wait between tries: twice as long each, up to 10, no two clients alike."""
    pause = 0.05
    while True:
        yield pause * random.uniform(0.5, 1.0)  # noqa: S311  # no secret
        pause = min(pause * 2, 10.0)
