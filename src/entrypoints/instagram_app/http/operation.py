"""One operation of the API, declared: what `server.py` serves and `openapi.py` documents."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from enum import Enum
from typing import Any

import attrs
import msgspec

from instagram_app.http.call import Call
from instagram_app.http.formspec import FormSpec
from instagram_core.accounts.model import UserId
from instagram_core.media.service import UploadBatch


class Auth(Enum):
    """Whose requests an operation takes."""

    NONE = "nobody is asked who they are"
    TOLERANT = "a good session is counted by its user, a bad one is passed over"
    OPTIONAL = "a session may be there, and must be good then"
    REQUIRED = "a good session must be there"


@attrs.frozen(kw_only=True)
class Parameter:
    """A query parameter."""

    name: str
    schema: Mapping[str, Any]
    description: str
    required: bool = False


Handler = Callable[[Call], Awaitable[object]]
TakesIn = Callable[[Call, UploadBatch], Awaitable[None]]
Ahead = Callable[[Call, UserId], Coroutine[Any, Any, object]]


@attrs.frozen(kw_only=True)
class Operation:
    """Method, path, and everything that is asked for before its handler runs."""

    name: str
    method: str
    path: str
    """With `{parameters}`."""
    handler: Handler = attrs.field(repr=False)
    tag: str
    summary: str
    use_case: Callable[..., Any] | None = None
    """Its docstring is the description."""

    auth: Auth = Auth.REQUIRED
    is_counted: bool = True
    """Whether limits apply."""
    action: str | None = None
    """The limit beside the overall one."""
    body: type[msgspec.Struct] | None = None
    form: FormSpec | None = None
    """Beside a `body`: the content type says which of the two a request has."""
    ahead: Ahead | None = attrs.field(default=None, repr=False)
    """Reads for the owner of a sealed token while their session and limits are asked; changes
    nothing. What it gives is `Call.ahead` if they are signed in; nothing is refused because of it.
    """
    takes_in: TakesIn | None = attrs.field(default=None, repr=False)
    """Brings files that a JSON body names into the batch, before the handler runs."""
    reads_body: bool = False
    """Whether the handler reads the body itself, while it arrives."""
    is_page: bool = False
    parameters: tuple[Parameter, ...] = ()
    path_schemas: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict)
    """Of path parameters that are no ids."""
    takes_key: bool = False
    """Whether an Idempotency-Key makes it happen once."""

    status: int = 200
    """Of success."""
    answer: Any = None
    """The type of the answer; None: no body."""
    media_types: tuple[str, ...] = ("application/json",)
    """Of the answer."""
    more: Mapping[int, str] = attrs.field(factory=dict)
    """Other answers that are no refusals, by status, with their description."""
    errors: tuple[type[Exception], ...] = ()
    """Beside those that come from what is declared above."""

    @property
    def methods(self) -> tuple[str, ...]:
        """Give the methods it answers: HEAD wherever there is GET."""
        return ("GET", "HEAD") if self.method == "GET" else (self.method,)

    @property
    def is_safe(self) -> bool:
        """Tell whether it changes nothing."""
        return self.method == "GET"
