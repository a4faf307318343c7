"""Requests and the documents that belong to them, invented: fields, forms, languages and noise as an office meets them.

Titles are composed of a field's terms, so that two documents of one field share words, as real ones do.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

_FIELDS_EN = (
    "lake sediment|diatom assemblages|Holocene climate|varve chronology|pollen record|monsoon variability|carbon isotopes|water column|magnetic susceptibility|Tibetan Plateau",
    "convolutional networks|image segmentation|transfer learning|medical imaging|attention mechanism|unsupervised pretraining|object detection|adversarial examples|graph embedding|knowledge distillation",
    "hydrogen embrittlement|austenitic steel|fatigue crack growth|weld microstructure|grain boundary|stress corrosion|pipeline steel|martensitic transformation|fracture toughness|dislocation density",
    "regulatory T cells|tumour microenvironment|PD-L1 expression|β-catenin signalling|hepatocellular carcinoma|immune checkpoint|cytokine storm|gene expression|mouse model|cohort study",
    "Song dynasty|land tenure|examination system|lineage organisation|tax reform|maritime trade|gazetteer sources|print culture|salt monopoly|village society",
    "perovskite solar cells|charge transport|thin films|TiO₂ nanoparticles|photoluminescence|defect passivation|interface engineering|thermal stability|band gap|hole mobility",
    "rice paddies|nitrogen fertiliser|methane emission|soil microbial communities|crop rotation|straw return|phosphorus availability|yield response|root exudates|biochar amendment",
    "bilingual children|reading comprehension|working memory|vocabulary size|eye movements|second language acquisition|phonological awareness|sentence processing|tone perception|code switching",
    "public debt|exchange rate|monetary policy|household savings|labour mobility|regional inequality|fiscal decentralisation|housing prices|trade liberalisation|bank lending",
    "graph colouring|stochastic differential equations|finite element|sparse recovery|convex optimisation|elliptic operators|random matrices|modular forms|Ricci curvature|spectral gap",
)
_FIELDS_ZH = (
    "湖泊沉积物|硅藻组合|全新世气候|纹层年代|孢粉记录|季风变化|碳同位素|水体分层|磁化率|青藏高原",
    "卷积神经网络|图像分割|迁移学习|医学影像|注意力机制|无监督预训练|目标检测|对抗样本|图嵌入|知识蒸馏",
    "氢脆机理|奥氏体不锈钢|疲劳裂纹扩展|焊缝组织|晶界偏析|应力腐蚀|管线钢|马氏体相变|断裂韧性|位错密度",
    "调节性T细胞|肿瘤微环境|PD-L1表达|信号通路|肝细胞癌|免疫检查点|细胞因子风暴|基因表达|小鼠模型|队列研究",
    "宋代地方社会|土地制度|科举制度|宗族组织|赋税改革|海上贸易|方志文献|印刷文化|盐业专卖|乡村治理",
    "钙钛矿太阳能电池|载流子输运|薄膜制备|二氧化钛纳米颗粒|光致发光|缺陷钝化|界面工程|热稳定性|带隙调控|空穴迁移率",
    "水稻田|氮肥施用|甲烷排放|土壤微生物群落|轮作制度|秸秆还田|磷有效性|产量响应|根系分泌物|生物炭",
    "双语儿童|阅读理解|工作记忆|词汇量|眼动|二语习得|语音意识|句子加工|声调感知|语码转换",
    "公共债务|汇率波动|货币政策|居民储蓄|劳动力流动|区域不平等|财政分权|房价|贸易自由化|银行信贷",
    "图染色|随机微分方程|有限元方法|稀疏恢复|凸优化|椭圆算子|随机矩阵|模形式|里奇曲率|谱间隙",
)
_EN = ("{a} and {b} in {c}", "Effects of {a} on {b}: evidence from {c}", "A review of {a} for {b}", "On the {a} of {b}",
       "{a} under {b}", "Modelling {a} with {b} and {c}", "The role of {a} in {b}", "{a}: {b} revisited",
       "Toward {a}-driven {b}", "How {a} shapes {b}", "Long-term changes of {a} linked to {b} and {c}",
       "{a}")  # fmt: skip
_ZH = ("{a}对{b}的影响", "基于{a}的{b}研究", "{a}与{b}的关系", "{a}中{b}的研究进展", "论{a}与{b}——以{c}为例", "{a}条件下{b}及其{c}特征",
       "{a}的{b}模型", "{a}视角下的{b}问题探析", "{a}、{b}与{c}", "浅谈{a}")  # fmt: skip
_PLACES_EN = (
    "Taihu Basin",
    "Zhejiang Province",
    "the Yangtze Delta",
    "northern Europe",
    "a 12-year panel",
    "field trials",
)
_PLACES_ZH = ("太湖流域", "浙江省", "长江三角洲", "某高校", "三个县", "华北平原")
_JOURNALS_EN = (
    "Journal of Paleolimnology",
    "Quaternary Research",
    "Acta Materialia",
    "Annals of Applied Studies",
    "Nature",
    "Economic Letters",
)
_JOURNALS_ZH = ("湖泊科学", "计算机学报", "金属学报", "中国经济史研究", "土壤学报", "心理学报")
_NAMES = (
    "Ackermann",
    "Lindqvist",
    "Okafor",
    "Tanaka",
    "Rossi",
    "Novak",
    "Haddad",
    "Silva",
    "Byrne",
    "Zhang",
    "Wu",
    "Li",
)
_SURNAMES, _GIVEN = "赵钱孙李周吴郑王冯陈", "明华建国丽芳秀英志强晓东文博"
_FILL_EN = ("we", "show that", "the", "of", "and", "in", "results", "which", "were measured", "for", "between", "is", "not", "significant",
            "sample", "over", "to", "model", "observed", "higher", "than", "during", "these", "are", "suggest", "data")  # fmt: skip
_FILL_ZH = (
    "的",
    "是",
    "在",
    "了",
    "和",
    "与",
    "结果表明",
    "本文",
    "通过",
    "进行",
    "不同",
    "具有",
    "明显",
    "为",
    "中",
    "以及",
    "其",
    "数据",
    "方法",
    "较高",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A published document. pages: its text, page by page, as it would be printed."""

    form: str
    title: str
    english: str
    authors: tuple[str, ...]
    journal: str
    year: int
    volume: int
    issue: int
    first: int
    last: int
    doi: str
    field: int
    chinese: bool
    number: str = ""


