"""The API's description, rendered once: as JSON, and as a page that loads nothing."""

import base64
import hashlib
import html
from collections.abc import Sequence
from importlib import resources
from typing import Any

import attrs

from instagram_app.http.answers import Content, encode

Json = dict[str, Any]

_KEPT = {"cache-control": "public, max-age=300"}


@attrs.frozen(kw_only=True)
class Manual:
    """Both forms."""

    openapi: Content
    page: Content


def manual(document: Json) -> Manual:
    """Give both forms of an OpenAPI document."""
    style = resources.files("instagram_app.http").joinpath("manual.css").read_text()
    page = _page(document, style).encode()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"
    return Manual(
        openapi=Content(
            body=encode(document), content_type="application/json", headers=dict(_KEPT)
        ),
        page=Content(
            body=page,
            content_type="text/html; charset=utf-8",
            headers=_KEPT | {"content-security-policy": policy},
        ),
    )


def _page(document: Json, style: str) -> str:
    title = f"{document['info']['title']} API {document['info']['version']}"
    tags = [tag["name"] for tag in document["tags"]]
    links = "".join(f'<a href="#{tag}">{tag}</a>' for tag in [*tags, "shapes"])
    sections = "".join(_section(tag, document) for tag in tags)
    shapes = "".join(
        f'<details id="shape-{name}"><summary><code>{name}</code> '
        f"{_text(schema.get('description', ''))}</summary>{_shape(schema)}</details>"
        for name, schema in document["components"]["schemas"].items()
    )
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{_text(title)}</title><style>{style}</style></head><body>"
        f"<header><h1>{_text(title)}</h1><nav>{links}<a href='/openapi.json'>openapi.json</a></nav>"
        f"{_paragraphs(document['info']['description'])}</header><main>{sections}"
        f"<section id='shapes'><h2>shapes</h2>{shapes}</section></main></body></html>"
    )


def _section(tag: str, document: Json) -> str:
    operations = "".join(
        _operation(method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if tag in operation["tags"]
    )
    return f'<section id="{tag}"><h2>{tag}</h2>{operations}</section>'


def _operation(method: str, path: str, operation: Json) -> str:
    parts = [_paragraphs(operation.get("description", ""))]
    if operation.get("security"):
        needed = {} not in operation["security"]
        parts.append(f"<p class='note'>Session: {'required' if needed else 'optional'}.</p>")
    if operation["parameters"]:
        rows = [
            (each["name"], each["in"], _schema(each["schema"]), _text(each.get("description", "")))
            for each in operation["parameters"]
        ]
        parts.append(_table("Parameters", rows))
    if body := operation.get("requestBody"):
        parts += [
            f"<h4>Body <small>{_text(kind)}</small></h4>{_shape(each['schema'])}"
            for kind, each in body["content"].items()
        ]
    answers = [
        (status, _kinds(each), _paragraphs(each["description"]))
        for status, each in operation["responses"].items()
    ]
    parts.append(_table("Answers", answers))
    return (
        f'<details id="{operation["operationId"]}"><summary><b class="{method}">{method.upper()}'
        f"</b> <code>{_text(path)}</code> <span>{_text(operation['summary'])}</span></summary>"
        f"{''.join(parts)}</details>"
    )


def _kinds(answer: Json) -> str:
    return "<br>".join(
        f"{_schema(each.get('schema', {}))} <small>{_text(kind)}</small>"
        for kind, each in answer.get("content", {}).items()
    )


def _shape(schema: Json) -> str:
    if "properties" not in schema:
        return f"<p>{_schema(schema)}</p>"
    required = set(schema.get("required", ()))
    rows = [
        (name, "" if name in required else "optional", _schema(each))
        for name, each in schema["properties"].items()
    ]
    return _table("", rows)


def _schema(schema: Any) -> str:  # noqa: ANN401 - a piece of JSON Schema
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f'<a href="#shape-{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_schema(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"<code>{_text(str(each))}</code>" for each in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_schema(schema.get('items', {}))}"
    return _text(str(schema.get("format", schema.get("type", ""))))


def _table(title: str, rows: Sequence[tuple[str, ...]]) -> str:
    head = f"<h4>{title}</h4>" if title else ""
    lines = "".join(
        f"<tr><th>{_text(first)}</th>{''.join(f'<td>{cell}</td>' for cell in rest)}</tr>"
        for first, *rest in rows
    )
    return f"{head}<table>{lines}</table>"


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{_text(part)}</p>" for part in text.strip().split("\n\n") if part)


def _text(text: str) -> str:
    return html.escape(text)
