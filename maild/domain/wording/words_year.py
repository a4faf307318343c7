"""The words of the yearly report: its tables, their columns and keys (maild.domain.desk.yearly)."""

from __future__ import annotations

from maild.domain.wording.words import table

YEAR_SECTIONS = table(
    {
        "total": ("总计", "All requests"),
        "month": ("按月份", "By month"),
        "direction": ("按文献来源", "By where it was supplied from"),
        "service": ("按服务类型", "By service"),
        "literature": ("按文献类型", "By type of literature"),
        "provider": ("按提供馆", "By providing library"),
        "reason": ("未满足原因", "Reasons for unfilled requests"),
        "patron_kind": ("按读者类型", "By type of patron"),
        "department": ("按院系（单位）", "By department"),
        "money": ("费用与补贴", "Fees and subsidies"),
        "program": ("系统处理情况", "What the program did by itself"),
    }
)
YEAR_COLUMNS = table(
    {
        "key": ("项目", "Item"),
        "count": ("数量", "Number"),
        "of": ("总数", "Out of"),
        "filled": ("满足", "Filled"),
        "unfilled": ("未满足", "Unfilled"),
        "cancelled": ("取消", "Cancelled"),
        "open": ("处理中", "Open"),
        "rate": ("满足率", "Fill rate"),
        "share": ("比例", "Share"),
        "patrons": ("读者数", "Patrons"),
        "median": ("用时中位数（天）", "Median turnaround (days)"),
        "high": ("九成不超过（天）", "Nine of ten within (days)"),
        "amount": ("费用", "Cost"),
        "subsidy": ("图书馆补贴", "Subsidy"),
        "payable": ("读者自付", "Paid by patrons"),
        "currency": ("币种", "Currency"),
    }
)
DIRECTIONS = table(
    {
        "borrowed": ("外馆提供", "from other libraries"),
        "own": ("本馆提供", "from our own holdings"),
    }
)
DEEDS = table(
    {
        "settled": ("自动处理的邮件（占需处理邮件）", "Mails settled without a person, of those that needed something"),
        "moves": ("由邮件自动变更的事务状态（占全部变更）", "Changes of state made by mail alone, of all changes"),
        "moved_back": ("其中被馆员改回的", "Of these, turned round by a person"),
        "entries": ("系统自动记账（占全部账目）", "Entries of the books made by the program, of all entries"),
        "reversed": ("其中被馆员冲销的", "Of these, reversed by a person"),
        "undone": ("馆员操作中撤销的", "Acts of staff that were taken back, of all their acts"),
    }
)
FEES_OF_YEAR = table(
    {
        "charged": ("应收费用合计", "Fees charged"),
        "subsidy": ("图书馆补贴", "Subsidy"),
        "payable": ("读者自付", "Paid by patrons"),
        "waived": ("免收", "Waived"),
        "refunded": ("已退款", "Refunds paid out"),
    }
)
