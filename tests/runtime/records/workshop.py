"""The app and the users that the tests of records work with: devices, their makers, visits to them and notes on visits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone

from sqlalchemy import Connection, event

from metadata.model import Model
from metadata.permissions import everything, permissions_of
from runtime.records import query, service
from runtime.records.record import Page, RecordQuery
from tenants import catalog
from tenants.context import RecordContext, SetClock, Tenant, User
from tenants.directory import Directory
from tenants.provision import create_tenant
from tenants.storage import Storage
from tenants.users import SYSTEM_USER
from tests.support.application import package_of
from tests.support.databases import Database

BEGIN = datetime(2026, 1, 5, 1, 0, tzinfo=timezone.utc)
"""Nine o'clock on a Monday in Shanghai."""

WORKSHOP = """
object: maker
label: Maker
sharing: read
search: [name]
fields:
  name: {type: text, required: true, unique: true, label: Name}
  country: {type: picklist, values: {cn: China, de: Germany, jp: Japan}, label: Country}
  rating: {type: integer, label: Rating}
  margin: {type: money, label: Margin}
---
object: device
label: Device
plural: Devices
sharing: private
search: [name, number, maker.name]
unique: [[maker, serial]]
fields:
  number: {type: auto_number, pattern: "D{yyyy}-{000}", label: Number}
  name: {type: text, required: true, label: Name}
  code: {type: text, unique: true, max_length: 20, label: Code}
  serial: {type: text, label: Serial}
  maker: {type: lookup, to: maker, on_delete: restrict, filter: "ISBLANK(rating) or rating > 0", label: Maker}
  replaces: {type: lookup, to: device, label: Replaces}
  price: {type: money, min: 0, label: Price}
  cost: {type: money, label: Cost}
  quantity: {type: integer, default: 1, label: Quantity}
  bought: {type: date, label: Bought}
  checked: {type: datetime, label: Checked}
  due: {type: date, default: "ADDDAYS(bought, 30)", label: Due}
  active: {type: boolean, label: Active}
  state: {type: picklist, values: {fresh: New, used: Used, broken: {label: Broken, final: true}, lost: {label: Lost, active: false}}, default: fresh, label: State}
  reason: {type: picklist, controlled_by: state, values: {worn: {label: Worn, when: [used]}, fell: {label: Fell, when: [broken]}, other: Other}, label: Reason}
  marks: {type: multi_picklist, values: {loud: Loud, heavy: Heavy, hot: Hot}, label: Marks}
  fans: {type: many_to_many, to: maker, label: Fans}
  about: {type: any_lookup, to: [maker, device], label: About}
  place: {type: point, label: Place}
  manual: {type: file, max_size: 1, label: Manual}
  locked: {type: text, read_only: true, label: Locked}
  worth: {type: formula, returns: money, formula: price * quantity, label: Worth}
  gain: {type: formula, returns: money, formula: price - cost, label: Gain}
  each: {type: formula, returns: decimal, formula: 100 / quantity, label: Each}
  origin: {type: formula, returns: text, formula: maker.name & '!', label: Origin}
validation:
  due_after_bought: {error_when: due < bought, field: due, message: Due can't be before bought}
  dear_needs_code: {error_when: price > 1000 and ISBLANK(code), field: code, message: Dear devices need a code}
  rated: {error_when: maker.rating < 3 and price > 500, field: maker, message: Too dear for this maker}
  cheap: {error_when: price < 1, field: price, level: warning, message: Very cheap}
  cost_known: {error_when: cost > 5000, field: cost, message: Too costly}
---
object: visit
label: Visit
fields:
  device: {type: master_detail, to: device, label: Device}
  name: {type: text, label: Name}
  hours: {type: decimal, scale: 1, label: Hours}
---
object: remark
label: Remark
history: false
fields:
  visit: {type: master_detail, to: visit, label: Visit}
  name: {type: text, label: Name}
---
object: contract
label: Contract
sharing: read_write
fields:
  name: {type: text, label: Name}
  device: {type: lookup, to: device, on_delete: clear, label: Device}
  amount: {type: money, label: Amount}
  note: {type: text, label: Note}
  stage: {type: picklist, values: {draft: Draft, sent: Sent, signed: Signed}, default: draft, label: Stage}
record_types:
  sale: {label: Sale, default: true, values: {stage: [draft, sent, signed]}, defaults: {note: "'sale of ' & name"}}
  loan: {label: Loan, values: {stage: [draft, sent]}, layout: loan_contract}
---
layout: contract
object: contract
path: {field: stage, guide: {signed: {require: [amount]}}}
tabs:
  details:
    sections:
      basics:
        fields: [name, device, stage, {field: note, required_when: amount > 100, read_only_when: stage == 'signed'}]
      money:
        show_when: stage != 'draft'
        fields: [{field: amount, required_when: stage == 'sent'}]
---
layout: loan_contract
object: contract
tabs: {details: {sections: {basics: {fields: [name, stage]}}}}
---
permission_set: all_devices
label: All
objects:
  "*": {create: true, read: true, edit: true, delete: true, view_all: true, edit_all: true}
system: [manage_users]
---
permission_set: people
label: People
objects:
  user: {create: true, read: true, edit: true, delete: true, edit_all: true}
---
role: clerk
label: Clerk
permission_sets: [people]
---
permission_set: own_devices
label: Own
objects:
  maker: {read: true, fields: {margin: {read: false}}}
  device: {create: true, read: true, edit: true, delete: true, fields: {cost: {read: false}, price: {edit: false}}}
  visit: {create: true, read: true, edit: true, delete: true}
  remark: {create: true, read: true, edit: true, delete: true}
  contract: {create: true, read: true, edit: true, delete: true}
---
permission_set: look
label: Look
objects:
  device: {read: true, view_all: true, fields: {cost: {read: false}}}
  visit: {read: true}
---
role: boss
label: Boss
permission_sets: [all_devices]
---
role: worker
label: Worker
permission_sets: [own_devices]
---
role: looker
label: Looker
permission_sets: [look]
---
role: stranger
label: Stranger
permission_sets: []
"""


