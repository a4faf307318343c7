"""What is said of payments that were not made, went back, were for something else or went elsewhere: the open part."""

from __future__ import annotations

from tests.receipts.adverse.case import Turn

SCREEN, SLIP = ("screen",), ("document", "paper")
BANKS = ("county_app", "city_app", "long_shot")
WALLETS = ("unionpay_bill", "jd_bill", "campus_cashier")
CHAT = ("wechat_bill", "alipay_bill")


def _turn(cls: str, name: str, lang: str = "zh", media: tuple[str, ...] = SCREEN, shapes: tuple[str, ...] = (), *,
          told: bool = False, pdf: bool | None = None, times: int = 1, **change: object) -> Turn:  # fmt: skip
    return Turn(
        cls=cls, name=name, lang=lang, media=media, change=change, shapes=shapes, told=told, pdf=pdf, times=times
    )


UNPAID = (
    _turn("unpaid", "scheduled", shapes=BANKS, title="预约转账已设置", rows=(("计划执行日", "2026年11月30日"),)),
    _turn("unpaid", "tomorrow", shapes=BANKS, title="次日到账 可于今日24点前撤回", steps=(("已提交", "11-23 10:02"), ("银行处理", ""), ("到账", ""))),
    _turn("unpaid", "authorise", shapes=BANKS, title="等待授权人确认", state="待授权"),
    _turn("unpaid", "second person", shapes=BANKS, title="录入成功", state="待复核"),
    _turn("unpaid", "draft", shapes=BANKS, title="草稿", button="继续办理"),
    _turn("unpaid", "accepted", shapes=BANKS, title="已受理"),
    _turn("unpaid", "submitted", shapes=BANKS, title="交易已提交 银行处理中"),
    _turn("unpaid", "submitted ok", shapes=BANKS, title="提交成功", state="受理中"),
    _turn("unpaid", "on its way", shapes=BANKS, title="汇款在途", steps=(("付款行已发出", "11-22 16:40"), ("收款行入账", "预计2小时内"))),
    _turn("unpaid", "confirm dialog", shapes=BANKS, title="请核对转账信息", button="确认转账"),
    _turn("unpaid", "enter password", shapes=BANKS, title="", button="输入交易密码"),
    _turn("unpaid", "state unknown", shapes=BANKS, title="结果未知，请稍后查询"),
    _turn("unpaid", "invented state", shapes=BANKS, title="银行已挂账", state="落地人工处理"),
    _turn("unpaid", "suspicious", shapes=BANKS, title="交易存疑 已暂缓入账"),
    _turn("unpaid", "limit", shapes=BANKS, title="超出当日限额 未扣款"),
    _turn("unpaid", "cashier", shapes=WALLETS, title="收银台", state="", button="立即付款", foot=("支付剩余时间 14:32",)),
    _turn("unpaid", "to pay", shapes=WALLETS, title="", state="等待买家付款", button="去支付"),
    _turn("unpaid", "order made", shapes=WALLETS, title="下单成功", state="未支付", foot=("请在30分钟内完成付款，超时订单自动关闭",)),
    _turn("unpaid", "closed", shapes=WALLETS, title="", state="交易关闭"),
    _turn("unpaid", "frozen", shapes=WALLETS, title="", state="预授权完成前 资金冻结"),
    _turn("unpaid", "bill", shapes=("campus_cashier",), title="账单已生成", state="欠费"),
    _turn("unpaid", "no state", shapes=("unionpay_bill", "campus_cashier"), title="", state=""),
    _turn("unpaid", "scheduled", "en", SCREEN, ("foreign_app",), title="Transfer scheduled", rows=(("Send on", "30 Nov 2026"),)),
    _turn("unpaid", "authorise", "en", SCREEN, ("foreign_app",), title="Awaiting authorisation", state="1 of 2 approvals"),
    _turn("unpaid", "in progress", "en", SCREEN, ("foreign_app",), title="In progress"),
    _turn("unpaid", "review", "en", SCREEN, ("foreign_app",), title="Review and confirm", button="Confirm transfer"),
    _turn("unpaid", "received request", "en", SCREEN, ("foreign_app",), title="We have received your request", state="Being processed"),
    _turn("unpaid", "pending", "en", SCREEN, CHAT, title="", state="Pending"),
    _turn("unpaid", "awaiting", "en", SCREEN, CHAT, title="", state="Awaiting payment", button="Pay Now"),
    _turn("unpaid", "failed", "en", SCREEN, CHAT, title="", state="Unsuccessful"),
    _turn("unpaid", "queued", "en", SCREEN, CHAT, title="", state="Queued for settlement"),
    _turn("unpaid", "preview", "zh", SLIP, ("rural_slip", "city_slip"), title="电子回单（预览，未记账）"),
    _turn("unpaid", "to be reviewed", "zh", SLIP, ("rural_slip", "city_slip", "union_counter"), state="待复核"),
    _turn("unpaid", "accepted", "zh", SLIP, ("rural_slip", "city_slip", "union_counter"), state="已受理，以实际入账为准"),
    _turn("unpaid", "instruction", "zh", SLIP, ("rural_slip", "city_slip"), title="付款指令单", stamp=()),
    _turn("unpaid", "appointment", "zh", SLIP, ("union_counter", "certificate"), title="预约汇款登记单"),
    _turn("unpaid", "failed", "zh", SLIP, ("rural_slip", "union_counter"), state="交易失败 户名不符"),
    _turn("unpaid", "remark", "zh", SLIP, ("certificate", "city_slip"), foot=("备注：该笔款项尚未从付款账户扣划。",)),
    _turn("unpaid", "pending", "en", SLIP, ("english_advice",), title="PAYMENT INSTRUCTION", state="Pending approval"),
    _turn("unpaid", "future", "en", SLIP, ("english_advice",), title="STANDING ORDER", state="Scheduled"),
    _turn("unpaid", "rejected", "en", SLIP, ("english_advice",), state="Rejected - beneficiary name mismatch"),
    _turn("unpaid", "draft", "en", SLIP, ("english_advice",), title="PAYMENT ADVICE (DRAFT)", state=""),
)  # fmt: skip

