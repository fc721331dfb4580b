"""Secrets at rest: sealed with a key of their company, which the master key of the installation wraps."""

from flow8.vault.place import INSTALLATION, CannotOpen, Place, WrongKeys, is_sealed
from flow8.vault.vault import Vault, vault_of

__all__ = ["INSTALLATION", "CannotOpen", "Place", "Vault", "WrongKeys", "is_sealed", "vault_of"]
