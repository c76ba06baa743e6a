"""What every test has: a home of its own, and a check that it leaves nothing behind."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

pytest_plugins = ["support.isolation", "support.leaks", "support.logfail", "support.selection", "support.servers"]
