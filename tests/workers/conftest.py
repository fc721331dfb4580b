"""What tests of workers may ask for beside the rest: a crew of workers in processes of their own."""

from tests.support.crew import crew, shared_crew

__all__ = ["crew", "shared_crew"]
