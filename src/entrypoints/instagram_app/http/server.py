"""The Sanic app: every operation on its path, every refusal a problem document."""

import secrets
from collections.abc import Awaitable, Callable, Coroutine
from types import SimpleNamespace
from typing import Any, Final

from sanic import Request, Sanic
from sanic.config import Config
from sanic.exceptions import MethodNotAllowed, RequestCancelled
from sanic.handlers import ErrorHandler
from sanic.http import Http
from sanic.response import HTTPResponse

from instagram_app.container.application import Application
from instagram_app.http.access_log import AccessLog
from instagram_app.http.answers import Answer, Answers
from instagram_app.http.call import Edge
from instagram_app.http.client import Clients
from instagram_app.http.errors import WrongMethodError
from instagram_app.http.links import Links
from instagram_app.http.manual import manual
from instagram_app.http.methods import Methods
from instagram_app.http.openapi import document
from instagram_app.http.operation import Operation
from instagram_app.http.paging import Pages
from instagram_app.http.pipeline import Pipeline
from instagram_app.http.present import Presenter
from instagram_app.http.routes import OPERATIONS
from instagram_app.http.server_errors import head_error
from instagram_app.http.spelling import PostSpelling

App = Sanic[Config, SimpleNamespace]

_CONFIG: Final[dict[str, str | bool | int | float | None]] = {
    "AUTO_EXTEND": False,
    "MOTD": False,
    "ACCESS_LOG": False,
    "REQUEST_MAX_HEADER_SIZE": 16_384,
    # No body is read before its operation asks for it, and each has a limit of its own. This one
    # bounds what is heard out after a refusal; the protocol bounds it by time.
    "REQUEST_MAX_SIZE": 2**30,
    "KEEP_ALIVE_TIMEOUT": 75,
    "REQUEST_TIMEOUT": 10,
    "RESPONSE_TIMEOUT": 60,
}


def create_app(application: Application) -> App:
    """Give a Sanic app that serves these services; several may live in one process.

    It is in no registry and reads no environment. Serve it with `http.serving.listening`.
    """
    app = Sanic(
        f"instagram-{secrets.token_hex(8)}",
        config=Config(_CONFIG | {"TOUCHUP": not _is_touched_up()}, env_prefix=None),
        configure_logging=False,
    )
    Sanic.unregister_app(app)
    pipeline = _pipeline(application)
    app.error_handler = _Refusals(pipeline)
    for operation in OPERATIONS:
        app.add_route(
            _endpoint(operation, pipeline),
            operation.path.replace("{", "<").replace("}", ">"),
            methods=operation.methods,
            name=operation.name,
            stream=True,
        )
    return app


def _is_touched_up() -> bool:
    """Tell whether another app of this process has let Sanic rewrite its own methods already.

    It takes out hooks that nobody uses, by their source, and cannot do so twice.
    """
    return bool(getattr(Http, "__touched__", False))


def _pipeline(application: Application) -> Pipeline:
    settings = application.settings
    public_url = settings.public_url
    pages = Pages(application.services.cursors)
    links = Links(application.services.media.addresses, application.clock)
    edge = Edge(
        app=application,
        clients=Clients(settings.trusted_proxies, public_url),
        pages=pages,
        present=Presenter(links, pages, PostSpelling(links)),
        manual=manual(document()),
    )
    is_secure = public_url is not None and public_url.startswith("https://")
    return Pipeline(edge, Answers(is_always_secure=is_secure), AccessLog(application.metrics))


def _endpoint(
    operation: Operation, pipeline: Pipeline
) -> Callable[..., Coroutine[Any, Any, Answer | None]]:
    async def endpoint(request: Request, **params: str) -> Answer | None:
        return await pipeline.answer(operation, request, params)

    return endpoint


class _Refusals(ErrorHandler):
    """Answers what never came to an operation."""

    def __init__(self, pipeline: Pipeline) -> None:
        """Answer by `pipeline`."""
        super().__init__()
        self._pipeline = pipeline
        self._methods = Methods(OPERATIONS)

    def response(
        self, request: Request, exception: BaseException
    ) -> HTTPResponse | Awaitable[HTTPResponse]:
        """Give a problem document; to OPTIONS, the methods of the path."""
        if isinstance(exception, RequestCancelled):
            return self._pipeline.abandoned(request)
        if isinstance(exception, MethodNotAllowed):
            allowed = self._methods.allowed_at(request.path)
            if request.method == "OPTIONS":
                return self._pipeline.options(request, allowed)
            exception = WrongMethodError(headers={"allow": allowed})
        return self._pipeline.outside(request, head_error(request, exception))
