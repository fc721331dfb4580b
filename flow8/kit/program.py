"""Programs of the machine that modules run: how they are found, and what to do when they are missing."""

import shutil
from dataclasses import dataclass

from flow8.kit.errors import Failed


@dataclass(frozen=True)
class Program:
    """A program: what people call it, where it may be, how to get it.

    A candidate is a name that PATH knows or a full path. `install` goes on after "is not installed here; ".
    """

    name: str
    candidates: tuple[str, ...]
    install: str

    def find(self) -> str | None:
        """The full path of the first candidate that is there."""
        return next(filter(None, map(shutil.which, self.candidates)), None)

    def must_find(self) -> str:
        """The full path of the first candidate that is there.

        Raises:
            Failed: for good; none is, and how to install it.
        """
        if found := self.find():
            return found
        raise Failed(f"{self.name} is not installed here; {self.install}", final=True, code="PROGRAM_MISSING")
