"""Which communes and offices do articles speak of, and in which articles does each stand?

    python -m tests.benchmarks.places ARTICLES [--seed N] [--count N] > places.jsonl

Makes queries for ``tests.benchmarks.relevance`` out of any articles: of communes (``xã Nậm Cúm``) the kinds ``place``
and ``place-bare``, of offices (``Phòng Nội vụ``) ``office`` and ``office-bare``. Titles are left out, since the
benchmark blanks them.
"""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from search import Document

from .forms import new_style, unaccented
from .inputs import BARE, InputError, Query, read_documents

HEADS: Mapping[str, Sequence[str]] = {
    "place": ("xã", "phường", "thị trấn", "huyện"),
    "office": ("Phòng", "Sở", "Ban"),
}
"""What a name of each kind starts with, as it is written within a sentence."""

FEWEST, MOST = 2, 10
"""In how many articles a name has to stand, with these accents, to be asked for."""

LONGEST = 8
"""Syllables of the longest name, with its head."""

_UPPER = "A-ZÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐ"
_CAPITAL = rf"[{_UPPER}][^\W\d_]*"
_WORD = rf"[{_UPPER}](?![{_UPPER}])[^\W\d_]* (?![{_UPPER}])[^\W\d_]+"
_NAMES = {
    # As many capitalised syllables as there are: xã Tân Phú Trung.
    "place": rf"{_CAPITAL}(?: {_CAPITAL}){{0,3}}(?! [{_UPPER}])",
    # Words of two syllables, the first with a capital: Phòng Tài nguyên và Môi trường.
    "office": rf"{_WORD}(?: và {_WORD})?",
}
# A name is not cut off inside a word: xã Ea Đ'Rông, which some write Ea Đ ' Rông.
_MORE = r"\w|['’‘ʼ-]\w| ['’‘ʼ] \w"
_PATTERNS = {
    # Hải Phòng and Tây Ban Nha are no offices.
    kind: re.compile(rf"(?<!\w)(?<!Hải )(?<!Tây )(?:{'|'.join(heads)}) {_NAMES[kind]}(?!{_MORE})")
    for kind, heads in HEADS.items()
}
_WORDS = re.compile(rf"\w+(?: \w+){{1,{LONGEST - 1}}}")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as the articles first spell it."""

    kind: str
    text: str


def make_queries(documents: Sequence[Document], *, count: int, seed: int) -> list[Query]:
    """Return at most ``count`` names a kind as queries, each as written and without accents.

    Answers are the articles that hold the name as a phrase in lead or body, in any case and tone placement: with its
    accents for the one, with any accents for the other. The same articles and ``seed`` give the same queries.
    """
    names = _names(documents)
    with_accents = _holding(documents, names, _exact)
    with_any = _holding(documents, {_bare(name.text) for name in names.values()}, _bare)
    chance = random.Random(seed)  # noqa: S311  # a choice, not a secret
    queries = []
    for kind in HEADS:
        fit = [key for key, name in names.items() if name.kind == kind and FEWEST <= len(with_accents[key]) <= MOST]
        for key in chance.sample(sorted(fit), min(count, len(fit))):
            bare = _bare(names[key].text)
            queries.append(Query(kind, names[key].text, frozenset(with_accents[key])))
            queries.append(Query(kind + BARE, bare, frozenset(with_any[bare])))
    return queries


def _names(documents: Iterable[Document]) -> dict[str, Name]:
    """Return every name that stands in a lead or body, by its exact key."""
    names: dict[str, Name] = {}
    for document in documents:
        text = _text(document)
        for kind, pattern in _PATTERNS.items():
            for match in pattern.finditer(text):
                names.setdefault(_exact(match[0]), Name(kind, match[0]))
    return names


def _holding(documents: Iterable[Document], keys: Collection[str], key_of: Callable[[str], str]) -> dict[str, set[str]]:
    """Return for each of ``keys`` the ids of the documents that hold it as a phrase."""
    heads = "|".join({key_of(head) for heads in HEADS.values() for head in heads})
    head = re.compile(rf"(?<!\w)(?:{heads})(?!\w)")
    holding: dict[str, set[str]] = {key: set() for key in keys}
    for document in documents:
        text = key_of(_text(document))
        for match in head.finditer(text):
            for phrase in _phrases(text, match.start()):
                if phrase in holding:
                    holding[phrase].add(document.id)
    return holding


def _phrases(text: str, start: int) -> Iterator[str]:
    """Yield the phrases of two and more words that begin at ``start``."""
    words = _WORDS.match(text, start)
    at = words[0].find(" ") if words else -1
    while words and at >= 0:
        at = words[0].find(" ", at + 1)
        yield words[0][:at] if at >= 0 else words[0]


def _text(document: Document) -> str:
    return "\n".join(text for zone, _, text in document.blocks() if zone in {"lead", "body"})


def _exact(text: str) -> str:
    return new_style(unicodedata.normalize("NFC", text)).lower()


def _bare(text: str) -> str:
    return unaccented(text).lower()


@click.command()
@click.argument("articles", type=click.Path(exists=True, path_type=Path))
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, other names.")
@click.option("--count", type=click.IntRange(1), default=150, show_default=True, help="Names of each kind, at most.")
def main(articles: Path, seed: int, count: int) -> None:
    """Write queries for communes and offices of ARTICLES (a folder or .jsonl[.gz|.xz]) to standard output."""
    try:
        documents = list(read_documents(articles))
    except InputError as error:
        raise click.ClickException(str(error)) from None
    for query in make_queries(documents, count=count, seed=seed):
        fields = {"kind": query.kind, "query": query.text, "relevant": sorted(query.relevant)}
        click.echo(json.dumps(fields, ensure_ascii=False))


if __name__ == "__main__":
    main()
