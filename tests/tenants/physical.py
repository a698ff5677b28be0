"""What a database says its tables look like, to compare with what a model wants."""

from sqlalchemy import Connection, inspect

from tenants.shape import makers, stored_shapes
from tenants.storage import dialect


def assert_as_a_fresh_install(connection: Connection, tables: object) -> None:
    """Fail unless the tables are those of a fresh install of the model, but for what is hidden."""
    wanted, kept = makers(tables, dialect(connection)), stored_shapes(connection)
    inspector = inspect(connection)
    for name, maker in wanted.items():
        hidden = {column for column, shape in kept[name].columns.items() if shape.hidden}
        columns = {each["name"]: each for each in inspector.get_columns(name) if each["name"] not in hidden}
        assert columns.keys() == {each.name for each in maker.table.columns}, name
        for each in maker.table.columns:
            assert columns[each.name]["nullable"] == each.nullable, (name, each.name)
            wanted_type = maker.shape.columns[each.name].type.partition(" COLLATE")[0]
            found_type = str(columns[each.name]["type"].compile(dialect=connection.dialect)).partition(" COLLATE")[0]
            if dialect(connection) == "postgresql" or not wanted_type.startswith(("VARCHAR", "TEXT")):
                assert found_type == wanted_type, (name, each.name)
        wanted_keys = {(each.column, each.target, each.on_delete) for each in maker.shape.keys.values()}
        assert _keys(connection, name) == wanted_keys, name
        indexes = {each["name"] for each in inspector.get_indexes(name)}
        assert indexes == set(maker.shape.indexes), name


def _keys(connection: Connection, table: str) -> set[tuple[str, str, str]]:
    if dialect(connection) == "sqlite":  # the inspector misses ON DELETE of keys that came with ADD COLUMN
        rows = connection.exec_driver_sql(f'PRAGMA foreign_key_list("{table}")')
        return {(row[3], row[2], row[6]) for row in rows}
    return {
        (each["constrained_columns"][0], each["referred_table"], each["options"].get("ondelete"))
        for each in inspect(connection).get_foreign_keys(table)
    }
