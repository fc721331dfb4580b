"""How a wish stands in the play it is about, and back."""

from flow8.domain.play import Wish, WishKind
from flow8.domain.values import from_text, to_text
from flow8.store.database import Document


def wish_document(wish: Wish) -> Document:
    """A wish as it is kept; its value is JSON text."""
    fields = {
        "id": wish.id,
        "kind": wish.kind.value,
        "by": wish.by,
        "at": wish.at,
        "ref": wish.ref,
        "name": wish.name,
        "note": wish.note,
        "value": None if wish.value is None else to_text(wish.value),
    }
    return {name: value for name, value in fields.items() if value is not None}


def wish_of(document: Document) -> Wish:
    """The wish that a document holds."""
    value = document.get("value")
    return Wish(
        id=document["id"],
        kind=WishKind(document["kind"]),
        by=document["by"],
        at=document["at"],
        ref=document.get("ref"),
        name=document.get("name"),
        note=document.get("note"),
        value=None if value is None else from_text(value),
    )
