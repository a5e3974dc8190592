"""The yardstick for ledgers: the lines of a file, parsed and forgotten."""

import json
import sys

with open(sys.argv[1], encoding="utf-8") as lines:  # noqa: PTH123  as short as it gets
    for line in lines:
        json.loads(line)
