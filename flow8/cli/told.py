"""What flow8's image must be told: what flow8 would make up there itself is gone with the container."""

from config.settings import Settings
from flow8.errors import Unavailable

NEEDED = {
    "MONGODB_URI": "mongodb://mongo:27017/flow8   # a MongoDB that this container reaches",
    "ENCRYPTION_KEY": "$(openssl rand -hex 128)   # make it once and keep it: it opens every stored secret",
    "ENCRYPTION_KEY_SALT": "$(openssl rand -hex 32)   # the same",
}


def must_be_told(settings: Settings) -> None:
    """Go on only where MongoDB and the keys are named, or where flow8 is not in its own image.

    The image says that it is one; a checkout that somebody starts in a container of theirs does not.

    Raises:
        Unavailable: a line for each variable that is missing.
    """
    if "FLOW8_IN_CONTAINER" not in settings.given or not settings.flow8_in_container:
        return
    missing = [f"  -e {name}={text}" for name, text in NEEDED.items() if name not in settings.given]
    if missing:
        lines = "\n".join(missing)
        raise Unavailable(
            f"flow8 cannot start in this container: tell it what is missing, and start again.\n{lines}\n"
            "Each may also be given as NAME_FILE, the path of a file that holds it (a secret)."
        )
