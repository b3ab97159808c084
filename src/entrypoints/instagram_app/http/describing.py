"""One operation as OpenAPI 3.1 has it."""

import inspect
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from instagram_app.http.formspec import FormSpec
from instagram_app.http.operation import Auth, Operation, Parameter
from instagram_app.http.paging import PageRequest
from instagram_app.http.problems import Problem, code_of, status_of
from instagram_app.http.refusals import refusals_of
from instagram_app.http.texts import NO_NUL
from instagram_core.idempotency.model import EffectKey
from instagram_core.media.model import ImageFormat
from instagram_core.posts.model import Post, PostMedia

Json = dict[str, Any]

_PATH_PARAMETER: Final = re.compile(r"\{(\w+)\}")
_ID: Final = {"type": "string", "format": "uuid"}
_IMAGES: Final = ", ".join(f"image/{each}" for each in ImageFormat)
_TEXT_LENGTHS: Final[Mapping[str, int]] = {
    "caption": Post.CAPTION_LONGEST,
    "location": Post.LOCATION_LONGEST,
    "alt_text": PostMedia.ALT_TEXT_LONGEST,
}
_PAGE: Final = (
    Parameter(
        name="limit",
        schema={"type": "integer", "minimum": 1, "default": PageRequest.DEFAULT},
        description=f"How many, at most; over {PageRequest.MOST} means {PageRequest.MOST}.",
    ),
    Parameter(
        name="cursor",
        schema={"type": "string"},
        description="Where the page starts: the `next_cursor` of the page before.",
    ),
)
_KEY: Final[Json] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key and request again within 24 hours get the first answer again.",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": EffectKey.LONGEST,
        "pattern": "^[!-~]([ -~]*[!-~])?$",
    },
}
_DIRECT_FORM: Final[Json] = {
    "type": "object",
    "properties": {
        "Content-Type": {"type": "string"},
        "file": {"type": "string", "format": "binary"},
    },
    "required": ["Content-Type", "file"],
}
_RETRY: Final[Json] = {
    "Retry-After": {"description": "Seconds.", "schema": {"type": "integer", "minimum": 1}}
}


def described(operation: Operation, refs: Mapping[Any, Json]) -> Json:
    """Give an operation; `refs` has the schema of each type it names."""
    found: Json = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "parameters": _parameters(operation),
        "responses": _responses(operation, refs),
    }
    if operation.use_case is not None:
        found["description"] = inspect.cleandoc(operation.use_case.__doc__ or "")
    if content := _bodies(operation, refs):
        found["requestBody"] = {"required": True, "content": content}
    if operation.auth is Auth.REQUIRED:
        found["security"] = [{"bearer": []}, {"cookie": []}]
    elif operation.auth is Auth.OPTIONAL:
        found["security"] = [{}, {"bearer": []}, {"cookie": []}]
    return found


def _bodies(operation: Operation, refs: Mapping[Any, Json]) -> Json:
    content: Json = {}
    if operation.form is not None:
        files = {name: {"contentType": _IMAGES} for name in operation.form.files}
        content["multipart/form-data"] = {"schema": _form(operation.form), "encoding": files}
    if operation.body is not None:
        content["application/json"] = {"schema": refs[operation.body]}
    if operation.reads_body:
        content["multipart/form-data"] = {"schema": _DIRECT_FORM}
    return content


def _parameters(operation: Operation) -> list[Json]:
    found: list[Json] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": dict(operation.path_schemas.get(name, _ID)),
        }
        for name in _PATH_PARAMETER.findall(operation.path)
    ]
    found += [
        {
            "name": each.name,
            "in": "query",
            "required": each.required,
            "description": each.description,
            "schema": dict(each.schema),
        }
        for each in (*(_PAGE if operation.is_page else ()), *operation.parameters)
    ]
    return [*found, _KEY] if operation.takes_key else found


def _responses(operation: Operation, refs: Mapping[Any, Json]) -> Json:
    found: Json = {str(operation.status): _success(operation, refs)}
    for status, description in operation.more.items():
        found[str(status)] = {"description": description}
        if status < HTTPStatus.MULTIPLE_CHOICES:
            found[str(status)]["content"] = {kind: {} for kind in operation.media_types}
    by_status: dict[int, dict[str, str]] = {}
    for error in refusals_of(operation):
        first_line = (error.__doc__ or "").partition("\n")[0]
        by_status.setdefault(status_of(error), {}).setdefault(code_of(error), first_line)
    for status, reasons in sorted(by_status.items()):
        found[str(status)] = _refusal(status, reasons, refs[Problem])
    return found


def _success(operation: Operation, refs: Mapping[Any, Json]) -> Json:
    found: Json = {"description": HTTPStatus(operation.status).phrase}
    if operation.answer is not None:
        found["content"] = {"application/json": {"schema": refs[operation.answer]}}
    elif operation.status == HTTPStatus.OK:
        found["content"] = {kind: {"schema": {}} for kind in operation.media_types}
    return found


def _refusal(status: int, reasons: Mapping[str, str], schema: Json) -> Json:
    ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    lines = [f"`{code}`" if ours else f"`{code}`: {text}" for code, text in reasons.items()]
    found: Json = {
        "description": "\n".join(lines),
        "content": {"application/problem+json": {"schema": schema}},
    }
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        found["headers"] = _RETRY
    return found


def _form(spec: FormSpec) -> Json:
    file: Json = {"type": "string", "format": "binary"}
    forms: list[Json] = []
    for field, most in spec.files.items():
        several = {"type": "array", "items": file, "minItems": 1, "maxItems": most}
        properties: Json = {field: several if most > 1 else file}
        properties |= {name: _text(name) for name in spec.texts}
        for name in spec.lists:
            properties[name] = {"type": "array", "items": _text(name), "maxItems": most}
        forms.append(
            {
                "type": "object",
                "properties": properties,
                "required": [field],
                "additionalProperties": False,
            }
        )
    return {"oneOf": forms} if len(forms) > 1 else forms[0]


def _text(name: str) -> Json:
    return {"type": "string", "maxLength": _TEXT_LENGTHS[name], "pattern": NO_NUL}
