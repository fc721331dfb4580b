"""Reads the body of a request by its declared type."""

from typing import Any

import pytest

from flow8.errors import Malformed, UnsupportedBody
from flow8.ingress.body import NOTHING, fields_of, raw_text, read_body
from flow8.ingress.exchange import Content
from tests.support.channels import an_inbound

FORM = "application/x-www-form-urlencoded"


def content(body: bytes, kind: str | None) -> Content:
    return read_body(an_inbound(body, {} if kind is None else {"content-type": kind}))


@pytest.mark.parametrize(
    ("body", "kind", "value"),
    [
        (b'{"a": 1}', "application/json", {"a": 1}),
        (b'{"a": 1}', "Application/JSON; charset=utf-8", {"a": 1}),
        (b'{"a": 1}', "application/vnd.api+json", {"a": 1}),
        (b"[1, 2]", "application/json", [1, 2]),
        (b"null", "application/json", None),
        ('"ä"'.encode("utf-16"), "application/json", "ä"),
        ("héllo".encode(), "text/plain", "héllo"),
        ("héllo".encode("latin-1"), "text/plain; charset=ISO-8859-1", "héllo"),
        (b"a,b\n1,2\n", "text/csv", "a,b\n1,2\n"),
        (b"<a/>", "application/xml", "<a/>"),
        (b"<a/>", "application/soap+xml", "<a/>"),
    ],
)
def test_a_body_is_read_as_its_type_says(body: bytes, kind: str, value: Any) -> None:
    assert content(body, kind) == Content(value, is_there=True)


def test_a_body_without_a_type_is_taken_for_json() -> None:
    assert content(b'{"a": 1}', "") == Content({"a": 1}, is_there=True)


def test_a_form_gives_text_fields() -> None:
    assert content(b"a=1&b=x+y&b=%C3%A4&c=", FORM) == Content(
        {"a": "1", "b": ["x y", "ä"], "c": ""}, is_there=True, is_text=True
    )


def test_no_body_is_nothing_whatever_its_type() -> None:
    assert content(b"", "application/octet-stream") == NOTHING


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b'{"a": 1,}', "line 1 column 9 (character 8)"),
        (b'{\n "a": }', "line 2 column 7 (character 8)"),
        (b'{"a": "\xff"}', "byte 7"),
        (b'{"a": NaN}', "NaN"),
        (b"[" * 5000, "nested"),
        (b"[" * 101 + b"]" * 101, "100 levels"),
        (b'{"a":' * 101 + b"1" + b"}" * 101, "100 levels"),
        (b"1" * 5000, "4300 digits"),
    ],
)
def test_broken_json_is_malformed_and_says_where(body: bytes, place: str) -> None:
    with pytest.raises(Malformed) as caught:
        content(body, "application/json")

    assert place in caught.value.message


def test_nesting_up_to_the_limit_and_width_beyond_it_are_fine() -> None:
    deep, wide = b"[" * 100 + b"]" * 100, b"[" + b"[]," * 500 + b"[]]"

    assert content(deep, "application/json").is_there
    assert len(content(wide, "application/json").value) == 501


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data; boundary=x",
        "application/octet-stream",
        "image/png",
        "text/plain; charset=idna",
        "text/plain; charset=rot13",
    ],
)
def test_other_types_are_refused_by_name(kind: str) -> None:
    with pytest.raises(UnsupportedBody):
        content(b"x", kind)


def test_a_compressed_body_is_refused() -> None:
    with pytest.raises(UnsupportedBody) as caught:
        read_body(an_inbound(b"{}", {"content-encoding": "gzip"}))

    assert "Content-Encoding" in caught.value.message


def test_text_that_is_not_its_charset_is_malformed() -> None:
    with pytest.raises(Malformed) as caught:
        content(b"a\xff", "text/plain")

    assert "byte 1" in caught.value.message


def test_a_thousand_fields_are_enough() -> None:
    assert len(fields_of("&".join(f"f{n}=1" for n in range(1000)))) == 1000
    with pytest.raises(Malformed):
        fields_of("&".join(f"f{n}=1" for n in range(1001)))


def test_the_raw_body_is_text_whatever_its_bytes() -> None:
    assert raw_text(an_inbound('{"ä": 1}'.encode() + b"\xff")) == '{"ä": 1}\ufffd'
