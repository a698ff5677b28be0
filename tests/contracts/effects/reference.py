"""The app whose properties are changed one at a time: small, with one specimen of everything that a property needs."""

from metadata.documents import Package
from tests.support.application import package_of

APP = """
# app.yaml
app: testing
version: 1.0.0
label: {en: Lending}
languages: [en, zh_CN]
requires: {tenon: ">=0.1"}
navigation:
  first: {label: {en: First}, tabs: [thing]}
  second: {label: {en: Second}, icon: folder, tabs: [part]}
---
object: thing
label: {en: Thing}
plural: {en: Things}
icon: box
sharing: private
record_types:
  plain: {label: {en: Plain}}
  fine: {label: {en: Fine}}
fields:
  name: {type: text, label: {en: Name}, required: true}
  code: {type: text, label: {en: Code}}
  state: {type: picklist, values: states, default: new, label: {en: State}}
  kind: {type: picklist, values: {small: {label: {en: Small}}, large: {label: {en: Large}}}, label: {en: Kind}}
  kinds: {type: multi_picklist, values: {round: {label: {en: Round}}}, label: {en: Kinds}}
  note: {type: long_text, label: {en: Note}}
  story: {type: rich_text, label: {en: Story}}
  count: {type: integer, label: {en: Count}}
  size: {type: decimal, label: {en: Size}}
  price: {type: money, label: {en: Price}}
  coin: {type: text, label: {en: Coin}}
  share: {type: percent, label: {en: Share}}
  interest: {type: rate, label: {en: Interest}}
  number: {type: auto_number, pattern: "T-{0000}", label: {en: No.}}
  double: {type: formula, returns: number, formula: count * 2, label: {en: Double}}
  third: {type: formula, returns: decimal, scale: 2, formula: size / 3, label: {en: Third}}
  other: {type: lookup, to: thing, label: {en: Other}}
  friends: {type: many_to_many, to: thing, label: {en: Friends}}
  about: {type: any_lookup, to: [thing, part], label: {en: About}}
  manual: {type: file, label: {en: Manual}}
  photo: {type: image, label: {en: Photo}}
validation:
  not_bad: {error_when: code == 'bad', message: {en: Bad is bad}}
  odd: {error_when: code == 'odd', message: {en: Odd}}
  not_worse: {error_when: code == 'bad', message: {en: Bad is worse}}
---
object: part
label: {en: Part}
plural: {en: Parts}
fields:
  name: {type: text, label: {en: Name}}
  weight: {type: integer, label: {en: Weight}}
  thing: {type: master_detail, to: thing, label: {en: Thing}}
---
picklist: states
label: {en: States}
values:
  new: {label: {en: New}}
  done: {label: {en: Done}}
  old: {label: {en: Old}}
---
layout: thing
object: thing
path: {field: state, guide: {done: {hint: {en: Almost there}}}}
tabs:
  details:
    label: {en: Facts}
    sections:
      basics: {label: {en: Basics}, fields: [name, code, state, count]}
      more: {label: {en: More}, columns: 2, fields: [note, {field: kind}, price]}
  parts: {label: {en: Pieces}, related: {object: part, by: thing, columns: [name]}}
---
layout: thing_fine
object: thing
tabs: {details: {label: {en: Fine facts}, sections: {all: {fields: [name]}}}}
---
list_view: things
object: thing
label: {en: All things}
columns: [name, code, count]
sort: [name]
---
list_view: things_too
object: thing
label: {en: Other things}
columns: [name]
---
role: clerk
label: {en: Clerk}
permission_sets: [clerk]
---
permission_set: clerk
label: {en: Clerks}
objects:
  thing: {read: true}
  part: {read: true}
---
permission_set: more
objects:
  thing: {create: true, read: true, edit: true, delete: true}
---
# data/things.yaml
object: thing
key: name
records:
  - {name: One, code: c1, count: 1, price: 5, coin: USD}
  - {name: Two, code: c2, count: 2}
---
# data/parts.yaml
object: part
key: name
records:
  - {name: Wheel, weight: 7, thing: One}
  - {name: Axle, weight: 9, thing: One}
---
translations: ja
objects: {thing: {label: モノ}}
---
# tests/thing.yaml
given: {g: {thing: {name: Given}}}
tests:
  it works: {create: {thing: {name: Made}, as: t}, expect: {t.name: Made}}
"""


def reference() -> Package:
    """The package as it is before anything is changed."""
    return package_of(APP)
