"""Runs a command in a pseudo-terminal; writes its process id to stderr and ends as it ends."""

import fcntl
import os
import pty
import select
import struct
import sys
import termios

pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
columns = int(os.environ.get("TERMINAL_COLUMNS", "0"))
if columns:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 60, columns, 0, 0))
print(pid, file=sys.stderr, flush=True)
sources = [terminal, sys.stdin.fileno()]
while True:
    for source in select.select(sources, [], [])[0]:
        try:
            data = os.read(source, 65536)
        except OSError:
            data = b""
        if data:
            os.write(terminal if source != terminal else sys.stdout.fileno(), data)
        elif source == terminal:
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        else:
            sources.remove(source)
