"""Pictures at signed addresses."""

from functools import partial

from instagram_app.http.answers import Content
from instagram_app.http.call import Call
from instagram_app.http.conditions import Version, is_unchanged, wanted_range
from instagram_app.http.errors import PreconditionError, RangeError
from instagram_app.http.negotiation import accepted_encodings
from instagram_app.http.operation import Auth, Operation, Parameter
from instagram_core.kernel.clock import from_milliseconds
from instagram_core.media.addresses import MediaAddresses
from instagram_core.media.errors import MediaNotFoundError
from instagram_core.media.model import Size
from instagram_core.media.service import MediaServing, ServedFile
from instagram_core.media.service.serving import AddressNotGoodError


async def serve(call: Call) -> Content:
    """Give a rendition to whoever holds a good address of it."""
    query = call.query
    address = MediaAddresses.parse(
        call.params["stem"], call.params["size"], query.one("e") or "", query.one("s") or ""
    )
    if address is None:
        raise AddressNotGoodError
    request = call.request.headers
    accepted = accepted_encodings(request.get("accept"))
    served = await call.services.media.serving.find(address, accepted)
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
    # Nobody keeps a picture for longer than its address is good.
    kept = f"max-age={served.seconds}"
    return {
        "cache-control": (
            f"private, {kept}" if served.is_restricted else f"public, {kept}, immutable"
        ),
        "etag": version.etag,
        "last-modified": version.last_modified,
        "accept-ranges": "bytes",
        "vary": "Accept",
        "cross-origin-resource-policy": "cross-origin",
    }


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
        more={206: "A part of the picture.", 304: "The client has this picture already."},
        errors=(AddressNotGoodError, MediaNotFoundError, PreconditionError, RangeError),
    ),
)