@dataclass(repr=False)
class Workshop:
    """A tenant with the app, a clock, and contexts for users with roles."""

    storage: Storage
    tenant: Tenant
    model: Model
    clock: SetClock = field(default_factory=lambda: SetClock(BEGIN))

    @property
    def system(self) -> RecordContext:
        """The platform itself, which may do everything."""
        return RecordContext(
            self.tenant, SYSTEM_USER, self.model, everything(self.model), self.clock, "en", "Asia/Shanghai")

    def user(self, connection: Connection, login: str, *roles: str) -> RecordContext:
        """Make a user with roles and give the context in which he acts."""
        saved = service.create(self.system, connection, "user", {
            "login": login, "name": login.title(), "active": True, "roles": list(roles)})
        user = User(saved.record_id, login, login.title(), None, roles)
        return replace(self.system, user=user, permissions=permissions_of(self.model, roles))

    @contextmanager
    def trying(self) -> Iterator[Connection]:
        """A writing transaction that is undone at the end."""
        with self.storage.writing(self.tenant) as connection:
            yield connection
            connection.rollback()


def open_workshop(database: Database, text: str = WORKSHOP) -> Workshop:
    """Create a tenant with the app."""
    directory, storage = Directory(database.url, database.data), Storage(database.data)
    tenant = create_tenant(directory, storage, "acme", "Acme", packages=[package_of(text)])
    directory.close()
    with storage.reading(tenant) as connection:
        return Workshop(storage, tenant, catalog.published(connection).model)


@contextmanager
def counting(connection: Connection) -> Iterator[list[str]]:
    """Collect the statements that run meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    yield seen
    event.remove(connection, "before_cursor_execute", note)


def ids(page: Page) -> list[int]:
    """The ids of a page, in order."""
    return [each.id for each in page.records]


def all_ids(ctx: RecordContext, connection: Connection, asked: RecordQuery) -> list[int]:
    """The ids of all pages of a query, one after the other."""
    found: list[int] = []
    while True:
        page = query.find(ctx, connection, asked)
        found += ids(page)
        if page.after is None:
            return found
        asked = replace(asked, after=page.after)


def codes(problems: Sequence[object]) -> list[tuple[str, str]]:
    """What is wrong, as (field, code), in order."""
    return [(".".join(map(str, each.path)), each.code) for each in problems]  # type: ignore[attr-defined]
