"""What do readers notice while the index is updated and built anew?

    python -m tests.benchmarks.beside ARTICLES [--limit 10000] [--seconds 60]

Builds an index of ARTICLES (a folder or .jsonl[.gz|.xz]), serves it with two workers, and lets 32 clients ask for
pages, answers of the API, feeds and suggestions. Meanwhile ``timtin-index`` runs as in real life: half of the updates,
each after a new file was put to the sources, then a whole build, then the other half. It ends when that is over, and
not before so many seconds.

What every whole state of the index answers is known: each new file has as many articles, all with one word of their
own. An answer with any other number, or whose facet counts do not come to it, is of a half index. Ends with exit code
1 where there was one, or where a request failed.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import click

from ..commands import Commands, fetch
from .metrics import percentile
from .speed.articles import prepare, read_prepared
from .speed.load import Load, put_under_load
from .speed.queries import windows
from .tables import table

WORKERS = 2
PER_UPDATE = 10
"""Articles of each new file."""

WORD = "qưzyk"
"""What no other article holds."""

SLICE = 5.0
"""Seconds after which it is looked whether the writing is over."""

QUERIES = 300
MOST_SHOWN = 20


@dataclass
class Writing:
    """What was done to the index beside the readers: a line with the seconds of each command, and what went wrong."""

    commands: Commands
    folder: Path
    updates: int
    done: list[tuple[str, float]] = field(default_factory=list)
    error: str = ""

    def run(self) -> None:
        """Do all of it."""
        try:
            for number in range(self.updates):
                if number == self.updates // 2:
                    self.call("build")
                write_news(self.folder / "articles" / "pieces", number)
                self.call("update")
        except Exception as error:  # noqa: BLE001 - of a thread, told where it is waited for
            self.error = repr(error)

    def call(self, verb: str) -> None:
        """Run ``timtin-index`` once."""
        began = time.perf_counter()
        words = ("--index", self.folder / "index", "--settings", self.folder / "settings.toml", "--quiet")
        sources = (self.folder / "articles" / "pieces",) if verb == "build" else ()
        self.commands.run("timtin-index", verb, *words, *sources)
        self.done.append((verb, time.perf_counter() - began))


@dataclass(frozen=True)
class Whole:
    """What whole states of the index answer: how many articles each path finds ``before`` anything was added, and how
    many more each update may bring.
    """

    before: dict[str, int]
    more: dict[str, int]
    updates: int

    def check(self, path: str, body: bytes) -> str:
        """Say what is wrong with an answer."""
        if path not in self.before:
            return "" if body.rstrip().endswith((b"</html>", b"</feed>", b"]", b"}")) else "it is not whole"
        answer = json.loads(body)
        total, step = answer["total"], self.more[path]
        states = {self.before[path] + step * number for number in range(self.updates + 1)}
        if total not in states:
            return f"{total} articles, which no state of the index holds"
        years = sum(value["count"] for value in answer["facets"]["year"])
        return "" if years == total else f"{total} articles, but {years} by their years"


@click.command()
@click.argument("articles", type=click.Path(exists=True, path_type=Path))
@click.option("--limit", type=click.IntRange(1), default=10_000, show_default=True, help="Articles of the index.")
@click.option("--seconds", type=click.FloatRange(1), default=60, show_default=True, help="Shortest time.")
@click.option("--clients", type=click.IntRange(1), default=32, show_default=True)
@click.option("--updates", type=click.IntRange(2), default=20, show_default=True)
def main(articles: Path, limit: int, seconds: float, clients: int, updates: int) -> None:
    """Put a server under load while its index changes."""
    commands = Commands(Path(sys.executable).parent)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(articles, limit, folder / "articles")
        (folder / "settings.toml").write_text("[reader]\nsettle_seconds = 0\n", encoding="utf-8")
        writing = Writing(commands, folder, updates)
        writing.call("build")
        words = ("timtin-serve", "--index", folder / "index", "--port", "0", "--workers", str(WORKERS))
        with Commands(commands.bin, {"TIMTIN_ACCESS_LOG": "no"}).serving(*words, log=folder / "log") as address:
            texts = windows(read_prepared(folder / "articles", limit), QUERIES)
            load, wrong = measure(address, writing, texts, clients, seconds)
        said = (folder / "log").read_text(encoding="utf-8")
    report(load, writing)
    wrong += load.errors + ([said] if "Traceback" in said else []) + ([writing.error] if writing.error else [])
    click.echo(f"{len(load.errors)} of {len(load.milliseconds):,} requests failed or were wrong")
    for one in wrong[:MOST_SHOWN]:
        click.echo(one)
    sys.exit(bool(wrong))


def measure(address: str, writing: Writing, texts: list[str], clients: int, seconds: float) -> tuple[Load, list[str]]:
    """Return what readers met until the writing was over, and what was wrong with the index then."""
    whole, paths = known(address, texts, writing.updates)
    thread = threading.Thread(target=writing.run)
    load = Load()
    thread.start()
    while thread.is_alive() or load.seconds < seconds:
        load.add(put_under_load(address, paths, clients, SLICE, whole.check))
    thread.join()
    state, found = json.loads(fetch(f"{address}/readyz")), json.loads(fetch(address + counted(WORD)))
    wrong = []
    if (state["generation"], found["total"]) != (2, writing.updates * PER_UPDATE):
        wrong.append(f"in the end generation {state['generation']}, with {found['total']} of the new articles")
    return load, wrong


def known(address: str, texts: list[str], updates: int) -> tuple[Whole, list[str]]:
    """Return what is known about answers, and the paths of the readers: half are counted, half are pages."""
    queries = ["", WORD, *texts[: len(texts) // 2]]
    before = {counted(query): int(json.loads(fetch(address + counted(query)))["total"]) for query in queries}
    more = {counted(query): PER_UPDATE if query in {"", WORD} else 0 for query in queries}
    others = []
    for number, text in enumerate(texts):
        kind = ("search", "search", "search", "feed.atom", "suggest.json")[number % 5]
        others.append(f"/{kind}?" + urlencode({"q": text}))
    # The two that change are asked for between all others.
    paths = [path for at, other in enumerate(others) for path in (other, list(before)[at % len(before)], counted(WORD))]
    return Whole(before, more, updates), paths


def counted(query: str) -> str:
    """Return the path of an answer whose numbers are checked."""
    return "/api/v1/search?" + urlencode({"q": query, "per_page": 5})


def write_news(pieces: Path, number: int) -> None:
    """Write the file of one update, at once, as a careful program does."""
    names = [f"{WORD} {number} {one}" for one in range(PER_UPDATE)]
    lines = [json.dumps({"id": name, "title": name, "body": name, "published": "2023-01-01"}) for name in names]
    unfinished = pieces.parent / "unfinished"
    unfinished.write_text("\n".join(lines), encoding="utf-8")
    unfinished.replace(pieces / f"news-{number}.jsonl")


def report(load: Load, writing: Writing) -> None:
    """Print the figures."""
    (_, first), *rest = writing.done
    updates = [seconds for verb, seconds in rest if verb == "update"]
    builds = [seconds for verb, seconds in rest if verb == "build"]
    rows = [
        ("readers, s", f"{load.seconds:.0f}"),
        ("requests", f"{len(load.milliseconds)}"),
        ("requests a second", f"{load.rate:.0f}"),
        *((f"{share:.0%}, ms", f"{percentile(load.milliseconds, share):.0f}") for share in (0.5, 0.95, 0.99)),
        ("longest, ms", f"{max(load.milliseconds):.0f}"),
        ("build before, s", f"{first:.1f}"),
        ("build beside, s", f"{max(builds, default=0):.1f}"),
        ("updates", f"{len(updates)}"),
        ("an update, s", f"{median(updates):.1f}" if updates else "–"),
    ]
    click.echo(table(("what", "figure"), rows))


if __name__ == "__main__":
    main()
