"""Wrong addresses of files, and wrong forms that take them."""

from collections.abc import AsyncIterator
from typing import Any

import attrs

from instagram_core.media.forms import FormAddress
from instagram_core.media.model import DirectUpload, MediaKey, StoredFile
from instagram_core.media.ports import MediaLink, UploadForm, UploadTerms
from instagram_core.memory.links import InMemoryMediaLinks
from instagram_core.memory.media import InMemoryMediaStore
from instagram_core.testing.contracts.media import DirectUploadsContract, MediaLinksContract
from instagram_core.testing.contracts.media.links import Read
from tests.contract.memory.clients import fetched, sent, signed_forms
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants


class Pair(tuple[Any, Any]):
    """A store, and what a mutant replaces a part of."""

    __slots__ = ()


def _linked(case: Any) -> Pair:
    store = InMemoryMediaStore(case.clock)
    return Pair((store, InMemoryMediaLinks(store, case.clock)))


def _formed(case: Any) -> Pair:
    store = InMemoryMediaStore(case.clock)
    return Pair((store, signed_forms(store, case.clock)))


async def _fetch(_: Any, links: Any, url: str, method: str = "GET", span: str = "") -> Read:
    return await fetched(links, url, method, span)


async def _send(_: Any, forms: Any, url: str, fields: Any, data: bytes) -> int:
    return await sent(forms, url, fields, data)


media_links = Mutants(MediaLinksContract, right=_linked, parts={"fetch": _fetch, "aligned": True})
direct_uploads = Mutants(DirectUploadsContract, right=_formed, parts={"send": _send})


class Beside(Around):
    """Stands beside its store, as the second of the two."""

    def __new__(cls, pair: Any) -> Any:
        wrong = super().__new__(cls)
        wrong.__init__(pair)  # type: ignore[misc]
        return (pair[0], wrong)

    def __init__(self, pair: Any) -> None:
        super().__init__(pair[1])
        self.store = pair[0]


@media_links.caught_by("test_a_link_is_good_for_half_of_its_time_at_least")
class LinksOutliveWhatWasAsked(Beside):
    """Gives a window more than there may be."""

    def link(self, key: MediaKey, **named: Any) -> MediaLink:
        found: MediaLink = self.right.link(key, **{**named, "seconds": named["seconds"] * 2})
        return found


@media_links.caught_by("test_everybody_gets_the_same_link")
class LinksOfTheMoment(Beside):
    """Signs each anew, so that no cache ever hits."""

    def link(self, key: MediaKey, **named: Any) -> MediaLink:
        self.count = getattr(self, "count", 0) + 1
        found: MediaLink = self.right.link(key, **named)
        return attrs.evolve(found, url=f"{found.url}&number={self.count}")


@media_links.caught_by("test_a_link_is_for_one_method")
class LinksForEveryMethod(Beside):
    """Signs addresses without their method."""

    def link(self, key: MediaKey, **named: Any) -> MediaLink:
        found: MediaLink = self.right.link(key, **{**named, "method": "GET"})
        return found

    async def fetch(self, url: str, _: str = "GET", part: Any = None) -> Any:
        return await self.right.fetch(url, "GET", part)


@media_links.caught_by("test_a_link_opens_no_other_file")
class LinksToAnOpenStore(Beside):
    """Gives addresses of a store that anybody may read."""

    async def fetch(self, url: str, method: str = "GET", part: Any = None) -> Any:
        stem, name = url.partition("?")[0].split("/")[-2:]
        link = self.right.link(
            MediaKey(f"{stem}/{name}"), seconds=60, is_restricted=False, method=method
        )
        return await self.right.fetch(link.url, method, part)


@media_links.caught_by("test_shared_caches_keep_only_what_is_not_restricted")
class LinksThatAreAllPublic(Beside):
    """Lets shared caches keep what is restricted."""

    def link(self, key: MediaKey, **named: Any) -> MediaLink:
        found: MediaLink = self.right.link(key, **{**named, "is_restricted": False})
        return found


@direct_uploads.caught_by("test_a_file_that_is_too_large_is_refused")
class FormsWithoutABound(Beside):
    """Take however much there comes, as a presigned PUT does."""

    def offer(self, upload: DirectUpload, terms: UploadTerms) -> UploadForm:
        form: UploadForm = self.right.offer(upload, attrs.evolve(terms, most_bytes=10**9))
        return form


@direct_uploads.caught_by("test_another_content_type_is_refused")
class FormsOfAnyType(Beside):
    """Believe whatever a form names."""

    async def receive(self, address: FormAddress, _: str, data: AsyncIterator[bytes]) -> None:
        await self.right.receive(address, address.content_type, data)


@direct_uploads.caught_by("test_a_form_is_for_one_place")
class FormsForAnyPlace(Beside):
    """Sign everything but where the file goes."""

    async def receive(self, address: FormAddress, kind: str, data: AsyncIterator[bytes]) -> None:
        terms = UploadTerms(content_type=kind, most_bytes=10, seconds=600)
        await sent(
            self.right,
            self.right.offer(DirectUpload(stem=address.stem), terms).url,
            {"Content-Type": kind},
            b"".join([chunk async for chunk in data]),
        )


@direct_uploads.caught_by("test_a_claim_is_a_copy")
class FormsThatMoveNothing(Beside):
    """Let the claimed file be the one that the form still writes."""

    async def claim(self, upload: DirectUpload, to: MediaKey) -> StoredFile | None:
        stored: StoredFile | None = await self.right.claim(upload, to)
        if stored is not None:
            self.store._files[upload.key] = self.store._files[to]
            files, put = self.store._files, self.store.put

            async def both(key: MediaKey, data: Any) -> StoredFile:
                found: StoredFile = await put(key, data)
                files[to] = files[key]
                return found

            self.store.put = both
        return stored


@direct_uploads.caught_by("test_nothing_is_claimed_where_nothing_was_sent")
class FormsThatClaimNothing(Beside):
    """Give an empty file for one that never came."""

    async def claim(self, upload: DirectUpload, to: MediaKey) -> StoredFile | None:
        stored: StoredFile | None = await self.right.claim(upload, to)
        return stored or await self.store.put(to, b"")


@direct_uploads.caught_by("test_a_form_ends")
class FormsForEver(Beside):
    """Forget when a form ends."""

    def offer(self, upload: DirectUpload, terms: UploadTerms) -> UploadForm:
        form: UploadForm = self.right.offer(upload, attrs.evolve(terms, seconds=10**6))
        return form
