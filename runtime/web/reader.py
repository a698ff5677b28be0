"""For whom and when a page is written: what plans depend on, and what only the moment decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from metadata.model import App, Field, Model, Object
from metadata.text import Text
from runtime.records.access import Access, Anyone, access_of
from runtime.web.i18n import say
from tenants.context import RecordContext


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """Whom a plan is made for: everything a plan may depend on; equal keys mean equal plans."""

    model: Model
    access: Access
    locale: str
    time_zone: str

    @property
    def key(self) -> tuple[object, ...]:
        """What plans are kept by."""
        return (*self.access.key, self.locale, self.time_zone)

    def text(self, text: Text) -> str:
        """Say a text of the metadata in the reader's language."""
        return text.in_(self.locale)

    def say(self, message: str, **params: object) -> str:
        """Say one of the pages' own sentences."""
        return say(self.locale, message, **params)

    def label(self, field: Field) -> str:
        """The label of a field."""
        return field.label.in_(self.locale) or field.name

    def object_label(self, of: Object) -> str:
        """What one record of an object is called."""
        return of.label.in_(self.locale) or of.name

    def object_word(self, of: Object) -> str:
        """What one record of an object is called inside a sentence: `loan`, but `ID card`."""
        label = self.object_label(of)
        is_word = self.locale.startswith("en") and label[1:2] == label[1:2].lower()
        return label[:1].lower() + label[1:] if is_word else label

    def plural(self, of: Object) -> str:
        """What several records of an object are called."""
        return of.plural.in_(self.locale) if self._says(of.plural) else self.object_label(of)

    def app_of(self, of: Object) -> App | None:
        """The app that brought an object."""
        return self.model.apps.get(of.app)

    def edits_any(self, of: Object) -> bool:
        """Whether what may be seen of an object may be changed as well, so that no single record need be asked."""
        return self.access.rights(of.name).edit and isinstance(self.access.rule(of.name, "edit"), Anyone)

    def _says(self, text: Text) -> bool:
        """Whether a text is given in the reader's language, or one related to it."""
        language = self.locale.partition("_")[0]
        return any(code.partition("_")[0] == language for code, _ in text)


def reader_of(ctx: RecordContext) -> Reader:
    """Say whom the pages of a request are written for."""
    return Reader(ctx.model, access_of(ctx), ctx.locale, ctx.time_zone)


@dataclass(frozen=True, slots=True)
class Scene:
    """What a cell needs beside the value: `base` begins every address of the tenant, `now` is the instant."""

    base: str
    now: datetime


def scene_of(ctx: RecordContext) -> Scene:
    """Say where and when the pages of a request are shown."""
    return Scene(f"/{ctx.tenant.slug}", ctx.now())
