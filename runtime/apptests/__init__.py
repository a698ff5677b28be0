"""Runs the tests that an app package brings with it: no server, no code, each test on data of its own."""

from runtime.apptests.run import Report, Result, run

__all__ = ["Report", "Result", "run"]
