"""Field types: what a field may hold. `field_types` knows them all, in the order they are documented."""

from metadata.fields.choice import BooleanType, MultiPicklistType, PicklistType
from metadata.fields.contact import EmailType, PhoneType, UrlType
from metadata.fields.contract import FieldType, Option, Sample
from metadata.fields.derived import AutoNumberType, FormulaType
from metadata.fields.file import FileType, ImageType
from metadata.fields.identity import CitizenIdType, CreditCodeType
from metadata.fields.number import DecimalType, IntegerType, MoneyType, PercentType, RateType
from metadata.fields.place import Point, PointType
from metadata.fields.relation import AnyLookupType, LookupType, ManyToManyType, MasterDetailType, Reference
from metadata.fields.temporal import DateTimeType, DateType, TimeType
from metadata.fields.text import LongTextType, RichTextType, TextType
from metadata.registry import Registry

__all__ = ["FieldType", "Option", "Point", "Reference", "Sample", "field_types"]

field_types: Registry[FieldType] = Registry("field type", needs=("label", "help", "widget", "samples"))

for _type in (
    TextType, LongTextType, RichTextType,
    IntegerType, DecimalType, MoneyType, PercentType, RateType,
    BooleanType, PicklistType, MultiPicklistType,
    DateType, DateTimeType, TimeType,
    EmailType, PhoneType, UrlType,
    LookupType, MasterDetailType, ManyToManyType, AnyLookupType,
    FileType, ImageType, PointType,
    CitizenIdType, CreditCodeType,
    AutoNumberType, FormulaType,
):
    field_types.register(_type())
