"""What was paid for, in which currency, and to whom: drawn in letters, on slips, screens, pages and forms."""

from __future__ import annotations

import pytest

from maild.config import Office
from maild.domain.accounting.receipt import Purpose, Receipt
from maild.receipts.examples import sheet_of
from maild.receipts.extract import extract
from maild.receipts.sheet import Origin
from tests.cases import each
from tests.receipts.shipped import shipped

pytestmark = pytest.mark.long

LAYOUTS, OFFICE = shipped(), Office()
SLIP = """
              钱塘商业银行电子回单
日期：2026年11月24日        流水号：8801234567
付款人名称：刘洋            收款人名称：{payee}
付款人账号：6231001234567890      收款人账号：{account}
金额大写：人民币叁拾伍元整    小写：{sum}
{more}
"""
SCREEN = """
              转账成功
              ¥35.00
收款人            {payee}
收款账号          {account}
付款账户          尾号 5678
转账时间          2026-11-24 10:23:45
流水号            880123456712
{more}
"""
WECHAT = """
              {payee}
              -35.00
当前状态          支付成功
支付时间          2026年11月24日 10:23:45
{more}
支付方式          零钱
交易单号          4200001234202611241234567890
"""
PAGE = """
              {more}
              缴费成功
缴费项目          金额
{item}          35.00
合计              35.00
缴费时间          2026-11-24 10:23:45
缴费单号          LIB2026112400123
"""
ENGLISH = """
           PAYMENT RECEIPT
Payment status      Completed
Payer name          LI WEI
Payee name          {payee}
Payee account       {account}
Amount              CNY 35.00
Transaction time    2026-11-24 10:23:45
Reference no        FT26112412345
{more}
Bank of Somewhere
"""
US = {"payee": "浙江大学", "account": "1202024609908808891", "sum": "¥35.00", "more": "", "item": "文献传递费"}


def read(sheet: str, origin: Origin = Origin.TEXT, **parts: str) -> Receipt:
    """The only receipt of a sheet."""
    (receipt,) = extract(sheet_of(sheet.format(**(US | parts)), origin), layouts=LAYOUTS, office=OFFICE)
    return receipt


OTHERS = [
    (SLIP, "用途：2026 秋季学费"), (SLIP, "附言：紫金港 12 舍住宿费"), (SLIP, "摘要：电费缴纳"), (SLIP, "用途：文献传递费、停车月卡"),
    (SLIP, "备注：图书逾期罚款"), (SLIP, "附言：硕士生报名考试"), (SLIP, "用途：校友捐款"), (SLIP, "摘要：国际会议注册费"),
    (SLIP, "用途：购书款"), (SLIP, "附言：体育馆场地租用"), (SLIP, "用途：专著出版补贴"), (SLIP, "附言：转给张老师买显微镜镜头"),
    (SLIP, "業務類型：代繳學費"), (SLIP, "备注：論文版面費"), (SLIP, "业务种类：水电代缴"), (SLIP, "用途：文献传递费    附言：学生公寓空调费"),
    (SCREEN, "附言              食堂充值"), (SCREEN, "转账附言          党费 11 月"), (SCREEN, "用途              英语四级补考"),
    (SCREEN, "转账说明          一卡通挂失补卡"), (SCREEN, "备注              游泳馆年卡"), (SCREEN, "附言              dormitory fee 2026"),
    (WECHAT, "商品              校园停车费-玉泉"), (WECHAT, "商品              浙江大学-电费充值"), (WECHAT, "商品              教材订购"),
    (WECHAT, "商品说明          打印店结账打印费"), (WECHAT, "商品              体检套餐"),
    (ENGLISH, "Remark              tuition 2026 fall"), (ENGLISH, "Purpose             conference registration fee"),
    (ENGLISH, "Remark              Parking permit zone B"), (ENGLISH, "Purpose             library overdue fines"),
]  # fmt: skip


