"""The errors that the corpus room raises.

CorpusError
├── SettingsError   a reader setting cannot be used: the message says which one and what is expected
└── Refused         one article, or the rest of one file, cannot be read; never leaves the room:
                    `read_file` hands it on as a `Refusal` and reads on

Missing folders and unreadable files are not raised either: they are `Refusal` values in what `scan` and `read_file`
give.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .reports import RefusalCode


class CorpusError(Exception):
    """The root of what this room raises."""


class SettingsError(CorpusError):
    """A reader setting that cannot be used.

    Attributes: `key` (the setting), `value` (as given), `expected` (what would be accepted), `path` (the settings
    file, if the value came from one).
    """

    def __init__(self, key: str, value: object, expected: str, path: str | None = None) -> None:
        self.key = key
        self.value = value
        self.expected = expected
        self.path = path
        where = f"{path}: " if path else ""
        super().__init__(f"{where}reader setting {key!r} is {value!r}; expected {expected}")

    def __reduce__(self) -> tuple[type[SettingsError], tuple[str, object, str, str | None]]:
        return SettingsError, (self.key, self.value, self.expected, self.path)


class Refused(CorpusError):
    """What is being read cannot become an article; caught by `read_file`.

    Attributes: `code`, `value` (the offending piece of input), `detail` (what is wrong with it), `line` (1-based,
    in the decompressed file) and `article_id`, the last two only where they are known.
    """

    def __init__(
        self,
        code: RefusalCode,
        value: object = "",
        detail: str = "",
        *,
        line: int | None = None,
        article_id: str | None = None,
    ) -> None:
        self.code = code
        self.value = value
        self.detail = detail
        self.line = line
        self.article_id = article_id
        super().__init__(f"{code}: {detail or value}")
