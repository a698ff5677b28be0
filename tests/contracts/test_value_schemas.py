"""What every field type shows and takes is what OpenAPI says of it."""

import pytest
from jsonschema import Draft202012Validator

from metadata.expressions import types
from metadata.fields import field_types
from metadata.fields.contract import FieldType, Sample
from runtime.api.value_schemas import SENT, SHOWN, sent_schema, shown_schema
from tests.support.fields import field_of

KINDS = {each.kind for each in vars(types).values() if isinstance(each, types.ValueType)}
FITTING = [
    pytest.param(each, sample, id=f"{each.name}-{number}")
    for each in field_types.values() for number, sample in enumerate(each.samples) if sample.refused is None
]


def test_every_kind_of_value_has_its_schemas() -> None:
    assert set(SHOWN) == set(SENT) == set(KINDS)


@pytest.mark.parametrize(("field_type", "sample"), FITTING)
def test_what_is_shown_fits_the_schema(field_type: FieldType, sample: Sample) -> None:
    schema = shown_schema(field_of(field_type, sample.options))

    Draft202012Validator.check_schema(schema)
    assert not list(Draft202012Validator(schema).iter_errors(sample.shown))


@pytest.mark.parametrize(("field_type", "sample"), FITTING)
def test_what_is_shown_may_be_sent_back(field_type: FieldType, sample: Sample) -> None:
    schema = sent_schema(field_of(field_type, sample.options))

    Draft202012Validator.check_schema(schema)
    assert not list(Draft202012Validator(schema).iter_errors(sample.shown))