UNLISTED = ["会员卡", "3D打印", "测序", "咖啡", "图书馆咖啡", "存包柜", "文创", "明信片", "拷贝U盘", "门禁卡", "借阅证", "翻译", "质谱", "XRD", "瑜伽",
            "奶茶", "桶装水",  "搬家", "演出", "普通话", "驾校", "年卡", "海报", "算力", "GPU", "coffee", "locker", "3D printing", "sequencing",
            "poster", "cloud hours", "souvenir", "binding", "key deposit", "工会小组", "冲击动力学",
            "毕业论文复制费", "学位论文获奖证书", "租", "押", "罚"]  # fmt: skip


@each("said", UNLISTED)
def test_a_purpose_that_nobody_listed_is_for_a_person(said: str) -> None:
    """A remark that is neither ours nor a name, a unit, a place, a number or what banks write."""
    assert read(SLIP, more=f"附言：{said}").paid_for is Purpose.OTHER
    assert read(PAGE, more="浙江大学缴费平台", item=said).paid_for is Purpose.OTHER


SUBJECTS = ["冲击动力学课题 文献费", "Waste reviews 文献费", "文献费 退火工艺", "退休职工待遇研究 文献传递费", "未来媒体研究 检索费", "冲绳史料复印费",
            "电费定价论文 文献传递费", "保险精算 文献费", "停车场设计 文献传递费", "馆际互借-会议论文", "Conference proceedings document delivery",
            "文献传递费(培训教材专题)", "租赁法 查新费", "Rent control papers ILL fee", "Library retrieval"]  # fmt: skip


@pytest.mark.parametrize("said", SUBJECTS)
def test_what_an_article_is_about_is_no_purpose(said: str) -> None:
    """Nor does it speak against the payment, where the remark says that our service was paid for."""
    receipt = read(SLIP, more=f"附言：{said}")
    assert receipt.paid_for is Purpose.OURS
    assert receipt.sure, receipt.warnings


@pytest.mark.parametrize(
    "said",
    [
        "文献费 已退回",
        "文献费（退）",
        "文献费、停车月卡",
        "文献传递费 学费",
        "document delivery and tuition",
        "文献费 待审",
        "文献费 退款处理",
        "检索费+住宿费",
    ],
)
def test_a_word_of_state_or_another_charge_beside_ours_is_for_a_person(said: str) -> None:
    """A piece of the remark that is such a word and nothing else."""
    assert not read(SLIP, more=f"附言：{said}").sure


@each(("sheet", "line"), OTHERS)
def test_another_purpose_is_for_a_person(sheet: str, line: str) -> None:
    """The account is the whole university's: what else is paid there is not ours."""
    receipt = read(sheet, more=line)
    assert receipt.paid_for is Purpose.OTHER
    assert not receipt.sure


@pytest.mark.parametrize(
    ("heading", "item"),
    [("校园统一支付平台", "学生宿舍水费"), ("校园卡充值", "圈存"), ("浙江大学缴费平台", "超期罚款"), ("浙江大学缴费", "图书赔偿"), ("停车缴费", "临停"),
     ("校园统一支付平台", "上网费"), ("浙江大学缴费平台", "成人学位报名")],
)  # fmt: skip
def test_another_item_or_heading_is_for_a_person(heading: str, item: str) -> None:
    """The university's own pages take money for everything."""
    receipt = read(PAGE, more=heading, item=item)
    assert receipt.paid_for is Purpose.OTHER
    assert not receipt.sure


