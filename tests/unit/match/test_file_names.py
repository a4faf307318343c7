"""Names of supplied files that call another work."""

from __future__ import annotations

from maild.match.file_names import calls_another, calls_part
from tests.cases import each

HAN, LATIN = "清代漕运总督衙门的文书流转", "Zircon U-Pb geochronology of the Cathaysia Block"


@each(("title", "name", "another"), [
    (HAN, "明代卫所军户研究.pdf", True), (HAN, "晚清海关税务司的人事制度.pdf", True), (HAN, "北洋政府时期的外债谈判_全文.pdf", True),
    (LATIN, "Groundwater_arsenic_mobilization_Bengal_delta.pdf", True), (LATIN, "MicrobialCommunitiesHypersalineLakes.pdf", True),
    ("水稻籼粳杂种不育位点的遗传定位", "小麦赤霉病抗性基因定位.pdf", True),
    (HAN, "清代漕运总督衙门.pdf", False), (HAN, "漕運總督文書.pdf", False), (HAN, "扫描件20261123.pdf", False), (HAN, "浙江大学图书馆文献传递.pdf", False),
    (HAN, "历史档案2019年第3期.pdf", False), (HAN, "东南大学学报.pdf", False), (HAN, "陆知微.pdf", False), (HAN, "Caoyun zongdu yamen documents.pdf", False),
    ("嵌段共聚物薄膜中缺陷的迁移与湮灭", "嵌段共聚物本体相分离动力学.pdf", True), (HAN, "清代盐运司衙门的钱粮奏销制度.pdf", True),
    ("水稻籽粒镉积累的遗传分析", "小麦籽粒蛋白含量的关联分析.pdf", True), ("杨梅采后果实软化的基因家族", "枇杷采后木质化转录因子筛选.pdf", True),
    ("越窑青瓷窑具的类型学考察", "越窑秘色瓷的烧成气氛研究.pdf", True), ("东海陆架泥质区的沉积速率", "黄海冷水团的季节变化与锋面.pdf", True),
    (HAN, "漕运总督衙门_历史研究_陆知微.pdf", False), ("清末浙东盐务档案中的缉私记载", "盐务缉私-拍照版.pdf", False),
    ("越窑青瓷窑具的类型学考察", "窑具类型学考察（上）东南文化.pdf", False), ("上田秋成的怪异观", "近世文藝61_上田秋成.pdf", False),
    ("浙东唐诗之路碑刻辑佚", "浙东唐诗之路摩崖石刻考.pdf", True), ("浙东唐诗之路碑刻辑佚", "浙东唐诗之路碑刻_王晓.pdf", False),
    ("Die Flechtenflora der Kalkmauern im nördlichen Harz", "Die Moosflora der Kalkmauern im nördlichen Harz.pdf", True),
    ("Die Flechtenflora der Kalkmauern im nördlichen Harz", "Flechtenflora der Kalkmauern.pdf", False),
    ("Fatigue crack closure in brass", "On_Demand_Price_List_2026-27.pdf", True), (HAN, "文献传递报价单.pdf", True), ("Invoice fraud in trade", "Invoice fraud in trade.pdf", False),
    (HAN, "明代卫所军户研究（见信）.pdf", False), (LATIN, "zircon_scan.pdf", False), (LATIN, "IMG_20261123_0001.pdf", False),
    (LATIN, "Li_Wang_Zhang_2019.pdf", False), (LATIN, "Journal_of_Asian_Earth_Sciences_2019_full.pdf", False), (LATIN, "华夏地块锆石年代学.pdf", False),
])  # fmt: skip
def test_a_name_that_calls_another_work(title: str, name: str, another: bool) -> None:
    """Words, a title's worth of them, of which neither the request nor the mail says any."""
    known = ("老师要的明代卫所军户研究也见信里",) if "见信" in name else ("附件请查收",)
    assert calls_another(name, title, known) is another


@each(("title", "name", "part"), [
    (HAN, f"{HAN}_前24页.pdf", True), (HAN, f"{HAN}（样章）.pdf", True), (HAN, f"{HAN}-目录.pdf", True), (HAN, "封面.pdf", True),
    (LATIN, "Zircon geochronology (sample).pdf", True), (LATIN, "Zircon_first_20_pages.pdf", True), (LATIN, "zircon-preview.pdf", True), (HAN, f"{HAN}_节选.pdf", False),
    (HAN, f"{HAN}.pdf", False), (HAN, f"{HAN}_全文.pdf", False), ("《四库全书总目》目录", "四库全书总目目录.pdf", False),
    ("宋版书封面装帧", "宋版书封面装帧.pdf", False), (LATIN, "Zircon sample preparation.pdf", False), (LATIN, "part.pdf", False),
])  # fmt: skip
def test_a_name_that_calls_itself_a_part(title: str, name: str, part: bool) -> None:
    """Unless the request's own title does."""
    assert calls_part(name, title) is part
