"""``timtin-search``: search an index from the command line.

Exit codes: 0 found something, 1 found nothing, 2 wrong options, 3 no index or one that cannot be read.
"""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date

import click

from .errors import InvalidRequest, SearchError
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
def run(
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
) -> None:
    """Search the articles of an index for QUERY; without one, list all."""
    try:
        with open_index(path or os.environ.get("TIMTIN_INDEX") or DEFAULT_INDEX) as index:
            result = index.search(
                " ".join(query),
                filters=_choices("--filter", filters),
                exclude=_choices("--exclude", exclude),
                sort=sort,
                page=page,
                per_page=per_page,
                date_from=_day("--from", first),
                date_to=_day("--to", last),
                exact=exact,
                explain=explain,
            )
    except InvalidRequest as error:
        raise click.UsageError(str(error)) from error
    except SearchError as error:
        click.echo(f"timtin-search: {error}", err=True)
        sys.exit(3)
    click.echo(_as_json(result) if as_json else "\n".join(_as_text(result, bold=sys.stdout.isatty())))
    sys.exit(0 if result.total else 1)


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
