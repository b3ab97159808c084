"""Upload forms: each file is handed on when it is complete, so that one at a time is in memory."""

import attrs

from instagram_app.http.errors import FieldError, FieldsError
from instagram_app.http.formspec import FormSpec
from instagram_app.http.parts import ArrivingParts
from instagram_app.http.reading import Body
from instagram_core.media.service import Upload, UploadBatch


@attrs.frozen(kw_only=True)
class Form:
    """What a form held: its files are in the media store by now."""

    uploads: tuple[Upload, ...]
    texts: dict[str, str]
    lists: dict[str, list[str]]

    def fingerprint(self) -> tuple[object, ...]:
        """Give what makes two forms the same request: fields and digests, not raw bytes."""
        digests = [upload.digest.hex() for upload in self.uploads]
        return (digests, sorted(self.texts.items()), sorted(self.lists.items()))


class FormReader:
    """Reads one form by its rules, and refuses it at the first part that breaks one."""

    def __init__(self, body: Body, content_type: str, spec: FormSpec, batch: UploadBatch) -> None:
        """Read `body` into `batch`; WrongContentTypeError when it is no form."""
        self._parts = ArrivingParts(body, content_type)
        self._spec = spec
        self._batch = batch
        self._file_field: str | None = None
        self._texts: dict[str, str] = {}
        self._lists: dict[str, list[str]] = {}

    async def read(self) -> Form:
        """Give the whole form; the errors are those of multipart, of fields, and of files."""
        while (name := await self._parts.begin()) is not None:
            await self._part(name)
        if self._file_field is None:
            raise FieldsError(FieldError(next(iter(self._spec.files)), "is required"))
        return Form(uploads=tuple(self._batch.uploads), texts=self._texts, lists=self._lists)

    async def _part(self, name: str) -> None:
        if name in self._spec.files:
            self._admit_file(name)
            await self._batch.accept(self._parts.data())
        elif name in self._spec.texts:
            if name in self._texts:
                raise FieldsError(FieldError(name, "must be given once"))
            self._texts[name] = await self._parts.text(FormSpec.longest_text)
        elif name in self._spec.lists:
            texts = self._lists.setdefault(name, [])
            if len(texts) == self._spec.most_files:
                raise FieldsError(FieldError(name, "is given more often than there may be files"))
            texts.append(await self._parts.text(FormSpec.longest_text))
        else:
            raise FieldsError(FieldError(_shown(name), "is not a known field"))

    def _admit_file(self, name: str) -> None:
        if self._file_field not in {None, name}:
            raise FieldsError(FieldError(name, f"cannot be beside {self._file_field}"))
        if len(self._batch.uploads) == self._spec.files[name]:
            raise FieldsError(FieldError(name, f"must be at most {self._spec.files[name]}"))
        self._file_field = name


def _shown(name: str) -> str:
    return name[:100]
