"""Names the packages of the two source roots, `.` and `platform/`; setup.cfg says everything else.

setup.cfg can search one root only, and a list kept by hand would be forgotten.
"""

from setuptools import find_packages, setup

HOUSE = ["metadata", "tenants", "runtime", "designer", "plugins"]

setup(
    packages=[
        *find_packages(include=[pattern for room in HOUSE for pattern in (room, f"{room}.*")]),
        *find_packages("platform", include=["tenon", "tenon.*"]),
    ],
)
