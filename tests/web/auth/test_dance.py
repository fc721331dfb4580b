"""The way to Microsoft and back: what is sent, what must come back, and what is refused."""

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from flask import session

from flow8.engine.engine import Engine
from tests.support.microsoft import ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET, TENANT, Microsoft
from tests.support.travellers import Traveller
from tests.support.web import ADDRESS, PASSWORD, Browser
from tests.web.auth.conftest import Opened


def another(traveller: Traveller) -> Traveller:
    """Another browser at the same front."""
    return Traveller(traveller.client.application.test_client(), traveller.microsoft)


def changed(address: str, **parameters: str | None) -> str:
    """The address with other parameters; None leaves one out."""
    parts = urlsplit(address)
    query = {**dict(parse_qsl(parts.query)), **parameters}
    return parts._replace(query=urlencode({n: v for n, v in query.items() if v is not None})).geturl()


def test_whoever_signed_in_at_microsoft_is_signed_in_here(traveller: Traveller, engine: Engine) -> None:
    answer = traveller.sign_in(back="/plays?state=FAIL")

    assert answer.status_code == 200
    assert '<meta http-equiv="refresh" content="0;url=/plays?state=FAIL">' in answer.text
    assert traveller.is_signed_in()
    user = engine.store.users.by_email("ada@contoso.example")
    assert user is not None
    assert (user.name, user.password_hash) == ("Ada Lovelace", None)


def test_the_browser_is_sent_with_pkce_state_and_nonce_and_its_cookie_is_lax(traveller: Traveller) -> None:
    answer = traveller.go()

    address = urlsplit(answer.headers["Location"])
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert answer.status_code == 302
    assert address.path == f"/{TENANT}/oauth2/v2.0/authorize"
    assert asked["redirect_uri"] == f"{ADDRESS}/auth/callback"
    assert (asked["client_id"], asked["response_type"], asked["scope"]) == (
        CLIENT_ID,
        "code",
        "openid profile",
    )
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 30
    assert {part.strip() for part in answer.headers["Set-Cookie"].split(";")[1:] if "xpires" not in part} == {
        "Secure",
        "HttpOnly",
        "Max-Age=600",
        "Path=/auth/callback",
        "SameSite=Lax",
    }


def test_no_two_trips_share_anything(traveller: Traveller) -> None:
    asked = [dict(parse_qsl(urlsplit(traveller.go().headers["Location"]).query)) for _ in range(3)]

    for name in ("state", "nonce", "code_challenge"):
        assert len({each[name] for each in asked}) == 3


def test_the_session_cookie_stays_strict_and_the_trip_is_over(traveller: Traveller) -> None:
    cookies = traveller.sign_in().headers.getlist("Set-Cookie")

    assert any(each.startswith("sid=") and "SameSite=Strict" in each for each in cookies)
    assert any(each.startswith("sso=;") for each in cookies)


@pytest.mark.parametrize(
    "parameters",
    [
        {"state": None},
        {"state": ""},
        {"state": "x" * 30},
        {"state": "ü"},
        {"state": "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")},
    ],
)
def test_a_missing_or_other_state_is_refused_and_its_code_never_asked_about(
    traveller: Traveller, parameters: dict[str, str | None]
) -> None:
    address = traveller.sent_back_to()

    answer = traveller.come_back(changed(address, **parameters))

    assert answer.status_code == 401
    assert "did not come back with what flow8 gave it" in answer.text
    assert not traveller.is_signed_in()
    assert traveller.microsoft.granted == 0


def test_a_trip_counts_once_whether_it_ended_well_or_not(traveller: Traveller) -> None:
    address, trip = traveller.sent_back_to(), traveller.trip()
    assert traveller.come_back(address).status_code == 200
    traveller.client.set_cookie("sso", trip, path="/auth/callback")

    again = traveller.come_back(address)

    assert again.status_code == 401
    assert traveller.microsoft.granted == 1


def test_the_state_of_another_trip_is_refused(traveller: Traveller) -> None:
    thief = another(traveller)
    address = thief.sent_back_to()
    traveller.sent_back_to()

    assert traveller.come_back(address).status_code == 401
    assert another(traveller).come_back(address).status_code == 401
    assert traveller.microsoft.granted == 0


