"""`instagram openapi`."""

from instagram_app.cli.options import DEFAULT, Options


def openapi(*, options: Options = DEFAULT) -> None:  # noqa: ARG001 - every command has them
    """Print the OpenAPI document of the HTTP interface."""
    import json

    from instagram_app.http.openapi import document

    print(json.dumps(document(), indent=2, ensure_ascii=False))
