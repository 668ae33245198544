"""How is remembered what was asked before?"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class Memo(Generic[_Key, _Value]):
    """Answers to questions, ``most`` of them: where there are more, all are forgotten. What several threads ask at once
    may be answered several times.
    """

    __slots__ = ("_answers", "_most")

    def __init__(self, most: int) -> None:
        self._answers: dict[_Key, _Value] = {}
        self._most = most

    def get(self, key: _Key, answer: Callable[[_Key], _Value]) -> _Value:
        """Return what is remembered for ``key``, else what ``answer`` says."""
        found = self._answers.get(key)
        if found is None:
            found = answer(key)
            self.put(key, found)
        return found

    def put(self, key: _Key, value: _Value) -> None:
        """Remember ``value`` for ``key``."""
        if len(self._answers) >= self._most:
            self._answers.clear()
        self._answers[key] = value