def test_the_code_of_another_trip_is_refused_for_its_verifier(traveller: Traveller) -> None:
    theirs = dict(parse_qsl(urlsplit(another(traveller).sent_back_to()).query))
    mine = traveller.sent_back_to()

    answer = traveller.come_back(changed(mine, code=theirs["code"]))

    assert answer.status_code == 401
    assert traveller.microsoft.granted == 0
    assert not traveller.is_signed_in()


def test_a_code_that_was_used_is_refused(traveller: Traveller) -> None:
    first = traveller.sent_back_to()
    traveller.come_back(first)
    used = dict(parse_qsl(urlsplit(first).query))["code"]
    second = another(traveller)

    answer = second.come_back(changed(second.sent_back_to(), code=used))

    assert answer.status_code == 401
    assert not second.is_signed_in()


@pytest.mark.parametrize("parameters", [{"code": None}, {"code": ""}, {"code": "made-up"}])
def test_without_a_code_that_microsoft_gave_nobody_is_signed_in(
    traveller: Traveller, parameters: dict[str, str | None]
) -> None:
    assert traveller.come_back(changed(traveller.sent_back_to(), **parameters)).status_code == 401
    assert not traveller.is_signed_in()


@pytest.mark.parametrize("field", ["verifier", "nonce", "state"])
def test_a_trip_that_somebody_changed_is_refused(traveller: Traveller, engine: Engine, field: str) -> None:
    address = traveller.sent_back_to()
    engine.store.database["trips"].update_one({}, {"$set": {field: "z" * 48}})

    assert traveller.come_back(address).status_code == 401
    assert not traveller.is_signed_in()


def test_two_trips_swapped_in_the_database_are_refused(traveller: Traveller, engine: Engine) -> None:
    other = another(traveller)
    mine, theirs = traveller.sent_back_to(), other.sent_back_to()
    trips = engine.store.database["trips"]
    first, second = trips.find({})
    for row, nonce in ((first, second["nonce"]), (second, first["nonce"])):
        trips.update_one({"_id": row["_id"]}, {"$set": {"nonce": nonce}})

    assert [traveller.come_back(mine).status_code, other.come_back(theirs).status_code] == [401, 401]


def test_what_names_a_trip_is_kept_as_its_hash(traveller: Traveller, engine: Engine) -> None:
    traveller.go()

    kept = engine.store.database["trips"].find_one({})
    assert kept is not None
    assert kept["_id"] == hashlib.sha256(traveller.trip().encode()).hexdigest()
    assert traveller.trip() not in str(kept)


