"""How is remembered what an index was asked before?"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from .engines.base import Reader

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")
_Learnt = TypeVar("_Learnt")


class Memo(Generic[_Key, _Value]):
    """Answers to questions, of which ``room`` holds so many, or so much of their sizes: where they are more, all are
    forgotten. What several threads ask at once may be answered several times.
    """

    __slots__ = ("_answers", "_left", "_room", "known")

    def __init__(self, room: int) -> None:
        self._answers: dict[_Key, _Value] = {}
        self._room = self._left = room
        self.known = self._answers.get
        """Return what is remembered for a key, or None."""

    def __contains__(self, key: object) -> bool:
        return key in self._answers

    def get(self, key: _Key, answer: Callable[[_Key], _Value]) -> _Value:
        """Return what is remembered for ``key``, else what ``answer`` says."""
        found = self._answers.get(key)
        if found is None:
            found = answer(key)
            self.put(key, found)
        return found

    def put(self, key: _Key, value: _Value, size: int = 1) -> None:
        """Remember ``value``, of ``size``, for ``key``."""
        self._left -= size
        if self._left < 0:
            self._answers.clear()
            self._left = self._room - size
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
