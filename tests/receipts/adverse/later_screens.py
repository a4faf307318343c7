"""Screens drawn after the reader's laws were written, full of what screens say beside the payment: hints, offers, buttons."""

from __future__ import annotations

from tests.receipts.adverse.case import Slip, layout
from tests.receipts.adverse.screens_en import english
from tests.receipts.adverse.screens_zh import below, told
from tests.receipts.drawing import Drawing
from tests.receipts.registry import Pad
from tests.receipts.screens import DAY, MIST, NIGHT, SLATE, Theme, button, rows, status_bar, tick, top_bar
from tests.receipts.values import masked, spaced

FULL = "amount payee payee_account date serials"


def money(slip: Slip, mark: str = "¥") -> str:
    return mark + slip.figures if slip.currency == "CNY" else f"{slip.figures} {slip.currency}"


def _links(page: Drawing, pad: Pad, theme: Theme, y: float, pool: tuple[str, ...], count: int) -> float:
    """Links under the rows, each with an arrow."""
    for text in pad.random.sample(pool, count):
        page.text(28, y, text, 15, colour=theme.text)
        page.text(page.width - 28, y, ">", 15, colour=theme.faint, anchor="rs")
        y += 40
    return y


def _offer(page: Drawing, pad: Pad, y: float, pool: tuple[tuple[str, str], ...]) -> float:
    """A banner that advertises."""
    head, body = pad.random.choice(pool)
    page.rect(14, y, page.width - 14, y + 72, colour=None, fill="#fff1e0", radius=10)
    page.text(30, y + 30, head, 16, face="bold", colour="#c2410c")
    page.text(30, y + 54, body, 12, colour="#8a5a2b")
    return y + 96


@layout("bank_app", "screen", done=("转账成功", "汇款成功"), shows=FULL)
def river_app(slip: Slip, pad: Pad) -> Drawing:
    """A joint-stock bank's result page: two steps, links, an offer."""
    theme = pad.random.choice((DAY, MIST))
    page = pad.page(390, 900, theme.paper)
    status_bar(page, pad, theme.text)
    top_bar(page, "转账结果", theme.text, right=pad.random.choice(("完成", "关闭", "首页")))
    tick(page, 195, 124, 22, "#1f6feb")
    page.text(195, 178, slip.title or "", 19, face="bold", anchor="ms")
    page.text(195, 226, money(slip), 34, face="bold", anchor="ms")
    pairs = told(("收款人姓名", slip.payee), ("收款卡号", spaced(slip.payee_account)), ("收款银行", "中国工商银行"), ("付款卡号", masked(pad.random, slip.payer_account)),
                 ("转账状态", slip.state), ("计量单位", slip.unit), ("转账附言", slip.purpose), ("到账方式", pad.random.choice(("实时到账", "普通到账"))),
                 ("转账时间", f"{slip.at:%Y-%m-%d %H:%M:%S}"), ("交易流水号", slip.serial), *slip.rows)  # fmt: skip
    y = rows(page, theme, pairs, 270, label_x=28, value_x=130, right=362, step=35)
    y = _links(
        page,
        pad,
        theme,
        y + 16,
        ("设为常用收款人", "给TA留言", "查看电子回单", "再转一笔", "转账限额调整", "下次转账免输账号", "生成收款码"),
        2,
    )
    y = _offer(page, pad, y, (("新客专享 最高88元立减金", "每日10点开抢，先到先得"), ("天天有惊喜", "点击抽取转账好礼"), ("七日年化2.31%", "零钱放进活期宝，随用随取"),
                              ("邀请好友开户", "双方各得20元话费券"), ("您有一张免息券待使用", "本月31日到期")))  # fmt: skip
    return below(page, theme, slip, y, "#1f6feb")


