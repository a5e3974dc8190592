"""What building the sdist does beside: files that git does not track stay out of it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class TrackedFiles(BuildHookInterface):  # type: ignore[type-arg]
    """Notes, keys and trials that lie in a clone are nobody else's business."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if not Path(self.root, ".git").exists():
            return  # an archive: what is there was in the commit
        answer = subprocess.run(
            ["git", "ls-files", "--others", "--directory", "-z"],  # noqa: S607
            cwd=self.root,
            capture_output=True,
            check=True,
            encoding="utf-8",
            errors="surrogateescape",
        )
        # In the language of .gitignore; the backend reads them when it looks for files.
        patterns = [
            "/" + re.sub(r"([\\*?\[\]!# ])", r"\\\1", name)
            for name in answer.stdout.split("\0")
            if name
        ]
        self.build_config.target_config.setdefault("exclude", []).extend(patterns)
