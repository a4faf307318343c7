"""The reconciliation report: what came, what it confirmed, what is open. As rows, CSV, and a page with a picture."""

from __future__ import annotations

import csv
import html
import io
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maild.domain.accounting.statement import StatementLine
from maild.domain.errors import ConfigError

if TYPE_CHECKING:
    from maild.office.books.reconcile import Turn

COLUMNS = ("outcome", "booked", "amount", "currency", "payer", "purpose", "patron", "transactions", "reason", "line")
OUTCOMES = {
    "confirmed": ("已确认", "confirmed", "#2e7d5b"),
    "unclaimed": ("待认领", "money without a claim", "#c77d1a"),
    "paid_out": ("已退款", "refund paid out", "#3f6fa8"),
    "outgoing": ("支出待查", "money out without a refund", "#a8543f"),
    "claim": ("未到账", "claim without money", "#8a5a9e"),
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows(turn: Turn, *, now: datetime) -> Iterator[dict[str, Any]]:
    """One row a line of the report; stable keys (COLUMNS, and `candidates` of what is unclaimed)."""
    for done in turn.confirmed:
        yield _row(
            "confirmed", done.line, patron=done.patron_id, transactions=list(done.transactions), reason=done.reason
        )
    for out in turn.paid_out:
        yield _row(
            "paid_out",
            out.line,
            patron=out.refund.patron_id,
            reason=out.reason,
            transactions=[out.refund.number] if out.refund.number else [],
        )
    for doubt in turn.doubts:
        candidates = [
            {
                "claim": p.claim.key,
                "patron": p.claim.patron_id,
                "amount": str(p.claim.amount.amount),
                "transactions": [n for n, _ in p.claim.parts],
                "reason": p.reason,
            }
            for p in doubt.candidates
        ]
        came = doubt.line.amount.amount > 0
        nothing = "no claim fits" if came else "no refund fits"
        reason = "; ".join(f"{c['patron']}: {c['reason']}" for c in candidates) or nothing
        yield {**_row("unclaimed" if came else "outgoing", doubt.line, reason=reason), "candidates": candidates}
    for claim in turn.claims:
        yield {
            "outcome": "claim",
            "booked": claim.at.date().isoformat(),
            "amount": str(claim.amount.amount),
            "currency": claim.amount.currency,
            "payer": "",
            "purpose": "",
            "patron": claim.patron_id,
            "transactions": [n for n, _ in claim.parts],
            "reason": f"claimed {(now - claim.at).days} days ago",
            "line": claim.key,
        }


def _row(
    outcome: str, line: StatementLine, *, patron: str = "", transactions: Any = (), reason: str = ""
) -> dict[str, Any]:
    return {
        "outcome": outcome,
        "booked": line.booked.isoformat(),
        "amount": str(line.amount.amount),
        "currency": line.amount.currency,
        "payer": line.payer,
        "purpose": line.purpose,
        "patron": patron,
        "transactions": list(transactions),
        "reason": reason,
        "line": line.key,
    }


def write(path: Path, turn: Turn, *, now: datetime, title: str) -> None:
    """Write the report to a .csv or .html file. Raises ConfigError for another name or where it cannot be written."""
    found = list(rows(turn, now=now))
    makers = {".csv": _csv, ".html": _html, ".htm": _html}
    make = makers.get(path.suffix.lower())
    if make is None:
        raise ConfigError(f"--report {path}: what kind of report?", remedy="name it .csv or .html")
    try:
        path.write_text(make(found, title, now), "utf-8-sig" if path.suffix.lower() == ".csv" else "utf-8")
    except OSError as error:
        raise ConfigError(f"--report {path}: {error.strerror}", remedy="choose a folder that can be written") from error


def _csv(found: list[dict[str, Any]], title: str, now: datetime) -> str:
    """With a mark, for Excel; a cell that a payer made look like a formula is made text."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in found:
        writer.writerow([_cell(row[name]) for name in COLUMNS])
    return out.getvalue()


def _cell(value: Any) -> str:
    text = " ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not _number(text) else text


def _number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()


_STYLE = """body{font:15px/1.5 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;margin:2rem auto;
max-width:75rem;padding:0 1rem;color:#1c2733;background:#fff}h1{font-size:1.4rem}table{border-collapse:collapse;
width:100%}th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid #d9dfe5;vertical-align:top}
th{font-weight:600}td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.k{white-space:nowrap}
@media(prefers-color-scheme:dark){body{color:#e4e9ee;background:#12181e}th,td{border-color:#303a44}}
@media print{body{margin:0}}"""


def _html(found: list[dict[str, Any]], title: str, now: datetime) -> str:
    """One page, without anything from elsewhere: a picture of the sums, then the table."""
    safe = html.escape
    head = "".join(
        f"<th>{zh}<br><small>{en}</small></th>"
        for zh, en in (
            ("结果", "outcome"),
            ("日期", "date"),
            ("金额", "amount"),
            ("付款人", "payer"),
            ("用途", "purpose"),
            ("读者", "patron"),
            ("事务", "transactions"),
            ("依据", "reason"),
        )
    )
    body = "".join(
        f"<tr><td class=k style='color:{OUTCOMES[r['outcome']][2]}'>{OUTCOMES[r['outcome']][0]}<br>"
        f"<small>{OUTCOMES[r['outcome']][1]}</small></td><td class=k>{r['booked']}</td>"
        f"<td class=n>{r['amount']} {safe(r['currency'])}</td><td>{safe(r['payer'])}</td><td>{safe(r['purpose'])}</td>"
        f"<td>{safe(r['patron'])}</td><td>{safe(' '.join(r['transactions']))}</td><td>{safe(r['reason'])}</td></tr>"
        for r in found
    )
    empty = "<p>没有明细。Nothing to report.</p>" if not found else ""
    return (
        f"<!doctype html><html lang='zh-CN'><meta charset='utf-8'><meta name=viewport content='width=device-width'>"
        f"<title>对账报告 Reconciliation</title><style>{_STYLE}</style><h1>对账报告 · Reconciliation</h1>"
        f"<p>{safe(title)} · {now:%Y-%m-%d %H:%M} UTC</p>{_picture(found)}{empty}"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></html>"
    )


def _picture(found: list[dict[str, Any]]) -> str:
    """Bars of the sums by outcome and currency, as inline SVG with its figures as text."""
    sums: dict[tuple[str, str], Decimal] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for row in found:
        key = (row["outcome"], row["currency"])
        sums[key] = sums.get(key, Decimal(0)) + Decimal(row["amount"])
        counts[key] += 1
    if not sums:
        return ""
    most = max(sums.values()) or Decimal(1)
    bars = []
    for place, ((outcome, currency), amount) in enumerate(sums.items()):
        zh, en, colour = OUTCOMES[outcome]
        width = max(2, int(420 * amount / most))
        y = place * 30
        text = f"{zh} {en}: {counts[(outcome, currency)]} × , {amount} {html.escape(currency)}".replace(" × ,", " ×,")
        bars.append(
            f"<rect x='0' y='{y}' width='{width}' height='20' rx='3' fill='{colour}'/>"
            f"<text x='{width + 8}' y='{y + 15}' font-size='13' fill='currentColor'>{text}</text>"
        )
    return (
        f"<svg viewBox='0 0 800 {len(bars) * 30}' width='100%' style='max-width:50rem' role='img' "
        f"aria-label='sums by outcome'>{''.join(bars)}</svg>"
    )
