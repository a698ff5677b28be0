"""The selections of the condition builder, written once: fields with what fits them, operators."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Protocol

from markupsafe import Markup

from runtime.web.widgets.markup import joined


class Comparable(Protocol):
    """What a field to compare must tell."""

    path: str
    label: str
    operators: tuple[str, ...]
    input: str
    choices: tuple[tuple[str, str], ...]


_FIELD = Markup('<option value="{}" data-operators="{}" data-input="{}" data-choices="{}">{}</option>')
_OPERATOR = Markup('<option value="{}" data-operands="{}">{}</option>')


def field_options(fields: Iterable[Comparable]) -> Markup:
    """Write the fields that can be compared."""
    return joined([
        _FIELD.format(
            each.path, " ".join(each.operators), each.input,
            json.dumps(each.choices, ensure_ascii=False) if each.choices else "", each.label,
        )
        for each in fields
    ])


def operator_options(operators: Sequence[tuple[str, str, int]]) -> Markup:
    """Write the operators: name, label, number of values."""
    return joined([_OPERATOR.format(name, operands, label) for name, label, operands in operators])
