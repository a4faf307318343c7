"""Tales of patrons who pay: honest, mistaken, doubled, combined, foreign. Each knows the truth of its payments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maild.domain.accounting.receipt import Ground, Mark, ReceiptKind
from maild.domain.money import Money
from maild.domain.requests.patron import PatronKind
from tests.stories.tale import NOTHING, Tale, Telling, due


def honest_one(tale: Tale) -> None:
    """One fee among others, named."""
    patron = tale.patron()
    requests = tale.fees(patron, tale.sums(tale.rng.randint(1, 4)))
    tale.automatic = True
    tale.named(patron, requests[:1])


def honest_silent(tale: Tale) -> None:
    """One fee among others of other sums; nothing is named."""
    patron = tale.patron()
    requests = tale.fees(patron, tale.sums(tale.rng.randint(1, 4)))
    tale.automatic = True
    tale.send(patron, [tale.proof(patron, due(requests[:1]))])


def combined(tale: Tale) -> None:
    """Several fees at once, named or not."""
    patron = tale.patron()
    requests = tale.fees(patron, tale.sums(tale.rng.randint(3, 6)))
    some = tale.rng.sample(requests, tale.rng.randint(2, 3))
    tale.automatic = True if sum(due(some).values(), NOTHING).amount <= 100 else None
    if tale.rng.random() < 0.5:
        tale.named(patron, some)
    else:
        tale.send(patron, [tale.proof(patron, due(some))])


def ambiguous(tale: Tale) -> None:
    """Two fees of one sum, one is paid and none is named."""
    patron, fee = tale.patron(), tale.sum()
    requests = tale.fees(patron, [fee, fee, tale.sum() + Money.of("100.01")])
    tale.automatic = False
    tale.send(patron, [tale.proof(patron, due(requests[:1]))])


def partial(tale: Tale) -> None:
    """A part of a named fee, and later the rest."""
    patron = tale.patron()
    (request,) = tale.fees(patron, [Money.of("30.00") + tale.sum()])
    part = Money.of("10.00")
    rest = (request.payable or NOTHING) - part
    number = request.number
    tale.automatic = True
    tale.send(patron, [tale.proof(patron, {number: part})], f"{number} 先付一部分，凭证见附件")
    if tale.rng.random() < 0.6:
        tale.send(patron, [tale.proof(patron, {number: rest})], f"{number} 余款已付，凭证见附件")


def overpaid(tale: Tale) -> None:
    """More than a named fee: a little goes to the deposit, much is asked about."""
    patron = tale.patron()
    (request,) = tale.fees(patron, tale.sums(1))
    more = Money.of(tale.rng.choice(("0.50", "7.00", "20.00", "120.00")))
    tale.automatic = more.amount < 50
    parts = due([request])
    tale.send(
        patron, [tale.proof(patron, parts, sum(parts.values(), NOTHING) + more)], f"{request.number} 已付款，凭证见附件"
    )


def deposit(tale: Tale) -> None:
    """Prepayment."""
    patron = tale.patron()
    tale.fees(patron, tale.sums(tale.rng.randint(0, 2)))
    tale.automatic = True
    tale.send(
        patron,
        [tale.proof(patron, {}, Money.of("200.00"))],
        "预付款已转账，请充值到我的账户，凭证见附件。",
        "预付款充值",
    )


def wrong_account(tale: Tale) -> None:
    """Paid to somebody else."""
    patron = tale.patron()
    requests = tale.fees(patron, tale.sums(1))
    tale.automatic = False
    tale.send(
        patron,
        [tale.proof(patron, due(requests), good=False, payee="某某书店", payee_is_library=False, sure=False)],
        f"{requests[0].number} 已付款，凭证见附件",
    )


def paid_twice(tale: Tale) -> None:
    """A fee is paid a second time, really."""
    patron = tale.patron()
    requests = tale.fees(patron, tale.sums(tale.rng.randint(1, 3)))
    first = due(requests[:1])
    tale.send(patron, [tale.proof(patron, first)], f"{requests[0].number} 已付款，凭证见附件")
    tale.automatic = False
    tale.send(
        patron, [tale.proof(patron, {}, sum(first.values(), NOTHING))], f"{requests[0].number} 已付款，凭证见附件"
    )


def sent_again(tale: Tale) -> None:
    """The same proof once more: the same file, a new picture, a picture on which less can be read."""
    patron = tale.patron()
    requests = tale.fees(patron, tale.sums(tale.rng.randint(1, 3)))
    receipt = tale.proof(patron, due(requests[:1]))
    text = f"{requests[0].number} 已付款，凭证见附件"
    tale.send(patron, [receipt], text)
    copies = (receipt, tale.again(receipt), tale.again(receipt, serials=()), tale.again(receipt, serials=(), time=""),
              tale.again(receipt, serials=(), look=f"{tale.rng.getrandbits(64):016x}"))  # fmt: skip
    tale.send(patron, [tale.rng.choice(copies)], tale.rng.choice((text, "", "再发一次，凭证见附件")))


def stolen(tale: Tale) -> None:
    """Somebody else sends a proof that paid already, for a fee of the same sum."""
    patron, other = tale.patron(), tale.patron()
    requests = tale.fees(patron, tale.sums(1))
    fee = requests[0].payable or NOTHING
    (theirs,) = tale.fees(other, [fee])
    receipt = tale.proof(patron, due(requests))
    tale.send(patron, [receipt], f"{requests[0].number} 已付款，凭证见附件")
    copy = tale.rng.choice((receipt, tale.again(receipt), tale.again(receipt, serials=())))
    tale.automatic = False
    tale.send(other, [copy], f"{theirs.number} 已付款，凭证见附件")


def unreadable(tale: Tale) -> None:
    """No amount, a wrong amount that is not sure, no receipt at all, a payment that failed."""
    patron = tale.patron()
    requests = tale.fees(patron, tale.sums(2))
    parts = due(requests[:1])
    number = requests[0].number
    tale.automatic = False
    wrong: list[dict[str, object]] = [
        {"amount": None, "sure": False, "warnings": ("amount not found",)},
        {"amount": Money.of("125.00"), "sure": False, "ground": Ground.NONE, "warnings": ("amount read once only",)},
        {"amount": requests[1].payable, "sure": False, "ground": Ground.NONE, "warnings": ("several amounts",)},
        {"kind": ReceiptKind.NOT_A_RECEIPT, "amount": None, "sure": False, "warnings": ("not a receipt: 封面",)},
        {"sure": False, "warnings": ("payment not finished: 处理中",)},
    ]
    more = tale.rng.choice(wrong)
    receipt = replace(tale.proof(patron, parts, good="处理中" not in str(more)), **more)  # type: ignore[arg-type]
    tale.send(patron, [receipt], f"{number} 已付款，凭证见附件")


def foreign(tale: Tale) -> None:
    """A patron pays for another, who is named or whose form was handed over; strangers send proofs too."""
    patron, payer = tale.patron(), tale.patron()
    tale.fees(payer, tale.sums(tale.rng.randint(0, 2)))
    requests = tale.fees(patron, tale.sums(2))
    number = requests[0].number
    match tale.rng.randrange(5):
        case 0:
            tale.automatic = False
            tale.send(payer, [tale.proof(patron, due(requests[:1]), payer=payer.name)], f"{number} 已付款，凭证见附件")
        case 1:
            tale.automatic = True
            tale.send(payer, [tale.form(patron, requests[:1])])
        case 2:
            tale.automatic = False
            tale.send("stranger@elsewhere.example", [tale.form(patron, requests[:1])])
        case 3:
            tale.automatic = False
            tale.send(patron, [tale.proof(patron, due(requests[:1]))], f"{number} 已付款，凭证见附件", proven=False)
        case _:
            tale.automatic = False
            tale.send(payer, [tale.proof(patron, due(requests[:1]), transactions=(number,), purpose=number)])


def paid_by_another(tale: Tale) -> None:
    """A lab, a parent or a company pays; the patron sends the proof and says what for, or does not."""
    patron = tale.patron(PatronKind.EXTERNAL)
    requests = tale.fees(patron, tale.sums(2))
    payer = tale.rng.choice(("某某科技有限公司", "林建国", "环境学院实验室"))
    if tale.rng.random() < 0.6:
        tale.automatic = True
        tale.named(patron, requests[:1], payer=payer)
    else:
        tale.automatic = False
        tale.send(patron, [tale.proof(patron, due(requests[:1]), payer=payer, kind=ReceiptKind.BANK_RECEIPT)])


def several(tale: Tale) -> None:
    """Several proofs in one mail: each for one fee, both for one, or the same twice."""
    patron = tale.patron()
    requests = tale.fees(patron, tale.sums(3))
    one, two = requests[:2]
    match tale.rng.randrange(3):
        case 0:
            tale.automatic = True
            tale.send(
                patron,
                [tale.proof(patron, due([one])), tale.proof(patron, due([two]))],
                f"{one.number}、{two.number} 已付款，凭证见附件",
            )
        case 1:
            tale.automatic = True
            fee = one.payable or NOTHING
            half = Money.of("1.00")
            tale.send(
                patron,
                [tale.proof(patron, {one.number: half}), tale.proof(patron, {one.number: fee - half})],
                f"{one.number} 分两次付款，凭证见附件",
            )
        case _:
            tale.automatic = True
            receipt = tale.proof(patron, due([one]))
            tale.send(patron, [receipt, tale.again(receipt)], f"{one.number} 已付款，凭证见附件")


def with_question(tale: Tale) -> None:
    """A proof and a question, or a demand that speaks against booking it."""
    patron = tale.patron()
    requests = tale.fees(patron, tale.sums(2))
    tale.automatic = False
    question = tale.rng.choice(("另外想问一下我另一篇文献的进度如何？", "请开发票，抬头：浙江大学。", "多付了，请退款。",
                                "How long will the other request take?"))  # fmt: skip
    tale.send(patron, [tale.proof(patron, due(requests[:1]))], f"{requests[0].number} 已付款，凭证见附件。\n{question}")


def same_day(tale: Tale) -> None:
    """Two real payments of one sum on one day, each named; how much tells them apart differs."""
    patron, fee = tale.patron(), tale.sum()
    one, two = tale.fees(patron, [fee, fee])
    first = tale.proof(patron, due([one]), transactions=(one.number,), purpose=one.number)
    second = tale.proof(
        patron, due([two]), transactions=(two.number,), purpose=two.number, date=first.date, kind=first.kind
    )
    if tale.rng.random() < 0.3:
        first, second = replace(first, serials=(), time=""), replace(second, serials=(), time="")
    tale.send(patron, [first], f"{one.number} 已付款，凭证见附件")
    tale.send(patron, [second], f"{two.number} 已付款，凭证见附件")


def misread(tale: Tale) -> None:
    """The number on the picture was misread: unknown, a neighbour of the patron's, or somebody else's."""
    patron, other = tale.patron(), tale.patron()
    mine = tale.fees(patron, tale.sums(3))
    theirs = tale.fees(other, tale.sums(1))
    said = tale.rng.choice((mine[0].number[:-1] + "x", mine[1].number, theirs[0].number, "20991231" + "0" * 7))
    tale.send(patron, [tale.proof(patron, due(mine[:1]), transactions=(said,), purpose=said,
                                  marks={"transactions": Mark(confidence=0.7, source="ocr")})])  # fmt: skip


def large(tale: Tale) -> None:
    """A large sum: booked, the document waits."""
    patron = tale.patron()
    requests = tale.fees(patron, [Money.of("680.00"), Money.of("12.00")])
    tale.automatic = True
    tale.send(patron, [tale.proof(patron, due(requests[:1]))], f"{requests[0].number} 已付款，凭证见附件")


def form_by_hand(tale: Tale) -> None:
    """The paper form without our code, twice on one day by one unit, for two fees of one sum."""
    patron, fee = tale.patron(), tale.sum()
    one, two = tale.fees(patron, [fee, fee])
    common = {"kind": ReceiptKind.CAMPUS_TRANSFER, "serials": (), "time": "", "payer": "信息学院",
              "payer_department": "123456", "payer_project": "654321", "department": "188610",
              "project": "669105"}  # fmt: skip
    first = tale.proof(patron, due([one]), **common)
    tale.send(patron, [first], f"{one.number} 转账单见附件，已付")
    tale.send(patron, [tale.proof(patron, due([two]), date=first.date, **common)], f"{two.number} 转账单见附件，已付")


TALES: Sequence[tuple[int, Telling]] = (
    (22, honest_one), (10, honest_silent), (12, combined), (4, ambiguous), (5, partial), (4, overpaid), (5, deposit),
    (3, wrong_account), (3, paid_twice), (6, sent_again), (4, stolen), (6, unreadable), (8, foreign),
    (6, paid_by_another), (6, several), (5, with_question), (4, same_day), (5, misread), (3, large), (3, form_by_hand),
)  # fmt: skip
