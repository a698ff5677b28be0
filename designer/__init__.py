"""Where an app is changed: drafts, their impact, and the views that edit them."""

from designer.api import blueprint

__all__ = ["blueprint"]
