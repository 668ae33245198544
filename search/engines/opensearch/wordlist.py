"""How do the terms that are listed get into their index?"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from json.encoder import encode_basestring

from ...analysis.fold import fold_key
from .client import Client
from .patience import PATIENT
from .sending import IN_FLIGHT
from .words import PAGE, Entry, batched


class Wordlist:
    """Writes the ``index`` of words; ``check`` is called before each request and raises where nothing may be sent."""

    def __init__(self, client: Client, index: str, check: Callable[[], None]) -> None:
        self._client = client
        self._index = index
        self._check = check

    def write(self, entries: Iterable[Entry]) -> None:
        """Put ``entries`` there; those whose count is 0 are taken out."""
        with ThreadPoolExecutor(IN_FLIGHT) as threads:
            under_way: deque[Future[None]] = deque()
            for some in batched(entries, PAGE):
                if len(under_way) >= IN_FLIGHT:
                    under_way.popleft().result()
                self._check()
                under_way.append(threads.submit(self._client.bulk, "".join(map(self._lines, some)).encode()))
            for one in under_way:
                one.result()
        self._client.request("POST", f"/{self._index}/_refresh", patience=PATIENT)

    def _lines(self, entry: Entry) -> str:
        name, term, count = entry
        action = f'":{{"_index":"{self._index}","_id":"{identity(name, term)}"}}}}\n'
        if not count:
            return f'{{"delete{action}'
        folded = f',"folded":{encode_basestring(fold_key(term))}' if name == "exact" else ""
        return f'{{"index{action}{{"field":"{name}","term":{encode_basestring(term)},"count":{count}{folded}}}\n'


def identity(name: str, term: str) -> str:
    """Return the id of the document that lists a term."""
    return hashlib.blake2b(f"{name}:{term}".encode(), digest_size=12).hexdigest()
