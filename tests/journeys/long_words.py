"""A package whose labels are as long as labels may be, one of them a single word, with records to match."""

ZH = "关于跨区域综合授信业务贷后风险分类与预警信号处置情况的季度专项检查工作记录及整改落实跟踪台账明细表汇总说明书附件资料清单编号登记簿册存档备查专用版式第二版之修订稿本"[:80]
EN = "Quarterly cross-regional credit review record with follow-up of corrective action"[:80]
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschafty"[:80]
LABEL = f"{{zh_CN: {ZH}, en: {EN}}}"
WORDY = f"{{zh_CN: {ZH}, en: {WORD}}}"
VALUE = WORD * 2

LONG_WORDS = f"""
object: review
label: {WORDY}
plural: {LABEL}
sharing: read_write
record_types:
  one: {{label: {WORDY}, default: true}}
  two: {{label: {LABEL}}}
fields:
  name: {{type: text, label: {LABEL}, help: {WORDY}}}
  stage: {{type: picklist, label: {LABEL}, values: {{open: {{label: {WORDY}, color: blue}}, shut: {{label: {LABEL}, color: green, final: true}}}}, default: open}}
  marks: {{type: multi_picklist, label: {WORDY}, values: {{hot: {{label: {WORDY}, color: red}}, cold: {{label: {LABEL}, color: azure}}}}}}
  amount: {{type: money, label: {WORDY}}}
  share: {{type: percent, label: {WORDY}}}
  due: {{type: date, label: {WORDY}}}
  ready: {{type: boolean, label: {WORDY}}}
  lead: {{type: lookup, to: user, label: {WORDY}}}
  prior: {{type: lookup, to: review, label: {WORDY}}}
  place: {{type: point, label: {WORDY}}}
  paper: {{type: file, label: {WORDY}}}
  site: {{type: url, label: {WORDY}}}
  notes: {{type: long_text, label: {WORDY}}}
validation:
  remark: {{error_when: amount < 0, field: amount, level: warning, message: {WORDY}}}
---
layout: review
object: review
highlights: [stage, amount, lead, prior]
path: {{field: stage, guide: {{open: {{hint: {WORDY}}}, shut: {{require: [amount]}}}}}}
tabs:
  details:
    label: {WORDY}
    sections:
      first: {{label: {WORDY}, fields: [name, stage, marks, amount, share, due, ready]}}
      second: {{label: {LABEL}, fields: [lead, prior, place, paper, site, notes]}}
  others: {{label: {LABEL}, related: {{object: review, by: prior, columns: [name, stage, marks, amount]}}}}
---
list_view: reviews_all
object: review
label: {WORDY}
columns: [name, stage, marks, amount, lead, prior, site]
totals: {{amount: sum}}
default: true
---
list_view: reviews_open
object: review
label: {LABEL}
where: stage == 'open'
columns: [name]
"""

NAVIGATION = f"""navigation:
  first: {{label: {WORDY}, tabs: [review, list_view/reviews_open]}}
  second: {{label: {LABEL}, tabs: [list_view/reviews_all]}}
"""
