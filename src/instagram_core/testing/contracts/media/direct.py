"""The contract of forms that take files straight into a store."""

from abc import abstractmethod
from collections.abc import Mapping

from instagram_core.media.model import DirectUpload, MediaKey, media_key
from instagram_core.media.ports import DirectUploads, MediaStore, UploadForm, UploadTerms
from instagram_core.testing.capabilities import requires
from instagram_core.testing.contract import Contract
from instagram_core.testing.contracts.media.states import read

_TERMS = UploadTerms(content_type="image/png", most_bytes=10, seconds=600)
_REFUSED = 400


class DirectUploadsContract(Contract[tuple[MediaStore, DirectUploads]]):
    """What every `DirectUploads` does; a test works on a store and what takes files into it."""

    @abstractmethod
    async def send(
        self, forms: DirectUploads, url: str, fields: Mapping[str, str], data: bytes
    ) -> int:
        """Send a form as a client without a session does; give the status of the answer."""
        raise NotImplementedError

    async def test_a_file_arrives(self, both: tuple[MediaStore, DirectUploads]) -> None:
        """As it was sent, where its key says; as many bytes as allowed are allowed."""
        for data in (b"x", b"0123456789"):
            upload, form = self._offered(both[1])
            assert await self._sent(both[1], form, data) < _REFUSED
            assert await read(both[0], upload.key) == data

    async def test_a_file_that_is_too_large_is_refused(
        self, both: tuple[MediaStore, DirectUploads]
    ) -> None:
        """By one byte, or by many; and so is one of none. Nothing is stored."""
        upload, form = self._offered(both[1])
        for data in (b"01234567890", b"x" * 300_000, b""):
            assert await self._sent(both[1], form, data) >= _REFUSED
            assert await both[0].stat(upload.key) is None

    async def test_another_content_type_is_refused(
        self, both: tuple[MediaStore, DirectUploads]
    ) -> None:
        """The form takes what it was made for."""
        upload, form = self._offered(both[1])
        fields = {**form.fields, "Content-Type": "text/html"}
        assert await self.send(both[1], form.url, fields, b"<script>") >= _REFUSED
        assert await both[0].stat(upload.key) is None

    async def test_a_form_is_for_one_place(self, both: tuple[MediaStore, DirectUploads]) -> None:
        """Wherever its key is written: nobody overwrites what is not theirs."""
        (mine, form), (other, _) = self._offered(both[1]), self._offered(both[1])
        url = form.url.replace(mine.stem, other.stem)
        fields = {name: value.replace(mine.stem, other.stem) for name, value in form.fields.items()}
        assert await self.send(both[1], url, fields, b"theirs") >= _REFUSED
        assert await both[0].stat(other.key) is None

    async def test_a_form_may_be_sent_again(self, both: tuple[MediaStore, DirectUploads]) -> None:
        """As after a lost answer: the last file counts."""
        upload, form = self._offered(both[1])
        for data in (b"first", b"second"):
            assert await self._sent(both[1], form, data) < _REFUSED
        assert await read(both[0], upload.key) == b"second"

    async def test_a_claim_is_a_copy(self, both: tuple[MediaStore, DirectUploads]) -> None:
        """What is sent afterwards does not change it, and removing the upload does not take it."""
        upload, form = self._offered(both[1])
        await self._sent(both[1], form, b"good")
        copy = self._original()
        stored = await both[1].claim(upload, copy)
        assert stored is not None
        assert (stored.key, stored.length) == (copy, 4)
        await self._sent(both[1], form, b"evil")
        assert await read(both[0], copy) == b"good"
        await both[0].delete([upload.key])
        assert await read(both[0], copy) == b"good"

    async def test_nothing_is_claimed_where_nothing_was_sent(
        self, both: tuple[MediaStore, DirectUploads]
    ) -> None:
        """None, and no file comes of it."""
        upload, _ = self._offered(both[1])
        copy = self._original()
        assert await both[1].claim(upload, copy) is None
        assert await both[0].stat(copy) is None

    @requires("clock")
    async def test_a_form_ends(self, both: tuple[MediaStore, DirectUploads]) -> None:
        """Taken until its time is over, refused from then on."""
        upload, form = self._offered(both[1])
        await self.elapse(_TERMS.seconds - 1)
        assert await self._sent(both[1], form, b"in time") < _REFUSED
        await self.elapse(1)
        assert await self._sent(both[1], form, b"late") >= _REFUSED
        assert await read(both[0], upload.key) == b"in time"

    def _offered(self, forms: DirectUploads) -> tuple[DirectUpload, UploadForm]:
        upload = DirectUpload(stem=f"{DirectUpload.STEMS}{self.ids.new().hex}")
        return upload, forms.offer(upload, _TERMS)

    async def _sent(self, forms: DirectUploads, form: UploadForm, data: bytes) -> int:
        return await self.send(forms, form.url, form.fields, data)

    def _original(self) -> MediaKey:
        return media_key(self.ids.new().hex, "original")
