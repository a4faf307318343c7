"""Running text for measurements, invented by a seed: Chinese as a university writes it, English beside it.

No two paragraphs are alike: clauses are put together from parts, and names, titles and places are drawn from all
3,755 ordinary characters (GB 2312, level one), so that an automaton meets characters it has not met. Words that
rules know occur as often as in any text about something else.
"""

from __future__ import annotations

import random
from functools import cache

_WHO = (
    "课题组", "研究生们", "隔壁实验室", "我们系", "夏令营的学员", "老校友", "几位同学", "编辑部", "学院办公室", "合唱团", "野外队",
    "气象站", "博物馆", "出版社", "王老先生", "邻居", "后勤处", "食堂师傅", "宿管阿姨", "校医院", "登山社", "摄影协会", "评审专家",
    "导师", "新来的助教", "当地村民", "船长", "翻译", "审稿人", "古籍修复师", "乐团指挥", "植物园", "天文台", "考古工地", "合作单位",
)  # fmt: skip
_WHEN = (
    "上个星期", "去年冬天", "清明前后", "放假以后", "台风过境那天", "昨天傍晚", "开学第一周", "连续三个晚上", "最近", "二十年前", "雨停之后",
    "每逢周三", "国庆期间", "凌晨四点", "早春", "等到月底", "前两次考察", "一九八六年", "午休的时候", "立秋那天", "整个暑假", "不久前",
)  # fmt: skip
_WHERE = (
    "在湖边", "在青海", "在旧教学楼", "在长江口", "沿着铁路", "在三楼走廊", "在操场北侧", "在山谷里", "在显微镜下", "在东海岸", "在候车室",
    "在标本馆", "在网上", "在渡口", "在半山腰", "在会场外面", "在茶馆", "在戈壁滩", "在厨房", "在温室", "在屋顶", "在展厅里", "在祠堂",
)  # fmt: skip
_DOES = (
    "观察到许多候鸟停留", "整理了一批老照片", "重新测量了水位", "讨论方言的声调变化", "种下两排银杏", "修好了那台旧钟", "录下蝉鸣和雨声",
    "比较两种酶的活性", "画出剖面图", "采集土壤样品", "排练新编的话剧", "抄写碑文", "绕着城墙走了一圈", "培养了十几株幼苗", "校对第五章的译文",
    "记录每小时的气温", "烧制青瓷", "拍摄星轨", "统计各乡的户数", "模拟桥梁受风的情形", "试着解释这个反常的峰值", "推导出更简洁的公式",
    "把沉积物切成薄片", "跟踪一群白鹭", "辩论城市应该怎样生长", "给孩子们讲恐龙", "学着包粽子", "调试光谱仪", "走访了七位老艺人",
    "重读《梦溪笔谈》", "绘制地下管线", "临摹壁画", "清洗离心管", "合成了新的配合物", "挑选下一季的剧目", "练习夜间导航", "搭起帐篷",
)  # fmt: skip
_AND = (
    "结果出乎意料", "大家都很高兴", "颜色比想象中淡", "误差不到百分之二", "可惜云层太厚", "声音像小提琴", "一直忙到深夜", "谁也没有抱怨",
    "味道有点苦", "数据呈双峰分布", "后来发现方向反了", "样品放在低温箱里", "风向忽然转南", "墙上的裂缝更宽了", "读起来朗朗上口",
    "电池只够用半天", "雪线又退了几十米", "细节写在附录三", "孩子们笑作一团", "花期比往年早", "此处仍有争论", "曲线逐渐变平",
    "队伍在岔路口散开", "纸张已经发脆", "颗粒大小不均匀", "模型解释不了后半段", "炉火整夜没有熄", "灯塔在雾里若隐若现",
)  # fmt: skip
_LINKS = ("，", "，", "，而", "，同时", "，不过", "；", "，于是", "，据说", "，其实", "，何况")
_ENDS = "。。。。。！？"
_SUBJECTS = ("The field team", "A colleague from geology", "Our choir", "The second reviewer", "My supervisor", "A retired captain",
             "The summer school", "Half of the cohort", "The glaciologists", "An old map", "The workshop", "Everyone here")  # fmt: skip
_VERBS = ("measured", "argued about", "photographed", "rewrote", "catalogued", "walked around", "simulated", "translated",
          "compared", "could hardly explain", "sketched", "listened to", "dug up", "repaired", "averaged")  # fmt: skip
_OBJECTS = ("the drainage pattern", "twelve medieval ballads", "a colony of terns", "the enzyme kinetics", "several bridge piers",
            "the second movement", "layers of volcanic ash", "an unfinished chapter", "the harbour wall", "wing shapes",
            "the dialect survey", "a broken spectrometer", "tree rings from the plateau", "the seminar outline")  # fmt: skip
_TAILS = ("before the rain came", "although nobody had asked", "with surprising accuracy", "over a very long weekend",
          "while the kettle boiled", "as the 1986 survey had done", "in thin sections under polarised light",
          "and the residuals looked random", "despite the wind", "for the third time this spring")  # fmt: skip


@cache
def characters() -> str:
    """The 3,755 characters of GB 2312, level one."""
    rows = (bytes((high, low)) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    return "".join(pair.decode("gb2312", "ignore") for pair in rows)


def name(rng: random.Random, most: int = 4) -> str:
    """Two to `most` characters that may be anything's name."""
    return "".join(rng.choices(characters(), k=rng.randint(2, most)))


def sentence(rng: random.Random) -> str:
    """A Chinese sentence of one to four clauses."""
    clauses = []
    for _ in range(rng.randint(1, 4)):
        parts = (
            rng.choice(_WHEN),
            rng.choice(_WHO) if rng.random() < 0.6 else name(rng),
            rng.choice(_WHERE),
            rng.choice(_DOES),
        )
        kept = "".join(part for part in parts[:3] if rng.random() < 0.7) + parts[3]
        clauses.append(kept if rng.random() < 0.5 else rng.choice((rng.choice(_AND), f"题为《{name(rng, 12)}》", kept)))
    return "".join(c + rng.choice(_LINKS) for c in clauses[:-1]) + clauses[-1] + rng.choice(_ENDS)


def english(rng: random.Random) -> str:
    """An English sentence."""
    said = " ".join(map(rng.choice, (_SUBJECTS, _VERBS, _OBJECTS, _TAILS)))
    return said + rng.choice((". ", ". ", "; we shall see. ", " (see table 4). ", "! "))


def paragraphs(rng: random.Random, size: int, share: float = 0.1) -> str:
    """Text of about `size` bytes in UTF-8; `share` of its paragraphs are English."""
    out: list[str] = []
    left = size
    while left > 0:
        say = english if rng.random() < share else sentence
        out.append("".join(say(rng) for _ in range(rng.randint(1, 6))).strip())
        left -= len(out[-1].encode()) + 2
    return "\n\n".join(out)


def length(rng: random.Random, least: int = 200, most: int = 60_000) -> int:
    """Bytes of a mail's text: each doubling as likely, as mails are long and short."""
    return int(least * (most / least) ** rng.betavariate(1.2, 2.2))
