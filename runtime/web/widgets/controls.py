"""How a value is entered: one control per kind of field, looked up by the `widget` of its type.

A control speaks in raw values, as forms and JSON do: `write` makes one from a held value, `draw` puts one into HTML,
`read` takes one from what was sent. What a person typed is shown to him again as he typed it.
"""

from __future__ import annotations

from metadata.model import Field
from runtime.web.reader import Reader
from runtime.web.widgets.chosen import CHOSEN
from runtime.web.widgets.control import Control, Request
from runtime.web.widgets.typed import TYPED

MAKERS = {**TYPED, **CHOSEN}
"""Controls by widget; a widget that is not here is entered as text."""


def control(reader: Reader, field: Field, *, codes: frozenset[str] | None = None) -> Control:
    """Make the control of a field; `codes` are the picklist values that a record type leaves."""
    maker = MAKERS.get(field.type.widget, MAKERS["text"])
    return maker(Request(reader, field, codes))
