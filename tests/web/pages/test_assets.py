"""The files of the pages, and the colours in them."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from web.pages.assets import FOLDER, TYPES

CSS = (FOLDER / "every-page.css").read_text()
COLOUR = re.compile(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)")


@pytest.mark.parametrize(("name", "kind"), TYPES.items())
def test_each_file_is_served_and_kept(bare: FlaskClient, name: str, kind: str) -> None:
    answer = bare.get(f"/assets/{name}")
    again = bare.get(f"/assets/{name}", headers={"If-None-Match": answer.headers["ETag"]})

    assert (answer.status_code, answer.mimetype) == (200, kind)
    assert answer.data == Path(FOLDER / name).read_bytes()
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "name", ["__init__.py", "..%2fassets.py", "../assets.py", "flow8.css%00", "FLOW8.CSS"]
)
def test_nothing_else_is(bare: FlaskClient, name: str) -> None:
    assert bare.get(f"/assets/{name}").status_code == 404


SCHEMES = [{name: sides[place] for name, *sides in COLOUR.findall(CSS)} for place in (0, 1)]
PAIRS = (
    *((ink, ground, 4.5) for ink in ("ink", "soft", "accent") for ground in ("ground", "paper")),
    *(("soft", ground, 4.5) for ground in ("bad-ground", "late-ground", "quiet-ground")),
    *((colour, f"{colour}-ground", 4.5) for colour in ("good", "bad", "late", "busy")),
    ("ink", "quiet-ground", 4.5),
    ("bad", "ground", 4.5),
    ("on-accent", "accent", 4.5),
    ("field-line", "paper", 3.0),
    ("field-line", "ground", 3.0),
)


@pytest.mark.parametrize("scheme", SCHEMES, ids=["light", "dark"])
def test_colours_pass_contrast_aa(scheme: dict[str, str]) -> None:
    too_weak = [
        f"{ink} on {ground}" for ink, ground, least in PAIRS if contrast(scheme[ink], scheme[ground]) < least
    ]

    assert too_weak == []


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    red, green, blue = (linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(part: float) -> float:
    return part / 12.92 if part <= 0.03928 else float(((part + 0.055) / 1.055) ** 2.4)
