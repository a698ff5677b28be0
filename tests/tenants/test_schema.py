"""The tables of a model, without a database."""

from sqlalchemy import Numeric

from metadata.compile import bundled_package, compile_model
from tenants.schema import MAX_IDENTIFIER, identifier, tables
from tenants.shape import KEPT_MAKERS, TableShape, makers
from tests.tenants.conftest import LOAN
from tests.tenants.models import model_of

LONG = "a_name_of_exactly_forty_characters_indee"


def loan_indexes(**options: dict) -> set[str]:
    """The statements that make the indexes of loans on PostgreSQL."""
    made = makers(tables(model_of({"loan": LOAN}, loan=options)), "postgresql")
    return {each.sql for each in made["loan"].shape.indexes.values()}


def test_identifiers_fit_and_stay_different() -> None:
    model = model_of({LONG: {
        "name": {"type": "text"},
        f"{LONG[:-1]}1": {"type": "lookup", "to": LONG},
        f"{LONG[:-1]}2": {"type": "lookup", "to": LONG},
        f"{LONG[:-1]}3": {"type": "many_to_many", "to": LONG},
        f"{LONG[:-1]}4": {"type": "many_to_many", "to": LONG},
    }})
    for dialect in ("sqlite", "postgresql"):
        made = makers(tables(model), dialect)
        names = [name for each in made.values() for name in (each.shape.name, *each.shape.keys, *each.shape.indexes)]
        assert max(map(len, names)) <= MAX_IDENTIFIER
        assert len(names) == len(set(names))


def test_identifiers_do_not_change() -> None:
    assert identifier("fk", "loan", "borrower") == "fk$loan$borrower"
    assert identifier("ix", LONG, LONG) == "ix$a_name_of_exactly_forty_characters_indee$a_name_of__c0724202"


def test_names_that_look_alike_when_joined_make_different_tables() -> None:
    model = model_of({
        "loan": {"name": {"type": "text"}, "item_tags": {"type": "many_to_many", "to": "user"}},
        "loan_item": {"name": {"type": "text"}, "tags": {"type": "many_to_many", "to": "user"}},
    })
    assert {each.name for each in tables(model).links.values()} == {"loan$item_tags$user", "loan_item$tags$user"}


def test_one_index_serves_an_order_and_its_reverse() -> None:
    statements = loan_indexes(indexes=[["amount"], ["-amount"], ["-amount", "number"]])
    assert sum("amount" in each for each in statements) == 2
    assert (
        "CREATE INDEX sort$loan$amount ON loan (amount ASC NULLS FIRST, id) WHERE deleted_at IS NULL" in statements
    )
    assert (
        'CREATE INDEX "sort$loan$amount-$number" ON loan '
        "(amount DESC NULLS LAST, number ASC NULLS FIRST, id) WHERE deleted_at IS NULL" in statements
    )


def test_the_order_of_a_list_view_gets_an_index() -> None:
    assert any("sort$loan$amount-" in each for each in loan_indexes(sort=["-amount"]))


def test_unique_keys_hold_among_live_records() -> None:
    assert (
        "CREATE UNIQUE INDEX key$loan$borrower$number ON loan (borrower, number) WHERE deleted_at IS NULL"
        in loan_indexes(unique=[["borrower", "number"]])
    )


def test_every_relation_of_the_bundled_app_has_an_index_and_a_foreign_key() -> None:
    model = compile_model([bundled_package("finance_crm")])
    made = makers(tables(model), "postgresql")
    for each in model.objects.values():
        shape = made[each.name].shape
        for field in each.own_fields:
            if field.is_relation:
                assert any(index.columns[0] == field.name for index in shape.indexes.values()), (each.name, field.name)
                assert any(key.column == field.name for key in shape.keys.values()), (each.name, field.name)


def test_money_is_exact_on_both_databases() -> None:
    amount = tables(model_of({"loan": LOAN})).objects["loan"].c.amount
    made = {each: makers(tables(model_of({"loan": LOAN})), each)["loan"].shape.columns["amount"] for each in ("sqlite", "postgresql")}
    assert (made["sqlite"].type, made["postgresql"].type) == ("BIGINT", "NUMERIC(18, 2)")
    assert isinstance(amount.type.impl_instance, Numeric)


def test_one_model_can_be_installed_on_both_databases() -> None:
    """Tables are shared; how they are made on one database must not show on the other."""
    model = model_of({"loan": LOAN, "other": {"name": {"type": "text"}}})
    before = makers(tables(model), "sqlite")
    makers(tables(model), "postgresql")
    for number in range(KEPT_MAKERS):
        makers(tables(model_of({f"thing_{number}": {"name": {"type": "text"}}})), "sqlite")
    again = makers(tables(model), "sqlite")
    assert again is not before
    assert {name: each.create for name, each in again.items()} == {name: each.create for name, each in before.items()}


def test_a_shape_survives_being_stored() -> None:
    for maker in makers(tables(model_of({"loan": LOAN}, loan={"sort": ["-amount"]})), "sqlite").values():
        assert TableShape.from_json(maker.shape.to_json()) == maker.shape
