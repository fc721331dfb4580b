"""The two words a module has beside returning: it failed, or there was nothing to do."""


class Failed(Exception):
    """The flowlet failed; the message tells its reader what to do.

    `final` failures are not tried again, since trying again cannot help. `code` lets a flow tell
    failures apart.
    """

    def __init__(self, message: str, *, final: bool = False, code: str = "FAILED") -> None:
        self.message = message
        self.final = final
        self.code = code
        super().__init__(message)


class Skipped(Exception):
    """There was nothing to do: the layer ends as SKIP with output null, and the play goes on."""
