"""What a test may call a refusal: the name of a validation rule, or the word for a whole family of reasons."""

from __future__ import annotations

from collections.abc import Mapping

from metadata.errors import Problem

FAMILIES: Mapping[str, frozenset[str]] = {
    "required": frozenset({"required", "required_hidden", "required_at_stage"}),
    "unique": frozenset({"not_unique"}),
    "permission": frozenset({"not_editable", "not_allowed", "not_found", "unknown_field", "read_only"}),
    "read_only": frozenset({"read_only", "read_only_now"}),
    "unknown_field": frozenset({"unknown_field"}),
    "range": frozenset({"out_of_range", "too_small", "too_large"}),
    "choice": frozenset({"not_a_choice", "choice_inactive", "choice_not_in_record_type", "choice_not_offered"}),
    "relation": frozenset(
        {"bad_reference", "not_a_target", "reference_not_found", "reference_filtered_out", "master_closed", "in_use"}
    ),
}
"""Problem codes by the word for them; every other code of a value is `format`."""

RULE = "rule"


def is_refused_by(problem: Problem, by: str) -> bool:
    """Whether a problem is what a test calls `by`: a rule's name, a family's word, or a code itself."""
    if by in (problem.code, problem.params.get(RULE)):
        return True
    if by == "format":
        return not any(problem.code in codes for codes in FAMILIES.values()) and RULE not in problem.params
    return problem.code in FAMILIES.get(by, frozenset())
