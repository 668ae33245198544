"""How is remembered what an index was asked before?"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from ..engines.base import Reader

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")
_Learnt = TypeVar("_Learnt")


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


class PerReader(Generic[_Learnt]):
    """What was learnt from each reader, as long as that lives; it must not refer to the reader. ``make`` gives an empty
    one.
    """

    def __init__(self, make: Callable[[], _Learnt]) -> None:
        self._make = make
        self._learnt: WeakKeyDictionary[Reader, _Learnt] = WeakKeyDictionary()

    def of(self, reader: Reader) -> _Learnt:
        """Return what was learnt from ``reader``."""
        found = self._learnt.get(reader)
        return self._learnt.setdefault(reader, self._make()) if found is None else found
