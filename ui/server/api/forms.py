"""What a program sends: a form with files, received in memory and never on a disk."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from ui.server.api.door import in_time

_MOST_FIELD_BYTES = 1024


class FormError(Exception):
    """The form is not one of those that are described; the message says how."""


class _InMemory(MultiPartParser):
    # Starlette would move what is longer than this to a file.
    spool_max_size = 1 << 62


@dataclass(frozen=True)
class Form:
    """A form.

    Attributes:
        files: what the file of each field is called, and its bytes.
        values: the other fields.
    """

    files: Mapping[str, tuple[str, bytes]]
    values: Mapping[str, str]

    def choice(self, field: str, options: Collection[str]) -> str | None:
        """The value of a field, one of `options`; None where it is left out or empty. Raises FormError."""
        value = self.values.get(field) or None
        if value is not None and value not in options:
            raise FormError(f"{field} is one of {', '.join(options)}; got {value[:40]!r}.")
        return value

    def flag(self, field: str, default: bool) -> bool:
        """A field that says true or false. Raises FormError."""
        return {None: default, "true": True, "false": False}[self.choice(field, ("true", "false"))]


async def receive(request: Request, files: Collection[str], values: Collection[str]) -> Form:
    """The form of a request, in which only these fields may stand, and the first file must.

    Raises FormError when it is another one, and TimeoutError when it arrives too slowly.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "multipart/form-data":
        raise FormError("Send a form with the recording in it: multipart/form-data, as curl -F file=@clip.mp3 does.")
    parser = _InMemory(
        request.headers,
        request.stream(),
        max_files=len(files),
        max_fields=len(values),
        max_part_size=_MOST_FIELD_BYTES,
    )
    try:
        received = await in_time(request, parser.parse())
    except MultiPartException as error:
        raise FormError(f"The form cannot be read: {error.message}") from None
    try:
        return await _checked(received.multi_items(), files, values)
    finally:
        await received.close()


async def _checked(
    received: list[tuple[str, str | UploadFile]], files: Collection[str], values: Collection[str]
) -> Form:
    found_files: dict[str, tuple[str, bytes]] = {}
    found_values: dict[str, str] = {}
    for field, value in received:
        if field in found_files or field in found_values:
            raise FormError(f"The field {field} is there twice.")
        if isinstance(value, UploadFile) and field in files:
            found_files[field] = (value.filename or "recording", await value.read())
        elif isinstance(value, str) and field in values:
            found_values[field] = value
        else:
            kind = "file" if isinstance(value, UploadFile) else "field"
            known = ", ".join([*(f"{name} (a file)" for name in files), *values])
            raise FormError(f"There is no {kind} {field[:40]!r} here. There are: {known}.")
    first = next(iter(files))
    if first not in found_files:
        raise FormError(f"The recording is missing: send it as the file of the field {first}.")
    return Form(found_files, found_values)
