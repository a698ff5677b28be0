"""Whatever way a value takes from the database to JSON, it arrives as its field type writes it."""

import pytest
from sqlalchemy import Column, MetaData, Table, insert, select

from metadata.fields import field_types
from metadata.model import Field, Options, Picklist
from metadata.text import Text
from runtime.records.codec import Decoder, Output

CASES = [
    (name, place) for name, kind in field_types.items() if name not in ("formula", "many_to_many")
    for place, sample in enumerate(kind.samples) if sample.refused is None
]


def field_of(name, options):
    kind = field_types[name]
    known = {each.name: each.default for each in kind.options} | {"max_length": 200, "values": {}} | dict(options or {})
    return Field("it", "thing", kind, Text(), options=Options(known), targets=("thing",), picklist=picklist(known))


def picklist(options):
    from metadata.model import Choice

    values = options.get("values")
    return Picklist("p", Text(), {code: Choice(code, Text()) for code in values}) if isinstance(values, dict) and values else None


@pytest.mark.parametrize(("name", "place"), CASES, ids=[f"{name}-{place}" for name, place in CASES])
def test_every_sample_is_read_back_as_its_type_says(connection, name, place):
    sample = field_types[name].samples[place]
    field = field_of(name, sample.options)
    columns = field.type.columns(field)
    table = Table("specimen", MetaData(), *(Column(column, kind) for column, kind in columns), prefixes=["TEMPORARY"])
    table.create(connection)
    held = field.type.store(field, sample.value)
    connection.execute(insert(table).values(dict(zip((column for column, _ in columns), held, strict=True))))
    for as_json, expected in ((False, sample.value), (True, field.type.dump(field, sample.value))):
        decoder = Decoder([Output("it", field, tuple(table.c))], connection.dialect, as_json=as_json)
        sql = str(select(*decoder.columns).compile(dialect=connection.dialect))
        assert decoder.values(connection.exec_driver_sql(sql).one()) == {"it": expected}
    table.drop(connection)
