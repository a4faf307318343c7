"""Old names of modules below domain, store, receipts and notify, rewritten wherever they stand; `--move` moves the files, too.

To be deleted once every branch has moved.
"""

# ruff: noqa
# mypy: ignore-errors
import os
import re
import subprocess
import sys

MAP = {
    "domain": {
        "accounting": "account allocation bookkeeping capital channel fees invoice ledger money payment receipt reference slip statement taxpayer",
        "incoming": "mail ruling opinion matter matching decision trust commitment reading folding token speaker ignored document shape",
        "requests": "lifecycle patron expectation peer peer_rows asking registering",
        "outgoing": "notice template reach readdress reply event webhook",
        "records": "journal evidence merkle privacy retention masking restoration census held_bytes copies",
        "learning": "control drift evaluation learned rule_health backtest",
        "desk": "access listing queue_limits search shown statistics",
        "operation": "alarm trouble heartbeat steps waits backoff breaker",
        "wording": "words words_mail words_money words_notice words_queue words_reading words_receipt words_staff",
    },
    "store": {
        "schema": "tables tables_backup tables_console tables_evidence tables_money tables_privacy tables_search tables_service tables_statistics types",
        "accounting": "audit balances books invoices ledger_rows proofs receipt_json refunds statements statement_tables",
        "incoming": "mails marks filed folded turns reviews ignored speakers traffic learned history",
        "requests": "patrons transactions registrations",
        "outgoing": "outbox reach template_versions events",
        "records": "evidence evidence_check evidence_rows erasures expiring holdings sweeping wiping restorations references",
        "desk": "listing listing_money listing_post listing_queue listing_requests listings finding search viewers access census counting statistics",
    },
    "receipts": {
        "media": "files pdf pdfpages pictures tiff webpages filetext magic show front scanned document einvoice einvoice_xml editing glyphs runs",
        "picture": "codes features formstamp glass handwriting inks ocr orient prepare seals several slipcheck slipplane straighten strokes warm",
        "page": "amounts currency dates fields figures found kinds labels loose neutral numerals ours parties purposes rewritten rows sheet spotting wraps",
    },
    "notify": {
        "writing": "aftermath answers bill compose digest fees files form guidance letter merge money not_received pictures plan registration requests requests_table topics voice timing",
        "rendering": "sandbox edits samples samples_money samples_registration samples_requests samples_voice environment facts locales mime names render say subjects templates wrap",
        "editing": "judge lint tidy_html",
        "sending": "doubt ending hearing line outcome recheck recheck_registration relay round submission why",
    },
}
MAP["notify"]["writing"] = MAP["notify"]["writing"].replace(" plan ", " ")
MAP["notify"]["sending"] += " plan"
where = {f"{p}.{m}": f"{p}.{s}" for p, d in MAP.items() for s, l in d.items() for m in l.split()}
PKG = "|".join(MAP)
NEW = {f"{p}.{s}" for p, d in MAP.items() for s in d}
TESTS: dict[str, str] = {}
for p in ("domain", "receipts", "notify"):
    for s, l in MAP[p].items():
        for m in l.split():
            TESTS[f"{p}/test_{m}"] = f"{p}/{s}/test_{m}"


def name(text: str) -> str:
    return where.get(text, text[: text.rindex(".")] if "." in text else text)


def sub(text: str) -> str:
    def from_import(m):
        names = [n.strip() for n in re.sub(r"#.*", "", m[3]).strip("() \n").replace("\n", " ").split(",") if n.strip()]
        by = {}
        for n in names:
            by.setdefault(where.get(f"{m[2]}.{n.split()[0]}", m[2]), []).append(n)
        return "\n".join(f"{m[1]}from maild.{s} import {', '.join(v)}" for s, v in sorted(by.items()))

    text = re.sub(rf"^([ \t]*)from maild\.({PKG}) import (\([^)]*\)|[^\n#]+)", from_import, text, flags=re.M)
    text = re.sub(
        rf"\bmaild\.((?:{PKG})\.(\w+))", lambda m: f"maild.{where[m[1]]}.{m[2]}" if m[1] in where else m[0], text
    )
    text = re.sub(
        rf"\bmaild/({PKG})/(\w+)",
        lambda m: f"maild/{where[f'{m[1]}.{m[2]}'].replace('.', '/')}/{m[2]}" if f"{m[1]}.{m[2]}" in where else m[0],
        text,
    )
    return text


def files():
    out = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], capture_output=True, text=True
    )
    for f in out.stdout.split("\n"):
        if (
            f
            and os.path.isfile(f)
            and not f.startswith(("tests/corpus/settle", "docs/images", "docs/decisions", "CHANGELOG"))
        ):
            if f != "tools/moved.py" and not f.endswith((".png", ".jpg", ".pdf", ".gz", ".jsonl", ".svg")):
                yield f


def move():
    for key, to in where.items():
        source, target = f"maild/{key.replace('.', '/')}.py", f"maild/{to.replace('.', '/')}/{key.split('.')[1]}.py"
        os.makedirs(os.path.dirname(target), exist_ok=True)
        subprocess.run(["git", "mv", source, target], check=True)


if "--move" in sys.argv:
    move()
for f in files():
    try:
        t = open(f, encoding="utf-8").read()
    except UnicodeDecodeError:
        continue
    n = sub(t)
    if n != t:
        open(f, "w", encoding="utf-8").write(n)
