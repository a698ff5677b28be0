"""A clinic as a consultant would write it: every field type, record types, conditions, a path, details and seeds."""

CLINIC = """
object: patient
label: {zh_CN: 患者, en: Patient}
plural: {en: Patients}
icon: heartbeat
sharing: read_write
search: [number, name, phone]
fields:
  number: {type: auto_number, pattern: "P{yyyy}-{0000}", label: {zh_CN: 病历号, en: File no.}}
  name: {type: text, required: true, max_length: 60, label: {zh_CN: 姓名, en: Name}, help: {zh_CN: 与证件一致, en: As on the identity card}}
  gender: {type: picklist, values: {female: {label: {zh_CN: 女, en: Female}, color: pink}, male: {label: {zh_CN: 男, en: Male}, color: azure}}, label: {zh_CN: 性别, en: Gender}}
  born_on: {type: date, label: {zh_CN: 出生日期, en: Born on}}
  age: {type: formula, returns: integer, formula: "YEAR(TODAY()) - YEAR(born_on)", blanks: blank, label: {zh_CN: 年龄, en: Age}}
  phone: {type: phone, label: {zh_CN: 手机, en: Phone}}
  email: {type: email, label: {zh_CN: 邮箱, en: E-mail}}
  website: {type: url, label: {zh_CN: 个人主页, en: Website}}
  province: {type: picklist, values: {gd: {label: {zh_CN: 广东, en: Guangdong}}, sh: {label: {zh_CN: 上海, en: Shanghai}}}, label: {zh_CN: 省市, en: Province}}
  city: {type: picklist, controlled_by: province, values: {gz: {label: {zh_CN: 广州, en: Guangzhou}, when: [gd]}, sz: {label: {zh_CN: 深圳, en: Shenzhen}, when: [gd]}, pd: {label: {zh_CN: 浦东, en: Pudong}, when: [sh]}}, label: {zh_CN: 城市, en: City}}
  allergies: {type: multi_picklist, values: {penicillin: {label: {zh_CN: 青霉素, en: Penicillin}, color: red}, pollen: {label: {zh_CN: 花粉, en: Pollen}, color: yellow}, nuts: {label: {zh_CN: 坚果, en: Nuts}, color: orange}}, label: {zh_CN: 过敏, en: Allergies}}
  insured: {type: boolean, label: {zh_CN: 有医保, en: Insured}}
  share: {type: percent, min: 0, max: 1, label: {zh_CN: 报销比例, en: Refund share}}
  balance: {type: money, label: {zh_CN: 账户余额, en: Balance}}
  height: {type: decimal, precision: 5, scale: 1, min: 0, label: {zh_CN: 身高（厘米）, en: Height (cm)}}
  visits: {type: integer, min: 0, label: {zh_CN: 就诊次数, en: Visits}}
  home: {type: point, label: {zh_CN: 住址位置, en: Home}}
  photo: {type: image, label: {zh_CN: 照片, en: Photo}}
  consent: {type: file, label: {zh_CN: 同意书, en: Consent}}
  notes: {type: long_text, label: {zh_CN: 备注, en: Notes}}
  story: {type: rich_text, label: {zh_CN: 病史, en: Case history}}
  secret: {type: text, label: {zh_CN: 内部代号, en: Internal code}}
---
object: doctor
label: {zh_CN: 医生, en: Doctor}
plural: {en: Doctors}
icon: stethoscope
sharing: read
fields:
  name: {type: text, required: true, unique: true, label: {zh_CN: 姓名, en: Name}}
  fee: {type: money, required: true, min: 0, label: {zh_CN: 挂号费, en: Fee}}
  active: {type: boolean, default: true, label: {zh_CN: 在岗, en: Active}}
---
object: appointment
label: {zh_CN: 预约, en: Appointment}
plural: {en: Appointments}
icon: calendar-event
name_field: number
sharing: read_write
search: [number, patient.name]
record_types:
  visit: {label: {zh_CN: 门诊, en: Visit}, default: true}
  checkup: {label: {zh_CN: 体检, en: Check-up}, values: {status: [planned, arrived, done]}, defaults: {minutes: "60"}}
fields:
  number: {type: auto_number, pattern: "A{yyyy}{MM}-{0000}", label: {zh_CN: 预约号, en: No.}}
  patient: {type: lookup, to: patient, required: true, on_delete: restrict, label: {zh_CN: 患者, en: Patient}}
  doctor: {type: lookup, to: doctor, filter: active, label: {zh_CN: 医生, en: Doctor}}
  helpers: {type: many_to_many, to: doctor, label: {zh_CN: 协助医生, en: Assisting doctors}}
  about: {type: any_lookup, to: [patient, doctor], label: {zh_CN: 相关, en: About}}
  starts_at: {type: datetime, required: true, label: {zh_CN: 开始时间, en: Starts at}}
  room_time: {type: time, label: {zh_CN: 诊室时间, en: Room time}}
  minutes: {type: integer, default: "20", min: 5, max: 480, label: {zh_CN: 时长（分钟）, en: Minutes}}
  hours: {type: formula, returns: decimal, scale: 4, formula: "minutes / 60", label: {zh_CN: 时长（小时）, en: Hours}}
  status: {type: picklist, values: appointment_status, default: planned, label: {zh_CN: 状态, en: Status}}
  reason: {type: text, max_length: 200, label: {zh_CN: 就诊原因, en: Reason}}
  cancelled_because: {type: text, label: {zh_CN: 取消原因, en: Cancelled because}}
  fee: {type: money, min: 0, label: {zh_CN: 费用, en: Fee}}
  discount: {type: rate, label: {zh_CN: 折扣率, en: Discount rate}}
  to_pay: {type: formula, returns: money, formula: "fee * (1 - BLANKVALUE(discount, 0))", label: {zh_CN: 应付, en: To pay}}
validation:
  not_cheaper:
    error_when: fee < doctor.fee
    field: fee
    message: {zh_CN: 费用不能低于医生的挂号费, en: The fee can't be below the doctor's}
  long_visit:
    error_when: minutes > 120
    field: minutes
    level: warning
    message: {zh_CN: 时长超过两小时，确定吗？, en: "More than two hours, is that right?"}
---
object: treatment
label: {zh_CN: 治疗项目, en: Treatment}
plural: {en: Treatments}
icon: pill
fields:
  appointment: {type: master_detail, to: appointment, label: {zh_CN: 预约, en: Appointment}}
  name: {type: text, required: true, label: {zh_CN: 项目, en: Name}}
  price: {type: money, min: 0, label: {zh_CN: 价格, en: Price}}
---
picklist: appointment_status
label: {zh_CN: 预约状态, en: Appointment status}
values:
  planned: {label: {zh_CN: 已预约, en: Planned}, color: blue}
  arrived: {label: {zh_CN: 已到达, en: Arrived}, color: purple}
  done: {label: {zh_CN: 已完成, en: Done}, color: green, final: true}
  cancelled: {label: {zh_CN: 已取消, en: Cancelled}, color: gray, final: true}
---
layout: appointment
object: appointment
highlights: [patient, doctor, starts_at, to_pay]
path: {field: status, guide: {planned: {hint: {zh_CN: 提前一天提醒患者, en: Remind the patient the day before}}, done: {require: [fee]}}}
tabs:
  details:
    label: {zh_CN: 详情, en: Details}
    sections:
      who: {label: {zh_CN: 人员, en: People}, fields: [number, patient, doctor, helpers, about, owner]}
      when: {label: {zh_CN: 时间, en: Time}, fields: [starts_at, room_time, minutes, hours, status, {field: cancelled_because, show_when: status == 'cancelled', required_when: status == 'cancelled'}, {field: reason, wide: true}]}
      money: {label: {zh_CN: 费用, en: Fees}, show_when: status != 'cancelled', fields: [fee, {field: discount, read_only_when: fee < 100}, to_pay]}
  treatments: {label: {zh_CN: 治疗项目, en: Treatments}, related: {object: treatment, by: appointment, columns: [name, price]}}
---
layout: patient
object: patient
highlights: [phone, age, balance]
tabs:
  details:
    label: {zh_CN: 详情, en: Details}
    sections:
      person: {label: {zh_CN: 基本信息, en: Person}, fields: [number, name, gender, born_on, age, insured, province, city, phone, email, website, allergies]}
      figures: {label: {zh_CN: 数据, en: Figures}, fields: [height, visits, share, balance, home]}
      papers: {label: {zh_CN: 资料, en: Papers}, fields: [photo, consent, notes, story, secret]}
  appointments: {label: {zh_CN: 预约, en: Appointments}, related: {object: appointment, by: patient, columns: [number, starts_at, doctor, status, to_pay], sort: [-starts_at]}}
  mentions: {label: {zh_CN: 提及, en: Mentions}, related: {object: appointment, by: about, columns: [number, doctor]}}
---
list_view: patients_all
object: patient
label: {zh_CN: 全部患者, en: All patients}
columns: [name, number, gender, age, phone, allergies, insured, share, balance, owner, updated_at]
sort: [name]
totals: {balance: sum}
default: true
---
list_view: patients_insured
object: patient
label: {zh_CN: 有医保, en: Insured}
where: insured
columns: [name, phone, city]
---
list_view: patients_secret
object: patient
label: {zh_CN: 有代号, en: With a code}
where: not ISBLANK(secret)
columns: [name, secret]
---
list_view: appointments_all
object: appointment
label: {zh_CN: 全部预约, en: All appointments}
columns: [number, patient, patient.phone, doctor.name, helpers, about, starts_at, status, to_pay]
sort: [-starts_at]
default: true
---
permission_set: nurse
label: {zh_CN: 护士, en: Nurse}
objects:
  patient: {create: true, read: true, edit: true, fields: {secret: {read: false}, balance: {edit: false}}}
  doctor: {read: true}
  appointment: {create: true, read: true, edit: true, delete: true}
  treatment: {create: true, read: true, edit: true, delete: true}
---
permission_set: matron
label: {zh_CN: 护士长, en: Matron}
objects:
  doctor: {create: true, read: true, edit: true}
---
role: matron
label: {zh_CN: 护士长, en: Matron}
permission_sets: [matron]
---
role: nurse
label: {zh_CN: 护士, en: Nurse}
permission_sets: [nurse]
---
# data/doctor.yaml
object: doctor
key: name
records:
  - {name: 王建国, fee: 50}
  - {name: 李雪梅, fee: 120}
  - {name: Dr. Anna Weber, fee: 300}
  - {name: 赵退休, fee: 80, active: false}
---
# data/patient.yaml
object: patient
key: name
records:
  - {name: 陈晓明, gender: male, born_on: "1984-03-12", phone: "13800000001", province: gd, city: sz, allergies: [penicillin, nuts], insured: true, share: 0.75, balance: 1250.5, height: 176.5, visits: 12}
  - {name: 林芳, gender: female, born_on: "1991-11-02", phone: "13800000002", allergies: [pollen], insured: true, share: 0.8, balance: -320}
  - {name: Zhang Wei 张伟, gender: male, born_on: "1975-06-30", balance: 1000000}
  - {name: 欧阳丽华}
"""
"""What `package_of` makes a package of; its app is called `testing`."""

NAVIGATION = """navigation:
  care: {label: {zh_CN: 诊疗, en: Care}, icon: heartbeat, tabs: [patient, appointment, list_view/patients_insured]}
  staff: {label: {zh_CN: 人员, en: Staff}, icon: users, tabs: [doctor]}
"""
