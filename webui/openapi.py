"""How is the API described to programs? As OpenAPI 3.1, made from the tables that the API itself reads.

Which parameters an operation takes is what it would not refuse (:mod:`.params`, :mod:`.listparams`); their limits are
the limits that are applied. Tests ask for every operation what this document allows, and compare the answers with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version

from search import EXPORT_FORMATS, FACETS, MISSING, SORTS

from . import listparams, params
from .params import EXCLUDE, Limits
from .schemas import EXPORT_SCHEMAS, SCHEMAS, Schema, ref
from .settings import LOCALES
from .valuelist import MOST, ORDERS

JSON = "application/json"
PROBLEM = "application/problem+json"

_YEAR = r"([1-9]\d{3}|0[1-9]\d\d|00[1-9]\d|000[1-9])"
_MONTH = r"(0?[1-9]|1[0-2])"
_DAY = r"(0?[1-9]|[12]\d|3[01])"
DAY = rf"^({_YEAR}(-{_MONTH}(-{_DAY})?)?|({_DAY}[/.-])?{_MONTH}[/.-]{_YEAR})$"
"""The forms of a day: 2021, 2021-06, 2021-06-12, 12/6/2021, 6/2021."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What can be asked: its ``path`` under the API's root, the ``view`` of the blueprint that answers, the parameters
    that are ``known`` to it, and the schema of the answer, or None for a document described elsewhere.
    """

    path: str
    view: str
    summary: str
    known: tuple[str, ...]
    schema: str | None

    @property
    def in_path(self) -> str:
        """The parameter in the path, or nothing."""
        return self.path.partition("{")[2].rstrip("}")

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters in the query string."""
        return tuple(name for name in self.known if name != self.in_path)

    @property
    def name(self) -> str:
        """The name of the operation; the same view may have two addresses."""
        return self.view + ("ByQuery" if self.path.endswith("/") else "")


OPERATIONS = (
    Operation("/search", "search", "A page of a search", params.SEARCH_PARAMETERS, "Search"),
    Operation("/suggest", "suggest", "What is being typed may become", params.SUGGEST_PARAMETERS, "Suggestions"),
    Operation("/articles/{id}", "article", "A whole article", params.ARTICLE_PARAMETERS, "Article"),
    Operation("/articles/", "article", "A whole article, by any id", params.ARTICLE_PARAMETERS, "Article"),
    Operation("/related/{id}", "related", "Articles about the same", listparams.RELATED_PARAMETERS, "Related"),
    Operation("/related/", "related", "Articles about the same, by any id", listparams.RELATED_PARAMETERS, "Related"),
    Operation("/facets/{facet}", "facet", "The values of a facet", listparams.VALUES_PARAMETERS, "FacetValues"),
    Operation("/export", "export", "A whole result as a file", listparams.EXPORT_PARAMETERS, None),
    Operation("/openapi.json", "openapi", "This document", (), None),
)
"""Everything that the API answers."""


