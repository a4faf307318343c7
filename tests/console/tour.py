"""Every page of the console with something on it, found from its registry: what is checked for all forgets none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from maild.classify.learned.second import shipped
from maild.console.access.gate import Gate
from maild.console.areas import VIEWS
from maild.domain.desk.access import Role
from maild.domain.desk.kept import Sort
from maild.domain.incoming.decision import Cause
from maild.domain.learning.learned import Use
from maild.domain.money import Money
from maild.domain.requests.patron import RegistrationStep
from maild.linear.weights import pack
from maild.office.registration.acts_registration import entered
from tests.console.door import cheap
from tests.console.world import World

# Ready, for a browser: the page's script has run, and the pictures that a worker makes are there.
SETTLED = """() => document.documentElement.dataset.ready
  && [...document.querySelectorAll("figure.page, figure.picture")]
    .every(figure => figure.matches(".there, .broken") || figure.querySelector("img[loading=lazy]"))"""
# Several requests in one mail: two move when it comes, one says nothing new, three wait.
BATCH = """各位老师：
处理情况如下：
2026112000102 无法提供，本馆未收藏
2026112000108 无法提供，本馆未收藏
2026112000106 已寄出
2026119999999 无法提供
2026112000103 已寄出
2026118888888 正在加工
谢谢
"""
_PARAMETER = re.compile(r"{(\w+)(?::\w+)?}")


def furnish(office: World) -> Mapping[str, str]:
    """Put something onto every page; what stands for each parameter of a path."""
    services = office.services
    said = entered(email="new.reader@reader.example", step=RegistrationStep.ACCOUNT, state=None, kind="internal",
                   login="newreader", name="钱新", department="化学系", phone="", reason="", at=None)  # fmt: skip
    services.registration_acts.add(said, actor="li")
    with services.store.begin() as uow:
        report = {"mails": 120, "backtest": {"mails": 60, "gained": 4, "changed": 2, "contradicting": 1}}
        uow.learned.add("0a1b2c3d4e5f", pack(shipped()), report, actor="li", at=services.clock.now())
        uow.learned.use(Use.ADOPTED, "", actor="li", at=services.clock.now(), note="as it ships")
    gate = Gate(services, cheap())
    for name, role in (("li", Role.ADMINISTRATOR), ("wu", Role.LIBRARIAN)):
        gate.staff.add(name, role, actor="li", password="an invented pass phrase")
    desk = services.desk_acts
    desk.keep(
        Sort.ANSWER, "到馆取书", {"text": "{patron}您好：您申请的《{title}》已到馆，请于 {due} 前归还。"}, actor="li"
    )
    desk.keep(Sort.ANSWER, "Thanks", {"text": "谢谢{patron}，我们正在查{request}。"}, actor="li", shared=True)
    desk.keep(Sort.VIEW, "缴费类", {"query": "topic=money"}, actor="li", shared=True)
    desk.keep(Sort.SEARCH, "有凭证的来信", {"text": "has:proof"}, actor="li")
    desk.duty("asked", ["question"], ["li", "wu"], actor="li")
    with services.store.read() as uow:
        first = uow.reviews.find(limit=1)[0]
    services.queue_acts.note(first.id, "@li 请看一下", actor="wu")
    office.receive(office.mail(subject="处理情况", text=BATCH))
    services.books.top_up("p01", _money("50"), actor="li", note="柜台现金充值")
    with services.store.read() as uow:
        registration = uow.registrations.find(limit=1)[0].id
        invoices = uow.invoices.find(limit=1)
        proofs = uow.reviews.find(cause=Cause.PAYMENT_PROOF)
        questions = [i for i in uow.reviews.find(cause=Cause.QUESTION) if i.subject == "收费标准"]
        mail = proofs[0].mail_id
        notice = uow.outbox.find(limit=1)[0].id
        batch = max(item.id for item in uow.reviews.find(limit=500) if item.subject == "处理情况")
        waiting = ",".join(str(item.id) for item in uow.reviews.find(limit=100))
    return {
        "item_id": str(proofs[0].id), "number": "2026112000101", "patron_id": "p01", "mail_id": str(mail), "n": "0",
        "registration_id": str(registration), "invoice_id": str(invoices[0].id), "entry_id": str(notice),
        "notice_id": str(notice), "kind": "fee_notice", "name": "30-calis-shipped",
        "accounts.one.name": "wu", "try_id": "0000-gone", "waiting": waiting,
        "question": str(questions[0].id), "batch": str(batch),
    }  # fmt: skip


def _money(text: str) -> Money:

    return Money.of(text)


def paths(examples: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(name, path) of every view. A parameter that has no example is a fault of the test: give it one in furnish."""
    for view in VIEWS:
        own = {name.removeprefix(f"{view.name}."): value for name, value in examples.items()}
        yield view.name, _PARAMETER.sub(lambda found, own=own: own[found[1]], view.path)