def test_nothing_that_microsoft_gave_is_kept_or_logged(
    traveller: Traveller, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    answer = traveller.sign_in()

    database = engine.store.database
    kept = str({name: list(database[name].find()) for name in database.list_collection_names()})
    written = caplog.text + str(answer.headers) + answer.text + kept
    for secret in (ACCESS_TOKEN, CLIENT_SECRET, "eyJ", base64.b64encode(CLIENT_SECRET.encode()).decode()):
        assert secret not in written
    assert database["trips"].count_documents({}) == 0


def test_microsofts_own_refusal_is_told_and_its_words_are_not_shown(
    traveller: Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    address = traveller.sent_back_to()
    words = "<script>AADSTS65004</script>\nINFO auth login user_id=1"

    refused = changed(address, code=None, error="access_denied", error_description=words)
    answer = traveller.come_back(refused)

    assert answer.status_code == 401
    assert "AADSTS65004" not in answer.text
    assert "login failed: microsoft_error=access_denied" in caplog.text


def test_a_refusal_without_a_trip_is_none_of_microsofts(
    traveller: Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    answer = traveller.come_back(f"{ADDRESS}/auth/callback?error=made_up&state=x")

    assert answer.status_code == 401
    assert "made_up" not in caplog.text


def test_the_way_back_leads_to_pages_of_ours_only(traveller: Traveller) -> None:
    answer = traveller.sign_in(back="//evil.example/")

    assert 'content="0;url=/"' in answer.text


def test_the_session_that_the_browser_had_is_over(traveller: Traveller, engine: Engine) -> None:
    traveller.sign_in()
    former = traveller.client.get_cookie("sid")
    assert former is not None
    traveller.sign_in()

    traveller.client.set_cookie("sid", former.value)
    assert not traveller.is_signed_in()
    assert engine.store.database["sessions"].count_documents({}) == 1


def test_too_many_trips_from_one_address_have_to_wait_and_good_ones_do_not_count(
    traveller: Traveller,
) -> None:
    for _ in range(25):
        assert traveller.sign_in().status_code == 200

    answers = [traveller.go() for _ in range(22)]

    assert answers[0].status_code == 302
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert "Too many tries" in answers[-1].text


def test_a_secret_that_was_encrypted_for_this_installation_is_used(
    opened: Opened, microsoft: Microsoft, engine: Engine
) -> None:
    sealed = engine.vault.seal_setting("OAUTH2_CLIENT_SECRET", CLIENT_SECRET)
    more = {"OAUTH2_CREATE_USERS": "true", "OAUTH2_DEFAULT_ROLE": "viewer", "OAUTH2_CLIENT_SECRET": sealed}

    assert Traveller(opened(**more).test_client(), microsoft).sign_in().status_code == 200


def test_a_wrong_secret_is_told_to_the_log_alone(
    opened: Opened, microsoft: Microsoft, caplog: pytest.LogCaptureFixture
) -> None:
    traveller = Traveller(opened(OAUTH2_CLIENT_SECRET="another").test_client(), microsoft)

    answer = traveller.sign_in()

    assert answer.status_code == 401
    assert "invalid_client" not in answer.text
    assert "microsoft_code_refused invalid_client AADSTS7000215" in caplog.text


def test_while_microsoft_is_away_nobody_is_signed_in_and_told_to_try_again(traveller: Traveller) -> None:
    address = traveller.sent_back_to()
    traveller.microsoft.is_away = True

    answer = traveller.come_back(address)

    assert answer.status_code in (401, 503)
    assert not traveller.is_signed_in()


def test_a_code_and_the_secret_are_sent_nowhere_else(traveller: Traveller) -> None:
    address = traveller.sent_back_to()
    traveller.microsoft.sends_on = True

    assert traveller.come_back(address).status_code == 401
    assert traveller.microsoft.sent_on == []


def test_many_who_sign_in_at_once_do_not_meet(traveller: Traveller, engine: Engine) -> None:
    many = [another(traveller) for _ in range(12)]

    with ThreadPoolExecutor(len(many)) as pool:
        answers = list(pool.map(Traveller.sign_in, many))

    assert [answer.status_code for answer in answers] == [200] * len(many)
    assert all(each.is_signed_in() for each in many)
    assert engine.store.database["users"].count_documents({}) == 1


def test_the_sign_in_page_leads_to_the_host_that_microsoft_sends_back_to(opened: Opened) -> None:
    page = opened().test_client().get("/sign-in?back=/plays%3Fa%3D1", base_url="http://127.0.0.1:4454").text

    assert f'href="{ADDRESS}/api/v1/auth/microsoft?back=%2Fplays%3Fa%3D1"' in page


def test_without_a_client_id_there_is_no_such_way_in(browser: Browser, stranger: Browser) -> None:
    assert "Microsoft" not in stranger.get("/sign-in").text
    assert [stranger.get(path).status_code for path in ("/api/v1/auth/microsoft", "/auth/callback")] == [
        404
    ] * 2
    assert browser.sign_in(PASSWORD).status_code == 303


def test_a_browser_that_would_drop_the_cookies_is_told_instead_of_sent(opened: Opened) -> None:
    client = opened().test_client()

    begun = client.get("/api/v1/auth/microsoft", base_url="http://192.168.1.5:4454")
    back = client.get("/auth/callback?code=1&state=2", base_url="http://192.168.1.5:4454")

    assert (begun.status_code, back.status_code) == (200, 401)
    assert "Location" not in begun.headers
    for answer in (begun, back):
        assert "Your browser will not keep the session" in answer.text


def test_nobody_may_come_while_no_tenant_is_named(opened: Opened, caplog: pytest.LogCaptureFixture) -> None:
    opened(OAUTH2_TENANTS="")

    assert "lets nobody in; set OAUTH2_TENANTS" in caplog.text


def test_flasks_session_lives_for_one_request(traveller: Traveller) -> None:
    with traveller.client as client:
        client.get("/api/v1/auth/microsoft", base_url=ADDRESS)
        assert "azure_oauth_state" in session
        client.get("/sign-in", base_url=ADDRESS)
        assert list(session) == []
