"""The fixtures of the laboratory, for the tests in this folder."""

from lab.plugin import lab, labs, make_lab, needs_root, pytest_runtest_makereport  # noqa: F401
from lab.starvation import pytest_runtest_protocol  # noqa: F401
