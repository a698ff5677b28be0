"""The one writer of YAML: definitions in the look of the language, short mappings on one line."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import yaml

SHORT = 90


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        """Never write anchors: the reader refuses them."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists inside mappings."""
        return super().increase_indent(flow, False)


def yaml_text(body: object) -> str:
    """Write a plain value as YAML that reads back equal."""
    return yaml.dump(body, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=140, default_flow_style=False)


def _mapping(dumper: _Dumper, value: Mapping) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=_is_short(value.values(), value))


def _sequence(dumper: _Dumper, value: list | tuple) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=_is_short(value, value))


def _is_short(parts: object, value: object) -> bool:
    scalars = all(not isinstance(each, (Mapping, list, tuple)) for each in parts)
    return scalars and len(str(value)) <= SHORT and "\n" not in str(value)


def _text(dumper: _Dumper, value: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


def _decimal(dumper: _Dumper, value: Decimal) -> yaml.Node:
    text = f"{value:f}"
    return dumper.represent_scalar("tag:yaml.org,2002:float", text if "." in text else f"{text}.0")


_Dumper.add_representer(str, _text)
_Dumper.add_representer(Decimal, _decimal)
_Dumper.add_representer(dict, _mapping)
_Dumper.add_multi_representer(Mapping, _mapping)
_Dumper.add_representer(list, _sequence)
_Dumper.add_representer(tuple, _sequence)
