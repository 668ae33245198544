"""``timtin-search``: search an index from the command line.

Exit codes: 0 found something, 1 found nothing, 2 wrong options, 3 no index or one that cannot be read, 4 the file of an
export could not be written.
"""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

import click
from click.core import ParameterSource

from .errors import InvalidRequest, SearchError
from .export.files import format_of, save_export
from .export.rows import Export
from .index import Index
from .opening import open_index
from .page import FACETS, SORTS, Explanation, Hit, Marked, Page

DEFAULT_INDEX = "var/index"

_SHOWN_VALUES = 6
_LEAST_REST = 0.0005
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


@click.command(name="timtin-search", epilog="Facets: " + ", ".join(FACETS) + ".")
@click.argument("query", nargs=-1)
@click.option("--index", "path", metavar="DIR", help="Index folder [default: $TIMTIN_INDEX or var/index].")
@click.option("--filter", "filters", multiple=True, metavar="FACET=VALUE", help="Only documents with this value.")
@click.option("--exclude", multiple=True, metavar="FACET=VALUE", help="No documents with this value.")
@click.option("--from", "first", metavar="YYYY-MM-DD", help="First day of publication.")
@click.option("--to", "last", metavar="YYYY-MM-DD", help="Last day of publication.")
@click.option("--exact", is_flag=True, help="Demand the accents as typed.")
@click.option("--sort", type=click.Choice(SORTS), default=SORTS[0], show_default=True)
@click.option("--page", type=click.IntRange(1), default=1, show_default=True)
@click.option("--per-page", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--explain", is_flag=True, help="Say of every hit why it scores as it does.")
@click.option("--json", "as_json", is_flag=True, help="Print the page as JSON.")
@click.option("--export", "file", metavar="FILE", help="Write the whole result to FILE: .csv, .xlsx or .jsonl.")
@click.option("--limit", type=click.IntRange(1), help="Export no more articles than this.")
@click.option("--force", is_flag=True, help="Let the export replace a file.")
@click.pass_context
def run(
    context: click.Context,
    query: tuple[str, ...],
    path: str | None,
    filters: tuple[str, ...],
    exclude: tuple[str, ...],
    first: str | None,
    last: str | None,
    *,
    exact: bool,
    sort: str,
    page: int,
    per_page: int,
    explain: bool,
    as_json: bool,
    file: str | None,
    limit: int | None,
    force: bool,
) -> None:
    """Search the articles of an index for QUERY; without one, list all."""
    _check_together(context, file)
    asked = _Asked(
        " ".join(query),
        _choices("--filter", filters),
        _choices("--exclude", exclude),
        sort,
        _day("--from", first),
        _day("--to", last),
        exact,
    )
    try:
        with open_index(path or os.environ.get("TIMTIN_INDEX") or DEFAULT_INDEX) as index:
            if file is not None:
                sys.exit(_export(index, asked, file, limit, force=force))
            result = asked.search(index, page, per_page, explain=explain)
    except InvalidRequest as error:
        raise click.UsageError(str(error)) from error
    except SearchError as error:
        click.echo(f"timtin-search: {error}", err=True)
        sys.exit(3)
    click.echo(_as_json(result) if as_json else "\n".join(_as_text(result, bold=sys.stdout.isatty())))
    sys.exit(0 if result.total else 1)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What makes a result, whatever is done with it."""

    query: str
    filters: dict[str, list[str]]
    exclude: dict[str, list[str]]
    sort: str
    first: date | None
    last: date | None
    exact: bool

    def search(self, index: Index, page: int, per_page: int, *, explain: bool) -> Page:
        return index.search(
            self.query,
            filters=self.filters,
            exclude=self.exclude,
            sort=self.sort,
            page=page,
            per_page=per_page,
            date_from=self.first,
            date_to=self.last,
            exact=self.exact,
            explain=explain,
        )

    def export(self, index: Index, limit: int | None) -> Export:
        return index.export(
            self.query,
            filters=self.filters,
            exclude=self.exclude,
            sort=self.sort,
            date_from=self.first,
            date_to=self.last,
            exact=self.exact,
            limit=limit,
        )


def _check_together(context: click.Context, file: str | None) -> None:
    """Refuse options that do nothing beside, or without, ``--export``."""
    useless = ("limit", "force") if file is None else ("page", "per_page", "explain", "as_json")
    for parameter in context.command.params:
        if parameter.name in useless and context.get_parameter_source(parameter.name) is ParameterSource.COMMANDLINE:
            beside = "without" if file is None else "with"
            raise click.UsageError(f"{parameter.opts[0]} makes no sense {beside} --export")


def _export(index: Index, asked: _Asked, file: str, limit: int | None, *, force: bool) -> int:
    """Write the whole result to ``file``, say so on standard error, and return the exit code."""
    limits = [most for most in (limit, format_of(file).most) if most is not None]
    try:
        with asked.export(index, min(limits, default=None)) as export:
            save_export(export, file, force=force)
    except FileExistsError:
        raise click.UsageError(f"{file} is there already; --force replaces a file") from None
    except OSError as error:
        click.echo(f"timtin-search: {file} cannot be written: {error.strerror or error}", err=True)
        return 4
    left_out = f"; left out: {export.total - export.count}" if export.capped else ""
    at_least = "; not all: it took too long, or a part of the index gave no answer" if export.partial else ""
    click.echo(f"{file}: {export.count} articles{left_out}{at_least}", err=True)
    return 0 if export.total else 1


def main() -> None:
    """Entry point of the console script."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal that cannot show Vietnamese letters gets the result all the same.
            stream.reconfigure(errors="backslashreplace")
    run()


def _choices(option: str, given: Iterable[str]) -> dict[str, list[str]]:
    choices: defaultdict[str, list[str]] = defaultdict(list)
    for choice in given:
        facet, equals, value = choice.partition("=")
        if not equals:
            raise click.UsageError(f"{option} {choice!r}: write FACET=VALUE, for example category=Giáo dục")
        choices[facet.strip()].append(value.strip())
    return dict(choices)


def _day(option: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise click.UsageError(f"{option} {text!r}: write a day as 2021-06-30") from error


def _as_json(page: Page) -> str:
    record = asdict(page)
    for hit in record["hits"]:
        hit["published"] = hit["published"].isoformat() if hit["published"] else None
        hit["reprints"] = [one["id"] for one in hit["reprints"]]
    return json.dumps(record, ensure_ascii=False, indent=2)


def _as_text(page: Page, *, bold: bool) -> Iterable[str]:
    if page.partial:
        yield "(not all of it: the search took too long, or a part of the index gave no answer)"
    if page.reading.notices:
        yield f"({', '.join(page.reading.notices)}: {page.reading.text})"
    at_least = "at least " if page.partial else ""
    yield f"{at_least}{page.total} found, page {page.page} of {page.pages}, {page.took_ms:.0f} ms"
    places = {hit.id: place for place, hit in enumerate(page.hits, (page.page - 1) * page.per_page + 1)}
    for number, hit in zip(places.values(), page.hits, strict=True):
        if hit.reprint_of is None:
            yield ""
            yield from _hit_lines(number, hit, bold=bold)
            yield from (f"   = {places[one.id]}. {_clean(one.title)} · {_about(one)}" for one in hit.reprints)
    yield ""
    for name, values in page.facets.items():
        if values:
            listed = "  ".join(f"{value.value} {value.count}" for value in values[:_SHOWN_VALUES])
            yield f"{name}: {listed}{'  …' if len(values) > _SHOWN_VALUES else ''}"


def _hit_lines(number: int, hit: Hit, *, bold: bool) -> Iterable[str]:
    yield f"{number}. {_plain(hit.highlights.title, bold=bold)}"
    yield f"   {_about(hit)}"
    for passage in hit.highlights.passages:
        before, after = "… " if passage.cut_before else "", " …" if passage.cut_after else ""
        yield f"   {before}{_plain(passage.marked, bold=bold)}{after}"
    if hit.explanation is not None:
        yield from _explanation_lines(hit.explanation)


def _about(hit: Hit) -> str:
    day = hit.published.isoformat() if hit.published else None
    return " · ".join(part for part in (hit.source, hit.category, day, ", ".join(hit.authors), hit.id) if part)


def _explanation_lines(explanation: Explanation) -> Iterable[str]:
    yield f"   score {explanation.score:.3f}"
    for word in explanation.words:
        ways = ", ".join(f"{match.how} in {match.zone} {match.share:.1%}" for match in word.matches)
        yield f"     {word.share:6.1%} {_clean(word.text)} ({word.how}): {ways}"
    if explanation.rest > _LEAST_REST:
        yield f"     {explanation.rest:6.1%} not of the words"
    if explanation.missing:
        yield f"     missing: {', '.join(map(_clean, explanation.missing))}"


def _plain(marked: Marked, *, bold: bool) -> str:
    """Return a marked text for a terminal, or in brackets elsewhere; control characters become spaces."""
    opening, closing = (_BOLD, _PLAIN) if bold else ("[", "]")
    parts, at = [], 0
    for mark in marked.marks:
        parts += [_clean(marked.text[at : mark.start]), opening, _clean(marked.text[mark.start : mark.end]), closing]
        at = mark.end
    return "".join((*parts, _clean(marked.text[at:])))


def _clean(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


if __name__ == "__main__":
    main()
