"""What journeys may ask for beside the rest."""

from tests.support.crew import crew

__all__ = ["crew"]
