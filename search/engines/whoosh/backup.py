"""How is a live index copied while it is written and searched?"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from ...equivalents.file import NAME
from ...errors import IndexCorrupt
from .codec import DOCUMENTS_EXT, POSTINGS_EXT
from .folder import (
    SETTINGS,
    Commit,
    Folder,
    latest_commit,
    read_commit,
    read_groups,
    read_user_data,
    sync_folder,
    write_commit,
    write_durably,
)

TRIES = 20


def copy_index(source: Path, target: Path) -> None:
    """Copy the newest commit of the live generation of ``source`` into the new or empty folder ``target``, as
    generation 1, and the table of equivalents beside it.

    Segments never change, so a copy is consistent once all files of one commit were copied; if a writer deletes one
    meanwhile, the copy starts again with the newer commit. Raises :class:`~search.errors.IndexMissing`,
    :class:`FileExistsError`.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise FileExistsError(f"{target} is not an empty folder")
    folder = Folder(source)
    for _ in range(TRIES):
        live = folder.generation(folder.current())
        commit = read_commit(live, latest_commit(live))
        made = Folder(target).generation(1)
        made.mkdir(parents=True, exist_ok=True)
        try:
            _copy_files(live, made, commit)
            data, groups = read_user_data(live, commit.number), read_groups(live, commit.number)
        except FileNotFoundError:
            shutil.rmtree(made)
            continue
        write_commit(made, commit, data, groups)
        Folder(target).publish(1)
        if (source / NAME).exists():
            shutil.copyfile(source / NAME, target / NAME)
        return
    raise IndexCorrupt(source, "files of the newest commit are missing")


def _copy_files(live: Path, made: Path, commit: Commit) -> None:
    for segment in commit.segments:
        for ext in (POSTINGS_EXT, DOCUMENTS_EXT):
            copied = shutil.copyfile(segment.path(live, ext), segment.path(made, ext))
            with copied.open("rb+") as file:
                os.fsync(file.fileno())
    write_durably(made / SETTINGS, (live / SETTINGS).read_bytes())
    sync_folder(made)
