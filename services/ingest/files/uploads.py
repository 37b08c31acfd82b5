"""Receives the file of a multipart form, of bounded size and within bounded time, on disk and not in memory."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, BinaryIO, Final

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from shared.runtime.auth.key_ring import Holder
from shared.runtime.http.bodies import HeldBytes
from shared.runtime.http.problems import Kind, Refused, problem
from shared.wording.faults import Fault

MOST_FILE_BYTES: Final = 10 * 1024 * 1024
UPLOAD_SECONDS: Final = 60.0

_FRAMING_BYTES: Final = 16 * 1024  # of a form around its file
_MOST_BYTES: Final = MOST_FILE_BYTES + _FRAMING_BYTES
_FIELD: Final = "file"
_UNSUPPORTED: Final = Kind(
    "unsupported-media-type", "Cần Content-Type: multipart/form-data", "Content-Type: multipart/form-data is needed"
)
_NOT_A_FORM: Final = Fault(
    "Content-Type",
    "not-a-form",
    f"Hãy gửi tệp trong trường “{_FIELD}” của một biểu mẫu multipart/form-data, như curl -F {_FIELD}=@bao-cao.xlsx.",
    f"Send the file as the field “{_FIELD}” of a multipart/form-data form, as curl -F {_FIELD}=@report.xlsx does.",
)
_NO_FILE: Final = Fault(
    f"/{_FIELD}",
    "no-file",
    f"Biểu mẫu phải có đúng một tệp trong trường “{_FIELD}”, và phải được gửi trọn vẹn.",
    f"The form has to hold one file in the field “{_FIELD}” and nothing else, and has to be complete.",
)
_TOO_LARGE: Final = Fault(
    f"/{_FIELD}",
    "too-large",
    f"Tệp không được quá {MOST_FILE_BYTES // 1024 // 1024} MiB.",
    f"The file may have at most {MOST_FILE_BYTES // 1024 // 1024} MiB.",
)
FORM: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": [_FIELD],
                "properties": {_FIELD: {"type": "string", "format": "binary"}},
            }
        }
    },
}
"""The request body of a route that takes a file, as `/openapi.json` shows it."""

ON_DISK: Final = HeldBytes(most=32 * _MOST_BYTES, most_by_one=2 * _MOST_BYTES)
"""Of the files that are being received or answered in this process, each as if it were as large as may be."""


@asynccontextmanager
async def uploaded(request: Request, *, holder: Holder) -> AsyncIterator[BinaryIO]:
    """Lend the file that a key's holder sends, at most 10 MiB of it, within a minute.

    Raises:
        Refused: 415, it is no form; 400, the form has no file, something else, or an end that is missing; 413, it is
            larger; 408, it comes more slowly; 429, two others of its agency are in flight; 503, too
            many of all are.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "multipart/form-data":
        raise Refused(problem(415, kind=_UNSUPPORTED, faults=[_NOT_A_FORM]))
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Refused(problem(415, kind=_UNSUPPORTED, faults=[_NOT_A_FORM]))
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdecimal() and int(declared[:20]) > _MOST_BYTES:
        raise _too_large()
    parser = MultiPartParser(request.headers, _received(request), max_files=1, max_fields=0)
    try:
        ON_DISK.take(request.scope, holder.agency, _MOST_BYTES)
        file = (await _parsed(parser)).get(_FIELD)
        if not isinstance(file, UploadFile):
            raise Refused(problem(400, faults=[_NO_FILE]))
        yield file.file
    finally:
        for each in parser._files_to_close_on_error:  # noqa: SLF001  a file that has no end is in no form
            each.close()
        ON_DISK.release(request.scope)


async def _parsed(parser: MultiPartParser) -> FormData:
    try:
        async with asyncio.timeout(UPLOAD_SECONDS):
            return await parser.parse()
    except (MultiPartException, ClientDisconnect):
        raise Refused(problem(400, faults=[_NO_FILE], headers={"Connection": "close"})) from None
    except TimeoutError:
        raise Refused(problem(408, headers={"Connection": "close"})) from None


async def _received(request: Request) -> AsyncGenerator[bytes, None]:
    count = 0
    async for chunk in request.stream():
        count += len(chunk)
        if count > _MOST_BYTES:
            raise _too_large()
        yield chunk


def _too_large() -> Refused:
    return Refused(problem(413, faults=[_TOO_LARGE], headers={"Connection": "close"}))