OURS = [
    *((SLIP, f"附言：{said}", Purpose.SILENT) for said in ("信电学院张伟", "能源学院 2026", "李明 电话13800000000", "Zhang Wei", "Li Ming 3140101234",
      "跨行汇款", "无", "杭州", "谢谢老师", "科研经费支出", "浙江大学医学院附属第一医院", "高分子系")),
    (SLIP, "用途：图书馆文献传递费 2026112400017", Purpose.OURS), (SLIP, "附言：馆际互借费", Purpose.OURS), (SLIP, "摘要：跨行转出    附言：检索费", Purpose.OURS),
    (SLIP, "用途：科研经费支付文献复制费", Purpose.OURS), (SLIP, "用途：", Purpose.SILENT), (SLIP, "附言：刘洋 22310001", Purpose.SILENT),
    (SLIP, "摘要：网银转账支出", Purpose.SILENT), (SLIP, "摘要：网转", Purpose.SILENT), (SLIP, "附言：发票抬头同付款人", Purpose.SILENT), (SLIP, "附言：王老师课题组", Purpose.SILENT), (SLIP, "业务类型：跨行汇款    用途：文獻傳遞費", Purpose.OURS),
    (SCREEN, "附言              预付款（文献传递）", Purpose.OURS), (SCREEN, "附言              2026112400017", Purpose.SILENT),
    (WECHAT, "商品              浙江大学图书馆-扫码付款", Purpose.SILENT), (WECHAT, "商品              文献传递费", Purpose.OURS),
    (ENGLISH, "Remark              document delivery ILL-2026112400017", Purpose.OURS), (ENGLISH, "Purpose             Interlibrary loan fee", Purpose.OURS),
]  # fmt: skip


@each(("sheet", "line", "purpose"), OURS)
def test_our_purpose_or_none_stands_in_no_ones_way(sheet: str, line: str, purpose: Purpose) -> None:
    """Also beside how the bank calls a transfer, a name, a unit, a number."""
    receipt = read(sheet, more=line)
    assert receipt.paid_for is purpose
    assert not any("something else" in warning for warning in receipt.warnings)


def test_small_print_below_an_empty_remark_is_no_purpose() -> None:
    """A label with a colon and nothing behind it; what is surely another matter counts there as well."""
    assert read(SLIP, more="用途：文献传递费\n附言：\n自助打印,请避免重复").sure
    assert not read(SLIP, more="用途：文献传递费\n附言：\n学生公寓空调费").sure


def test_what_a_page_recommends_is_no_purpose() -> None:
    """An advertisement below the payment."""
    assert (
        read(SLIP, more="用途：检索费\n              为您推荐\n              话费充值  校园停车月卡 9 折").paid_for
        is Purpose.OURS
    )


CURRENCIES = [
    (SLIP, "币种：美元"), (SLIP, "币别：HKD"), (SLIP, "货币：西非法郎"), (SLIP, "交易币种：EUR 欧元"), (SLIP, "单位：万元"), (SLIP, "金额单位：千元"),
    (SLIP, "（单位：人民币万元）"), (SLIP, "備註：折合 4.90 美金"), (SLIP, "币种：港币    用途：检索费"), (SLIP, "折算金额：US$ 4.93"),
    (SCREEN, "币种              日元"), (SCREEN, "扣款金额          $4.93"), (SCREEN, "汇款币种          澳大利亚元"), (SCREEN, "单位(百元)"), (SLIP, "实扣    4.90加拿大元"), (SLIP, "实付    35.00 Q币"), (SLIP, "另扣：35金豆"), (SLIP, "注：本表金额以万元计"),
    (ENGLISH, "Currency            USD"), (ENGLISH, "Currency            Hong Kong dollars"), (ENGLISH, "Unit: 10,000"), (ENGLISH, "Charged             GBP 3.90"),
]  # fmt: skip


@each(("sheet", "line"), CURRENCIES)
def test_another_currency_or_unit_leaves_no_amount(sheet: str, line: str) -> None:
    """The figures are no yuan then, whatever they are."""
    receipt = read(sheet, more=line)
    assert receipt.amount is None
    assert not receipt.sure
    assert any(warning.startswith("in another currency or unit") for warning in receipt.warnings)


