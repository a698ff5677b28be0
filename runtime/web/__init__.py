"""The generated pages: sign-in, shell, lists, records and forms, drawn from the model for one reader."""

from runtime.web.pages import blueprint

__all__ = ["blueprint"]
