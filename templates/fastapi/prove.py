"""Runs tests of a service, one of whose files may be changed, and says how each ended.

Reads a line of JSON for each run and answers with one. The libraries are imported once; each run is
a fork, in which the service is imported anew.
"""

import contextlib
import gc
import importlib
import importlib.metadata
import importlib.util
import io
import json
import os
import platform
import select
import signal
import sys
import time
import traceback
from pathlib import Path

import pytest

# The copy is the worker's own: what one run has compiled, the next need not.
sys.dont_write_bytecode = False

ROOT = Path.cwd()
TEMPORARY = Path(sys.argv[1])
# What is raised by an edit that is no working code.
BROKEN = (ImportError, NameError, SyntaxError, Warning)
BROKEN_IN_PLACE = (AttributeError, TypeError)
GRACE_SECONDS = 5
LONGEST = 300


class Recorder:
    """Notes how each test ended."""

    def __init__(self, changed):
        self.changed = changed
        self.tests = {}
        self.stopped = None

    def pytest_runtest_logstart(self, nodeid):
        self.tests[nodeid] = {"outcome": "passed", "seconds": 0.0}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        report = yield
        test = self.tests[item.nodeid]
        test["seconds"] += report.duration
        if report.failed and test["outcome"] in ("passed", "skipped"):
            test.update(self.judged(report, call.excinfo))
        elif report.skipped and test["outcome"] == "passed":
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
            test.update(outcome="skipped", message=cut(str(reason).removeprefix("Skipped: ")))
        return report

    def pytest_collectreport(self, report):
        if report.failed:
            self.stopped = last_line(str(report.longrepr))

    def pytest_keyboard_interrupt(self, excinfo):
        if isinstance(excinfo.value, pytest.exit.Exception):
            self.stopped = cut(str(excinfo.value))

    def judged(self, report, excinfo):
        """Tell an expectation that is not met from code that does not work."""
        if excinfo is None:
            return {"outcome": "failed", "message": cut(str(report.longrepr))}
        leaves = list(leaves_of(excinfo.value))
        where = innermost(leaves[0])
        if any(isinstance(leaf, (AssertionError, pytest.fail.Exception)) for leaf in leaves):
            fits = report.when != "setup"
        else:
            in_place = where.rpartition(":")[0] == self.changed
            fits = report.when == "call" and not any(
                isinstance(leaf, BROKEN) or (in_place and isinstance(leaf, BROKEN_IN_PLACE))
                for leaf in leaves
            )
        outcome = "failed" if fits else "error"
        return {"outcome": outcome, "message": said_by(leaves[0]), "where": where}


def leaves_of(error):
    """Give an exception, or those in a group of them."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from leaves_of(inner)
    else:
        yield error


def said_by(error):
    """Return what an exception is and says, in a line."""
    text = str(error).strip().split("\n", 1)[0]
    return cut(f"{type(error).__name__}: {text}".removesuffix(": "))


def innermost(error):
    """Return the innermost line of the service or of its tests, as path:line."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if is_own(path):
            return f"{path.relative_to(ROOT).as_posix()}:{frame.lineno}"
    return ""


def last_line(text):
    lines = [line for line in text.split("\n") if line.strip(" \t=!")]
    return cut(lines[-1].removeprefix("E").strip()) if lines else ""


def is_own(path):
    """Tell whether a file is the service's, and not of a library."""
    return path.is_relative_to(ROOT) and not path.is_relative_to(sys.prefix)


def cut(text):
    return text[:LONGEST]


def arguments_of(run):
    words = ["-q", "-W", "ignore::pytest.PytestAssertRewriteWarning", "-p", "no:cacheprovider"]
    words.append(f"--basetemp={TEMPORARY / 'tests'}")
    if importlib.util.find_spec("xdist") is not None:
        words.append("-n0")
    if importlib.util.find_spec("pytest_cov") is not None:
        words.append("--no-cov")
    if run["stop"]:
        words.append("-x")
    return [*words, *run["tests"]]


