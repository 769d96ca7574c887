"""Tables to which rows are only ever added: the database itself refuses to alter or remove one.

For what has to stand as it was said. Whoever has all rights in the database can lift the refusal; then the event log,
which has each row's hash, tells.
"""

from sqlalchemy import Connection, Table, event


def only_added(table: Table) -> None:
    """Have the database refuse changes of this table's rows, from the table's making on."""
    event.listen(table, "after_create", lambda made, connection, **_options: refuse(made.name, connection))


def refuse(name: str, connection: Connection) -> None:
    """Have the database refuse to alter or remove rows of a table."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            f"CREATE OR REPLACE FUNCTION {name}_only_added() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION 'rows of {name} are only ever added'; END $$"
        )
        connection.exec_driver_sql(
            f"CREATE TRIGGER {name}_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}_only_added()"
        )
        return
    for action in ("UPDATE", "DELETE"):
        connection.exec_driver_sql(
            f"CREATE TRIGGER {name}_no_{action.lower()} BEFORE {action} ON {name} "
            f"BEGIN SELECT RAISE(ABORT, 'rows of {name} are only ever added'); END"
        )


def allow(name: str, connection: Connection) -> None:
    """Lift that refusal; `refuse` puts it back."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"DROP TRIGGER {name}_only_added ON {name}")
        return
    for action in ("update", "delete"):
        connection.exec_driver_sql(f"DROP TRIGGER {name}_no_{action}")
