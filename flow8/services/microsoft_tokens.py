"""Whether an ID token is one that Microsoft made for us, for this sign-in, now; and whom it names."""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import jwt

from config.kinds import GUID
from config.settings import Settings
from flow8.services.microsoft_keys import ALGORITHM, SigningKey, SigningKeys

LEEWAY_SECONDS: Final = 60
"""So far may Microsoft's clock and ours be apart."""
LONGEST_TOKEN: Final = 64 * 1024
LONGEST_KEY_ID: Final = 200
VERSION: Final = "2.0"
NEEDED: Final = ("aud", "exp", "iat", "iss", "nbf", "nonce", "oid", "sub", "tid", "ver")
GUEST: Final = 1
"""`acct` of somebody whose home is another tenant."""
NOT_TAKEN: Final = frozenset({"crit", "b64", "jku", "jwk", "x5u", "x5c"})
"""Headers that would have a token say how, or with which key, it is to be checked."""
REASONS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (jwt.ExpiredSignatureError, "token_expired"),
    (jwt.ImmatureSignatureError, "token_not_yet_valid"),
    (jwt.InvalidAudienceError, "token_of_another_audience"),
    (jwt.MissingRequiredClaimError, "token_incomplete"),
    (jwt.InvalidSignatureError, "token_signature"),
)


class NotAccepted(Exception):
    """An ID token that is not accepted; `reason` is the word that the log shows."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Identity:
    """Somebody whom Microsoft vouches for. Only `account` says who it is; name and address may change.

    `groups` are the ids of their groups and the values of their app roles; `groups_left_out` when they are
    in so many groups that Microsoft names none.
    """

    tenant: str
    object_id: str
    name: str
    address: str
    groups: frozenset[str]
    groups_left_out: bool = False

    @property
    def account(self) -> str:
        """What a user is found by."""
        return f"{self.tenant}/{self.object_id}"


def identity_of(settings: Settings, keys: SigningKeys, token: str, nonce: str) -> Identity:
    """Whom the token names.

    Raises:
        NotAccepted: something about it is not right.
        Unavailable: Microsoft's keys cannot be fetched.
    """
    key = keys.find(_key_id(token))
    if key is None:
        raise NotAccepted("token_key_unknown")
    claims = _claims(token, key, str(settings.oauth2_client_id))
    _must_be_ours(settings, claims, key)
    if not hmac.compare_digest(_text(claims, "nonce").encode(), nonce.encode()):
        raise NotAccepted("token_nonce")
    return _identity(claims)


def _key_id(token: str) -> str:
    """The id of the key that the token says it is signed with."""
    if len(token) > LONGEST_TOKEN:
        raise NotAccepted("token_malformed")
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.InvalidTokenError, ValueError, TypeError, RecursionError) as error:
        raise NotAccepted("token_malformed") from error
    if header.get("alg") != ALGORITHM:
        raise NotAccepted("token_algorithm")
    if header.get("typ", "JWT") != "JWT" or NOT_TAKEN & set(header):
        raise NotAccepted("token_header")
    key_id = header.get("kid")
    if not isinstance(key_id, str) or len(key_id) > LONGEST_KEY_ID:
        raise NotAccepted("token_key_unknown")
    return key_id


def _claims(token: str, key: SigningKey, audience: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = jwt.decode(
            token,
            key.key,
            algorithms=[ALGORITHM],
            audience=audience,
            leeway=LEEWAY_SECONDS,
            options={"require": list(NEEDED), "strict_aud": True},
        )
    except jwt.InvalidTokenError as error:
        reasons = (reason for kind, reason in REASONS if isinstance(error, kind))
        raise NotAccepted(next(reasons, "token_malformed")) from error
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise NotAccepted("token_malformed") from error
    return found


def _must_be_ours(settings: Settings, claims: Mapping[str, Any], key: SigningKey) -> None:
    """Microsoft's own checks would accept any tenant; ours take those of OAUTH2_TENANTS, and no guests."""
    tenant = _text(claims, "tid")
    issuer = f"{settings.oauth2_authority}/{tenant}/v{VERSION}"
    if claims["iss"] != issuer or claims["ver"] != VERSION or not key.counts_for(issuer, tenant):
        raise NotAccepted("token_of_another_issuer")
    if claims.get("azp", settings.oauth2_client_id) != settings.oauth2_client_id:
        raise NotAccepted("token_of_another_audience")
    if not re.fullmatch(GUID, tenant) or not re.fullmatch(GUID, _text(claims, "oid")):
        raise NotAccepted("token_incomplete")
    if tenant not in settings.oauth2_tenants:
        raise NotAccepted(f"tenant_not_allowed tenant={tenant}")
    home = claims.get("idp", issuer)
    if home not in (issuer, f"https://sts.windows.net/{tenant}/") or claims.get("acct") == GUEST:
        raise NotAccepted("guest_of_tenant")


def _identity(claims: Mapping[str, Any]) -> Identity:
    address = _optional(claims, "preferred_username")
    sources = claims.get("_claim_names")
    return Identity(
        tenant=_text(claims, "tid"),
        object_id=_text(claims, "oid"),
        name=_optional(claims, "name") or address,
        address=address,
        groups=frozenset(_texts(claims, "groups") | _texts(claims, "roles")),
        groups_left_out="hasgroups" in claims or (isinstance(sources, Mapping) and "groups" in sources),
    )


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value.isascii():
        raise NotAccepted("token_incomplete")
    return value


def _optional(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value.strip() if isinstance(value, str) and value.isprintable() else ""


def _texts(claims: Mapping[str, Any], name: str) -> set[str]:
    value = claims.get(name)
    return {each for each in value if isinstance(each, str)} if isinstance(value, list) else set()
