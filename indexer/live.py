"""What does the live index hold already? And what must outlive an index that cannot be read any more?

``INDEX/withdrawn.jsonl``, on a cluster a note beside the index, repeats the withdrawn ids, one JSON object a line. It
is written whenever they change and
read only where the ledger cannot be: a rebuild of a stale or damaged index still keeps out what was withdrawn.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from search import Index, IndexCorrupt, IndexMissing, IndexStale, Location, open_index, read_note, write_note

from .errors import LedgerDamaged, RebuildNeeded, UnusableFolder
from .ledger import Ledger, Withdrawal, load

WITHDRAWN = "withdrawn.jsonl"


@dataclass(frozen=True, slots=True)
class Live:
    """The live index (None where there is none, or none that can be read), its ledger, and why it cannot be read."""

    index: Index | None
    ledger: Ledger
    trouble: str | None = None


def check_folder(path: Location) -> None:
    """Raise :class:`UnusableFolder` where ``path`` stands for something that is no folder; an address never does."""
    if not isinstance(path, Path):
        return
    for place in (path, *path.parents):
        if place.exists() and not place.is_dir():
            raise UnusableFolder(place, "is a file, not a folder; give another --index")


def read_live(path: Location) -> Live:
    """Open the live index in ``path``; one that cannot be read is no error, only a ``trouble``.

    Raises :class:`LedgerDamaged` where the list of withdrawn articles cannot be read either.
    """
    index = None
    try:
        index = open_index(path)
        return Live(index, load(index.user_data))
    except IndexMissing:
        return Live(None, Ledger())
    except (IndexStale, IndexCorrupt, LedgerDamaged, RebuildNeeded) as error:
        if index:
            index.close()
        return Live(None, Ledger(withdrawn=read_withdrawn(path)), str(error))


def open_live(path: Location) -> tuple[Index, Ledger]:
    """Open the live index in ``path`` and its ledger. Raises what :func:`search.open_index` and :func:`load` raise."""
    check_folder(path)
    index = open_index(path)
    try:
        return index, load_of(path, index.user_data)
    except BaseException:
        index.close()
        raise


def load_of(path: Location, data: bytes | None) -> Ledger:
    """Read the ledger ``data`` of the index in ``path``, so that an error names the index."""
    try:
        return load(data)
    except LedgerDamaged as error:
        raise LedgerDamaged(error.reason, path) from error
    except RebuildNeeded as error:
        raise RebuildNeeded(error.reason, path) from error


def read_withdrawn(path: Location) -> dict[str, Withdrawal]:
    """Read the withdrawn ids beside the index in ``path``; none where there is no such file. Raises
    :class:`LedgerDamaged`."""
    try:
        lines = [json.loads(line) for line in _withdrawn_text(path).splitlines()]
        return {line["id"]: Withdrawal(line["when"]) for line in lines}
    except FileNotFoundError:
        return {}
    except (ValueError, LookupError, TypeError) as error:
        raise LedgerDamaged(
            f"{WITHDRAWN} is damaged ({error}); mend it by hand: one object a line with id and when", path
        ) from error


def write_withdrawn(path: Location, withdrawn: Mapping[str, Withdrawal]) -> None:
    """Write the withdrawn ids beside the index in ``path``, atomically and durably; nothing where they stand there
    already."""
    if {id_: gone.when for id_, gone in _readable(path).items()} == {id_: gone.when for id_, gone in withdrawn.items()}:
        return
    lines = [json.dumps({"id": id_, "when": gone.when}, ensure_ascii=False) + "\n" for id_, gone in withdrawn.items()]
    text = "".join(lines)
    if isinstance(path, Path):
        write_atomically(path / WITHDRAWN, text)
    else:
        write_note(path, WITHDRAWN, text.encode())


def _withdrawn_text(path: Location) -> str:
    if isinstance(path, Path):
        return (path / WITHDRAWN).read_text(encoding="utf-8")
    return (read_note(path, WITHDRAWN) or b"").decode()


def write_atomically(file: Path, text: str) -> None:
    """Put ``text`` into ``file`` so that it holds either all of it or what it held before, whatever happens."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


def _readable(path: Location) -> dict[str, Withdrawal]:
    try:
        return read_withdrawn(path)
    except LedgerDamaged:
        return {}
