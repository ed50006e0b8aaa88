"""Runs tests of a service, one of whose files may be changed, and says how each ended.

Reads a line of JSON for each run and answers with one. The libraries are imported once. Each run is
a fork, in which the service is imported anew: all of it, or what leads to the file that is changed.
"""

import ast
import contextlib
import gc
import importlib
import importlib.metadata
import importlib.util
import json
import os
import platform
import select
import signal
import sys
import threading
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

    @pytest.hookimpl(tryfirst=True)
    def pytest_load_initial_conftests(self):
        """Give what was imported ahead the output that it would find now."""
        for module, name, output in HOLDING:
            setattr(module, name, getattr(sys, output))

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
    found = {"tests": recorder.tests, "stopped": recorder.stopped}
    if "file" not in run or not MODULES:
        found["imported"] = imported_by(recorder.tests)
    with os.fdopen(answer, "w") as stream:
        json.dump(found, stream)
    os._exit(0)


def imported_by(tests):
    """Name what tests have imported: libraries, and what of the service is not beside the tests."""
    beside = {Path(test.partition("::")[0]).parts[0] for test in tests}
    libraries, modules = [], {}
    for name, module in list(sys.modules.items()):
        if not isinstance(getattr(module, "__file__", None), str):
            continue
        path = Path(module.__file__)
        if not is_own(path):
            libraries.append(name)
        elif path.relative_to(ROOT).parts[0] not in beside:
            modules[name] = path.relative_to(ROOT).as_posix()
    return {"libraries": libraries, "modules": modules, "places": sys.path}


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
        return staged(run)
    finally:
        path.write_bytes(original)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def load(libraries, modules, places):
    """Import the libraries of the service, for all runs to come, and note what it is made of."""
    known = set(sys.modules)
    for name in libraries:
        with contextlib.suppress(BaseException):
            importlib.import_module(name)
    freeze(known)
    PLACES[:] = places
    for name, path in modules.items():
        if name not in MODULES:
            with contextlib.suppress(ImportError, OSError, SyntaxError, ValueError):
                MODULES[name] = (path, imports_of(name, ROOT / path))


def freeze(known):
    """Make ready for forks what was imported since."""
    # What keeps the output of the moment of its import would write past what a test captures.
    HOLDING.extend(
        (sys.modules[module], name, output)
        for module in sys.modules.keys() - known
        for name, value in list(vars(sys.modules[module]).items())
        for output in ("stdout", "stderr")
        if value is getattr(sys, output)
    )
    gc.collect()
    gc.freeze()


def imports_of(module, path):
    """Name what a module of the service imports, wherever in it, and the packages of all that."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    found = {module}
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            home = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            found.update(f"{home}.{alias.name}" for alias in node.names)
    parts = [name.split(".") for name in found]
    return {".".join(part[: end + 1]) for part in parts for end in range(len(part))}


def leading_to(file):
    """Name the modules of the service that import a file of it, through others or not."""
    found, more = set(), {name for name, (path, _) in MODULES.items() if path == file}
    while more:
        found |= more
        more = {name for name, (_, names) in MODULES.items() if not names.isdisjoint(found)} - found
    return found


class Stage:
    """A process that has imported what of the service does not lead to a file of it.

    Nothing there has seen what the file says, so that the runs that change it can be forks of it.
    """

    def __init__(self, file):
        self.file = file
        asked, asks = os.pipe()
        answers, answered = os.pipe()
        self.process = os.fork()
        if self.process == 0:
            os.close(asks)
            os.close(answers)
            self.serve(asked, answered)
        os.close(asked)
        os.close(answered)
        self.asks, self.answers = os.fdopen(asks, "w"), os.fdopen(answers)
        self.is_ready = self.answers.readline() != ""

    def serve(self, asked, answered):
        with contextlib.suppress(BaseException):
            known, leading = set(sys.modules), leading_to(self.file)
            sys.path[:] = PLACES
            for name in MODULES:
                if name not in leading:
                    importlib.import_module(name)
            freeze(known)
            # A name that is made at run time may lead there all the same; a fork has no threads.
            is_apart = leading.isdisjoint(sys.modules) and threading.active_count() == 1
            if leading and is_apart:
                answers = os.fdopen(answered, "w")
                print("ready", file=answers, flush=True)
                for line in os.fdopen(asked):
                    print(json.dumps(forked(json.loads(line))), file=answers, flush=True)
        os._exit(0)


def staged(run):
    """Run tests in a process that need not import what has nothing to do with the changed file."""
    if not STAGES or STAGES[0].file != run["file"]:
        end_stages()
        STAGES.append(Stage(run["file"]))
    [stage] = STAGES
    if not stage.is_ready:
        return forked(run)
    print(json.dumps(run), file=stage.asks, flush=True)
    return json.loads(stage.answers.readline())


def end_stages():
    while STAGES:
        process = STAGES.pop().process
        os.kill(process, signal.SIGTERM)
        os.waitpid(process, 0)


def end_at_once(number, _frame):
    for child in list(RUNNING):
        kill(child)
    end_stages()
    os._exit(128 + number)


HOLDING = []
MODULES = {}
PLACES = []
RUNNING = []
CHANGES = []
STAGES = []


def main():
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    signal.signal(signal.SIGTERM, end_at_once)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in sys.stdin:
        run = json.loads(line)
        if "versions" in run:
            found = versions_of(run["versions"])
        else:
            found = changed(run) if "file" in run else forked(run)
            found["said"] = "" if found["tests"] else last_line(said())
        imported = found.pop("imported", None)
        answers.write(json.dumps(found) + "\n")
        answers.flush()
        if imported is not None:
            load(**imported)
    end_stages()


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
