"""What the demonstration tells, as data: one YAML file a story."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


def story(name: str) -> dict[str, Any]:
    """One story, read anew, so that its rows may be taken apart."""
    return dict(yaml.safe_load((Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8")))
