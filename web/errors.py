"""How errors are answered: `{error, message, statusCode, requestId, details}`, or a page for people."""

import logging
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from flow8.errors import Flow8Error, Malformed, NotFound, TooLarge, TooMany, Unauthorized, Unavailable
from web import asked
from web.pages.errors import error_page

RETRY_AFTER = "2"
"""Seconds after which what is not available is likely to be there again."""

log = logging.getLogger("web")


class WrongMethod(Flow8Error):
    """This path does not know this method; the Allow header names the ones it knows."""

    status = 405
    code = "METHOD_NOT_ALLOWED"


def register(app: Flask) -> None:
    """Answer every error of `app` in our shape."""
    app.register_error_handler(Flow8Error, _answer_ours)
    app.register_error_handler(HTTPException, _answer_werkzeugs)


def body_of(error: Flow8Error) -> dict[str, Any]:
    """What the API says about an error."""
    return {
        "error": error.error_code,
        "message": error.message,
        "statusCode": error.status,
        "requestId": asked.request_id(),
        "details": [{"path": problem.path, "message": problem.message} for problem in error.problems],
    }


def _answer_ours(error: Flow8Error) -> Response:
    if error.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request_id=%s", asked.request_id(), exc_info=error)
        return _answer(Flow8Error())
    if error.status > HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("%s request_id=%s", error.message, asked.request_id())
    return _answer(error)


def _answer(error: Flow8Error) -> Response:
    answer = jsonify(body_of(error)) if asked.is_for_programs() else error_page(error)
    answer.status_code = error.status
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.retry_after)
    if error.status == Unavailable.status:
        answer.headers["Retry-After"] = RETRY_AFTER
    if error.status == Unauthorized.status and asked.is_for_programs():
        answer.headers["WWW-Authenticate"] = 'Bearer realm="flow8"'
    return answer


def _answer_werkzeugs(error: HTTPException) -> Response:
    answer = _answer(_in_our_words(error))
    for name, value in error.get_headers(request.environ):
        if name == "Allow":
            answer.headers[name] = value
    return answer


def _in_our_words(error: HTTPException) -> Flow8Error:
    if error.code == NotFound.status:
        return NotFound("There is nothing at this path; look whether it is spelled right.")
    if error.code == WrongMethod.status:
        return WrongMethod()
    if error.code == TooLarge.status:
        return TooLarge()
    if error.code is not None and error.code < HTTPStatus.INTERNAL_SERVER_ERROR:
        return Malformed()
    return Flow8Error()
