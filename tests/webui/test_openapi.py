"""Is the API what its OpenAPI document says?"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from webui import create_app
from webui.openapi import OPERATIONS

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

EXAMPLES = int(os.environ.get("TIMTIN_API_EXAMPLES", "20"))
"""Requests to every operation, right ones and wrong ones each."""

DOCUMENT = "/api/v1/openapi.json"
DAYS = {"from", "to"}
NOT_IN_A_SCHEMA = {"date", "swapped"}
"""What may be wrong although the document allows it: that there is such a day, and that it is before another."""


def described(app: Flask, mode: GenerationMode) -> Any:
    """The API as its document has it. What is no list of texts is one in a query string all the same, so that nothing
    wrong can be asked of parameters that are lists; they are left out where everything is to be wrong.
    """
    document = app.test_client().get(DOCUMENT).json
    assert document
    for operation in (path["get"] for path in document["paths"].values()):
        if mode is GenerationMode.NEGATIVE:
            operation["parameters"] = [one for one in operation["parameters"] if one["schema"].get("type") != "array"]
    schema = schemathesis.openapi.from_dict(document)
    schema.app = app
    return schema


@pytest.mark.parametrize(
    ("path", "mode"),
    # Nothing can be wrong where nothing can be asked.
    [(one.path, mode) for one in OPERATIONS for mode in GenerationMode if one.known or mode is GenerationMode.POSITIVE],
)
def test_the_api_does_what_it_says(app: Flask, path: str, mode: GenerationMode) -> None:
    load_all_checks()
    refused: Any = CHECKS.get_one("positive_data_acceptance")

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(case=described(app, mode)[path]["GET"].as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            # In Python a "$" stands also before the end of the last line.
            case.query = {name: value.rstrip("\n") if name in DAYS else value for name, value in case.query.items()}
        response = case.call(headers={"Accept-Encoding": "identity"})
        case.validate_response(response, excluded_checks=[refused])
        if mode is GenerationMode.POSITIVE and response.status_code == 400:
            assert {error["code"] for error in response.json()["errors"]} <= NOT_IN_A_SCHEMA

    ask()


def test_every_address_of_the_api_is_described(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")]
    paths = {
        rule.rule.removeprefix("/api/v1").replace("<path:id_>", "{id}").replace("<facet>", "{facet}") for rule in rules
    }
    assert paths == {one.path for one in OPERATIONS}
    assert {rule.endpoint.removeprefix("api.") for rule in rules} == {one.view for one in OPERATIONS}


def test_the_limits_are_those_of_the_installation() -> None:
    client = create_app({"TIMTIN_INDEX": "memory:", "PER_PAGE": 7, "MAX_QUERY": 20, "MAX_EXPORT": 9}).test_client()
    document = client.get(DOCUMENT).json
    assert document
    found = {
        (path, parameter["name"]): parameter["schema"]
        for path, operations in document["paths"].items()
        for parameter in operations["get"]["parameters"]
    }
    assert found["/search", "per_page"]["default"] == 7
    assert found["/search", "q"]["maxLength"] == 20
    assert found["/export", "limit"]["maximum"] == 9
    assert client.get("/api/v1/export?limit=10").status_code == 400


@pytest.mark.parametrize(("prefix", "root"), [("", "/api/v1"), ("/tim", "/tim/api/v1")])
def test_the_document_names_where_it_stands(prefix: str, root: str) -> None:
    client = create_app({"TIMTIN_INDEX": "memory:", "PROXIES": 1}).test_client()
    response = client.get(DOCUMENT, headers={"X-Forwarded-Prefix": prefix} if prefix else {})
    assert response.json
    assert response.json["servers"] == [{"url": root}]
    assert response.headers["Cache-Control"] == "public, max-age=3600"
    assert response.headers["Link"] == f'<{root}/openapi.json>; rel="service-desc"'


def test_every_operation_has_a_name_of_its_own(client: FlaskClient) -> None:
    document = client.get(DOCUMENT).json
    assert document
    names = [path["get"]["operationId"] for path in document["paths"].values()]
    assert len(names) == len(set(names)) == len(OPERATIONS)
