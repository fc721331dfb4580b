"""What is encrypted is bound to what it belongs to."""

import pytest

from flow8.vault.cipher import decrypt, encrypt, new_key

KEY = new_key()


def test_what_was_encrypted_is_decrypted_by_the_same_key_for_the_same_place() -> None:
    assert decrypt(KEY, encrypt(KEY, b"hunter2", "a", "b"), "a", "b") == b"hunter2"


@pytest.mark.parametrize("bound", [("a",), ("b", "a"), ("ab", ""), ("a", "b", ""), ()])
def test_for_another_place_it_is_not(bound: tuple[str, ...]) -> None:
    assert decrypt(KEY, encrypt(KEY, b"hunter2", "a", "b"), *bound) is None


def test_parts_that_read_alike_when_joined_are_told_apart() -> None:
    assert decrypt(KEY, encrypt(KEY, b"x", "1:a", "b"), "1", "a1:b") is None


def test_another_key_decrypts_nothing() -> None:
    assert decrypt(new_key(), encrypt(KEY, b"hunter2")) is None


def test_a_changed_bit_anywhere_is_found() -> None:
    sealed = encrypt(KEY, b"hunter2")

    changed = [
        bytes([*sealed[:place], sealed[place] ^ 1, *sealed[place + 1 :]]) for place in range(len(sealed))
    ]

    assert {decrypt(KEY, each) for each in changed} == {None}


@pytest.mark.parametrize("sealed", [b"", b"short", bytes(12), bytes(27)])
def test_what_is_too_short_is_no_ciphertext(sealed: bytes) -> None:
    assert decrypt(KEY, sealed) is None


def test_no_nonce_is_used_twice() -> None:
    assert len({encrypt(KEY, b"the same")[:12] for _ in range(1000)}) == 1000
