"""The description of the API."""

import json
import re

import pytest

from instagram_app.http.openapi import document
from instagram_app.http.operation import Operation
from instagram_app.http.problems import status_of
from instagram_app.http.refusals import refusals_of
from instagram_app.http.routes import OPERATIONS
from tests.unit.instagram_app.http.served import Served

DOCUMENT = document()


def described(operation: Operation) -> dict[str, object]:
    """Give what the document says of an operation."""
    found: dict[str, object] = DOCUMENT["paths"][operation.path][operation.method.lower()]
    return found


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
def test_every_answer_of_an_operation_is_described(operation: Operation) -> None:
    """Success, whatever else is no refusal, and each refusal."""
    statuses = {operation.status, *operation.more, *map(status_of, refusals_of(operation))}
    responses = described(operation)["responses"]

    assert {str(status) for status in statuses} == set(responses)  # type: ignore[call-overload]
    assert "500" not in responses  # type: ignore[operator]


def test_names_of_operations_are_unique() -> None:
    """Programs are generated from them."""
    names = [operation.name for operation in OPERATIONS]

    assert sorted(set(names)) == sorted(names)


def test_every_reference_leads_somewhere() -> None:
    """A document with loose ends is of no use to a program."""
    text = json.dumps(DOCUMENT)
    references = set(re.findall(r'"#/components/schemas/([^"]+)"', text))

    assert references <= set(DOCUMENT["components"]["schemas"])
    assert DOCUMENT["openapi"] == "3.1.0"


def test_a_use_case_tells_its_rules() -> None:
    """They are the docstring of the service."""
    like = DOCUMENT["paths"]["/api/v1/posts/{id}/like"]["post"]

    assert "A repeat changes nothing" in like["description"]


def test_the_document_is_served(app: Served) -> None:
    """As it is made."""
    with app.client() as client:
        answer = client.get("/openapi.json")

    assert answer.json() == DOCUMENT


def test_the_page_loads_nothing_from_anywhere(app: Served) -> None:
    """Its policy forbids what it does not do."""
    with app.client() as client:
        answer = client.get("/docs")
    page = answer.text

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "script" not in page
    assert re.findall(r"(?:src|url\()\s*=?", page) == []
    assert set(re.findall(r"href=[\"']([^\"'#][^\"']*)", page)) <= {"/openapi.json"}
    assert "default-src 'none'; style-src 'sha256-" in answer.headers["content-security-policy"]


def test_the_page_names_every_operation(app: Served) -> None:
    """With its path, its answers, and the shapes behind them."""
    with app.client() as client:
        page = client.get("/docs").text

    for operation in OPERATIONS:
        assert f'id="{operation.name}"' in page
        assert operation.path in page
    for name in DOCUMENT["components"]["schemas"]:
        assert f'id="shape-{name}"' in page
