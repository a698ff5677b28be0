"""Mistakes in formulas, rules, filters, defaults and conditions."""

from tests.metadata.mistakes.mistake import Mistake as M

VISIT, DOCTOR, PATIENT, LINE = (f"objects/{name}.yaml" for name in ("visit", "doctor", "patient", "prescription"))
FEE = "formula: doctor.fee * (1 - discount)"
RULE = "error_when: born > TODAY()"
WHERE = "where: not ISFINAL(status)"
VIEW = "list_views/open_visits.yaml"


def fee(code: str, formula: str, says: str, **more: object) -> M:
    """A mistake in the formula of the visit's fee."""
    return M(code, VISIT, FEE, "formula: " + repr_yaml(formula), says, **more)


def rule(code: str, condition: str, says: str, **more: object) -> M:
    """A mistake in a validation rule of the patient."""
    return M(code, PATIENT, RULE, "error_when: " + repr_yaml(condition), says, **more)


def repr_yaml(text: str) -> str:
    """Write an expression in YAML, in double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


IN_EXPRESSIONS = [
    fee("expression_unknown_name", "doctor.fees * 2", "fee"),
    fee("expression_unknown_name", "docter.fee * 2", "doctor"),
    fee("expression_unknown_name", "doctor.login.nam", "nam"),
    fee("expression_unknown_function", "ROUNDED(discount, 2)", "ROUND"),
    fee("expression_unknown_function", "SUMIF(discount, 2)", "SUMIF"),
    fee("expression_argument_count", "ROUND(discount, 1, 2)", "ROUND"),
    fee("expression_type_hint", "'50'", "VALUE"),
    fee("expression_type", "day", ""),
    fee("expression_missing_after", "doctor.fee * ", ""),
    fee("expression_bracket_open", "(doctor.fee * 2", ""),
    fee("expression_sign_instead", "doctor.fee ^ 2", "**"),
    fee("expression_sign_instead", "doctor.fee × 2", "*"),
    fee("expression_sign_instead", "IF(discount = 1, 0, 1)", "=="),
    fee("expression_text_open", "doctor.fee + 'x", ""),
    fee("formula_cycle", "due * 2", "visit.fee → visit.due → visit.fee", at="  due: {type"),
    fee("formula_cycle", "fee * 2", "visit.fee → visit.fee"),
    fee("expression_construct", "[x for x in doctor]", ""),
    fee("expression_sign", "lambda: 1", ":"),
    fee("expression_unknown_name", "__import__", ""),
    fee("expression_construct", "'a'.upper()", ""),
    fee("text_too_long", "1" + " + 1" * 700, "at most 2000", at="  fee: {type"),
    fee("expression_too_deep", "-" * 60 + "discount", "", at="  fee: {type"),
    fee("text_empty", "", "empty"),
    M("wrong_type", VISIT, FEE, "formula: 5", "must be a text"),
    fee("expression_missing_after", "discount >", "missing after “>”"),
    fee("expression_word_extra", "SELECT 1", "at “1”"),
    fee("expression_too_deep", "(" * 500, "nested deeper than 25"),
    fee("expression_bracket_open", "(discount * 2", "( is never closed"),
    M("no_path_beyond", DOCTOR, "default: 50,", "default: rooms.floor,", "“floor” can't follow “rooms”"),
    rule("expression_type", "born", ""),
    rule("expression_unknown_name", "borm > TODAY()", "born"),
    rule("expression_type_hint", "name + 1 > 2", "TEXT"),
    rule("expression_type", "born > 5", "is a number"),
    rule("expression_unknown_choice", "'dust' in allergies", "dust"),
    rule("expression_sign_instead", "born > TODAY();", ";"),
    rule("expression_brackets", "TODAY > born", "TODAY()"),
    M("expression_unknown_choice", VISIT, "error_when: status == 'done' and", "error_when: status == 'finished' and", "done"),
    M("missing_property", PATIENT, "    error_when: born > TODAY()\n", "", "“error_when” is missing", at="born_in_past:"),
    M("missing_property", PATIENT, "    message: {zh_CN: 出生日期不能在将来, en: Nobody is born in the future}\n", "", "“message” is missing", at="born_in_past:"),
    M("no_such_field", PATIENT, "    field: born", "    field: birthday", "no field “birthday”"),
    M("value_not_allowed", VISIT, "level: warning", "level: warn", "Did you mean “warning”?"),
    M("unknown_property", VISIT, "    level: warning", "    severity: warning", "Allowed: error_when, field, level, message"),
    M("expression_unknown_name", PATIENT, "filter: active", "filter: actve", "active"),
    M("expression_type", PATIENT, "filter: active", "filter: name", ""),
    M("bad_date", VISIT, "default: TODAY()", "default: 5", "write it like 2026-01-10"),
    M("expression_type_hint", DOCTOR, "default: 50", "default: \"'fifty'\"", "VALUE"),
    M("not_a_boolean", DOCTOR, "type: boolean, default: true", "type: boolean, default: 1", "true or false"),
    M("expression_unknown_function", VISIT, "default: TODAY()", "default: TODY()", "TODAY"),
    M("expression_unknown_function", VISIT, "reason: {type: text,", 'reason: {type: text, default: "UPPR(number)",', "UPPER"),
    M("wrong_type", VISIT, "default: TODAY()", "default: [TODAY()]", "“default” must be"),
    M("wrong_type", VISIT, "default: TODAY()", "default: {a: b}", "“default” must be"),
    M("expression_unknown_name", VIEW, WHERE, "where: not ISFINAL(state)", "status"),
    M("expression_type", VIEW, WHERE, "where: fee", ""),
    M("expression_sign_instead", VIEW, WHERE, "where: \"status = 'open' and foo\"", "=="),
    M("expression_unknown_name", "layouts/visit.yaml", "show_when: not ISBLANK(doctor)", "show_when: not ISBLANK(docter)", "doctor"),
    M("expression_type", "layouts/visit.yaml", "required_when: doctor.fee > 1000", "required_when: doctor.fee", ""),
    M("expression_function_here", "layouts/visit.yaml", "show_when: not ISBLANK(doctor)", "show_when: ISCHANGED(doctor)", "validation rules only"),
]
