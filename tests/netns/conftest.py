"""The fixtures of the laboratory, for the tests in this folder."""

import signal

from lab.plugin import (lab, labs, make_lab, needs_root, program, pytest_collection_modifyitems,  # noqa: F401
                        pytest_runtest_makereport, start)
from lab.starvation import pytest_runtest_protocol  # noqa: F401

# A shell that has started us in the background had us ignore it, and every program would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
