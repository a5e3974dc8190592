"""``python guard.py FOLDER COMMAND…``: wait, in a process of its own, until nobody uses a server.

Then it is stopped by the command, and its folder removed.

Each server has a guard, so it loads nothing that it can do without.
"""

import fcntl
import os
import sys

folder, *command = sys.argv[1:]
users = os.open(f"{folder}/users", os.O_RDWR)
if os.fork():
    os._exit(0)
os.setsid()  # what ends the tests does not end this
silence = os.open(os.devnull, os.O_RDWR)
for stream in range(3):
    os.dup2(silence, stream)
fcntl.flock(users, fcntl.LOCK_EX)
if os.path.exists(folder):  # noqa: PTH110  pathlib takes as long to load as Python
    os.spawnvp(os.P_WAIT, command[0], command)  # noqa: S606
    os.set_inheritable(users, True)  # whoever wants to join waits until all of it is gone
    os.execvp("rm", ["rm", "-rf", folder])  # noqa: S606