def work(rng: random.Random) -> Work:
    """A document of any form."""
    chinese = rng.random() < 0.5
    form = rng.choice(("article",) * 7 + ("thesis", "thesis", "chapter", "conference", "standard"))
    field = rng.randrange(len(_FIELDS_EN))
    first = rng.randrange(1, 900)
    title, english = _title(rng, field, chinese)
    number = ""
    if form == "standard":
        number = (
            f"GB/T {rng.randrange(1000, 40000)}-{rng.randrange(1990, 2025)}"
            if chinese
            else f"ISO {rng.randrange(1000, 30000)}:{rng.randrange(1995, 2025)}"
        )
        title = f"{number} {title}"
    authors = tuple(
        "".join((rng.choice(_SURNAMES), rng.choice(_GIVEN), rng.choice(_GIVEN)))
        if chinese
        else f"{rng.choice(_NAMES)} {rng.choice('ABCDEFGH')}"
        for _ in range(rng.randrange(1, 4))
    )
    return Work(
        form=form, title=title, english=english, authors=authors, field=field, chinese=chinese, number=number,
        journal=rng.choice(_JOURNALS_ZH if chinese else _JOURNALS_EN), year=rng.randrange(1975, 2026),
        volume=rng.randrange(1, 250), issue=rng.randrange(1, 13), first=first, last=first + rng.randrange(4, 25),
        doi=f"10.{rng.randrange(1000, 9999)}/j.{rng.choice('abcdef')}{rng.randrange(10**6)}" if rng.random() < 0.6 else "",
    )  # fmt: skip