@pytest.mark.parametrize(
    "shown",
    [
        "¥35.00    人民币（大写）叁拾伍元整",
        "35.00    人民币",
        "¥35.00 人民币(元)",
        "RMB 35.00    人民币元",
        "35.00 （人民币 叁拾伍元整）",
    ],
)
def test_the_name_of_our_currency_behind_the_figure_is_no_unit(shown: str) -> None:
    """A slip of many banks: figures, then 人民币 and the words, in one box."""
    receipt = read(SLIP.replace("金额大写：人民币叁拾伍元整    ", ""), sum=shown)
    assert not any("currency" in warning for warning in receipt.warnings)
    assert str(receipt.amount) == "35.00 CNY"


@pytest.mark.parametrize("shown", ["3.50万元", "3.50 万元", "3.50  万元", "0.35千元", "3.50  人民币万元"])
def test_a_unit_behind_the_figure_leaves_no_amount(shown: str) -> None:
    """In its box, or in the next."""
    receipt = read(SLIP.replace("金额大写：人民币叁拾伍元整    ", ""), sum=shown)
    assert receipt.amount is None
    assert not receipt.sure


@pytest.mark.parametrize(
    "line",
    [
        "币种：人民币",
        "币种：CNY",
        "币种    人民币(CNY)",
        "币别：RMB",
        "单位：元",
        "货币：人民币元",
        "币种：    手续费：0.00",
    ],
)
def test_yuan_by_any_name_is_ours(line: str) -> None:
    """Also where nothing stands at the label."""
    receipt = read(SLIP, more=line)
    assert receipt.amount is not None
    assert receipt.sure


@each(
    ("sheet", "parts", "ours"),
    [
        (SLIP, {"account": "1202024609908808892"}, None),
        (SLIP, {"account": "1202024609908888891"}, None),
        (SLIP, {"payee": "浙江太学"}, None),
        (SLIP, {"payee": "浙江大学后勤集团"}, None),
        (SLIP, {"payee": "杭州文献信息有限公司", "account": "571907733310801"}, False),
        (SLIP, {"payee": "杭州文献信息有限公司", "account": "5719****0801"}, None),
        (SCREEN, {"account": "1202****8892"}, None),
        (SCREEN, {"account": "1202 **** **** 8891"}, True),
        (SCREEN, {"payee": "浙江大学城市学院"}, None),
        (WECHAT, {"payee": "扫二维码付款-给浙江大学图书馆"}, None),
        (WECHAT, {"payee": "浙江大学图书馆(*明)"}, None),
        (WECHAT, {"payee": "转账-转给浙江大学", "more": "转账说明          文献传递费"}, None),
        (WECHAT, {"payee": "浙江大学", "more": "商品              文献传递费\n对方已收钱        2026-11-24"}, None),
        (WECHAT, {"payee": "扫二维码付款-给浙江大学", "more": "商户全称          浙江大学"}, True),
        (WECHAT, {"payee": "罗森便利店"}, None),
        (WECHAT, {"payee": "浙江大学", "more": "商户全称          浙江大学\n转账说明          对方已收钱"}, None),
        (WECHAT, {"payee": "浙江大学", "more": "转账类型          个人收款码"}, None),
        (WECHAT, {"payee": "浙江大学", "more": "Scanned a personal QR code"}, None),
        (ENGLISH, {"payee": "Zhejiang University"}, True),
        (ENGLISH, {"payee": "Zhejiang University Press", "account": "1202024609908808892"}, None),
    ],
)
def test_whose_money_it_is(sheet: str, parts: dict[str, str], ours: bool | None) -> None:
    """The file's own text: to the character; a name that somebody gave himself says nothing."""
    assert read(sheet, **parts).payee_is_library is ours


def test_a_picture_may_be_misread_by_what_is_known_to_be_misread() -> None:
    """The same values in text are another's; read from a picture, they are ours or unsaid."""
    for parts, ours in (
        ({"payee": "浙江太学"}, True),
        ({"account": "1202024609908888891"}, True),
        ({"account": "1202024609908808892"}, True),
        ({"payee": "浙汉大学", "account": "1202024609908808892"}, None),
    ):
        assert read(SLIP, Origin.OCR, **parts).payee_is_library is ours, parts