RETURNED = (
    _turn("returned", "refunded", shapes=WALLETS, title="", state="已全额退款"),
    _turn("returned", "partly", shapes=WALLETS, rows=(("已退款", "部分退款 ¥2.00"),)),
    _turn("returned", "progress", shapes=WALLETS, foot=("退款进度：商家已同意，预计1-3个工作日原路返回",)),
    _turn("returned", "cancelled", shapes=WALLETS, title="", state="已撤销"),
    _turn("returned", "credit", shapes=("unionpay_bill", "jd_bill"), sign="+", state="退货成功"),
    _turn("returned", "came back", shapes=BANKS, title="汇款退回", rows=(("退回原因", "收款账户状态异常"),)),
    _turn("returned", "steps", shapes=BANKS, steps=(("转账提交", "11-20 09:11"), ("收款行已拒绝入账", "11-20 09:30"), ("资金已原路退回", "11-20 15:02"))),
    _turn("returned", "reversal", shapes=BANKS, title="冲正交易", sign="-"),
    _turn("returned", "recalled", shapes=BANKS, title="转账已撤回"),
    _turn("returned", "row", shapes=BANKS, rows=(("冲销标志", "已冲销"),)),
    _turn("returned", "refunded", "en", SCREEN, CHAT, title="", state="Fully refunded"),
    _turn("returned", "partial", "en", SCREEN, CHAT, rows=(("Refund", "Partial refund ¥3.00"),)),
    _turn("returned", "reversed", "en", SCREEN, ("foreign_app",), title="Transaction reversed"),
    _turn("returned", "bounced", "en", SCREEN, ("foreign_app",), rows=(("Note", "Returned by beneficiary bank"),)),
    _turn("returned", "negative", "zh", SLIP, ("rural_slip", "city_slip"), sign="-", times=2),
    _turn("returned", "reversal", "zh", SLIP, ("rural_slip", "union_counter"), title="冲正凭证"),
    _turn("returned", "return note", "zh", SLIP, ("city_slip", "union_counter"), title="退汇通知书"),
    _turn("returned", "remark", "zh", SLIP, ("certificate", "city_slip"), foot=("注：上述款项已于次日退回付款账户。",)),
    _turn("returned", "summary", "zh", SLIP, ("rural_slip", "city_slip"), rows=(("备注", "抹账 原交易作废"),)),
    _turn("returned", "returned", "en", SLIP, ("english_advice",), title="RETURN OF FUNDS ADVICE"),
    _turn("returned", "reversal", "en", SLIP, ("english_advice",), rows=(("Remark", "Reversal of original entry"),)),
)  # fmt: skip