def _title(rng: random.Random, field: int, chinese: bool) -> tuple[str, str]:
    picks = rng.sample(range(10), 3)
    names = ("a", "b", "c")
    en = dict(zip(names, (_FIELDS_EN[field].split("|")[i] for i in picks), strict=True))
    zh = dict(zip(names, (_FIELDS_ZH[field].split("|")[i] for i in picks), strict=True))
    if rng.random() < 0.4:
        en["c"], zh["c"] = rng.choice(_PLACES_EN), rng.choice(_PLACES_ZH)
    english = rng.choice(_EN).format(**en)
    english = english[0].upper() + english[1:]
    if len(english) < 14:
        english += f" in {en['c']}"
    return (rng.choice(_ZH).format(**zh), english) if chinese else (english, english)


def request(rng: random.Random, one: Work) -> str:
    """The title as patrons and systems write it."""
    title, style = one.title, rng.random()
    if style < 0.55:
        said = title
    elif style < 0.70:
        said = _citation(one)
    elif style < 0.78:
        said = title.upper() if not one.chinese else f"《{title}》"
    elif style < 0.86:
        said = _typo(rng, title)
    elif style < 0.91:
        said = re.split(r"[:—]", title)[0] if len(re.split(r"[:—]", title)[0]) > 14 else title
    elif style < 0.95:
        said = f"{title} / {one.authors[0]}"
    else:
        said = f"{title} ({one.year})"
    if one.doi and rng.random() < 0.2:
        said += f" doi:{one.doi}"
    if len(said) > 70 and rng.random() < 0.1:
        said = said[:64] + "..."
    return said


def _citation(one: Work) -> str:
    who = ", ".join(one.authors)
    if one.chinese or one.volume % 2:
        mark = "D" if one.form == "thesis" else "J"
        return (
            f"{who}. {one.title}[{mark}]. {one.journal}, {one.year}, {one.volume}({one.issue}): {one.first}-{one.last}."
        )
    return f"{who} ({one.year}) {one.title}. {one.journal} {one.volume}: {one.first}–{one.last}"


def _typo(rng: random.Random, title: str) -> str:
    at = rng.randrange(1, len(title) - 1)
    return title[:at] + title[at + 1 :] if rng.random() < 0.5 else title[:at] + title[at] + title[at:]


def pages(rng: random.Random, one: Work) -> list[str]:
    """The text of the first pages as a text layer gives it, cover sheets and damage included."""
    made = _printed(rng, one)
    for spoil, chance in (
        (_sheet, 0.25),
        (_hyphens, 0.3),
        (_spaced, 0.06),
        (_ligatures, 0.12),
        (_no_spaces, 0.05),
        (_misread, 0.12),
    ):
        if rng.random() < chance:
            made = spoil(rng, one, made)
    return made[:4]


def _printed(rng: random.Random, one: Work) -> list[str]:
    title = _wrapped(rng, one.title.upper() if rng.random() < 0.2 else one.title)
    who = ("，" if one.chinese else ", ").join(one.authors)
    if one.form == "thesis":
        if one.chinese:
            cover = f"分类号 P534  密级 公开\nUDC\n学校代码 10335\n某某大学\n博士学位论文\n中文论文题目：{title}\n英文论文题目：{_wrapped(rng, one.english)}\n申请人姓名：{who}\n指导教师：\n论文提交日期 {one.year}年6月"
        else:
            cover = f"{title}\n\nby\n{who}\n\nA dissertation submitted in partial fulfilment of the requirements\nfor the degree of Doctor of Philosophy\n{one.year}"
        return [cover, _prose(rng, one, 60), _abstract(rng, one), _prose(rng, one, 200)]
    if one.form == "standard":
        head = "中华人民共和国国家标准" if one.chinese else "INTERNATIONAL STANDARD"
        return [
            f"{head}\n{one.number}\n{title}\n发布 实施"
            if one.chinese
            else f"{head}\n{one.number}\nFirst edition\n{title}\nReference number",
            _prose(rng, one, 160),
            _prose(rng, one, 160),
        ]
    running = (
        f"第{one.volume}卷 第{one.issue}期   {one.journal}   {one.year}年"
        if one.chinese
        else f"{one.journal} {one.volume} ({one.year}) {one.first}–{one.last}"
    )
    if one.form == "chapter":
        running = f"Chapter {one.issue}" if not one.chinese else f"第{one.issue}章"
    end = _prose(rng, one, 40) + "\n" if rng.random() < 0.12 else ""  # the end of the article before
    doi = f"\nhttps://doi.org/{one.doi}" if one.doi else ""
    english = (
        f"\n{_wrapped(rng, one.english)}\nAbstract: {_prose(rng, one, 40, chinese=False)}"
        if one.chinese and rng.random() < 0.75
        else ""
    )
    first = f"{running}\n{end}{title}\n{who}{doi}\n{_abstract(rng, one)}{english}\n{_prose(rng, one, 120)}"
    return [first, *(f"{running}\n{_prose(rng, one, 220)}" for _ in range(rng.randrange(1, 5)))]


