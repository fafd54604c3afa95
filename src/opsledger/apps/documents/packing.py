"""The audit pack (审计包): evidence of a stretch of the term with a manifest that anybody can check.

A zip with the score sheets and reports, every file of evidence under its digest, `清单.csv` naming each file with its
SHA-256 and what it proves, `台账.jsonl` with the whole chain of entries, and `根.json` with the Merkle roots over both.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from opsledger.apps.assessment.facts import moments
from opsledger.apps.assessment.periods import Span
from opsledger.apps.assessment.windows import titled
from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk.selectors import open_files_of, tickets_for
from opsledger.apps.duties.selectors import occurrences_for
from opsledger.apps.ledger.models import Attachment
from opsledger.apps.ledger.selectors import attachments_of, chain_summary, entries_of
from opsledger.apps.ledger.services import body, content
from opsledger.core.merkle import merkle_root
from opsledger.kernel.access import Actor

HEADINGS = ("路径", "SHA-256", "字节数", "对象", "服务项", "条款", "证明事项", "提交人", "提交时间")
_BATCH = 400

READ_ME = """审计包说明

一、内容
文件/　　　　证明履约的原始文件，按内容校验值命名
文书/　　　　考核表与运维报告
清单.csv　　　每个文件的 SHA-256、字节数、对应的任务或工单、条款、提交人与时间
台账.jsonl　　合同全部台账记录，每行一条，前后以散列相接
根.json　　　清单与台账的默克尔根

二、核对方法
1. 对任一文件计算 SHA-256，应与清单.csv 中的值一致。
2. 台账.jsonl 每条的 previous_hash 应等于上一条的 hash；最后一条的 hash 应与根.json 的 head_hash 一致。
3. 平台上执行 opsledger verify，核对整条台账；其末条散列应与根.json 一致。
4. 清单的根由清单各行 SHA-256 依次按 RFC 9162 的方法算出，台账的根由各条 hash 同法算出。
"""


@dataclass(frozen=True, slots=True)
class Packed:
    """What went into a pack: counts and the two roots."""

    files: int
    size: int
    entries: int
    files_root: str
    ledger_root: str
    head_hash: str
    algorithm: str


@dataclass(frozen=True, slots=True)
class _Proof:
    attachment: Attachment
    subject: str
    item: str
    clause: str


def write(
    target: IO[bytes],
    *,
    actor: Actor,
    contract: Contract,
    span: Span,
    papers: Mapping[str, bytes],
    at: datetime,
) -> Packed:
    """Write the pack of a period to `target`; file by file, so that its size does not matter."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as pack:
        pack.writestr("说明.txt", READ_ME)
        rows: list[list[object]] = []
        for name, paper in papers.items():
            path = f"文书/{name}"
            pack.writestr(path, paper)
            digest = hashlib.sha256(paper).hexdigest()
            rows.append([path, digest, len(paper), "文书", "", "", name, "平台生成", at.isoformat()])
        rows += _evidence(pack, _proofs(actor, contract, span))
        pack.writestr("清单.csv", _table(rows))
        algorithm = str(chain_summary(contract.pk)["algorithm"])
        hashes = _ledger(pack, actor, contract)
        packed = Packed(
            files=len(rows),
            size=sum(int(str(row[2])) for row in rows),
            entries=len(hashes),
            files_root=merkle_root((str(row[1]) for row in rows), "sha256") if rows else "",
            ledger_root=merkle_root(hashes, algorithm) if hashes else "",
            head_hash=hashes[-1] if hashes else "",
            algorithm=algorithm,
        )
        pack.writestr("根.json", json.dumps(_roots(contract, span, packed, at), ensure_ascii=False, indent=2))
    return packed


def _roots(contract: Contract, span: Span, packed: Packed, at: datetime) -> dict[str, Any]:
    return {
        "contract": contract.name,
        "period": {"id": span.id, "from": span.starts_on.isoformat(), "to": span.ends_on.isoformat()},
        "made_at": at.isoformat(),
        "files": packed.files,
        "files_root_sha256": packed.files_root,
        "entries": packed.entries,
        "ledger_algorithm": packed.algorithm,
        "ledger_root": packed.ledger_root,
        "head_hash": packed.head_hash,
    }


def _proofs(actor: Actor, contract: Contract, span: Span) -> Iterator[_Proof]:
    """Every file of the occurrences due and the tickets reported in the period, in their order."""
    since, until = moments(contract, span.starts_on, span.ends_on)
    occurrences = list(
        occurrences_for(actor, contract)
        .filter(due_at__gte=since, due_at__lt=until)
        .select_related("obligation__term")
        .order_by("due_at", "pk")
    )
    yield from _files_of(
        "occurrence",
        [
            (
                str(row.pk),
                f"任务{row.pk} {titled(row.label)}",
                row.item.numbered if row.item else "合同整体",
                row.obligation.term.clause,
            )
            for row in occurrences
        ],
    )
    tickets = tickets_for(actor, contract).filter(reported_at__gte=since, reported_at__lt=until)
    yield from _files_of(
        "ticket",
        [
            (str(row.pk), f"工单{row.number} {row.title}", row.item.numbered, row.item.clause)
            for row in tickets.order_by("reported_at", "pk")
        ],
    )


def _files_of(kind: str, subjects: list[tuple[str, str, str, str]]) -> Iterator[_Proof]:
    for start in range(0, len(subjects), _BATCH):
        some = subjects[start : start + _BATCH]
        keys = [subject[0] for subject in some]
        # What came with a note for the provider alone is nobody else's evidence.
        files = open_files_of(map(int, keys)) if kind == "ticket" else attachments_of(kind, keys)
        for key, said, item, clause in some:
            for attachment in files.get(key, ()):
                yield _Proof(attachment, said, item, clause)


def _evidence(pack: zipfile.ZipFile, proofs: Iterable[_Proof]) -> Iterator[list[object]]:
    """Write each content once; the manifest names every use of it."""
    written: set[str] = set()
    for proof in proofs:
        file = proof.attachment.file
        suffix = proof.attachment.name.rpartition(".")[2].lower()
        path = f"文件/{file.digest}.{suffix}"
        if path not in written:
            written.add(path)
            with pack.open(path, "w") as place:
                for chunk in content(proof.attachment):
                    place.write(chunk)
        yield [
            path,
            file.digest,
            file.size,
            proof.subject,
            proof.item,
            proof.clause,
            proof.attachment.name,
            str(proof.attachment.uploaded_by or "平台"),
            proof.attachment.uploaded_at.isoformat(),
        ]


def _table(rows: Iterable[Iterable[object]]) -> bytes:
    """CSV that spreadsheet programs open as UTF-8; cells never begin a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(HEADINGS)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def _cell(value: object) -> object:
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@"):
        return f"'{value}"
    return value


def _ledger(pack: zipfile.ZipFile, actor: Actor, contract: Contract) -> list[str]:
    """Every entry of the contract's chain as one line each; their hashes in order."""
    hashes: list[str] = []
    with pack.open("台账.jsonl", "w") as place:
        for entry in entries_of(actor, contract.pk).order_by("seq").iterator(2000):
            line = {**body(entry), "previous_hash": entry.previous_hash, "hash": entry.hash}
            place.write(json.dumps(line, ensure_ascii=False, default=_plain, sort_keys=True).encode() + b"\n")
            hashes.append(entry.hash)
    return hashes


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