def run_here(run, answer):
    """Run the tests in this process, which then ends."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    said = os.open(TEMPORARY / "said.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(source, target)
    recorder = Recorder(run.get("file"))
    try:
        pytest.main(arguments_of(run), plugins=[recorder])
    except BaseException as error:
        recorder.stopped = said_by(error)
    sys.stdout.flush()
    sys.stderr.flush()
    libraries = [] if LOADED else libraries_of(sys.modules)
    found = {"tests": recorder.tests, "stopped": recorder.stopped, "libraries": libraries}
    with os.fdopen(answer, "w") as stream:
        json.dump(found, stream)
    os._exit(0)


def libraries_of(modules):
    """Name what was imported from elsewhere than the service, and can be before a test starts."""
    found = [
        (name, module)
        for name, module in list(modules.items())
        if isinstance(getattr(module, "__file__", None), str) and not is_own(Path(module.__file__))
    ]
    # What holds the output of the moment of its import would write past what a test captures.
    writing = {package_of(name) for name, module in found if holds_output(module)}
    return [name for name, _ in found if package_of(name) not in writing]


def package_of(name):
    return name.partition(".")[0]


def holds_output(module):
    return any(isinstance(value, io.TextIOBase) for value in vars(module).values())


def forked(run):
    """Run the tests in a process of their own; returns what it found."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        os.close(reading)
        run_here(run, writing)
    with contextlib.suppress(OSError):
        os.setpgid(child, child)
    RUNNING.append(child)
    os.close(writing)
    text, slow = read_to_end(reading, run["seconds"])
    if slow:
        os.killpg(child, signal.SIGINT)
        more, _ = read_to_end(reading, GRACE_SECONDS)
        text += more
    os.close(reading)
    kill(child)
    found = json.loads(text) if text.endswith(b"}") else {"tests": {}, "stopped": None}
    return {**found, "slow": slow}


def read_to_end(pipe, seconds):
    """Read until a pipe is closed; returns what was read and whether that took too long."""
    text, deadline = b"", time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        if select.select([pipe], [], [], left)[0]:
            part = os.read(pipe, 65536)
            if not part:
                return text, False
            text += part
    return text, True


def kill(child):
    """End a process and whatever it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    RUNNING.remove(child)


def changed(run):
    """Run the tests while a file has another content."""
    path = ROOT / run["file"]
    original, status = path.read_bytes(), path.stat()
    path.write_text(run["content"], encoding="utf-8", newline="")
    # What was compiled of another edit of the same length and second would be taken for this one.
    CHANGES.append(run["file"])
    later = status.st_mtime_ns + 2_000_000_000 * len(CHANGES)
    os.utime(path, ns=(later, later))
    try:
        return forked(run)
    finally:
        path.write_bytes(original)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def load(libraries):
    """Import what the service needs, for all runs to come."""
    LOADED.extend(libraries)
    for name in libraries:
        if name not in sys.modules:
            with contextlib.suppress(BaseException):
                importlib.import_module(name)
    gc.collect()
    gc.freeze()


def end_at_once(number, _frame):
    for child in list(RUNNING):
        kill(child)
    os._exit(128 + number)


RUNNING = []
CHANGES = []
LOADED = []


def main():
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    signal.signal(signal.SIGTERM, end_at_once)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in sys.stdin:
        run = json.loads(line)
        libraries = []
        if "versions" in run:
            found = versions_of(run["versions"])
        else:
            found = changed(run) if "file" in run else forked(run)
            libraries = found.pop("libraries", [])
            found["said"] = "" if found["tests"] else last_line(said())
        answers.write(json.dumps(found) + "\n")
        answers.flush()
        if libraries:
            load(libraries)


def versions_of(names):
    """Tell which versions of packages the service has, and of Python."""
    found = {"Python": platform.python_version()}
    for name in names:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


def said():
    try:
        return (TEMPORARY / "said.txt").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


main()
