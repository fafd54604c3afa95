"""How fast the reader is: seconds, memory, and whether cost stays linear in the length.

    PYTHONPATH=src python bench/reader_bench.py [FILE]

Without FILE the largest of the real documents is read where they are on this machine, else a contract of
the same size made up here.  Prints one JSON object; exits 1 where a limit of `LIMITS` is missed.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time

from docx import Document

from opsledger.reader import read
from opsledger.reader.documents import extract

LIMITS = {"seconds": 3.0, "megabytes": 300.0, "tenfold": 14.0, "docx_beside_opening": 2.0}
_SIZE = 143_000


def made_up(size: int) -> str:
    """A contract of numbered demands of about `size` characters."""
    lines = ["港口信息系统运维采购需求"]
    number = 0
    while sum(map(len, lines)) < size:
        number += 1
        lines += [
            f"需求{number}：第{number}号业务系统运维服务，运维期限：2025年1月1日-2025年12月31日",
            "运维服务标准：",
            f"1、一般故障{number % 50 + 1}分钟内响应，{number % 7 + 2}小时内解决；重大故障10分钟内响应，2小时内解决。",
            "2、每季度对数据库、中间件和应用系统进行一次巡检，形成巡检报告，发现隐患及时整改并出具整改报告。",
            "3、提供7×24小时电话支持；在电话支持无法解决问题时，工程师2小时内到达现场。",
            "4、每周备份一次数据，备份数据保留30天，每半年进行一次恢复演练。",
        ]
    return "\n".join(lines)


def document() -> tuple[str, str]:
    """(name, text) of what is measured."""
    if len(sys.argv) > 1:
        path = Path(sys.argv[1])
        return path.name, path.read_text("utf-8")
    for above in Path(__file__).resolve().parents:
        seeds = above / "shared" / "seeds"
        if seeds.is_dir():
            path = max(seeds.glob("*.txt"), key=lambda p: p.stat().st_size)
            return path.name, path.read_text("utf-8")
    return "made-up.txt", made_up(_SIZE)


def best(work: Callable[[], object], runs: int = 5) -> float:
    """CPU seconds of the best of several runs; other processes on the machine do not count."""
    fastest = float("inf")
    for _ in range(runs):
        begin = process_time()
        work()
        fastest = min(fastest, process_time() - begin)
    return fastest


def main() -> int:
    name, text = document()
    once = best(lambda: read(text.encode(), name), runs=3)
    tenfold = best(lambda: read("\n\n".join([text] * 10).encode(), name), runs=1)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    word = Document()
    for line in text.splitlines():
        word.add_paragraph("".join(c for c in line if c >= " "))
    out = io.BytesIO()
    word.save(out)
    opening = best(lambda: Document(io.BytesIO(out.getvalue())), runs=15)
    words = best(lambda: extract(out.getvalue(), "word.docx"), runs=15)
    figures = {
        "document": name,
        "characters": len(text),
        "seconds": round(once, 3),
        "megabytes": round(megabytes, 1),
        "tenfold": round(tenfold / once, 2),
        "docx_text_seconds": round(words, 4),
        "docx_opening_seconds": round(opening, 4),
        "docx_beside_opening": round(words / opening, 2),
    }
    missed = [key for key, limit in LIMITS.items() if float(str(figures[key])) > limit]
    print(json.dumps(figures | {"limits": LIMITS, "missed": missed}, ensure_ascii=False, indent=1))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