FOREIGN = (
    _turn("foreign", "tuition", shapes=BANKS, purpose="2026级学费"),
    _turn("foreign", "dormitory", shapes=BANKS, purpose="住宿费 丹阳3舍"),
    _turn("foreign", "parking", shapes=BANKS, purpose="车辆停放年费"),
    _turn("foreign", "power", shapes=BANKS, purpose="寝室电费充值"),
    _turn("foreign", "exam", shapes=BANKS, purpose="大学英语四级报名费"),
    _turn("foreign", "physical", shapes=BANKS, purpose="入学体检"),
    _turn("foreign", "conference", shapes=BANKS, purpose="学术会议注册费"),
    _turn("foreign", "tuition", shapes=("campus_cashier",), purpose="研究生学费"),
    _turn("foreign", "fine", shapes=("campus_cashier",), purpose="图书超期滞纳金"),
    _turn("foreign", "lost book", shapes=("campus_cashier",), purpose="图书遗失赔偿"),
    _turn("foreign", "network", shapes=("campus_cashier",), purpose="校园网费"),
    _turn("foreign", "canteen", shapes=WALLETS, purpose="紫金港食堂 午餐"),
    _turn("foreign", "top-up", shapes=WALLETS, purpose="校园卡圈存"),
    _turn("foreign", "gift", shapes=WALLETS, purpose="校友捐赠"),
    _turn("foreign", "tuition", "en", SCREEN, CHAT, purpose="Tuition Fall 2026"),
    _turn("foreign", "housing", "en", SCREEN, (*CHAT, "foreign_app"), purpose="Dormitory deposit"),
    _turn("foreign", "meals", "en", SCREEN, CHAT, purpose="Campus canteen"),
    _turn("foreign", "fine", "en", SCREEN, ("foreign_app",), purpose="Overdue book fine"),
    _turn("foreign", "tuition", "zh", SLIP, ("rural_slip", "city_slip", "certificate"), purpose="培训费", times=2),
    _turn("foreign", "room", "zh", SLIP, ("rural_slip", "union_counter"), purpose="住宿费"),
    _turn("foreign", "test", "zh", SLIP, ("city_slip", "union_counter"), purpose="测试加工费 分析测试中心"),
    _turn("foreign", "research", "zh", SLIP, ("rural_slip", "certificate"), purpose="技术开发合同款"),
    _turn("foreign", "tuition", "en", SLIP, ("english_advice",), purpose="Tuition fee student 3260100", times=2),
)

OTHERS = {"press": ("浙江大学出版社有限责任公司", "1202020709014411378"), "city": ("杭州城市学院", "1202026309008811907"), "bookshop": ("晓风书屋（西溪店）", "571907733310801"),
          "agency": ("杭州文献信息服务有限公司", "33050161742700000418"), "person": ("陈思远", "6222021202018822764")}  # fmt: skip
