"""Seeds to samples."""

from __future__ import annotations

from random import Random

from tests.receipts import container, fonts, values
from tests.receipts.degrade import degrade
from tests.receipts.drawing import Drawing
from tests.receipts.raster import raster
from tests.receipts.registry import Layout, Medium, Pad, layouts
from tests.receipts.truth import Sample, Truth
from tests.receipts.values import Facts

# How often patrons of this office send what; shares of a draw without `kind`.
KINDS = {
    "campus_transfer": 0.22, "bank_receipt": 0.22, "bank_app": 0.12, "wechat": 0.12, "alipay": 0.08,
    "library_payment": 0.06, "counter_slip": 0.06, "not_a_receipt": 0.12,
}  # fmt: skip
NAMES = (
    "IMG_{stamp}",
    "{stamp}",
    "mmexport{digits}",
    "微信图片_{stamp}",
    "Screenshot_{stamp}",
    "转账凭证",
    "回单",
    "image",
    "缴费凭证{digits}",
)


def generate(
    seed: int, family: str = "open", kind: str | None = None, preset: str = "ordinary", layout: str | None = None
) -> Sample:
    """The sample of this seed: the same bytes every time on the same fonts and libraries.

    family  'open': layouts and fonts the reader's authors may look at; 'held': others, for blind measurement only
    kind    as in `maild receipt --json`; None: a mixture. layout: one by name
    preset  'clean', 'ordinary' (what most patrons send) or 'hard'
    """
    random = Random(f"{family}/{seed}/{kind}/{preset}/{layout}")
    shape = _choose(random, family, kind, layout)
    pad = Pad(random=random, style=fonts.style(family, random), family=family)
    drawn = [_draw(shape, pad)]
    while len(drawn) < shape.stack and random.random() < 0.3:
        drawn.append(_draw(shape, pad))
    page = drawn[0][0] if len(drawn) == 1 and shape.stack == 1 else _stacked(pad, [one for one, _ in drawn])
    truths = tuple(truth for _, truth in drawn)
    if shape.pdf and random.random() < 0.4:
        from tests.receipts.pdf import as_pdf

        content, note = as_pdf(page, random, family)
        return Sample(seed=seed, filename=_name(random) + ".pdf", media_type="application/pdf", content=content,
                      truth=truths[0], more=truths[1:], notes=(note,))  # fmt: skip
    return picture(seed, page, shape.medium, truths, random, preset)


# How several receipts lie in one picture: columns and rows.
ARRANGEMENTS = {"beside": (2, 1), "stacked": (1, 2), "pile": (1, 3), "grid": (2, 2), "screens": (3, 1)}
_PAPERS = ("open.icbc", "open.ccb", "open.boc", "further.ccb_flat", "further.bilingual", "open.form_of_the_guide",
           "further.guide_as_printed", "further.deposit_of_any_bank", "open.cmb_transfer")  # fmt: skip
_SCREENS = ("open.icbc_detail", "open.ccb_result", "open.bill_detail", "further.english_app", "further.campus_card",
            "further.alipay_english", "open.boc_wrapped")  # fmt: skip


def several(seed: int, arrangement: str, preset: str = "ordinary", *, alike: bool | None = None) -> Sample:
    """A picture of two to four receipts, as ARRANGEMENTS says, mostly of different layouts.

    alike  all of one layout, as a patron makes who paid twice in one place; None: sometimes
    """
    random = Random(f"several/{seed}/{arrangement}/{preset}/{alike}")
    known = {one.name: one for family in ("open", "further") for one in layouts(family)}
    names = [name for name in (_SCREENS if arrangement == "screens" else _PAPERS) if name in known]
    across, down = ARRANGEMENTS[arrangement]
    same = random.random() < 0.4 if alike is None else alike
    chosen = [random.choice(names)] * (across * down) if same else random.sample(names, across * down)
    drawn = []
    for name in chosen:
        family = name.partition(".")[0]
        pad = Pad(random=random, style=fonts.style(family, random), family=family)
        drawn.append(_draw(known[name], pad))
    page = _arranged(pad, [one for one, _ in drawn], across)
    medium: Medium = "screen" if arrangement == "screens" else "paper"
    return picture(seed, page, medium, tuple(truth for _, truth in drawn), random, preset, several=across)


