"""Our faults in Dramatiq's words."""

import pytest
from dramatiq.errors import BrokerConnectionError

from flow8.broker.faults import as_dramatiq_knows
from flow8.errors import Conflict, Unavailable


def test_a_store_that_is_away_is_a_connection_error_with_the_same_words() -> None:
    with pytest.raises(BrokerConnectionError, match="MongoDB is away"), as_dramatiq_knows():
        raise Unavailable("MongoDB is away")


def test_any_other_fault_stays_what_it_is() -> None:
    with pytest.raises(Conflict), as_dramatiq_knows():
        raise Conflict
