"""Names of files in storage."""

import pytest

from flow8.kit import Failed
from flow8.kit.paths import storage_parts
from tests.catalogue.components.storage.names import ODD_BUT_INSIDE, REFUSED


@pytest.mark.parametrize("path", REFUSED, ids=ascii)
def test_a_name_that_could_lead_out_is_refused_for_good(path: str) -> None:
    with pytest.raises(Failed, match="write a path inside storage") as refused:
        storage_parts(path)

    assert (refused.value.final, refused.value.code) == (True, "BAD_PATH")


@pytest.mark.parametrize("path", ODD_BUT_INSIDE, ids=ascii)
def test_every_other_name_is_taken_as_it_is(path: str) -> None:
    assert "/".join(storage_parts(path)) == path


def test_a_refusal_tells_what_is_wrong() -> None:
    with pytest.raises(Failed) as refused:
        storage_parts("../../etc/passwd")

    assert refused.value.message == (
        "The path '../../etc/passwd' climbs out of its folder with '..'; "
        "write a path inside storage, such as reports/may.json"
    )


@pytest.mark.parametrize("path", ["\udc80", "../a\x00", "a" * 5000])
def test_a_refusal_can_always_be_written_down(path: str) -> None:
    with pytest.raises(Failed) as refused:
        storage_parts(path)

    assert refused.value.message.encode()
    assert len(refused.value.message) < 300