def _arranged(pad: Pad, pages: list[Drawing], across: int) -> Drawing:
    """Pages in rows of so many, none over another."""
    gap = pad.random.uniform(8, 40)
    lines = [pages[i : i + across] for i in range(0, len(pages), across)]
    width = max(sum(page.width for page in line) + gap * (len(line) - 1) for line in lines)
    sheet = pad.page(width, sum(max(page.height for page in line) for line in lines) + gap * (len(lines) - 1))
    top = 0.0
    for line in lines:
        left = 0.0
        for page in line:
            sheet.rect(left, top, left + page.width, top + page.height, colour=None, fill=page.paper)
            sheet.merge(page, left, top)
            left += page.width + gap
        top += max(page.height for page in line) + gap
    return sheet


def _choose(random: Random, family: str, kind: str | None, name: str | None) -> Layout:
    if name:
        return next(one for one in layouts(family) if one.name == name)
    if kind is None:
        known = {one.kind for one in layouts(family)}
        kinds = {one: share for one, share in KINDS.items() if one in known}
        kind = random.choices(list(kinds), list(kinds.values()))[0]
    able = layouts(family, kind)
    return random.choices(able, [one.weight for one in able])[0]


def _draw(shape: Layout, pad: Pad) -> tuple[Drawing, Truth]:
    facts = values.facts(pad.random)
    page = shape.draw(facts, pad)
    return page, _truth(shape, facts)


def _truth(shape: Layout, f: Facts) -> Truth:
    if shape.kind == "not_a_receipt":
        return Truth(kind=shape.kind, layout=shape.name)
    return Truth(
        kind=shape.kind,
        layout=shape.name,
        amount=f.amount,
        words=f.words,
        payer=f.payer,
        payer_account=f.payer_account,
        payee=f.payee,
        payee_account=f.payee_account,
        payee_account_shown=f.payee_account_shown or f.payee_account,
        payee_is_library=f.ours,
        date=f.at.date(),
        time=f"{f.at:%H:%M:%S}",
        serials=tuple(f.serials),
        purpose=f.purpose,
        transactions=f.transactions,
        department=values.OUR_DEPARTMENT if f.ours else "",
        project=values.OUR_PROJECT if f.ours else "",
        payer_department=f.payer_department,
        payer_project=f.payer_project,
        shown=frozenset(f.shown),
    )


def _stacked(pad: Pad, pages: list[Drawing]) -> Drawing:
    """Receipts below one another on a sheet; often the sheet's lower part stays empty."""
    from tests.receipts.drawing import LIGHT

    width, height = pages[0].width, pages[0].height
    full = pad.random.random() < 0.5 or len(pages) > 1
    sheet = pad.page(width, width * 1.414 if full else height)
    for i, page in enumerate(pages):
        sheet.merge(page, 0, i * (height + 20))
        if i:
            sheet.line(0, i * (height + 20) - 10, width, i * (height + 20) - 10, colour=LIGHT, dash=6)
    return sheet


def picture(seed: int, page: Drawing, medium: Medium, truths: tuple[Truth, ...], random: Random, preset: str, *,
            several: int = 1) -> Sample:  # fmt: skip
    """The page as a patron sends a picture of it. several: so many receipts lie side by side."""
    photo = medium != "screen"
    wanted = _pixels(medium, random, preset) * several
    if several > 1 and photo:
        wanted = random.randint(2300, 3400)  # who takes several at once uses all the camera has
    image = raster(page, wanted / (max(page.width, page.height) if photo else page.width))
    look = degrade(image, medium, preset, random)
    form = container.choose(random, photo=photo) if preset != "clean" else "PNG"
    content, media, ending = container.pack(look, form, random)
    return Sample(
        seed=seed,
        filename=f"{_name(random)}.{ending}",
        media_type=media,
        content=content,
        truth=truths[0],
        more=truths[1:],
        notes=(form, f"{look.pixels.shape[1]}×{look.pixels.shape[0]}", *look.notes),
    )


def _pixels(medium: Medium, random: Random, preset: str) -> int:
    """The page's longer side (a screen's width) in pixels."""
    if medium == "screen":
        return random.choice((720, 828, 1080, 1080, 1080, 1170, 1284))
    if preset == "clean":
        return 1700
    if random.random() < 0.12:
        return random.randint(2800, 3700)  # a photo as the camera made it
    return random.randint(1100, 1500) if preset == "hard" else random.randint(1250, 2100)


def _name(random: Random) -> str:
    stamp = f"2026{random.randint(1, 12):02d}{random.randint(1, 28):02d}_{random.randint(80000, 215959):06d}"
    return random.choice(NAMES).format(stamp=stamp, digits=values.digits(random, 13))
