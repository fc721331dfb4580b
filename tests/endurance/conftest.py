"""What endurance tests may ask for beside the rest."""

from tests.support.deeds import broker, deed_crew

__all__ = ["broker", "deed_crew"]
