"""What the rows of the filled office agree on: who, when, which request, which mail. All of it is invented."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from tests.bench.console_models import Model, Models

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SPAN = timedelta(days=1500)  # so far back reach the oldest
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何林高罗"
GIVEN = "伟芳娜敏静丽强磊洋艳勇杰娟涛超明霞平刚桂英华文玲辉鑫宇晨阳雪"
TOPICS = (
    "湖泊沉积物",
    "硅藻群落",
    "钙钛矿电池",
    "敦煌写本",
    "手性催化剂",
    "肝纤维化",
    "城市河流",
    "明清市镇",
    "桥梁风振",
    "茶多酚提取",
)
KINDS = ("研究进展", "综述", "的实验研究", "方法比较", "与应用", "的历史考察", "模型", "调查报告")

ENGLISH = ("Advances in lake sediments", "A review of chiral catalysis", "Perovskite cells", "Urban rivers and health",
           "Hepatic fibrosis: mechanisms", "Fatigue of stay cables", "The Grand Canal", "Wetlands of the delta")  # fmt: skip
DEPARTMENTS = (
    "化学系",
    "历史学院",
    "医学院",
    "土木工程学系",
    "环境与资源学院",
    "School of Law",
    "物理学院",
    "外国语学院",
)
MAILS = (
    "您好，附件是转账凭证，费用已经付清，请查收并开具电子发票。抬头为浙江某某研究院，谢谢老师。",
    "老师好，我在系统里看到文献状态是已传递，但是一直没有收到邮件，垃圾箱里也没有，请帮忙再发一次。",
    "您请求的文献已寄送，见附件。当前状态：已寄送。本邮件由系统自动发出，请勿直接回复。",
    "Dear colleagues, could you please tell me when my article will arrive? I need it for my thesis. Thank you.",
    "请问馆际互借的图书可以续借吗？还书日期是下周，我想再借一个月。",
    "付款人 户名 账号 网上银行电子回单 收款人 图书馆文献传递费 金额 叁拾捌元整 交易流水号 记账日期",
    "This is the mail system. I'm sorry to have to inform you that your message could not be delivered.",
    "您的请求暂时无法满足：本馆缺藏该期刊，建议转其他成员馆。如有问题请与我们联系。",
)
FREQUENT = 5  # patrons who ask for a hundredth of everything


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much of everything. `scale` shrinks all of it. settled: mails that needed nobody, beside the queue's."""

    transactions: int = 100_000
    patrons: int = 20_000
    open_items: int = 20_000
    handled_items: int = 200_000
    settled: int = 280_000
    notices: int = 200_000
    lines: int = 1_000_000
    registrations: int = 10_000
    invoices: int = 10_000
    statements: int = 30_000
    heard: int = 60_000
    days: int = 1500
    scale: float = 1.0

    def of(self, name: str) -> int:
        """How many of them there are."""
        return max(int(getattr(self, name) * self.scale), 20)


class Past:
    """What happened. Requests, items and mails are numbered from 0 in the order in which they came."""

    def __init__(self, size: Size, models: Models) -> None:
        self.size, self.models, self.luck = size, models, random.Random(5)
        self.requests, self.patrons = size.of("transactions"), size.of("patrons")
        self.opened, self.handled = size.of("open_items"), size.of("handled_items")
        self.items = self.opened + self.handled
        self.mails = self.items + size.of("settled")
        luck = random.Random(7)
        self.owners = [
            luck.randrange(FREQUENT) if luck.random() < 0.01 else luck.randrange(self.patrons)
            for _ in range(self.requests)
        ]

    def when(self, n: int, of: int) -> datetime:
        """When the nth of so many came."""
        return NOW - SPAN * (1 - n / of)

    def waits(self, item: int) -> bool:
        """Most of what waits came lately; some of it has been waiting for ever."""
        late = self.opened * 0.05
        return item >= self.handled + late or item % (self.handled // max(int(late), 1) + 1) == 0

    def mail_of(self, item: int) -> int:
        """The mail that an item is about: items are spread among all mails."""
        return item * self.mails // self.items

    def item_of(self, mail: int) -> int | None:
        """The item that is about a mail."""
        item = -(-mail * self.items // self.mails)
        return item if item < self.items and self.mail_of(item) == mail else None

    def request_near(self, n: int, of: int) -> int:
        """A request that was under way when the nth of so many came."""
        return max(0, n * self.requests // of - n % 7)

    def model_of(self, item: int) -> Model:
        """Every third item is about a payment."""
        some = self.models.proofs if item % 3 == 0 else self.models.items
        return some[item // 3 % len(some)]

    def payable(self, request: int) -> int | None:
        """Cents; None for what is free."""
        return 500 + request % 90 * 10 if request % 3 else None


def number_of(n: int) -> str:
    """The number of the nth request."""
    return f"20{22 + n % 5}11{n:07}"


@cache
def name_of(n: int) -> str:
    """The name of the nth patron."""
    if n % 7 == 0:
        return f"{('Maria', 'John', 'Ann', 'Petra')[n % 4]} {('Weber', 'Meyer', 'Smith', 'Jones', 'Rossi')[n // 7 % 5]}"
    return SURNAMES[n % 20] + GIVEN[n // 20 % 30] + (GIVEN[n // 600 % 30] if n % 3 else "")


def address_of(patron: int) -> str:
    """The address of the nth patron."""
    return f"user{patron}@patron{patron % 9}.example"


def title_of(n: int) -> str:
    """The title of the nth request."""
    if n % 3 == 0:
        return f"{ENGLISH[n // 3 % 8]}, part {n % 97}"
    return f"{TOPICS[n % 10]}{KINDS[n // 10 % 8]}，第{n % 89}卷"
