"""Encryption keys for tests; every process of a test has the same."""

KEYS = {"ENCRYPTION_KEY": "a1" * 128, "ENCRYPTION_KEY_SALT": "b2" * 32}
OTHER_KEYS = {"ENCRYPTION_KEY": "c3" * 128, "ENCRYPTION_KEY_SALT": "d4" * 32}


def as_new(keys: dict[str, str]) -> dict[str, str]:
    """The same keys as those that `secret rotate` changes to."""
    return {f"{name}_NEW": value for name, value in keys.items()}
