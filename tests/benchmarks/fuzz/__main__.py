"""Does anything that can be asked make the server fail, or grow?

    python -m tests.benchmarks.fuzz INDEX [--requests 100000]

INDEX is served twice: by an application within this process, and by timtin-serve with two workers. Most requests are
our own rude ones (:mod:`.rude`); some are drawn by hypothesis, some by schemathesis from the OpenAPI document, right
ones and wrong ones. Exports are read to the end, so an index of some thousand articles is large enough. Ends with exit
code 1 where an answer was a fault (:mod:`.asking`), or where memory grew by more than a tenth between the half and the
end. Linux only: memory is read from /proc.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from webui import create_app

from ...commands import Commands
from ..speed.memory import children, resident
from ..tables import table
from .asking import Answer, Client, within
from .drawn import by_hypothesis, by_schemathesis
from .rude import Request, Rude

if TYPE_CHECKING:
    from flask import Flask

ROUNDS = 10
SHARES = {"rude, served": 0.75, "rude, in process": 0.15, "hypothesis": 0.05, "schemathesis": 0.05}
CLIENTS = 4
"""Clients that ask the server at once."""

ALLOWED_GROWTH = 1.1
MOST_SHOWN = 20

SETTINGS = {"METRICS": "yes", "PROXIES": "1", "ACCESS_LOG": "no"}

Ask = Callable[[Request], Answer]


@dataclass
class Counts:
    """What was answered: how often each status, by source, and requests whose answer was a fault."""

    statuses: dict[str, Counter[int]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def count(self, source: str, request: object, answer: Answer) -> None:
        """Count an answer."""
        self.statuses.setdefault(source, Counter())[answer.status] += 1
        if answer.fault:
            self.faults.append(f"{source}: {answer.fault}: {request}")

    def table(self) -> str:
        """Return the table of sources and statuses."""
        found = sorted({status for counter in self.statuses.values() for status in counter})
        rows = [
            (source, str(counter.total()), *(str(counter[status]) for status in found))
            for source, counter in self.statuses.items()
        ]
        return table(("source", "requests", *map(str, found)), rows)


@click.command()
@click.argument("index", type=click.Path(exists=True, path_type=Path))
@click.option("--requests", type=click.IntRange(ROUNDS * 10), default=100_000, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True, help="Other requests for another number.")
def main(index: Path, requests: int, seed: int) -> None:
    """Ask an index that is served more rude questions than anybody will."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"TIMTIN_INDEX": str(index), **SETTINGS})
        environment = {f"TIMTIN_{name}": value for name, value in SETTINGS.items()}
        commands = Commands(Path(sys.executable).parent, environment | {"TIMTIN_QUERY_LOG": f"{folder}/queries.sqlite"})
        words = ("timtin-serve", "--index", index.resolve(), "--port", "0", "--workers", "2")
        with commands.serving(*words, log=Path(folder) / "log") as address:
            counts, sizes = run(app, address, requests, seed)
        said = (Path(folder) / "log").read_text(encoding="utf-8")
    click.echo(counts.table())
    click.echo()
    click.echo(table(("asked", "this process, MB", "the server, MB"), sizes))
    for fault in counts.faults[:MOST_SHOWN]:
        click.echo(fault)
    if "Traceback" in said:
        click.echo(said[-5000:])
    half, end = sizes[ROUNDS // 2 - 1][1:], sizes[-1][1:]
    grown = any(int(now) > int(then) * ALLOWED_GROWTH for then, now in zip(half, end, strict=True))
    click.echo(f"{len(counts.faults)} faults; memory {'grew' if grown else 'was flat'} in the second half")
    sys.exit(bool(counts.faults or grown or "Traceback" in said))


def run(app: Flask, address: str, requests: int, seed: int) -> tuple[Counts, list[tuple[str, str, str]]]:
    """Send ``requests`` in rounds; return the counts, and the memory of this process and the server after each."""
    counts, sizes = Counts(), []
    rude, served = (rude_to(app, seed + which) for which in (0, 1))
    ask = partial(within, app)
    clients = [Client(address) for _ in range(CLIENTS)]
    for number in range(1, ROUNDS + 1):
        share = {source: int(requests * part / ROUNDS) for source, part in SHARES.items()}
        for _ in range(share["rude, in process"]):
            request = rude.request()
            counts.count("rude, in process", request, ask(request))
        for request, answer in _all_at_once(clients, served, share["rude, served"]):
            counts.count("rude, served", request, answer)
        for drawn, answer in by_hypothesis(ask, share["hypothesis"], seed * ROUNDS + number):
            counts.count("hypothesis", drawn, answer)
        for case, answer in by_schemathesis(app, share["schemathesis"], seed * ROUNDS + number):
            counts.count("schemathesis", case, answer)
        workers = sum(resident(pid) or 0 for pid in children(os.getpid()))
        sizes.append((f"{number * 100 // ROUNDS} %", f"{(resident() or 0) / 1e6:.0f}", f"{workers / 1e6:.0f}"))
        click.echo("  ".join(sizes[-1]), err=True)
    for client in clients:
        client.close()
    return counts, sizes


def _all_at_once(clients: list[Client], rude: Rude, number: int) -> Iterator[tuple[Request, Answer]]:
    requests = [rude.request() for _ in range(number)]
    turns = [requests[at :: len(clients)] for at in range(len(clients))]

    def answers(client: Client, turn: list[Request]) -> list[tuple[Request, Answer]]:
        return [(request, client.ask(request)) for request in turn]

    with ThreadPoolExecutor(len(clients)) as pool:
        for done in pool.map(answers, clients, turns):
            yield from done


def rude_to(app: Flask, seed: int) -> Rude:
    """Return the source of rude requests that knows words, facet values and ids of the index."""
    page = app.test_client().get("/api/v1/search?per_page=100&sort=newest").get_json()
    titles = [hit["title"] for hit in page["hits"]]
    words = list(dict.fromkeys(word for title in titles for word in title.split()))
    values = [value["value"] for values in page["facets"].values() for value in islice(values, 20)]
    return Rude(seed, routes(app), words, values, [hit["id"] for hit in page["hits"]])


def routes(app: Flask) -> list[str]:
    """Return the rules of everything that can be asked for, in a fixed order."""
    return sorted({rule.rule for rule in app.url_map.iter_rules()})


if __name__ == "__main__":
    main()
