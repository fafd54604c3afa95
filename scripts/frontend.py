"""Copy the few files that pages load from the installed npm packages to frontend/vendor.

Pages never load anything from another host; what is copied here is what is served.
"""

from __future__ import annotations

import sys
from pathlib import Path

FRONTEND = Path(__file__).resolve().parent.parent / "frontend"
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "@zxing/library/umd/index.min.js": "zxing.min.js",
}


def main() -> int:
    vendor = FRONTEND / "vendor"
    vendor.mkdir(exist_ok=True)
    for source, target in FILES.items():
        place = FRONTEND / "node_modules" / source
        if not place.exists():
            print(f"missing {place}: run `npm ci` in frontend/ first", file=sys.stderr)
            return 1
        text = place.read_bytes()
        # Source maps are not served; a dangling reference would only make browsers ask for them.
        marks = (b"//# sourceMappingURL", b"/*# sourceMappingURL")
        kept = [line for line in text.split(b"\n") if not line.startswith(marks)]
        (vendor / target).write_bytes(b"\n".join(kept))
    return 0


if __name__ == "__main__":
    sys.exit(main())