@layout(
    "wechat",
    "screen",
    done=("",),
    made=("支付成功",),
    shows="amount payee date serials",
    names=("浙江大学", "浙江大学图书馆"),
)
def green_bill(slip: Slip, pad: Pad) -> Drawing:
    """A messenger's bill with its services below."""
    theme = pad.random.choice((DAY, NIGHT))
    page = pad.page(390, 900, theme.paper)
    status_bar(page, pad, theme.text)
    top_bar(page, "", theme.text, right="全部账单")
    page.text(195, 150, slip.payee, 17, colour=theme.text, anchor="ms")
    page.text(195, 204, f"{slip.sign or '-'}{slip.amount:,.2f}" if slip.currency == "CNY" else money(slip), 36, face="bold", colour=theme.text, anchor="ms")  # fmt: skip
    if slip.title:
        page.text(195, 234, slip.title, 14, colour="#d08a1d", anchor="ms")
    pairs = told(("当前状态", slip.state), ("支付时间", f"{slip.at:%Y年%m月%d日 %H:%M:%S}"), ("商品", slip.purpose or "浙江大学图书馆收款"), ("单位", slip.unit),
                 ("商户全称", "浙江大学" if slip.payee.startswith("浙江大学图") or slip.payee == "浙江大学" else slip.payee), ("收单机构", "中国工商银行股份有限公司"),
                 ("支付方式", f"{slip.bank}储蓄卡({slip.payer_account[-4:]})"), ("交易单号", slip.serial), ("商户单号", slip.order), *slip.rows)  # fmt: skip
    y = rows(page, theme, pairs, 280, label_x=26, value_x=112, size=14, step=34)
    page.text(26, y + 10, "账单服务", 14, colour=theme.faint)
    y = _links(
        page,
        pad,
        theme,
        y + 44,
        (
            "对订单有疑惑",
            "发起群收款",
            "在此商户的交易",
            "申请转账电子凭证",
            "定位到聊天位置",
            "看看商家小程序",
            "联系商家",
            "查看发票",
        ),
        3,
    )
    page.text(
        195,
        y + 10,
        pad.random.choice(("本服务由财付通提供", "微信支付", "腾讯客服 · 安心支付")),
        12,
        colour=theme.faint,
        anchor="ms",
    )
    return below(page, theme, slip, y + 40, "#07c160")


@layout(
    "alipay",
    "screen",
    done=("交易成功", "支付成功"),
    shows="amount payee date serials",
    names=("浙江大学", "浙江大学图书馆"),
)
def blue_bill(slip: Slip, pad: Pad) -> Drawing:
    """A wallet's bill with switches, tags, points and an offer."""
    page = pad.page(390, 940, "#f4f5f7")
    status_bar(page, pad, "#222222")
    top_bar(page, "账单详情", "#222222", right="···")
    page.text(195, 122, slip.payee, 16, anchor="ms")
    page.text(
        195,
        176,
        f"{slip.sign or '-'}{slip.amount:,.2f}" if slip.currency == "CNY" else money(slip),
        36,
        face="bold",
        anchor="ms",
    )
    page.text(195, 208, slip.title or "", 15, colour="#7a7a7a", anchor="ms")
    pairs = told(("状态", slip.state), ("付款方式", pad.random.choice(("余额宝", "花呗", f"{slip.bank}储蓄卡({slip.payer_account[-4:]})"))), ("单位", slip.unit), ("商品说明", slip.purpose or "校园缴费"),
                 ("收款方全称", slip.payee), ("支付时间", f"{slip.at:%Y-%m-%d %H:%M:%S}"), ("订单号", slip.serial), ("商家订单号", slip.order), *slip.rows)  # fmt: skip
    y = rows(page, MIST, pairs, 260, label_x=26, value_x=122, right=364, size=14, step=36)
    pool = (
        ("账单分类", "教育培训"),
        ("标签", "添加"),
        ("计入收支", ""),
        ("蚂蚁森林", "获得绿色能量 5g"),
        ("支付奖励", "+3 积分"),
        ("商家会员", "立即加入享折扣"),
        ("亲情卡", ""),
    )
    for label, value in pad.random.sample(pool, 3):
        page.text(26, y, label, 14)
        page.text(364, y, value, 14, colour="#8a8a8a", anchor="rs")
        y += 36
    y = _links(
        page,
        pad,
        MIST,
        y + 8,
        ("对此订单有疑问", "查看往来记录", "联系收款方", "申请电子回单", "投诉", "账单助手小贴士", "AA收款"),
        3,
    )
    y = _offer(
        page,
        pad,
        y,
        (("记账月报来了", "看看这个月钱都花哪了"), ("芭芭农场", "浇水施肥领水果"), ("免费领取流量包", "剩余 1862 份")),
    )
    return below(page, MIST, slip, y, "#1677ff")


