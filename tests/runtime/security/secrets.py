"""An app with as many ways as possible to show what somebody may not see, and somebody who may not see it.

Whatever is hidden carries MARK in its name, label, help, choices and value. The role `worker` may not read such a
field, nor the object `zqvault`. The records of `account` are private: those of others carry FOREIGN in all texts.
"""

import io
import re
from dataclasses import dataclass

from tests.runtime.web.filled import filled_form
from tests.support.application import Application, Client
from tests.support.visitor import Visitor, person

MARK, FOREIGN = "zq", "qj"
HIDDEN = (
    "zqtext", "zqcode", "zqamount", "zqlevel", "zqday", "zqvault", "zqmany", "zqany", "zqfile", "zqformula", "zqnumber",
    "zqgroup",
)

LABELS = ", ".join(f"{name}: {{read: false}}" for name in HIDDEN)

SECRETS = f"""
object: thing
label: Thing
plural: Things
sharing: read_write
search: [name, zqtext, zqvault.name]
record_types:
  plain: {{label: Plain, default: true, values: {{zqlevel: [zqhigh]}}}}
  special: {{label: Special}}
unique: [[name, zqgroup]]
indexes: [[zqamount, name]]
fields:
  name: {{type: text, required: true, label: Name}}
  code: {{type: text, unique: true, label: Code}}
  price: {{type: money, label: Price}}
  paper: {{type: file, label: Paper}}
  zqtext: {{type: long_text, label: Zqtext label, help: Zqtext help}}
  zqcode: {{type: text, unique: true, label: Zqcode label, default: "'zqvalue-' & name"}}
  zqgroup: {{type: text, label: Zqgroup label, default: "'zqvalue'"}}
  zqamount: {{type: money, label: Zqamount label, min: 0}}
  zqlevel: {{type: picklist, label: Zqlevel label, values: {{zqhigh: Zqhigh label, zqlow: Zqlow label}}}}
  sublevel: {{type: picklist, label: Sublevel, controlled_by: zqlevel, values: {{up: {{label: Up}}, down: {{label: Down}}}}}}
  zqday: {{type: date, label: Zqday label}}
  zqvault: {{type: lookup, to: zqvault, label: Zqvault label}}
  zqmany: {{type: many_to_many, to: zqvault, label: Zqmany label}}
  zqany: {{type: any_lookup, to: [zqvault, thing], label: Zqany label}}
  zqfile: {{type: file, label: Zqfile label}}
  zqnumber: {{type: auto_number, pattern: "ZQVALUE-{{0000}}", label: Zqnumber label}}
  zqformula: {{type: formula, returns: text, formula: "'zqvalue ' & name", label: Zqformula label}}
  inherits: {{type: formula, returns: text, formula: "zqtext & ' through a formula'", label: Inherits}}
  about: {{type: any_lookup, to: [thing, zqvault], label: About}}
  leads: {{type: lookup, to: zqvault, label: Leads}}
  leads_many: {{type: many_to_many, to: zqvault, label: Leads to many}}
validation:
  not_dear:
    error_when: zqamount > 1000
    field: zqamount
    message: Too dear
  careful:
    error_when: price > 500 and zqtext != 'x'
    field: zqtext
    level: warning
    message: Take care
---
object: part
label: Part
plural: Parts
search: [name, thing.zqtext]
fields:
  thing: {{type: master_detail, to: thing, label: Whole}}
  name: {{type: text, required: true, label: Name}}
  through: {{type: formula, returns: text, formula: "thing.zqtext", label: Through}}
---
object: remark
label: Remark
plural: Remarks
sharing: read_write
fields:
  name: {{type: text, required: true, label: Name}}
  on: {{type: lookup, to: thing, label: On}}
  zqthing: {{type: lookup, to: thing, label: Zqthing label}}
  zqrank: {{type: integer, label: Zqrank label}}
---
object: zqvault
label: Zqvault object
plural: Zqvault objects
sharing: read
fields:
  name: {{type: text, required: true, label: Zqname label}}
  thing: {{type: lookup, to: thing, label: Zqthing label}}
---
object: account
label: Account
plural: Accounts
sharing: private
search: [name, note]
fields:
  name: {{type: text, required: true, label: Name}}
  code: {{type: text, unique: true, label: Code}}
  credit: {{type: money, label: Credit}}
  note: {{type: text, label: Note}}
---
object: entry
label: Entry
plural: Entries
search: [name]
fields:
  account: {{type: master_detail, to: account, label: Account}}
  name: {{type: text, required: true, label: Name}}
  sum: {{type: money, label: Sum}}
---
object: deal
label: Deal
plural: Deals
sharing: read_write
search: [name, account.name]
fields:
  name: {{type: text, required: true, label: Name}}
  account: {{type: lookup, to: account, label: Account}}
  others: {{type: many_to_many, to: account, label: Others}}
  about: {{type: any_lookup, to: [account, thing], label: About}}
  credit: {{type: formula, returns: money, formula: account.credit, label: Credit}}
  copied: {{type: money, default: account.credit, label: Copied}}
  reason: {{type: text, label: Reason}}
  limit: {{type: money, label: Limit}}
  says: {{type: formula, returns: text, formula: "account.note & '!'", label: Says}}
validation:
  within_credit: {{error_when: limit > credit, field: limit, message: Beyond the credit}}
  within_copied: {{error_when: limit > copied, field: limit, message: Beyond what was copied}}
---
layout: thing
object: thing
highlights: [name, zqamount, zqvault, zqformula]
path: {{field: zqlevel, guide: {{zqhigh: {{hint: Zqhint, require: [zqtext]}}}}}}
tabs:
  details:
    label: Details
    sections:
      first: {{label: First, fields: [name, code, price, paper, sublevel, zqtext, zqcode, zqamount, zqlevel, zqday, zqvault, zqmany, zqany, zqfile, zqnumber, zqformula, inherits, about, leads, leads_many]}}
      second: {{label: Second, show_when: zqamount > 5, fields: [{{field: owner, show_when: zqtext == 'zqvalue'}}]}}
  parts: {{label: Parts, related: {{object: part, by: thing, columns: [name, through, thing.zqtext]}}}}
  remarks: {{label: Remarks, related: {{object: remark, by: on, columns: [name, zqrank], sort: [-zqrank]}}}}
  hidden_remarks: {{label: Zqremarks, related: {{object: remark, by: zqthing, columns: [name]}}}}
  vaults: {{label: Zqvaults, related: {{object: zqvault, by: thing, columns: [name]}}}}
---
layout: account
object: account
highlights: [name, credit]
tabs:
  details: {{label: Details, sections: {{first: {{label: First, fields: [name, code, credit, note]}}}}}}
  entries: {{label: Entries, related: {{object: entry, by: account, columns: [name, sum]}}}}
  deals: {{label: Deals, related: {{object: deal, by: account, columns: [name, credit]}}}}
---
layout: deal
object: deal
highlights: [account, credit, says]
tabs:
  details: {{label: Details, sections: {{first: {{label: First, fields: [name, account, others, about, credit, says, copied, limit, {{field: reason, required_when: account.credit > 4000, show_when: credit > 4000}}]}}}}}}
---
list_view: things_all
object: thing
label: All things
columns: [name, code, zqtext, zqvault.name, zqformula, inherits, about, leads, leads_many, zqamount, price]
sort: [-zqamount, name]
totals: {{zqamount: sum, price: sum}}
default: true
---
list_view: things_dear
object: thing
label: Dear things
where: zqamount > 5
columns: [name, zqamount]
---
list_view: vaults_all
object: zqvault
label: Zqvault list
columns: [name]
---
list_view: deals_all
object: deal
label: All deals
columns: [name, account, account.name, account.credit, others, about, credit, says]
sort: [account.name]
totals: {{credit: sum}}
default: true
---
permission_set: worker
label: Worker
objects:
  thing: {{create: true, read: true, edit: true, delete: true, fields: {{{LABELS}}}}}
  part: {{create: true, read: true, edit: true, delete: true}}
  remark: {{create: true, read: true, edit: true, fields: {{zqthing: {{read: false}}, zqrank: {{read: false}}}}}}
  account: {{create: true, read: true, edit: true, delete: true}}
  entry: {{create: true, read: true, edit: true, delete: true}}
  deal: {{create: true, read: true, edit: true, delete: true}}
---
role: worker
label: Worker
permission_sets: [worker]
"""


