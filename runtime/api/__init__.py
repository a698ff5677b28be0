"""The REST API of a tenant: records, queries, search, files and their description, as DESIGN promises them."""

from runtime.api.routes import blueprint

__all__ = ["blueprint"]