@layout(
    "bank_app",
    "screen",
    "en",
    done=("Transfer successful", "Payment successful", "Paid"),
    shows=FULL,
    names=("浙江大学", "Zhejiang University"),
)
def lion_app(slip: Slip, pad: Pad) -> Drawing:
    """A foreign bank's app with hints and offers."""
    theme = pad.random.choice((DAY, SLATE))
    page = pad.page(390, 900, theme.paper)
    status_bar(page, pad, theme.text)
    top_bar(page, pad.random.choice(("Receipt", "Done", "Transfer receipt")), theme.text, right="Share")
    page.text(28, 130, slip.title or "", 22, face="bold", colour=theme.text)
    page.text(28, 184, money(slip, "CNY "), 30, face="bold", colour=theme.text)
    pairs = told(("To", slip.payee), ("Account no.", slip.payee_account), ("Bank", "ICBC"), ("From", f"Savings {masked(pad.random, slip.payer_account)}"), ("Status", slip.state), ("Unit", slip.unit),
                 ("Reference note", english(slip.purpose)), ("Fee", "Free"), ("Date and time", f"{slip.at:%d %b %Y, %H:%M}"), ("Transaction number", slip.serial), *slip.rows)  # fmt: skip
    y = rows(page, theme, pairs, 232, label_x=28, value_x=160, right=362, size=14, step=35)
    y = _links(
        page,
        pad,
        theme,
        y + 12,
        (
            "Save this payee",
            "Make another transfer",
            "Set up a shortcut",
            "View account activity",
            "Rate your experience",
            "Split this bill",
            "Download as PDF",
        ),
        3,
    )
    foot = pad.random.choice(("Earn 4.1% on your savings with Flexi Saver.", "Did you know? You can pay with your fingerprint.", "Need help? Chat with Nova, our virtual assistant.", "Stay safe: we will never ask for your password by phone."))  # fmt: skip
    for piece in page.wrap(foot, 13, 334):
        page.text(28, y + 4, piece, 13, colour=theme.faint)
        y += 20
    return below(page, theme, slip, y + 12, "#b00020")


@layout("bank_app", "screen", done=("付款成功", "已付款"), shows="amount payee date serials")
def sun_wallet(slip: Slip, pad: Pad) -> Drawing:
    """A telecom company's wallet: sum on the left, promotion between."""
    page = pad.page(390, 860, "#fafafa")
    status_bar(page, pad, "#333333")
    top_bar(page, "交易详情", "#333333", right="客服")
    page.text(28, 132, slip.title or "", 17, face="bold", colour="#0aa06e")
    page.text(28, 186, money(slip, "￥"), 34, face="bold")
    y = (
        _offer(
            page,
            pad,
            204,
            (("翼支付狂欢节", "充100得110"), ("权益商城上新", "视频会员月卡5折"), ("橙分期", "大额购机0首付")),
        )
        - 4
    )
    pairs = told(("收款商户", slip.payee), ("交易状态", slip.state), ("单位", slip.unit), ("商品名称", slip.purpose or "文献传递"), ("付款账户", f"{slip.bank}({slip.payer_account[-4:]})"),
                 ("优惠金额", "0.00元"), ("付款时间", f"{slip.at:%Y/%m/%d %H:%M:%S}"), ("支付流水", slip.serial), *slip.rows)  # fmt: skip
    y = rows(page, MIST, pairs, y + 26, label_x=28, value_x=126, right=362, step=36)
    for line in pad.random.sample(
        (
            "客服热线 10000 按 9",
            "交易信息每日23点后更新",
            "小额免密可在设置中管理",
            "本页信息以实际页面为准",
            "电子发票请在个人中心开具",
            "账户资金由太平洋保险承保",
        ),
        2,
    ):
        page.text(195, y + 8, line, 12, colour="#999999", anchor="ms")
        y += 24
    return below(page, MIST, slip, y + 14, "#0aa06e")


@layout("library_payment", "screen", done=("缴费成功", "支付成功"), shows="amount payee date serials")
def hall_pay(slip: Slip, pad: Pad) -> Drawing:
    """A university's service hall: head with name, card, advice in small print, a menu below."""
    page = pad.page(390, 860, "#eef1f6")
    status_bar(page, pad, "#222222")
    page.rect(0, 44, 390, 100, colour=None, fill="#8a1538")
    page.text(
        195, 80, pad.random.choice(("浙江大学网上办事大厅", "缴费大厅", "求是缴费")), 18, colour="#ffffff", anchor="ms"
    )
    tick(page, 195, 140, 22, "#18a05e")
    page.text(195, 194, slip.title or "", 19, face="bold", anchor="ms")
    page.text(195, 238, money(slip), 30, face="bold", anchor="ms")
    pairs = told(("项目名称", slip.purpose or "文献传递费"), ("应缴金额", money(slip)), ("实缴金额", money(slip)), ("收费单位", slip.payee), ("单位", slip.unit), ("缴费人姓名", slip.payer),
                 ("订单状态", slip.state), ("缴费时间", f"{slip.at:%Y-%m-%d %H:%M:%S}"), ("交易单号", slip.serial), *slip.rows)  # fmt: skip
    y = rows(page, MIST, pairs, 282, label_x=30, value_x=130, right=360, step=36)
    for line in pad.random.sample(
        (
            "电子票据将于次日推送至您的邮箱",
            "票据开具请咨询财务处大厅3号窗口",
            "如遇扣款异常请拨打 88206666",
            "工作时间：周一至周五 8:00-17:00",
            "技术支持：信息技术中心",
            "请截图保存此页面",
        ),
        2,
    ):
        page.text(30, y + 8, line, 12, colour="#888888")
        y += 24
    for i, text in enumerate(("首页", "缴费", "记录", "我的")):
        page.text(56 + 92 * i, max(y + 40, 800), text, 13, colour="#666666", anchor="ms")
    return below(page, MIST, slip, max(y + 40, 800) + 16, "#8a1538")


