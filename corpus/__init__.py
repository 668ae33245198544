"""What is an article, and how is one read? ::

    from corpus import Article, Refusal, read_file, scan

    found = scan("articles")            # names, sizes and times only; found.complete, found.pending, found.problems
    for file in found.files:
        for item in read_file(file):    # Article | Refusal | Notice, lazily
            ...

`read("articles")` does both and refuses repeated ids. All values that cross this door are frozen and picklable.
"""

from __future__ import annotations

from .article import Article, Block
from .errors import CorpusError, SettingsError
from .reading import SeenIds, read, read_file
from .reports import Notice, NoticeCode, Refusal, RefusalCode
from .scanning import Scan, SourceFile, scan
from .settings import ReaderSettings

__all__ = [
    "Article",
    "Block",
    "CorpusError",
    "Notice",
    "NoticeCode",
    "ReaderSettings",
    "Refusal",
    "RefusalCode",
    "Scan",
    "SeenIds",
    "SettingsError",
    "SourceFile",
    "read",
    "read_file",
    "scan",
]
