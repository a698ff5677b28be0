"""A small app as a consultant would write it: equipment is lent, with a secret, a master and its details."""

LOANS = """
object: equipment
label: {zh_CN: 设备, en: Equipment}
plural: {en: Equipment}
sharing: read_write
search: [code, name]
fields:
  code: {type: text, required: true, unique: true, max_length: 40, label: {zh_CN: 编号, en: Code}}
  name: {type: text, required: true, label: {zh_CN: 名称, en: Name}}
  category: {type: picklist, values: {camera: {zh_CN: 相机, en: Camera}, lens: {zh_CN: 镜头, en: Lens}}, label: {zh_CN: 类别, en: Category}}
  value: {type: money, min: 0, label: {zh_CN: 价值, en: Value}}
  cost: {type: money, label: {zh_CN: 成本, en: Cost}}
  margin: {type: formula, returns: money, formula: value - cost, label: {zh_CN: 毛利, en: Margin}}
  manual: {type: file, label: {zh_CN: 说明书, en: Manual}}
---
object: loan
label: {zh_CN: 借用单, en: Loan}
plural: {en: Loans}
name_field: number
sharing: private
search: [number, purpose]
fields:
  number: {type: auto_number, pattern: "JY{yyyy}-{0000}", label: {zh_CN: 单号, en: No.}}
  equipment: {type: lookup, to: equipment, required: true, on_delete: restrict, label: {zh_CN: 设备, en: Equipment}}
  purpose: {type: long_text, label: {zh_CN: 用途, en: Purpose}}
  from_date: {type: date, required: true, default: TODAY(), label: {zh_CN: 借出日期, en: From}}
  due_date: {type: date, required: true, default: "ADDDAYS(from_date, 14)", label: {zh_CN: 应还日期, en: Due}}
  deposit: {type: money, min: 0, label: {zh_CN: 押金, en: Deposit}}
  status: {type: picklist, values: loan_status, default: draft, label: {zh_CN: 状态, en: Status}}
  overdue: {type: formula, returns: boolean, formula: "status == 'out' and due_date < TODAY()", label: {zh_CN: 逾期, en: Overdue}}
validation:
  due_after_start:
    error_when: due_date < from_date
    field: due_date
    message: {zh_CN: 应还日期不能早于借出日期, en: Due can't be before From}
  deposit_for_dear:
    error_when: equipment.value > 10000 and ISBLANK(deposit)
    field: deposit
    level: warning
    message: {zh_CN: 贵重设备一般要收押金, en: Dear equipment usually asks for a deposit}
---
object: loan_item
label: {zh_CN: 借用明细, en: Loan item}
plural: {en: Loan items}
fields:
  loan: {type: master_detail, to: loan, label: {zh_CN: 借用单, en: Loan}}
  name: {type: text, required: true, label: {zh_CN: 名称, en: Name}}
  quantity: {type: integer, min: 1, default: 1, label: {zh_CN: 数量, en: Quantity}}
---
picklist: loan_status
label: {zh_CN: 借用状态, en: Loan status}
values:
  draft: {label: {zh_CN: 草稿, en: Draft}, color: gray}
  out: {label: {zh_CN: 已借出, en: Out}, color: blue}
  returned: {label: {zh_CN: 已归还, en: Returned}, color: green, final: true}
---
permission_set: clerk
label: {zh_CN: 经办, en: Clerk}
objects:
  equipment: {read: true, fields: {cost: {read: false}}}
  loan: {create: true, read: true, edit: true, delete: true, fields: {deposit: {edit: false}}}
  loan_item: {create: true, read: true, edit: true, delete: true}
---
permission_set: reader
label: {zh_CN: 查看, en: Reader}
objects:
  loan: {read: true, view_all: true}
---
role: clerk
label: {zh_CN: 经办人, en: Clerk}
permission_sets: [clerk]
---
role: reader
label: {zh_CN: 查看者, en: Reader}
permission_sets: [reader]
---
# data/equipment.yaml
object: equipment
key: code
records:
  - {code: CAM-1, name: {zh_CN: 相机, en: Camera}, category: camera, value: 12000, cost: 8000}
  - {code: LEN-1, name: {zh_CN: 镜头, en: Lens}, category: lens, value: 900, cost: 500}
"""
