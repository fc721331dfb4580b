"""What endurance tests may ask for beside the rest."""

from tests.support.crew import crew
from tests.support.deeds import broker, deed_crew

__all__ = ["broker", "crew", "deed_crew"]
