"""The vault of one process: seals texts, opens them, and knows whether its master key is the right one."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from config.settings import Settings
from flow8.errors import Unavailable
from flow8.store import Store
from flow8.store.database import faults_in_words
from flow8.store.vault_keys import Accepted, DataKey, DataKeys, MasterKeys, OwnSecrets
from flow8.vault.cipher import decrypt, encrypt, new_key
from flow8.vault.master import Master, derive
from flow8.vault.place import INSTALLATION, CannotOpen, Place, WrongKeys, is_sealed, read, written

NO_KEYS = (
    "No ENCRYPTION_KEY is given, so secrets can be neither kept nor read. Set ENCRYPTION_KEY and "
    "ENCRYPTION_KEY_SALT, or start flow8 with ./flow8core up, which keeps a pair of its own."
)
WRONG_KEYS = (
    "ENCRYPTION_KEY and ENCRYPTION_KEY_SALT are not the ones with which the secrets in this database were "
    "encrypted. Set the former ones again (those that `up` made lie in DATA_DIR/keys), or name another "
    "database with MONGODB_URI or MONGODB_DB. To change keys, run ./flow8core secret rotate."
)
NOT_YET = (
    "ENCRYPTION_KEY and ENCRYPTION_KEY_SALT are the new ones of a change that is not complete. Run "
    "./flow8core secret rotate once more, with the former ones as ENCRYPTION_KEY and ENCRYPTION_KEY_SALT "
    "and these as ENCRYPTION_KEY_NEW and ENCRYPTION_KEY_SALT_NEW."
)
NOT_WRAPPED = (
    "The key of this company's secrets was made with the former ENCRYPTION_KEY while keys were changed. "
    "Run ./flow8core secret rotate once more, with the former and the new keys."
)

log = logging.getLogger("vault")


@dataclass(frozen=True)
class Pair:
    """ENCRYPTION_KEY and ENCRYPTION_KEY_SALT, or the new ones of a change."""

    key: str = field(repr=False)
    salt: str = field(repr=False)


class Vault:
    """Seals and opens texts. Every text is bound to its place; data keys are read once for each process."""

    def __init__(
        self, pairs: tuple[Pair, ...], masters: MasterKeys, data_keys: DataKeys, own_secrets: OwnSecrets
    ) -> None:
        self.masters = masters
        self.data_keys = data_keys
        self._own_secrets = own_secrets
        self._own: dict[str, str] = {}
        self._pairs = pairs
        self._held: tuple[Master, ...] | None = None
        self._opened: dict[tuple[str, int], bytes] = {}

    def verify(self) -> None:
        """Make sure that this process holds a key that opens everything; the first keys ever seen are it.

        Raises:
            WrongKeys: it does not; the sentence says what to do.
        """
        self._held = None
        if self._pairs or self.masters.read() is not None:
            self.held()

    def verify_at_start(self) -> None:
        """As `verify`, before a process does its work; while MongoDB is away, the first use verifies.

        Raises:
            WrongKeys: the process must not start.
        """
        for pair in self._pairs:
            derive(pair.key, pair.salt)  # now, while nobody waits for this process
        try:
            with faults_in_words():
                self.verify()
        except WrongKeys:
            raise
        except Unavailable as error:
            log.warning("the encryption keys are checked later: %s", error.message)

    def given_ids(self) -> set[str]:
        """The ids of the master keys that this process was given, whether they open anything or not."""
        return {derive(pair.key, pair.salt).id for pair in self._pairs}

    def held(self) -> tuple[Master, ...]:
        """The master keys of this process that open everything, at least one.

        Raises:
            WrongKeys: there are none.
        """
        if self._held is None:
            self._held = self._verified()
        return self._held

    def _verified(self) -> tuple[Master, ...]:
        if not self._pairs:
            raise WrongKeys(NO_KEYS)
        given = [derive(pair.key, pair.salt) for pair in self._pairs]
        accepted = self._accepted(given[0])
        held = tuple(master for master in given if master.id in accepted.ids)
        if not held:
            raise WrongKeys(NOT_YET if accepted.coming == given[0].id else WRONG_KEYS)
        return held

    def _accepted(self, first: Master) -> Accepted:
        accepted = self.masters.read()
        if accepted is None:
            self.masters.begin(first.id)
            accepted = self.masters.read()
        return accepted or Accepted((first.id,))

    # Texts

    def seal(self, place: Place, text: str) -> str:
        """The text as it may be stored at this place.

        Raises:
            WrongKeys: this process holds no key that counts.
        """
        key = self.data_keys.newest(place.company_id) or self._make(place.company_id, 1)
        bound = (place.company_id, place.record, place.field, str(key.version))
        return written(key.version, encrypt(self.unwrapped(key), text.encode(), *bound))

    def open(self, place: Place, sealed: str) -> str:
        """The text that was sealed for this place.

        Raises:
            CannotOpen: it was damaged, or sealed for another place.
            WrongKeys: this process holds no key that counts.
        """
        version, body = read(sealed)
        key = self._opened.get((place.company_id, version)) or self._read(place.company_id, version)
        opened = decrypt(key, body, place.company_id, place.record, place.field, str(version))
        if opened is None:
            raise CannotOpen
        return opened.decode()

    def seal_setting(self, name: str, text: str) -> str:
        """The text as it may be given for a setting, named like its environment variable."""
        return self.seal(Place(INSTALLATION, "settings", name), text)

    def open_setting(self, name: str, text: str) -> str:
        """The value of a setting that may be given encrypted; any other text is its own value.

        Raises:
            CannotOpen: it was encrypted for another setting or another installation.
        """
        return self.open(Place(INSTALLATION, "settings", name), text) if is_sealed(text) else text

    # What flow8 made up for itself

    def own(self, name: str, make: Callable[[], str]) -> str:
        """A secret of the installation that stays the same for ever; `make` says what it is at first.

        Raises:
            CannotOpen: it was damaged.
            WrongKeys: this process holds no key that counts.
        """
        if name not in self._own:
            place, kept = Place(INSTALLATION, "own", name), self._own_secrets
            if kept.read(name) is None:
                kept.keep(name, self.seal(place, make()))
            self._own[name] = self.open(place, kept.read(name) or "")
        return self._own[name]

    # Data keys

    def renew(self, company_id: str) -> DataKey:
        """A new data key of a company, which seals from now on; two that ask at once may get the same.

        Raises:
            WrongKeys: the master key was retired meanwhile.
        """
        newest = self.data_keys.newest(company_id)
        return self._make(company_id, (newest.version if newest else 0) + 1)

    def _make(self, company_id: str, version: int) -> DataKey:
        """The data key of this version, or whichever is the newest when others were faster."""
        data_key = new_key()
        wraps = {master.id: master.wrap(company_id, version, data_key) for master in self.held()}
        made = self.data_keys.add(company_id, version, wraps)
        if made is None:
            return self.data_keys.newest(company_id) or self.renew(company_id)
        accepted = self.masters.read()
        if accepted is None or not set(wraps) & set(accepted.ids):
            # Keys were changed between the two: nobody else could ever open what this one seals.
            self.data_keys.remove(company_id, made.id)
            raise WrongKeys(WRONG_KEYS)
        return made

    def unwrapped(self, key: DataKey) -> bytes:
        """The data key itself.

        Raises:
            WrongKeys: no master key of this process wraps it.
        """
        known = self._opened.get((key.company_id, key.version))
        if known is not None:
            return known
        for master in self.held():
            wrapped = key.wraps.get(master.id)
            opened = wrapped and master.unwrap(key.company_id, key.version, wrapped)
            if opened:
                self._opened[key.company_id, key.version] = opened
                return opened
        raise WrongKeys(NOT_WRAPPED)

    def _read(self, company_id: str, version: int) -> bytes:
        key = self.data_keys.get(company_id, version)
        if key is None:
            raise CannotOpen
        return self.unwrapped(key)


def vault_of(settings: Settings, store: Store) -> Vault:
    """The vault of an installation; nothing is asked of MongoDB until the first use."""
    given = (
        (settings.encryption_key, settings.encryption_key_salt),
        (settings.encryption_key_new, settings.encryption_key_salt_new),
    )
    pairs = tuple(Pair(key, salt) for key, salt in given if key is not None and salt is not None)
    return Vault(pairs, store.master_keys, store.data_keys, store.own_secrets)
