"""As in the other folders of tests in namespaces: as root, and again when the machine stood still."""

from lab.plugin import needs_root  # noqa: F401
from lab.starvation import pytest_runtest_protocol  # noqa: F401
