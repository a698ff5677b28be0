"""`tenon expression check`: whether an expression can be used over an object of a tenant, and what it yields."""

from __future__ import annotations

import argparse

from metadata.errors import TenonError
from metadata.expressions import PURPOSES, compile_expression
from metadata.scope import scope_of
from metadata.similar import closest
from tenants.catalog import published
from tenon.commands.arguments import command, group, tenant_option
from tenon.desk import Answer, Desk


class ObjectUnknown(TenonError):
    """The tenant has no such object (`object`, `suggestion`)."""

    code = "object_unknown_here"


def add(commands: argparse._SubParsersAction, shared: argparse.ArgumentParser) -> None:
    """Add the family."""
    family = group(commands, "expression", "expressions")
    text = "check an expression over an object and say its type and what it reads"
    check = command(family, "check", check_one, shared, text=text)
    tenant_option(check)
    check.add_argument("--object", required=True, metavar="OBJECT", help="the object whose fields may be named")
    purpose = "what it is meant for (default %(default)s)"
    check.add_argument("--purpose", choices=PURPOSES, default="formula", help=purpose)
    check.add_argument("expression", metavar="EXPRESSION")


def check_one(desk: Desk, asked: argparse.Namespace) -> Answer:
    """Compile an expression; raises ExpressionInvalid with every problem and its place."""
    tenant = desk.directory.find(asked.tenant)
    with desk.storage.reading(tenant) as connection:
        model = published(connection).model
    if asked.object not in model.objects:
        suggestion = closest(asked.object, model.objects) or ", ".join(model.objects)
        raise ObjectUnknown(object=asked.object, suggestion=suggestion)
    scope = scope_of(model, asked.object)
    compiled = compile_expression(asked.expression, scope=scope, purpose=asked.purpose)
    reads = [".".join(path) for path in compiled.references]
    data = {"type": str(compiled.type), "reads": reads, "deterministic": compiled.deterministic}
    lines = (desk.text("expression_fits", type=str(compiled.type), reads=", ".join(reads) or "-"),)
    return Answer(data, lines)


