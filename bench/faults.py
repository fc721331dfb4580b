"""Why a measurement gives no numbers."""


class NotHere(Exception):
    """This machine cannot measure that; the message says what it lacks."""


class Wrong(Exception):
    """Something did not answer as it must, so the numbers would say nothing."""
