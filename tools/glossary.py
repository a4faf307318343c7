"""docs/glossary.md: the words of console, notices and commands, from the tables of maild/domain/wording/words*.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from maild.domain.incoming.peer import ISO_10161, OF_STATE, WORD_OF_CODE
from maild.domain.requests.lifecycle import Service, State
from maild.domain.wording import words, words_mail, words_money, words_notice, words_queue, words_receipt, words_staff
from maild.domain.wording.words import Word

_INTRO = """\
# Glossary / 术语表

This page is generated from `maild/domain/wording/words*.py` and `tools/glossary.py` (`make docs`): change the tables there.
The console, the notices, the commands and the guides call things by these words; so should whoever writes new ones.

本页由 `maild/domain/wording/words*.py` 和 `tools/glossary.py` 生成。控制台、通知、命令和手册统一使用这些词。

Chinese is set with full-width marks, “ ” for quotes, 《 》 for titles, and a space between Chinese and what is Latin or
a number; the tests hold it (`tests/unit/domain/test_words.py`, `tests/unit/console/test_words.py`). Reasons that the
code writes in English are said in Chinese by the `texts.toml` beside it, else by the templates in
`templates/console/words/reasons`.
"""
# The nouns: word in the code, Chinese, English, where it stands, ISO 10161 and ISO 18626.
NOUNS: Sequence[tuple[str, str, str, str, str]] = (
    ("loan", "馆际互借", "interlibrary loan", "everywhere", "Loan / serviceType Loan"),
    ("copy", "文献传递", "document delivery", "everywhere", "Copy / serviceType Copy"),
    ("transaction", "事务", "request", "console, commands; notices say 申请 to patrons", "ILL-Transaction / request"),
    ("transaction number", "事务号", "request number", "everywhere", "transaction-id / requestingAgencyRequestId"),
    ("patron", "读者", "patron", "everywhere", "client / patronInfo"),
    ("staff", "馆员", "librarian, staff", "everywhere", ""),
    ("provider", "提供馆", "provider, supplying library", "everywhere", "responder / supplyingAgency"),
    ("review item", "待办", "item of the queue", "console", ""),
    ("queue", "待处理", "queue", "console", ""),
    ("assign", "归入", "assign", "console: a mail to requests", ""),
    ("dismiss", "不予处理", "dismiss", "console: an item, with a reason", ""),
    ("undo", "撤销", "undo", "console", ""),
    ("hand", "转交", "hand to a colleague", "console", ""),
    ("draft", "草稿", "draft", "console: a notice that waits to be let go", ""),
    ("let go", "放行", "let go", "console: drafts; documents that wait for a payment", ""),
    ("notice", "通知", "notice", "everywhere", "status report / supplyingAgencyMessage"),
    ("outbox", "发件箱", "outbox", "console", ""),
    ("receipt", "缴费凭证", "payment proof", "everywhere", ""),
    ("claim", "待核款项", "claim", "console: what a proof says was paid", ""),
    ("confirm", "确认到账", "confirm", "everywhere", ""),
    ("statement", "对账单", "statement", "console: of the bank", ""),
    ("account statement", "账户明细", "statement of account", "notices: of a patron", ""),
    ("deposit", "预付款", "deposit", "everywhere", ""),
    ("payable", "自负部分", "patron's share", "everywhere", "cost / offeredCosts"),
    ("subsidy", "补贴", "subsidy", "everywhere", ""),
    ("invoice", "发票", "invoice", "everywhere", ""),
    ("registration", "注册", "registration", "everywhere", ""),
    ("identity step", "身份认证", "identity step", "everywhere", ""),
    ("account step", "账户", "account step", "everywhere", ""),
    ("due", "应还日期", "due date", "everywhere", "date-due / dueDate"),
    ("renew", "续借", "renew", "everywhere", "RENEW / Renew"),
    ("reply token", "回信标识", "reply token", "console", ""),
    ("proven", "已验证", "proven", "console: of a sender", ""),
    ("rule", "规则", "rule", "console", ""),
    ("bounce", "退信", "refused mail", "everywhere", ""),
)
# heading, table, where its words are shown
_TABLES: Sequence[tuple[str, Mapping[str, Word], str]] = (
    ("缴费状态 / States of payment", words.PAYMENTS, "console, notices"),
    ("事件 / Events", words_mail.EVENTS, "console"),
    ("邮件类型 / Kinds of mail", words_mail.KINDS, "console"),
    ("待办原因 / Causes of the queue", words_queue.CAUSES, "console, daily digest"),
    ("匹配依据 / Signals of matching", words_mail.SIGNALS, "console"),
    ("处理结果 / What is done with a mail", words_mail.ACTIONS, "console"),
    ("发件人验证 / Verdicts on the sender", words_mail.VERDICTS, "console"),
    ("通知种类 / Kinds of notices", words_notice.NOTICES, "console"),
    ("通知状态 / States of notices", words_notice.OUTBOX_STATES, "console"),
    ("邮箱反馈 / What is heard of an address", words_mail.HEARD, "console"),
    ("凭证类型 / Kinds of payment proofs", words_receipt.RECEIPTS, "console"),
    ("凭证字段 / Fields of payment proofs", words_receipt.RECEIPT_FIELDS, "console"),
    ("账目分录 / Entries of the books", words_money.ENTRIES, "console, statements of account"),
    ("账目科目 / Accounts of the books", words_money.BOOKS, "console"),
    ("付款渠道 / Channels of payment", words_money.CHANNELS, "console, notices"),
    ("发票状态 / States of invoices", words_staff.INVOICE_STATES, "console"),
    ("注册状态 / States of registrations", words.REGISTRATION_STATES, "console, notices"),
    ("等待的消息 / What is expected next", words_mail.AWAITED, "console"),
    ("文献类型 / Types of literature", words.LITERATURE, "console, notices"),
    ("角色 / Roles", words_staff.ROLES, "console"),
    ("历史记录 / Lines of history", words_staff.JOURNAL, "console"),
)


def glossary_markdown() -> str:
    """The page."""
    parts = [_INTRO, _nouns(), _states(), _unfilled(), *(_section(*row) for row in _TABLES)]
    return "\n".join(parts)


def _rows(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def _nouns() -> str:
    rows = [(f"`{code}`", zh, en, where, iso) for code, zh, en, where, iso in NOUNS]
    return "## 基本词 / Nouns and acts\n\n" + _rows(("code", "中文", "English", "where", "ISO 10161 / ISO 18626"), rows)


def _states() -> str:
    rows = [(f"`{s.value}`", words.STATES[s].zh, words.STATES[s].en, ISO_10161.get(s, "–"), _status(s)) for s in State]
    head = ("code", "中文", "English", "ISO 10161", "ISO 18626")
    return "## 事务状态 / States of requests\n\nShown everywhere.\n\n" + _rows(head, rows)


def _status(state: State) -> str:
    """The words of ISO 18626 for copies and loans, one where they are alike."""
    of_service = OF_STATE[state]
    return " / ".join(dict.fromkeys(of_service[service].value for service in Service if service in of_service)) or "–"


def _unfilled() -> str:
    rows = [(code, word.zh, word.en, WORD_OF_CODE.get(code, "–")) for code, word in words.UNFILLED_REASONS.items()]
    head = ("ISO 10161", "中文", "English", "ISO 18626")
    return "## 未满足的原因 / Reasons unfilled\n\nShown in notices and on the request's page.\n\n" + _rows(head, rows)


def _section(heading: str, table: Mapping[str, Word], where: str) -> str:
    rows = [(f"`{key}`" if key else "", word.zh, word.en) for key, word in table.items()]
    return f"## {heading}\n\nShown in: {where}.\n\n" + _rows(("code", "中文", "English"), rows)