@dataclass
class World:
    """The app with records in it, an administrator and a worker, each with a token and a browser."""

    site: Application
    admin: Client
    worker: Client
    boss_browser: Visitor
    browser: Visitor
    thing: int
    deleted: int
    vault: int
    account: int
    deal: int
    file: int

    def both(self) -> tuple[tuple[Client, Visitor], tuple[Client, Visitor]]:
        return (self.admin, self.boss_browser), (self.worker, self.browser)


def upload(client: Client, name: str) -> int:
    answer = client.post("/files", data={"file": (io.BytesIO(name.encode()), name)})
    assert answer.status_code == 201, answer.text
    return int(answer.json["id"])


def filled_world(site: Application) -> World:
    """Fill the app with records that hold a secret in every field."""
    admin, worker = site.client(), site.client(roles=["worker"])
    for login, roles in (("boss", ("administrator",)), ("wang", ("worker",))):
        person(site, login, roles=roles)
    boss_browser, browser = Visitor(site.app), Visitor(site.app)
    boss_browser.sign_in("boss"), browser.sign_in("wang")
    vault = admin.create("zqvault", name="zqvalue vault")
    file = upload(admin, "zqvalue.txt")
    secrets = {
        "zqtext": "zqvalue words", "zqamount": "77.7", "zqlevel": "zqhigh", "zqday": "2026-01-09", "zqvault": vault,
        "zqmany": [vault], "zqany": {"object": "zqvault", "id": vault}, "zqfile": file, "about": {"object": "zqvault", "id": vault},
        "leads": vault, "leads_many": [vault],
    }
    thing = admin.create("thing", name="Lamp", code="L-1", price="10", record_type="plain", paper=upload(admin, "paper.txt"), **secrets)
    admin.create("part", thing=thing, name="Bulb")
    admin.create("remark", name="Remark", on=thing, zqthing=thing, zqrank=5)
    admin.patch(f"/records/zqvault/{vault}", json={"thing": thing, "version": 1})
    for amount, text in (("88.8", "zqvalue again"), ("77.7", "zqvalue words")):
        version = admin.get(f"/records/thing/{thing}").json["version"]
        assert admin.patch(f"/records/thing/{thing}", json={"zqamount": amount, "zqtext": text, "version": version}).status_code == 200
    deleted = admin.create("thing", name="Old lamp", code="L-0", zqtext="zqvalue old", zqcode="zqvalue-old")
    assert admin.delete(f"/records/thing/{deleted}?version=1").status_code == 204
    account = admin.create("account", name="qjvalue name", code="qjvalue-code", credit="4242.42", note="qjvalue note")
    admin.create("entry", account=account, name="qjvalue entry", sum="4242.42")
    deal = admin.create("deal", name="Deal", reason="because", copied="1", account=account, others=[account], about={"object": "account", "id": account})
    admin.create("deal", name="Deal of nothing")
    return World(site, admin, worker, boss_browser, browser, thing, deleted, vault, account, deal, file)


def hits(text: str, mark: str) -> list[str]:
    """What stands around a mark in an answer; random keys and addresses of assets are no text."""
    text = re.sub(r'(name="(csrf_token|form_key)" value|name="csrf-token" content|data-csrf|content)="[0-9A-Za-z_\-.]{16,}"', "", text)
    text = re.sub(r'"(id|after)":\s*"[^"]{20,}"|after=[^"&]{16,}|/assets/[^"]+|"ETag[^,]*', "", text)
    return [text[max(found.start() - 60, 0) : found.end() + 60] for found in re.finditer(mark, text, re.IGNORECASE)]


def form_of(browser: Visitor, path: str) -> dict[str, object]:
    """What the form at an address would send."""
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    return filled_form(answer.text).to_dict(flat=False)
