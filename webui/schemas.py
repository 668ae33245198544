"""Which form do the answers of the API have? JSON Schemas (2020-12), as the OpenAPI document gives them.

Objects are closed: the tests compare every answer with these, so that neither can change alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from search import EXPORT_FORMATS, FACETS, HOW, SORTS, ZONES

Schema = Mapping[str, object]

TEXT: Schema = {"type": "string"}
TEXTS: Schema = {"type": "array", "items": TEXT}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "number"}
FLAG: Schema = {"type": "boolean"}
SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
ADDRESS: Schema = {"type": "string", "format": "uri-reference"}


def nothing_or(schema: Schema) -> Schema:
    """Return the schema of what may be null."""
    return {"anyOf": [schema, {"type": "null"}]}


def ref(name: str) -> Schema:
    """Return a reference to one of :data:`SCHEMAS`."""
    return {"$ref": f"#/components/schemas/{name}"}


def array(schema: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": schema}


def closed(properties: Mapping[str, Schema], optional: tuple[str, ...] = (), description: str = "") -> Schema:
    """Return the schema of an object that has these properties and no other."""
    schema: dict[str, object] = {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }
    return schema | ({"description": description} if description else {})


MARKS: Schema = {
    "type": "array",
    "items": {"type": "array", "items": COUNT, "minItems": 2, "maxItems": 2},
    "description": "Hits as [start, end) in code points of the text beside them.",
}

PUBLISHED: Schema = {
    "type": ["string", "null"],
    "pattern": r"^\d{4}-\d\d-\d\d(T\d\d:\d\d.*)?$",
    "description": "A day, or a moment with its zone; null where it is not known.",
}

_MARKED = {"text": TEXT, "marks": MARKS}
_ABOUT: Mapping[str, Schema] = {
    "source": nothing_or(TEXT),
    "category": nothing_or(TEXT),
    "authors": TEXTS,
    "places": TEXTS,
}

SCHEMAS: Mapping[str, Schema] = {
    "Marked": closed(_MARKED),
    "Passage": closed(
        {
            "zone": {"enum": [zone for zone in ZONES if zone != "title"]},
            "number": COUNT,
            "start": COUNT,
            "cut_before": FLAG,
            "cut_after": FLAG,
            **_MARKED,
        },
        description="A cut of one paragraph: the number of the paragraph in its zone, and where in it the cut starts.",
    ),
    "Explanation": closed(
        {
            "score": NUMBER,
            "words": array(
                closed(
                    {
                        "text": TEXT,
                        "how": {"enum": list(HOW)},
                        "share": SHARE,
                        "matches": array(closed({"how": {"enum": list(HOW)}, "zone": TEXT, "share": SHARE})),
                    }
                )
            ),
            "missing": TEXTS,
            "rest": NUMBER,
        },
        description="Why the article scores as it does: what each word adds, as shares of the score.",
    ),
    "Hit": closed(
        {
            "id": TEXT,
            "title": TEXT,
            "url": nothing_or(TEXT),
            "published": PUBLISHED,
            **_ABOUT,
            "score": NUMBER,
            "reprints": {**TEXTS, "description": "Ids of articles on the same page that are the same text."},
            "reprint_of": nothing_or(TEXT),
            "highlights": closed({"title": ref("Marked"), "passages": array(ref("Passage"))}),
            "links": closed({"self": ADDRESS, "html": ADDRESS}),
            "explanation": ref("Explanation"),
        },
        optional=("explanation",),
    ),
    "FacetValue": closed(
        {"value": TEXT, "count": COUNT, "state": {"enum": ["none", "included", "excluded"]}},
        description="A value, and how many articles choosing it would give.",
    ),
    "Reading": closed(
        {
            "text": TEXT,
            "notices": TEXTS,
            "expansions": array(closed({"typed": TEXT, "forms": TEXTS})),
        },
        description="How the query was understood. Notices: relaxed, fallback, shortened, ignored, partial.",
    ),
    "Search": closed(
        {
            "query": TEXT,
            "reading": ref("Reading"),
            "restored": nothing_or(TEXT),
            "did_you_mean": nothing_or(TEXT),
            "total": COUNT,
            "partial": FLAG,
            "page": COUNT,
            "pages": COUNT,
            "per_page": COUNT,
            "sort": {"enum": list(SORTS)},
            "took_ms": NUMBER,
            "hits": array(ref("Hit")),
            "facets": closed({facet: array(ref("FacetValue")) for facet in FACETS}),
            "months": {"type": "object", "additionalProperties": COUNT, "description": "Articles by month (2021-06)."},
            "links": closed(
                {
                    "self": ADDRESS,
                    "first": ADDRESS,
                    "prev": nothing_or(ADDRESS),
                    "next": nothing_or(ADDRESS),
                    "last": ADDRESS,
                    "html": ADDRESS,
                }
            ),
        },
        description="A page of a result; facets and months count the whole of it.",
    ),
    "Suggestions": closed(
        {
            "query": TEXT,
            "suggestions": array(
                closed(
                    {
                        "kind": {"enum": ["query", "category", "place", "author", "source", "title"]},
                        **_MARKED,
                        "id": nothing_or(TEXT),
                        "count": nothing_or(COUNT),
                        "links": closed({"html": ADDRESS}),
                    }
                )
            ),
        }
    ),
    "Article": closed(
        {
            "id": TEXT,
            "title": TEXT,
            "lead": TEXT,
            "body": array(closed({"text": TEXT, "crosshead": FLAG})),
            "captions": TEXTS,
            **_ABOUT,
            "published": PUBLISHED,
            "url": nothing_or(TEXT),
            "reprints": {**TEXTS, "description": "Ids of the articles that are the same text, the oldest first."},
            "query": TEXT,
            "marks": closed(
                {"title": MARKS, "lead": MARKS, **{zone: array(MARKS) for zone in ("body", "captions", "authors")}}
            ),
            "links": closed({"self": ADDRESS, "html": ADDRESS, "related": ADDRESS}),
        },
        optional=("query", "marks"),
        description="A whole article; query and marks are there where hits were asked for.",
    ),
    "Related": closed({"id": TEXT, "hits": array(ref("Hit")), "links": closed({"article": ADDRESS})}),
    "FacetValues": closed(
        {
            "facet": {"enum": list(FACETS)},
            "query": TEXT,
            "match": TEXT,
            "order": {"enum": ["count", "name"]},
            "articles": COUNT,
            "partial": FLAG,
            "total": COUNT,
            "values": array(ref("FacetValue")),
        },
        description="The values of one facet that hold the text of match: total of them, the first of which are given.",
    ),
    "Row": closed(
        {
            "id": TEXT,
            "title": TEXT,
            "published": PUBLISHED,
            **_ABOUT,
            "url": TEXT,
            "lead": TEXT,
            "snippet": TEXT,
        },
        description="One line of an export in JSON Lines.",
    ),
    "Problem": closed(
        {
            "type": {"type": "string", "format": "uri-reference"},
            "title": TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": TEXT,
            "errors": array(closed({"parameter": TEXT, "value": TEXT, "code": TEXT, "detail": TEXT})),
        },
        optional=("errors",),
        description="What went wrong (RFC 9457); errors names the parameters that cannot be used.",
    ),
}
"""The schemas by name."""

EXPORT_SCHEMAS: Mapping[str, Schema] = {
    one.media_type.split(";")[0]: {"type": "string"} for one in EXPORT_FORMATS.values()
}
"""What an export is, by its media type."""
