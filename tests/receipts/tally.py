"""Grades added up: shares with Wilson intervals, a table in Markdown, a page of the failures."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from math import sqrt
from pathlib import Path

from tests.receipts.grading import DANGERS, FIELDS, Grade
from tests.receipts.truth import Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One file, read."""

    seed: int
    filename: str
    grades: tuple[Grade, ...]
    wall: float
    cpu: float
    peak_mb: float
    reading: tuple[str, ...]  # the receipts found, in words
    notes: tuple[str, ...]
    text_pdf: bool


def wilson(good: int, count: int, z: float = 1.96) -> tuple[float, float]:
    """The interval that holds the true share with 95 % (Wilson's score interval)."""
    if not count:
        return 0.0, 1.0
    share = good / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return max(0.0, middle - half), min(1.0, middle + half)


def share(flags: Sequence[bool]) -> str:
    """'97 (93–99)' in percent."""
    if not flags:
        return "–"
    low, high = wilson(sum(flags), len(flags))
    return f"{100 * sum(flags) / len(flags):.0f} ({100 * low:.0f}–{100 * high:.0f})"


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which that part lies."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(part * len(ranked)))] if ranked else 0.0


def table(results: Sequence[Result]) -> str:
    """Markdown: a row a kind, then all receipts, what is none, dangers, time and memory."""
    grades = [grade for result in results for grade in result.grades]
    proofs = [grade for grade in grades if grade.kind != "not_a_receipt"]
    nothing = [grade for grade in grades if grade.kind == "not_a_receipt"]
    kinds = sorted({grade.kind for grade in proofs})
    lines = [
        "| % (95 % interval) | n | amount | payee account | ours or not | date | serial | transaction no. | kind | sure | wrong sure |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        *(_row(kind, [grade for grade in proofs if grade.kind == kind]) for kind in kinds),
        _row("**all receipts**", proofs),
        "",
        f"Not receipts: {len(nothing)}, taken for receipts {sum(g.proof for g in nothing)}, for sure {sum(g.sure for g in nothing)}.",
    ]
    for danger in DANGERS:
        seeds = [str(result.seed) for result in results if any(danger in grade.dangers for grade in result.grades)]
        lines.append(f"{danger}: {len(seeds)}" + (f" (seeds {', '.join(seeds)})" if seeds else ""))
    lines += ["", *_times(results)]
    return "\n".join(lines)


def _row(name: str, grades: list[Grade]) -> str:
    cells = [share([grade.right[field] for grade in grades if field in grade.right]) for field in FIELDS]
    kind = share([grade.kind == grade.read_kind for grade in grades])
    wrong = sum("wrong amount sure" in grade.dangers for grade in grades)
    return f"| {name} | {len(grades)} | {' | '.join(cells)} | {kind} | {share([g.sure for g in grades])} | {wrong} |"


def _times(results: Sequence[Result]) -> list[str]:
    rows = [
        "| seconds a file | n | median wall | p95 wall | median CPU | p95 CPU |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    groups = (("pictures", [r for r in results if not r.text_pdf]), ("text PDF", [r for r in results if r.text_pdf]))
    for name, group in groups:
        wall, cpu = [r.wall for r in group], [r.cpu for r in group]
        figures = [percentile(wall, 0.5), percentile(wall, 0.95), percentile(cpu, 0.5), percentile(cpu, 0.95)]
        rows.append(f"| {name} | {len(group)} | " + " | ".join(f"{figure:.2f}" for figure in figures) + " |")
    return [*rows, "", f"Peak memory of a worker: {max((r.peak_mb for r in results), default=0):.0f} MB."]


def as_json(results: Sequence[Result]) -> dict[str, object]:
    """The figures of the table, for comparing runs."""
    grades = [grade for result in results for grade in result.grades]
    out: dict[str, object] = {"files": len(results)}
    for kind in sorted({grade.kind for grade in grades}):
        some = [grade for grade in grades if grade.kind == kind]
        out[kind] = {
            "n": len(some),
            "proof": sum(g.proof for g in some),
            "sure": sum(g.sure for g in some),
            "right": {f: [sum(g.right.get(f, False) for g in some), sum(f in g.right for g in some)] for f in FIELDS},
            "dangers": dict(Counter(danger for g in some for danger in g.dangers)),
        }
    out["faults"] = [
        {"seed": r.seed, "layout": g.layout, "faults": g.faults, "reading": r.reading, "notes": r.notes}
        for r in results
        for g in r.grades
        if g.faults
    ]
    out["seconds"] = {"wall": [r.wall for r in results], "cpu": [r.cpu for r in results]}
    out["peak_mb"] = max((r.peak_mb for r in results), default=0)
    return out


def contact_sheet(failures: Sequence[tuple[Sample, Result]], path: Path) -> None:
    """An HTML page: each failed picture beside truth and reading."""
    parts = [
        "<!doctype html><meta charset=utf-8><title>failures</title><style>body{font:14px sans-serif}"
        "td{vertical-align:top;padding:8px;border-top:1px solid #ccc}img{max-width:520px}</style><table>"
    ]
    for sample, result in failures:
        truths = "<br><br>".join(escape(str(truth)) for truth in sample.truths)
        faults = "; ".join(fault for grade in result.grades for fault in grade.faults)
        parts.append(
            f"<tr><td><img src='{_thumbnail(sample)}'><td><b>{sample.seed} {escape(sample.truth.layout)}</b><br>{escape(faults)}<br>"
            f"{escape(', '.join(sample.notes))}<p>truth: {truths}<p>read: {'<br><br>'.join(map(escape, result.reading))}"
        )
    path.write_text("\n".join(parts), "utf-8")


def picture(sample: Sample, side: int = 1000) -> bytes:
    """The sample as an upright JPEG of at most `side` pixels; the first page of a PDF."""
    from PIL import Image, ImageOps
    from pillow_heif import register_heif_opener

    register_heif_opener()
    if sample.media_type == "application/pdf":
        import pypdfium2

        image: Image.Image = pypdfium2.PdfDocument(sample.content)[0].render(scale=1.6).to_pil()
    else:
        image = ImageOps.exif_transpose(Image.open(BytesIO(sample.content)))
    image.thumbnail((side, side))
    out = BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=75)
    return out.getvalue()


def _thumbnail(sample: Sample) -> str:
    return "data:image/jpeg;base64," + b64encode(picture(sample)).decode()