@layout("bank_app", "screen", done=("交易成功", "转账成功"), shows=FULL)
def web_bank(slip: Slip, pad: Pad) -> Drawing:
    """Internet banking in a browser: menus left and above, result on the right, a footer."""
    page = pad.page(980, 620, "#ffffff")
    page.rect(0, 0, 980, 52, colour=None, fill="#b5121b")
    page.text(
        28,
        34,
        pad.random.choice(("海晏银行个人网银", "之江银行 网上银行", "绿洲银行专业版")),
        20,
        face="bold",
        colour="#ffffff",
    )
    page.text(
        952,
        34,
        pad.random.choice(
            ("您好，上次登录 2026-11-12  安全退出", "欢迎您  客户等级：金卡  退出", "消息(3)  设置  退出登录")
        ),
        13,
        colour="#ffffff",
        anchor="rs",
    )
    for i, text in enumerate(("账户管理", "转账汇款", "投资理财", "贷款", "信用卡", "生活缴费")):
        page.text(30 + 110 * i, 82, text, 15)
    for i, text in enumerate(("行内转账", "跨行转账", "定期转账管理", "收款人名册", "转账记录查询", "额度设置")):
        page.text(30, 130 + 36 * i, text, 13, colour="#666666")
    page.text(210, 128, slip.title or "", 20, face="bold", colour="#1a7f37")
    pairs = told(("收款人名称", slip.payee), ("收款人账号", slip.payee_account), ("收款人开户行", "工行杭州市浙大分理处"), ("付款人名称", slip.payer), ("付款账号", slip.payer_account),
                 ("转账金额", money(slip) + ("元" if slip.currency == "CNY" else "")), ("金额单位", slip.unit), ("交易状态", slip.state), ("用途", slip.purpose), ("交易时间", f"{slip.at:%Y-%m-%d %H:%M:%S}"), ("网银流水号", slip.serial), *slip.rows)  # fmt: skip
    y = 166.0
    for label, value in pairs:
        page.text(330, y, label + "：", 14, colour="#555555", anchor="rs")
        page.text(340, y, value, page.fit(value, 14, 420))
        y += 31
    for i, text in enumerate(("打印", "下载电子回单", "保存收款人", "继续转账")):
        page.rect(260 + 130 * i, y, 374 + 130 * i, y + 32, colour="#b5121b", radius=4)
        page.text(317 + 130 * i, y + 21, text, 13, colour="#b5121b", anchor="ms")
    y += 60
    for line in pad.random.sample(
        (
            "1. 请勿向陌生人透露短信验证码和登录密码。",
            "2. 您可在“转账记录查询”中打印电子回单。",
            "温馨提示：节假日大额支付系统关闭期间，跨行汇款顺延处理。",
            "3. 单日累计限额可在额度设置中修改。",
        ),
        2,
    ):
        page.text(210, y, line, 12, colour="#888888")
        y += 22
    page.text(
        490,
        y + 26,
        "版权所有 © 2026 "
        + pad.random.choice(("浙ICP备05001234号", "客户服务热线 95XXX", "推荐使用 1366×768 分辨率浏览")),
        12,
        colour="#999999",
        anchor="ms",
    )
    y += 44
    for line in slip.foot:
        page.text(210, y, line, 13, colour="#555555")
        y += 22
    for what, when in slip.steps:
        page.text(210, y, f"{what}  {when}", 13)
        y += 22
    if slip.button:
        button(page, 210, y, 400, slip.button, "#b5121b")
        y += 54
    page.height = max(page.height, y + 20)
    return page
