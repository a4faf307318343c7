"""Invented people, units, amounts, numbers and dates of a payment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

OUR_ACCOUNT = "1202024609908808891"
OUR_NAME = "浙江大学"
OUR_BANK = "工行杭州市浙大分理处"
OUR_DEPARTMENT, OUR_PROJECT = "188610", "669105"

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文欧"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华玉萍红娥玲芬燕彩春菊建文波宁思远雨桐子涵浩宇欣怡梓轩一诺佳琪晨曦若彤博文嘉懿煜城雅楠珺瑶天佑俊驰靖雯"
CITIES = ("杭州", "宁波", "温州", "上海", "南京", "武汉", "广州", "成都", "西安", "合肥", "济南", "长沙")
TRADES = ("医药", "生物", "环境", "信息", "材料", "建筑设计", "检测", "机电", "能源", "农业")
UNITS = (
    "化学系", "物理学院", "数学科学学院", "生命科学学院", "医学院", "药学院", "公共卫生学院", "农业与生物技术学院",
    "环境与资源学院", "动物科学学院", "机械工程学院", "电气工程学院", "能源工程学院", "建筑工程学院", "高分子科学与工程学系",
    "光电科学与工程学院", "信息与电子工程学院", "控制科学与工程学院", "计算机科学与技术学院", "经济学院", "管理学院",
    "公共管理学院", "法学院", "教育学院", "外国语学院", "历史学院", "哲学学院", "海洋学院", "材料科学与工程学院",
)  # fmt: skip
WRONG_PAYEES = (
    ("浙江大学出版社有限责任公司", "1202020709014411378"),
    ("浙江大学后勤集团", "1202024619900012345"),
    ("浙大城市学院", "1202026309008811907"),
    ("浙江工业大学", "1202022619008813326"),
    ("杭州文献信息服务有限公司", "571907733310801"),
    ("浙江大学教育基金会", "33001616835059000018"),
)
PURPOSES = ("图书馆文献传递费", "文献传递费", "文献传递", "馆际互借费", "检索费", "图书馆文献传递", "文献复制费")
BANKS = {
    "icbc": "中国工商银行",
    "ccb": "中国建设银行",
    "boc": "中国银行",
    "abc": "中国农业银行",
    "cmb": "招商银行",
    "bocom": "交通银行",
    "cib": "兴业银行",
}
CARD_HEADS = {
    "icbc": "622202",
    "ccb": "621700",
    "boc": "621785",
    "abc": "622848",
    "cmb": "621486",
    "bocom": "622260",
    "cib": "622909",
}


def digits(random: Random, count: int) -> str:
    """So many random digits, the first not 0."""
    return str(random.randint(1, 9)) + "".join(random.choices("0123456789", k=count - 1))


def person(random: Random) -> str:
    return random.choice(SURNAMES) + "".join(random.choices(GIVEN, k=random.choice((1, 2, 2, 2))))


def company(random: Random) -> str:
    return f"{random.choice(CITIES)}{random.choice(GIVEN)}{random.choice(GIVEN)}{random.choice(TRADES)}{random.choice(('有限公司', '科技有限公司', '技术有限公司', '研究所'))}"


def amount(random: Random) -> Decimal:
    """0.30 to 5,000.00, mostly as an office's fees are."""
    draw = random.random()
    if draw < 0.45:  # pages at 0.30, and handling
        return (Decimal("0.30") * random.randint(1, 60) + random.choice((0, 2, 5, 10))).quantize(Decimal("0.01"))
    if draw < 0.65:
        return Decimal(
            random.choice((5, 10, 12, 15, 20, 25, 30, 42, 50, 60, 80, 100, 120, 150, 200, 300, 500))
        ).quantize(Decimal("0.01"))
    top = random.choice((2_000, 10_000, 30_000, 100_000, 500_000))
    return Decimal(random.randint(30, top)).scaleb(-2).quantize(Decimal("0.01"))


def account(random: Random, bank: str = "") -> str:
    """A card number of 19 digits, or a company's account."""
    if bank and random.random() < 0.7:
        head = CARD_HEADS[bank]
        return head + "".join(random.choices("0123456789", k=19 - len(head)))
    return digits(random, random.choice((15, 17, 18, 19, 19, 20)))


def masked(random: Random, number: str) -> str:
    """The account with its middle covered, in one of the usual ways."""
    style = random.randrange(5)
    if style == 0:
        return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}"
    if style == 1:
        return f"{number[:6]}{'*' * 6}{number[-4:]}"
    if style == 2:
        return f"{number[:4]} **** **** {number[-4:]}"
    if style == 3:
        return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"
    return f"{number[:10]}***{number[-3:]}"


def spaced(number: str) -> str:
    """In groups of four."""
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))


def transaction(random: Random, day: date) -> str:
    """A transaction number of the default pattern in one of several shapes, some days before the payment."""
    asked = day - timedelta(days=random.randint(1, 25))
    running = random.randint(1, 999)
    shape = random.randrange(10)
    if shape < 6:
        return f"{asked:%Y%m%d}{running:05d}"
    if shape < 8:
        return f"{asked:%Y%m%d}{running:04d}"
    return f"{random.choice(('CALIS', 'ILL'))}-{asked:%Y%m%d}{running:05d}"


@dataclass(slots=True, kw_only=True)
class Facts:
    """The facts of one payment, which a layout prints; it notes with `show` what it printed."""

    random: Random
    amount: Decimal
    at: datetime
    bank: str
    payer: str
    payer_account: str
    payee: str
    payee_account: str
    ours: bool | None
    purpose: str
    transactions: tuple[str, ...]
    unit: str
    payer_department: str
    payer_project: str
    words: str = ""
    payee_account_shown: str = ""
    serials: list[str] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)

    def show(self, *names: str) -> None:
        self.shown.update(names)

    def serial(self, number: str) -> str:
        """Remember a serial as printed."""
        self.serials.append("".join(c for c in number if c.isalnum()).upper())
        self.show("serials")
        return number

    @property
    def figures(self) -> str:
        return f"{self.amount:.2f}"

    @property
    def grouped(self) -> str:
        return f"{self.amount:,.2f}"


def facts(random: Random) -> Facts:
    """A payment, mostly to us."""
    at = datetime(2025, 9, 1) + timedelta(seconds=random.randint(0, 450 * 86_400))
    at = at.replace(hour=random.randint(8, 21), microsecond=random.randint(0, 999_999))
    bank = random.choice(list(BANKS))
    numbers = tuple(transaction(random, at.date()) for _ in range(random.choice((0, 1, 1, 1, 1, 1, 2, 2, 3))))
    ours = random.random() > 0.08
    payee, payee_account = (OUR_NAME, OUR_ACCOUNT) if ours else random.choice(WRONG_PAYEES)
    return Facts(
        random=random,
        amount=amount(random),
        at=at,
        bank=bank,
        payer=person(random) if random.random() < 0.7 else company(random),
        payer_account=account(random, bank),
        payee=payee,
        payee_account=payee_account,
        ours=ours,
        purpose=random.choice(PURPOSES),
        transactions=numbers,
        unit=random.choice(UNITS),
        payer_department=str(random.randint(100, 999)) + random.choice(("000", "010", "100", "500")),
        payer_project=digits(random, 6) + random.choice(("", "", f"-{random.choice('EFGHNX')}{digits(random, 5)}")),
    )
