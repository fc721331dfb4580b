"""What every list takes."""

from flow8.domain.model import Model
from flow8.services.page import USUAL_SIZE


class Paging(Model):
    """Which page of a list, and how long it is; the services know the bounds."""

    page: int = 1
    size: int = USUAL_SIZE