OFF = (
    "1202024609908808819",
    "1202024609908806891",
    "1202024609908808891"[:-1],
    "1202024690908808891",
)  # ours but for a digit


def _other(
    name: str, media: tuple[str, ...], shapes: tuple[str, ...], who: str, lang: str = "zh", **change: object
) -> Turn:
    payee, account = OTHERS[who]
    return _turn("elsewhere", name, lang, media, shapes, told=True, payee=payee, payee_account=account, **change)


ELSEWHERE = (
    _other("press", SCREEN, BANKS, "press"),
    _other("bookshop", SCREEN, WALLETS, "bookshop"),
    _other("person", SCREEN, BANKS, "person"),
    _other("agency", SLIP, ("rural_slip", "city_slip", "union_counter"), "agency"),
    _other("person", SLIP, ("certificate", "city_slip"), "person"),
    _other("college", SLIP, ("rural_slip", "union_counter"), "city"),
    _other("agency", SLIP, ("english_advice",), "agency", "en"),
    _other("person", SCREEN, ("foreign_app",), "person", "en"),
    _turn("elsewhere", "nickname", "en", SCREEN, ("wechat_bill",), payee="浙江大学", title="", rows=(("Transfer note", "Scanned a personal QR code"),), state="Received by friend"),
    _turn("elsewhere", "nickname", shapes=("unionpay_bill",), payee="浙江大学（*明）", rows=(("收款类型", "个人收款码"),)),
    _turn("elsewhere", "nickname", shapes=("jd_bill",), payee="浙江大学图书馆～小陈", rows=(("转账类型", "好友转账"),)),
    _turn("elsewhere", "similar", shapes=WALLETS, payee="浙江大字图书馆文创店"),
    _turn("elsewhere", "similar", shapes=BANKS, payee="浙江大学控股集团有限公司", told=True, payee_account="1202024609900077312"),
    _turn("elsewhere", "similar", "zh", SLIP, ("rural_slip", "city_slip"), payee="浙江人学", told=True, payee_account="1202024609908803377", pdf=True),
    _turn("elsewhere", "hospital", "zh", SLIP, ("rural_slip", "city_slip"), payee="浙江大学医学院附属第一医院", told=True, payee_account="1202024609914404277"),
    _turn("elsewhere", "similar", "en", SCREEN, CHAT, payee="Zhejiang University of Technology"),
    *[_turn("elsewhere", f"digit {i}", "zh", SLIP, ("rural_slip", "city_slip", "certificate"), payee_account=number, pdf=True) for i, number in enumerate(OFF)],
    _turn("elsewhere", "digit en", "en", SLIP, ("english_advice",), payee_account=OFF[0], pdf=True),
)  # fmt: skip

CURRENCY = (
    _turn("currency", "usd", shapes=("city_app", "county_app"), currency="USD", rows=(("币种", "美元"),)),
    _turn("currency", "hkd", shapes=("county_app", "unionpay_bill"), currency="HKD", rows=(("币种", "港币"),)),
    _turn("currency", "usd", "en", SCREEN, ("foreign_app", "wechat_bill", "alipay_bill"), currency="USD", times=2),
    _turn("currency", "gbp", "en", SCREEN, ("foreign_app",), currency="GBP"),
    _turn("currency", "usd", "en", SLIP, ("english_advice",), currency="USD"),
    _turn("currency", "eur", "en", SLIP, ("english_advice",), currency="EUR"),
    _turn("currency", "usd", "zh", SLIP, ("rural_slip", "city_slip"), currency="USD", rows=(("币种", "USD 美元"),), times=2),
    _turn("currency", "ten thousands", "zh", SLIP, ("rural_slip", "city_slip", "certificate"), unit="万元", times=3),
    _turn("currency", "thousands", "zh", SLIP, ("union_counter", "city_slip"), unit="人民币千元"),
)  # fmt: skip

TURNS = (*UNPAID, *RETURNED, *FOREIGN, *ELSEWHERE, *CURRENCY)
