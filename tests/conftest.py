"""What holds for all tests: where nothing may be skipped, a skipped test is a failure."""

import os

import pytest

#: where this is set, as continuous integration does, tests that need observed data or a browser must run
MUST_RUN = "SAHEL_TESTS_MUST_RUN"


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    """Fail a session in which a test was skipped for want of data or of a program."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get(MUST_RUN) or hasattr(session.config, "workerinput") or reporter is None:
        return
    skipped = reporter.stats.get("skipped", [])
    if skipped:
        reporter.write_line(f"{len(skipped)} tests were skipped, and {MUST_RUN} is set:", red=True)
        for report in skipped:
            reporter.write_line(f"  {report.nodeid}: {report.longrepr[-1] if report.longrepr else ''}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
