"""Pictures at signed addresses."""

from functools import partial

from instagram_app.http.answers import Content
from instagram_app.http.call import Call
from instagram_app.http.conditions import Version, is_unchanged, wanted_range
from instagram_app.http.direct_form import DirectForm
from instagram_app.http.errors import PreconditionError, RangeError, WrongContentTypeError
from instagram_app.http.negotiation import accepted_encodings
from instagram_app.http.operation import Auth, Operation, Parameter
from instagram_core.kernel.clock import from_milliseconds
from instagram_core.kernel.errors import InvalidError
from instagram_core.media.addresses import MediaAddresses
from instagram_core.media.errors import MediaNotFoundError, MediaTooLargeError, UploadFormError
from instagram_core.media.forms import CONTENT_TYPE, FormAddress, SignedForms
from instagram_core.media.model import Size
from instagram_core.media.service import MediaServing, RedirectedFile, ServedFile
from instagram_core.media.service.serving import AddressNotGoodError


async def serve(call: Call) -> Content:
    """Give a rendition, or where the store itself has it, to whoever holds a good address."""
    query = call.query
    address = MediaAddresses.parse(
        call.params["stem"], call.params["size"], query.one("e") or "", query.one("s") or ""
    )
    if address is None:
        raise AddressNotGoodError
    request = call.request.headers
    accepted = accepted_encodings(request.get("accept"))
    served = await call.services.media.serving.find(address, accepted, call.request.method)
    if isinstance(served, RedirectedFile):
        headers = {
            "location": served.url,
            "cache-control": _kept(served),
            "vary": "Accept",
            "cross-origin-resource-policy": "cross-origin",
            "content-length": "0",
        }
        return Content(status=307, headers=headers)
    version = _version(served)
    headers = _headers(served, version)
    if is_unchanged(request, version):
        return Content(status=304, headers=headers)
    part = wanted_range(request, version) if call.request.method == "GET" else None
    headers["content-length"] = str(version.length if part is None else part.length)
    if part is not None:
        headers["content-range"] = f"bytes {part.start}-{part.last}/{version.length}"
    return Content(
        status=200 if part is None else 206,
        content_type=f"image/{served.encoding}",
        headers=headers,
        stream=partial(call.services.media.serving.read, served, part),
    )


def _version(served: ServedFile) -> Version:
    # One address has several encodings, and each needs a tag of its own.
    return Version(
        etag=f'"{served.file.etag}-{served.encoding}"',
        modified_at=from_milliseconds(served.file.modified_at).replace(microsecond=0),
        length=served.file.length,
    )


def _headers(served: ServedFile, version: Version) -> dict[str, str]:
    return {
        "cache-control": _kept(served) if served.is_restricted else f"{_kept(served)}, immutable",
        "etag": version.etag,
        "last-modified": version.last_modified,
        "accept-ranges": "bytes",
        "vary": "Accept",
        "cross-origin-resource-policy": "cross-origin",
    }


def _kept(served: ServedFile | RedirectedFile) -> str:
    # Nobody keeps a picture, or the way to it, for longer than its address is good.
    return f"{'private' if served.is_restricted else 'public'}, max-age={served.seconds}"


async def receive(call: Call) -> None:
    """Store the file of a form that was offered."""
    query = call.query
    address = FormAddress(
        stem=call.params["stem"],
        content_type=query.one("t") or "",
        most_bytes=query.one("b") or "",
        expires=query.one("e") or "",
        signature=query.one("s") or "",
    )
    forms = call.services.media.forms
    most_bytes = forms.terms(address).most_bytes  # before anything is read
    form = await DirectForm.open(call.request, most_bytes, call.body_ended)
    await forms.receive(address, form.fields.get(CONTENT_TYPE.lower(), ""), form.file())


OPERATIONS = (
    Operation(
        name="serveMedia",
        method="GET",
        path="/media/{stem}/{size}",
        handler=serve,
        tag="media",
        summary="A picture at its signed address",
        use_case=MediaServing.find,
        auth=Auth.TOLERANT,
        path_schemas={
            "stem": {"type": "string", "minLength": 1},
            "size": {"type": "string", "enum": [size.value for size in Size]},
        },
        parameters=(
            Parameter(
                name="e",
                schema={"type": "string"},
                description="When the address ends, in Unix seconds.",
                required=True,
            ),
            Parameter(
                name="s", schema={"type": "string"}, description="The signature.", required=True
            ),
        ),
        media_types=("image/webp", "image/jpeg", "image/png"),
        more={
            206: "A part of the picture.",
            304: "The client has this picture already.",
            307: "The picture is at the store: follow with the same method and `Range`.",
        },
        errors=(AddressNotGoodError, MediaNotFoundError, PreconditionError, RangeError),
    ),
    Operation(
        name="sendUpload",
        method="POST",
        path="/media/uploads/{stem}",
        handler=receive,
        tag="media",
        summary="Send a file by an offered form",
        use_case=SignedForms.receive,
        auth=Auth.NONE,
        path_schemas={"stem": {"type": "string", "minLength": 1}},
        parameters=(
            Parameter(
                name="t", schema={"type": "string"}, description="The content type.", required=True
            ),
            Parameter(
                name="b", schema={"type": "string"}, description="Bytes at most.", required=True
            ),
            Parameter(
                name="e",
                schema={"type": "string"},
                description="When the form ends, in Unix seconds.",
                required=True,
            ),
            Parameter(
                name="s", schema={"type": "string"}, description="The signature.", required=True
            ),
        ),
        reads_body=True,
        status=204,
        errors=(
            UploadFormError,
            MediaTooLargeError,
            InvalidError,
            WrongContentTypeError,
        ),
    ),
)
