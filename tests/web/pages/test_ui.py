"""The UI's page and files, with a bundle made by hand; without one the plain pages stand in."""

import gzip
import json
import re
from pathlib import Path

import pytest

from flow8.bundle import ABOUT, digest_of_sources
from flow8.engine.engine import Engine
from flow8.store.people import User
from tests.support.web import Browser
from web.app import create_app
from web.bundle import Bundle, load_bundle
from web.headers import HEADERS

SCRIPT = b"console.log(1)"
PAGES = ("/", "/flows", "/flows/x1/edit", "/plays", "/plays/x1", "/approvals", "/admin/keys", "/status")


def make_bundle(folder: Path, sources: str | None) -> Path:
    """A bundle of one script and one style sheet, built of these sources."""
    entry = {"file": "app.js", "css": ["main.css"], "imports": ["_vendor.js"], "isEntry": True}
    (folder / "manifest.json").write_text(
        json.dumps({"src/main.tsx": entry, "_vendor.js": {"file": "vendor.js"}})
    )
    (folder / "app.js").write_bytes(SCRIPT)
    (folder / "app.js.gz").write_bytes(gzip.compress(SCRIPT))
    (folder / "vendor.js").write_bytes(b"")
    (folder / "main.css").write_text("body { margin: 0 }")
    (folder / ABOUT).write_text(json.dumps({"sources": sources}))
    return folder


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    """The bundle, of these very sources."""
    (tmp_path / "ui").mkdir()
    found = load_bundle(make_bundle(tmp_path / "ui", digest_of_sources()))
    assert found is not None
    return found


@pytest.fixture
def ui(engine: Engine, bundle: Bundle, administrator: User) -> Browser:
    """The administrator's browser, at a front that has the UI."""
    assert administrator.email == "admin@localhost"
    made = Browser(create_app(engine, bundle).test_client())
    assert made.sign_in().status_code == 303
    return made


@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_the_ui_is_the_same_page(ui: Browser, bundle: Bundle, path: str) -> None:
    page = ui.get(path)

    assert page.status_code == 200
    assert f'src="/ui/{bundle.version}/app.js"' in page.text
    assert re.search(r'rel="stylesheet" href="/assets/every-page\.css\?\w+"', page.text)
    assert f'rel="stylesheet" href="/ui/{bundle.version}/main.css"' in page.text
    assert f'rel="modulepreload" href="/ui/{bundle.version}/vendor.js"' in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_the_page_holds_who_is_here(ui: Browser) -> None:
    page = ui.get("/plays").text

    told = json.loads(page.partition('id="boot">')[2].partition("</script>")[0])
    assert told["me"]["email"] == "admin@localhost"
    assert [company["slug"] for company in told["me"]["companies"]] == ["default"]
    assert (told["microsoft"], told["stale"]) == (False, False)


def test_no_name_ends_the_element_that_it_stands_in(ui: Browser, engine: Engine, administrator: User) -> None:
    name = "</script><script>alert(1)</script>"
    engine.store.database["users"].update_one(
        {"_id": administrator.id}, {"$set": {"name": name, "email": name}}
    )
    engine.fresh.forget()

    page = ui.get("/plays").text

    told = page.partition('id="boot">')[2].partition("</script>")[0]
    assert json.loads(told)["me"]["name"] == name
    assert name not in page


def test_the_nonce_stands_in_page_and_policy_and_is_another_each_time(ui: Browser) -> None:
    nonces = set()
    for _ in range(2):
        page = ui.get("/plays")
        found = re.search(r'name="csp-nonce" content="([^"]+)"', page.text)
        assert found is not None
        nonces.add(found[1])

        policy = page.headers.getlist("Content-Security-Policy")
        assert policy == [
            HEADERS["Content-Security-Policy"].replace(
                "style-src 'self'", f"style-src 'self' 'nonce-{found[1]}'"
            )
        ]

    assert len(nonces) == 2


@pytest.mark.parametrize(("cookie", "shown"), [("dark", "dark"), ("light", "light"), ('"><b>', None)])
def test_the_first_page_has_the_theme_that_was_chosen(ui: Browser, cookie: str, shown: str | None) -> None:
    ui.client.set_cookie("theme", cookie)

    found = re.search(r'<html lang="en"(?: data-theme="([^"]*)")?>', ui.get("/plays").text)

    assert found is not None
    assert found[1] == shown


def test_files_are_kept_for_ever_and_sent_as_the_browser_likes_them(ui: Browser, bundle: Bundle) -> None:
    path = f"/ui/{bundle.version}/app.js"
    plain = ui.client.get(path)
    packed = ui.client.get(path, headers={"Accept-Encoding": "gzip, deflate"})

    assert (plain.data, plain.headers.get("Content-Encoding")) == (SCRIPT, None)
    assert (gzip.decompress(packed.data), packed.headers["Content-Encoding"]) == (SCRIPT, "gzip")
    for answer in (plain, packed):
        assert answer.mimetype == "text/javascript"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("name", ["built.json", "manifest.json", "app.js.gz", "..%2fapp.js", "nothing.js"])
def test_no_other_file_is_served(ui: Browser, bundle: Bundle, name: str) -> None:
    assert ui.client.get(f"/ui/{bundle.version}/{name}").status_code == 404
    assert ui.client.get("/ui/another/app.js").status_code == 404


def test_whoever_is_not_signed_in_gets_the_form_which_needs_no_script(engine: Engine, bundle: Bundle) -> None:
    page = Browser(create_app(engine, bundle).test_client()).get("/plays?state=FAIL")

    assert page.status_code == 401
    assert 'name="password"' in page.text
    assert 'value="/plays?state=FAIL"' in page.text
    assert "<script" not in page.text


def test_a_bundle_of_other_sources_says_so(tmp_path: Path) -> None:
    found = load_bundle(make_bundle(tmp_path, "of something else"))

    assert found is not None
    assert found.is_stale


def test_half_a_bundle_is_none(tmp_path: Path) -> None:
    make_bundle(tmp_path, "x")
    (tmp_path / ABOUT).unlink()

    assert load_bundle(tmp_path) is None
    assert load_bundle(tmp_path / "nowhere") is None


def test_without_a_bundle_the_plain_page_stands_in_and_says_what_to_run(browser: Browser) -> None:
    for path in ("/", "/flows"):
        page = browser.get(path)

        assert page.status_code == 200
        assert "./flow8core ui build" in page.text
    assert "<script" not in browser.get("/plays").text