def _wrapped(rng: random.Random, title: str) -> str:
    width = rng.choice((16, 28, 40, 60))
    if re.search(r"[\u4e00-\u9fff]", title):
        return "\n".join(title[i : i + width // 2] for i in range(0, len(title), width // 2))
    lines, line = [], ""
    for word in title.split(" "):
        if line and len(line) + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return "\n".join([*lines, line])


def _abstract(rng: random.Random, one: Work) -> str:
    return ("摘要：" if one.chinese else "Abstract\n") + _prose(rng, one, 70)


def _prose(rng: random.Random, one: Work, words: int, chinese: bool | None = None) -> str:
    """Running text with terms of the field: those of the title, and others that other titles are made of."""
    chinese = one.chinese if chinese is None else chinese
    terms = (_FIELDS_ZH if chinese else _FIELDS_EN)[one.field].split("|")
    fill = _FILL_ZH if chinese else _FILL_EN
    said = [rng.choice(terms) if rng.random() < 0.12 else rng.choice(fill) for _ in range(words)]
    text = ("" if chinese else " ").join(said)
    return re.sub(r"(.{60,80}) " if not chinese else r"(.{36})", "\\1\n", text)


def _sheet(rng: random.Random, one: Work, made: list[str]) -> list[str]:
    named = one.title if rng.random() < 0.6 else ""
    sheet = rng.choice(
        (
            f"The British Library\nOn Demand\nThis document has been supplied by the British Library.\nTITLE: {named}\nOrder number: BLL-{one.first}\nCopyright notice: the contents are protected. For personal use only.",
            f"CALIS 文献传递\n馆际互借与文献传递服务\n事务号：20261124{one.first:05d}\n题名：{named}\n提供馆：某大学图书馆\n仅供个人学习研究使用",
            f"subito e.V. - Kopienlieferung\nLieferung von: Bibliothek\nOrder number SUBITO:{one.first}\nTitel: {named}\nThis copy is supplied by the library for private use.",
            f"Interlibrary Loan\nILLiad TN: {one.first}\nBorrower: ZJU\nLending String: ABC,DEF\nArticle Title: {named}\nNotice: this material may be protected by copyright law.",
        )
    )
    return [sheet, *made]


def _hyphens(rng: random.Random, one: Work, made: list[str]) -> list[str]:
    return [
        re.sub(r"(\w{5})(\w{4})", lambda m: f"{m[1]}-\n{m[2]}" if rng.random() < 0.06 else m[0], page) for page in made
    ]


def _spaced(rng: random.Random, one: Work, made: list[str]) -> list[str]:
    return [
        " ".join(made[0]) if one.chinese else made[0].replace(one.title.upper(), " ".join(one.title.upper())),
        *made[1:],
    ]


def _ligatures(rng: random.Random, one: Work, made: list[str]) -> list[str]:
    lost = rng.random() < 0.4
    return [
        page.replace("ffi", "" if lost else "ﬃ").replace("fi", "" if lost else "ﬁ").replace("fl", "" if lost else "ﬂ")
        for page in made
    ]


def _no_spaces(rng: random.Random, one: Work, made: list[str]) -> list[str]:
    return [made[0].replace(" ", ""), *made[1:]]


def _misread(rng: random.Random, one: Work, made: list[str]) -> list[str]:
    """As OCR reads: one character in fifty is another, and spaces are lost."""
    swap = {"l": "1", "o": "0", "e": "c", "m": "rn", "i": "l", "日": "曰", "土": "士", "未": "末", "的": "白"}
    return [
        "".join(
            swap.get(c, c) if rng.random() < 0.02 * 5 and c in swap else ("" if c == " " and rng.random() < 0.1 else c)
            for c in page
        )
        for page in made
    ]
