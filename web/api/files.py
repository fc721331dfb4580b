"""Files: sent as a form, fetched as a download that no browser shows at our address."""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from flow8.domain.access import Right
from flow8.domain.file_value import ANY_TYPE, disposition
from flow8.services import files
from web import asked
from web.bodies import form_parts
from web.describe import answers
from web.headers import Download
from web.policy import needs
from web.present import files as present

bp = Blueprint("files", __name__)

FULL: Final = ("DISK_FULL", "STORAGE_FAILED")


@bp.post("/files")
@needs(Right.RUN, somewhere=True)
@answers(present.FileShape, HTTPStatus.CREATED, file_body=True, errors=FULL)
def send_file() -> ResponseReturnValue:
    """Send one file; the answer is its file value, for the args of a play."""
    kept = files.upload(asked.engine(), asked.actor(), form_parts())
    return jsonify(present.file(kept)), HTTPStatus.CREATED


@bp.get("/files/<file_id>")
@needs(Right.VIEW, somewhere=True)
@answers(
    bytes,
    media=ANY_TYPE,
    also={HTTPStatus.PARTIAL_CONTENT: bytes},
    headers={"Range": "One range of bytes, such as `bytes=0-1023`."},
    errors=("FILE_NOT_FOUND", "FILE_GONE", "STORAGE_FAILED"),
    etag=True,
)
def get_file(file_id: str) -> Response:
    """The bytes of a file, as a download."""
    opened = files.open_file(asked.engine(), asked.actor(), file_id)
    start, size = _range(opened.record.size)
    partial = size != opened.record.size
    answer = Download(opened.pieces(start, size), mimetype=ANY_TYPE)
    answer.call_on_close(opened.close)
    answer.content_length = size
    answer.accept_ranges = "bytes"
    answer.set_etag(opened.record.sha256)
    answer.headers["Content-Disposition"] = disposition(opened.record.name)
    if partial:
        answer.status_code = HTTPStatus.PARTIAL_CONTENT
        answer.content_range.set(start, start + size, opened.record.size)
    return answer


def _range(whole: int) -> tuple[int, int]:
    """Where to begin and how much to send: the one range that is asked for if it can be had, else all."""
    wanted = asked.current().range
    found = (
        None if wanted is None or "If-Range" in asked.current().headers else wanted.range_for_length(whole)
    )
    return (0, whole) if found is None else (found[0], found[1] - found[0])
