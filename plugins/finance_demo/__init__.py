"""Writes the demonstration data of the finance CRM: a year of a fictional bank, the same on every run.

The records are ordinary seed files of the package; this generator is how they came to be. It is the only Python that
knows the finance CRM's objects. `python -m plugins.finance_demo` rewrites them.
"""
