"""Field types whose values are stored files: file and image."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlalchemy.types import TypeEngine

from metadata.errors import InvalidValue
from metadata.expressions.types import NUMBER, ValueType
from metadata.fields.contract import FieldType, Option, Sample
from metadata.fields.operators import BLANKS
from metadata.fields.relation import record_id
from metadata.model import Field
from metadata.text import Text


def _max_size(default: int) -> Option:
    return Option("max_size", {
        "type": "integer", "minimum": 1, "maximum": 100, "description": "Largest file, in megabytes.",
    }, default)


class _StoredFile(FieldType):
    """The id of a file that was uploaded before."""

    operators = BLANKS
    samples = (
        Sample(5, 5, 5),
        Sample("5", 5, 5),
        Sample("", None, None),
        Sample(None, None, None),
        Sample("report.pdf", refused="bad_file"),
        Sample({"id": 5}, refused="bad_file"),
        Sample(0, refused="bad_file"),
        Sample(True, refused="bad_file"),
        Sample(2**63, refused="bad_file"),
        Sample("x" * 10_000, refused="bad_file"),
    )

    def type_of(self, field: Field) -> ValueType:
        """A number; expressions can only ask whether it is blank."""
        return NUMBER

    def columns(self, field: Field) -> tuple[tuple[str, TypeEngine], ...]:
        """One BIGINT with the file's id."""
        return ((field.name, BigInteger()),)

    def parse(self, field: Field, raw: object) -> int | None:
        """Read the id that the upload gave; raises `bad_file`."""
        try:
            return record_id(raw)
        except InvalidValue as wrong:
            raise InvalidValue("bad_file") from wrong


class FileType(_StoredFile):
    """Any file."""

    name = "file"
    label = Text.of({"en": "File", "zh_CN": "文件"})
    help = Text.of({"en": "One uploaded file.", "zh_CN": "一个上传的文件。"})
    widget = "file"
    options = (_max_size(20),)


class ImageType(_StoredFile):
    """A picture."""

    name = "image"
    label = Text.of({"en": "Image", "zh_CN": "图片"})
    help = Text.of(
        {
            "en": "One picture (PNG, JPEG, GIF or WebP), shown in place.",
            "zh_CN": "一张图片（PNG、JPEG、GIF 或 WebP），直接显示。",
        }
    )
    widget = "image"
    options = (_max_size(5),)
