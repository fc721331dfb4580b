"""Words that are looked for inside the texts of flows, as MongoDB looks for them."""

import re
from typing import Final

from flow8.domain.flow import Flow, Flowlet
from flow8.domain.values import to_text

STRUCTURE: Final = frozenset(
    (field.alias or name).lower() for model in (Flow, Flowlet) for name, field in model.model_fields.items()
)
"""The names of fields that stand in every flow, whatever it does."""
_ENDS_A_VALUE: Final = r'(?:[^"\\]|\\.)*"(?!:)'


def pattern_of(word: str) -> str:
    """What finds a word in the JSON text of a draft; one like the name of a field is found in values only."""
    text = re.escape(to_text(word)[1:-1])
    is_structure = any(word.lower() in name for name in STRUCTURE)
    return text + _ENDS_A_VALUE if is_structure else text