def describe(root: str, limits: Limits, most_exported: int) -> dict[str, object]:
    """Return the document for an API at path ``root`` with the limits of this installation."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "timtin",
            "version": version("timtin"),
            "license": {"name": "MIT", "identifier": "MIT"},
            "description": (
                "Searches an archive of Vietnamese news, with or without accents. Texts are NFC and offsets count code "
                "points. Unknown parameters and values out of range are refused (400). Answers have an ETag: "
                "If-None-Match spares the answer until the index changes. Where a limit of requests is set, 429 says "
                "in Retry-After how many seconds to wait."
            ),
        },
        "servers": [{"url": root}],
        "paths": {one.path: {"get": _operation(one, limits, most_exported)} for one in OPERATIONS},
        "components": {"schemas": SCHEMAS, "headers": HEADERS},
    }


def parameter_schemas(limits: Limits, most_exported: int) -> Mapping[str, tuple[Schema, str]]:
    """Return the schema of each parameter and a sentence about it, by name, or view.name where views differ."""
    switch: Schema = {"enum": ["0", "1", "false", "true", "off", "on"]}
    value: Schema = {"type": "string", "minLength": 1, "maxLength": params.MAX_VALUE, "pattern": r"[^\s\x1c-\x1f\x85]"}
    values: Schema = {"type": "array", "items": value, "maxItems": params.MAX_VALUES}
    table: dict[str, tuple[Schema, str]] = {
        "q": ({"type": "string", "maxLength": limits.max_query}, "What is searched for, in the language of the page."),
        "exact": (switch, "Demand the accents as typed."),
        "from": (
            {"type": "string", "pattern": DAY},
            "First day of publication: 2021-06-12, 12/6/2021, 2021-06 or 2021.",
        ),
        "to": ({"type": "string", "pattern": DAY}, "Last day, in the same forms."),
        "sort": ({"enum": list(SORTS)}, "The order; by relevance where there is a query, else the newest first."),
        "page": (_number(1, params.MAX_PAGE), "The page of the result."),
        "per_page": (_number(limits.per_page, params.MAX_PER_PAGE), "Hits on a page."),
        "explain": (switch, "Say of every hit why it scores as it does."),
        "lang": ({"enum": list(LOCALES)}, "The language of messages; else that of Accept-Language."),
        "id": ({"type": "string", "minLength": 1}, "The id of an article."),
        "limit": (_number(params.DEFAULT_SUGGESTIONS, params.MAX_SUGGESTIONS), "Suggestions at the most."),
        "related.limit": (_number(listparams.DEFAULT_RELATED, listparams.MOST_RELATED), "Articles at the most."),
        "facet.limit": (_number(MOST, MOST), "Values at the most."),
        "export.limit": (_number(most_exported, most_exported), "Articles at the most."),
        "match": (
            {"type": "string", "maxLength": listparams.LONGEST_MATCH},
            "Only values that hold all of these words, accents or not.",
        ),
        "order": ({"enum": list(ORDERS), "default": ORDERS[0]}, "The most frequent first, or by name."),
        "format": ({"enum": list(EXPORT_FORMATS), "default": listparams.DEFAULT_FORMAT}, "The format of the file."),
        "facet": ({"enum": list(FACETS)}, "The facet."),
    }
    for facet in FACETS:
        table[facet] = (values, f"Only articles with one of these values; {MISSING} stands for none.")
        table[EXCLUDE + facet] = (values, "No articles with any of these values.")
    return table


def _number(default: int, most: int) -> Schema:
    return {"type": "integer", "minimum": 1, "maximum": most, "default": default}


def _operation(one: Operation, limits: Limits, most_exported: int) -> dict[str, object]:
    table = parameter_schemas(limits, most_exported)

    def parameter(name: str, place: str) -> dict[str, object]:
        schema, text = table.get(f"{one.view}.{name}") or table[name]
        # Without the id there is nothing to answer with.
        needed = place == "path" or name == "id"
        return {"name": name, "in": place, "description": text, "required": needed, "schema": schema}

    parameters = [parameter(name, "query") for name in one.parameters]
    if one.in_path:
        parameters.insert(0, parameter(one.in_path, "path"))
    return {
        "operationId": one.name,
        "summary": one.summary,
        "parameters": parameters,
        "responses": _responses(one),
    }


def _responses(one: Operation) -> dict[str, object]:
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in ("ETag", "Cache-Control")}
    if one.schema:
        content: Mapping[str, object] = {JSON: {"schema": ref(one.schema)}}
    elif one.view == "export":
        content = {media_type: {"schema": schema} for media_type, schema in EXPORT_SCHEMAS.items()}
        headers |= {name: {"$ref": f"#/components/headers/{name}"} for name in EXPORTED}
    else:
        content = {JSON: {"schema": {"type": "object"}}}
    named = bool(one.in_path or "id" in one.known)
    problems = (*["400"] * bool(one.known), *["404"] * named, "414", "429", "503")
    return {
        "200": {"description": one.summary, "headers": headers, "content": content},
        "304": {"description": "Nothing has changed since the answer with this ETag."},
        **{status: _problem(status) for status in problems},
    }


def _problem(status: str) -> dict[str, object]:
    answer: dict[str, object] = {"description": PROBLEMS[status], "content": {PROBLEM: {"schema": ref("Problem")}}}
    if status in {"429", "503"}:
        answer["headers"] = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
    return answer


PROBLEMS = {
    "400": "A parameter is unknown or cannot be used.",
    "404": "There is no such article, or facet.",
    "414": "The address is longer than any that is needed.",
    "429": "Too many requests within a minute.",
    "503": "The index cannot be read now, or too many exports are being written.",
}

EXPORTED = ("Timtin-Total", "Timtin-Count", "Timtin-Partial")
"""Headers of an exported result."""

HEADERS: Mapping[str, Schema] = {
    "ETag": {"description": "Stands for this answer until the index changes.", "schema": {"type": "string"}},
    "Cache-Control": {"description": "How long the answer may be kept.", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}},
    "Timtin-Total": {"description": "Articles in the result.", "schema": {"type": "integer", "minimum": 0}},
    "Timtin-Count": {"description": "Articles in the file.", "schema": {"type": "integer", "minimum": 0}},
    "Timtin-Partial": {
        "description": "Stands where the result is not whole: it took too long, or a part of the index gave no answer.",
        "schema": {"type": "string", "const": "true"},
    },
}
