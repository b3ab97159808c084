"""One request on its way through the app."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from uuid import UUID

import attrs
from sanic import Request

from instagram_app.container.application import Application
from instagram_app.http.client import Clients
from instagram_app.http.errors import NothingHereError
from instagram_app.http.forms import Form
from instagram_app.http.manual import Manual
from instagram_app.http.paging import PageRequest, Pages
from instagram_app.http.present import Presenter
from instagram_app.http.query import Query
from instagram_core.accounts.errors import SessionNotFound, UserNotFound
from instagram_core.accounts.model import Session, SessionId, UserId
from instagram_core.accounts.service import Device
from instagram_core.kernel.errors import UnauthenticatedError
from instagram_core.media.model import DirectUpload, Original
from instagram_core.posts.errors import PostNotFound
from instagram_core.posts.model import PostId

if TYPE_CHECKING:
    from instagram_app.http.operation import Operation

_ID_LENGTH = 36


@attrs.frozen(kw_only=True)
class Edge:
    """What every request of one app shares."""

    app: Application
    clients: Clients
    pages: Pages
    present: Presenter
    manual: Manual


@attrs.frozen(kw_only=True)
class Adopted:
    """Files that came before the request which says what for."""

    originals: tuple[Original, ...]
    spent: tuple[DirectUpload, ...]


class Call:
    """What a handler sees: the services, who calls, and the request parsed."""

    __slots__ = (
        "_edge",
        "_form",
        "_present",
        "_query",
        "address",
        "adopted",
        "ahead",
        "app",
        "body",
        "body_ended",
        "headers",
        "operation",
        "params",
        "request",
        "request_id",
        "services",
        "session",
    )

    body: Any
    """The decoded JSON body, of the operation's type."""
    adopted: Adopted | None
    """Files that were sent to the store before this request; None where it names none."""

    ahead: Any
    """What the operation read ahead for whoever is signed in; None where it could not."""

    def __init__(
        self, edge: Edge, operation: "Operation", request: Request, params: dict[str, str]
    ) -> None:
        """Start with nobody signed in and nothing read."""
        self._edge = edge
        self.params = params
        self._query: Query | None = None
        self.app = edge.app
        self.services = edge.app.services
        self._present: Presenter | None = None
        self.operation = operation
        self.request = request
        self.session: Session | None = None
        self.address = edge.clients.address(request)
        self.request_id = ""
        self.body = None
        self.body_ended: Callable[[], None] = _nothing
        """For handlers that read a body themselves: to be called after its last byte."""
        self._form: Form | None = None
        self.adopted = None
        self.ahead = None
        self.headers: dict[str, str] = {}
        """To be sent with the answer."""

    @property
    def form(self) -> Form:
        """Give the multipart form of a request that has one."""
        assert self._form is not None  # noqa: S101 - where none is declared none is asked for
        return self._form

    @form.setter
    def form(self, form: Form) -> None:
        self._form = form

    def fields(self) -> tuple[object, ...]:
        """Give what makes two requests the same: path, parsed fields and digests of files."""
        form = None if self._form is None else self._form.fingerprint()
        return (self.params, self.body, form)

    @property
    def viewer(self) -> UserId | None:
        """Give who looks; None when nobody is signed in."""
        return self.session.user_id if self.session is not None else None

    @property
    def user(self) -> UserId:
        """Give who is signed in."""
        return self.signed_in.user_id

    @property
    def signed_in(self) -> Session:
        """Give the session; UnauthenticatedError without one."""
        if self.session is None:
            raise UnauthenticatedError
        return self.session

    @property
    def query(self) -> Query:
        """Give the query, parsed once."""
        if self._query is None:
            self._query = Query(self.request.query_string)
        return self._query

    @property
    def origin(self) -> str:
        """Give what links begin with: where this client reaches the app."""
        return self._edge.clients.origin(self.request)

    @property
    def present(self) -> Presenter:
        """Give what makes answers, with links to where this client reaches the app."""
        if self._present is None:
            self._present = self._edge.present.at(self.origin)
        return self._present

    @property
    def device(self) -> Device:
        """Give where a sign-in comes from."""
        agent = self.request.headers.getone("user-agent", "")
        return Device(address=self.address, user_agent=agent)

    @property
    def manual(self) -> Manual:
        """Give the description of the API."""
        return self._edge.manual

    @property
    def is_secure(self) -> bool:
        """Tell whether the client came by https."""
        return self._edge.clients.is_secure(self.request)

    def text(self, name: str) -> str:
        """Give a parameter of the path, its escapes resolved."""
        try:
            return unquote(self.params[name], errors="strict")
        except UnicodeDecodeError:
            raise NothingHereError from None

    def user_id(self) -> UserId:
        """Give the user the path names; UserNotFound when it is no id."""
        found = parse_id(self.params["id"])
        if found is None:
            raise UserNotFound
        return UserId(found)

    def post_id(self) -> PostId:
        """Give the post the path names; PostNotFound when it is no id."""
        found = parse_id(self.params["id"])
        if found is None:
            raise PostNotFound
        return PostId(found)

    def session_id(self) -> SessionId:
        """Give the session the path names; SessionNotFound when it is no id."""
        found = parse_id(self.params["id"])
        if found is None:
            raise SessionNotFound
        return SessionId(found)

    def page(self, name: str, *params: object) -> PageRequest:
        """Give the page that is asked for of list `name` with its parameters."""
        scope = "|".join((name, *map(str, params)))
        return self._edge.pages.read(self.query, scope, self.viewer)


def _nothing() -> None:
    """No deadline waits for a body that was read before."""


def parse_id(text: str) -> UUID | None:
    """Give the id a text names, in the one form ids have; None when it is no id."""
    if len(text) != _ID_LENGTH:
        return None
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text.lower() else None
