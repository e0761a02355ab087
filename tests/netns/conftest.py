"""The fixtures of the laboratory, for the tests in this folder."""

from lab.plugin import (lab, labs, make_lab, needs_root, program, pytest_collection_modifyitems,  # noqa: F401
                        pytest_runtest_makereport, start)
from lab.starvation import pytest_runtest_protocol  # noqa: F401
