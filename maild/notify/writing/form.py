"""The transfer form (校内转账单) as a PDF: one page, filled in, with the signed code that identifies its photograph.

Same content, same bytes. The first form loads typst and the fonts (0.3 s); each takes some 15 ms then.
"""

from __future__ import annotations

import io
import json
import struct
import threading
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from maild.config import Office
from maild.domain.accounting import capital, slip
from maild.domain.errors import ConfigError, TemplateFault
from maild.domain.money import Money
from maild.resources import data_folder

FILENAME = "校内转账单.pdf"
_MM = 25.4 / 72  # a point
_ROWS = 6  # lines of numbers beside the code
_BESIDE = 139.0  # millimetres of width there
_SIZE, _LARGE = 12.0, 17.0  # points; digits of 12 points are 3.1 mm high
_DIGIT = 0.62 * _MM  # millimetres a character of a number is wide at most, by point
_FULL, _BOLD = 1.0, 0.62  # ems of a hanzi, and of a bold figure on average
_LONGEST_NAME = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a form says. amount: the sum for all `numbers`, CNY; reader: name of the patron, '' leaves the line out;
    lang: of the instructions, '' for both.
    """

    numbers: tuple[str, ...]
    amount: Money
    reader: str = ""
    lang: str = ""


class FormWriter:
    """Writes forms. One per process: it keeps typst and the fonts, and lets one thread write at a time."""

    def __init__(self, office: Office, token_key: bytes, *, folder: Path | None = None) -> None:
        self._office, self._key = office, token_key
        self._folder = folder or data_folder("templates") / "form"
        self._lock = threading.Lock()

    def write(self, form: Form) -> bytes:
        """The PDF. Raises ValueError where there can be no form of it (domain.slip.make says why)."""
        if self._unprintable_fact:
            raise ValueError(f"the form {self._unprintable_fact}")
        code = slip.make(self._key, form.numbers, form.amount)
        data = json.dumps(self._data(form, code), ensure_ascii=False)
        try:
            with self._lock:
                made = self._compiler.compile(format="pdf", sys_inputs={"data": data}, timestamp=0, pdf_tags=False)
        except RuntimeError as error:  # typst's own, of a template that was changed
            raise TemplateFault(f"form/transfer.typ: {error}", remedy="mend the template") from error
        return bytes(made)

    def unprintable(self, text: str) -> str:
        """The characters of a text that the form's font has not, each once."""
        return "".join(dict.fromkeys(c for c in text if ord(c) not in self._characters))

    def check(self) -> None:
        """Raises ConfigError where a fact of the office cannot be printed: then there are no forms."""
        if self._unprintable_fact:
            raise ConfigError(
                f"office: the transfer form {self._unprintable_fact}",
                remedy="write it otherwise, or add the characters to tools/fonts.py",
            )

    @cached_property
    def _unprintable_fact(self) -> str:
        found = ((text, self.unprintable(text)) for text in self._facts.values())
        return next((f"cannot print {missing!r} of {text!r}" for text, missing in found if missing), "")

    @cached_property
    def _facts(self) -> Mapping[str, str]:
        office = self._office
        return {
            "holder": office.bank_payee,
            "name": office.name_zh,
            "unit": office.transfer_unit,
            "department": office.transfer_department,
            "project": office.transfer_project,
            "item": office.transfer_item,
            "address": office.address,
            "phones": "  ".join(office.phones),
            "places": office.payment_places_zh,
            "places_en": office.payment_places_en,
        }

    @cached_property
    def _geometry(self) -> Mapping[str, Any]:
        return tomllib.loads((self._folder / "geometry.toml").read_text("utf-8"))

    @cached_property
    def _compiler(self) -> Any:
        import typst

        return typst.Compiler(
            self._folder / "transfer.typ",
            root=self._folder,
            font_paths=typst.Fonts(
                include_system_fonts=False, include_embedded_fonts=False, font_paths=[self._folder / "fonts"]
            ),
        )

    @cached_property
    def _characters(self) -> frozenset[int]:
        return characters((self._folder / "fonts" / "MaildForm-Regular.otf").read_bytes())

    def _data(self, form: Form, code: str) -> Mapping[str, object]:
        """What transfer.typ reads. Raises ValueError where the numbers or the amount do not fit."""
        numbers = sorted(form.numbers)
        if missing := self.unprintable("".join(numbers)):
            raise ValueError(f"the form cannot print {missing!r} of a request number")
        size, columns = _arrangement(numbers)
        amount, words = self._geometry["amount"], capital.write(form.amount)
        figures = f"¥{form.amount.amount:.2f}元"
        cells = self._geometry["cells"]
        reader = " ".join(form.reader.split())
        by_hand = bool(self.unprintable(reader)) or len(reader) > _LONGEST_NAME
        return {
            "numbers": numbers,
            "number_size": size,
            "columns": columns,
            "purpose_size": 9.0 if len("".join(numbers)) < 100 else 7.5,
            "qr": _picture(code),
            "words": words,
            "words_size": _fitting(
                amount["words_size"], len("人民币" + words) * _FULL, cells["words"]["right"] - amount["words_left"]
            ),
            "figures": figures,
            "figures_size": _fitting(
                amount["figures_size"], len(figures) * _BOLD, cells["figures"]["right"] - amount["figures_left"]
            ),
            "reader": "" if by_hand else reader,
            "by_hand": by_hand,
            "lang": form.lang,
            "office": self._facts,
        }


def _arrangement(numbers: Sequence[str]) -> tuple[float, int]:
    """Size in points and columns of the numbers beside the code. Raises ValueError where there is no room."""
    longest = max(map(len, numbers))
    for size, columns, rows in ((_LARGE, 1, 2), (_SIZE, 2, _ROWS), (_SIZE, 3, _ROWS), (_SIZE, 1, _ROWS)):
        if len(numbers) <= columns * rows and longest * size * _DIGIT <= _BESIDE / columns - 2:
            return size, columns
    raise ValueError(f"{len(numbers)} request numbers of up to {longest} characters do not fit on the form")


def _fitting(size: float, ems: float, room: float) -> float:
    """The size in points, smaller where so many ems would be wider than `room` millimetres."""
    return round(min(size, (room - 2) / ems / _MM), 2)


def _picture(code: str) -> str:
    """The code as SVG, without the white around it: the page is white."""
    import segno

    made = segno.make_qr(code, error="m", boost_error=True)  # a better level where it costs no larger code
    out = io.BytesIO()
    made.save(out, kind="svg", border=0, xmldecl=False, svgns=True, omitsize=True)
    return out.getvalue().decode()


def characters(font: bytes) -> frozenset[int]:
    """The code points of an OpenType font, from its cmap table (format 12: groups of first, last, glyph)."""
    tables = struct.unpack_from(">H", font, 4)[0]
    records = (struct.unpack_from(">4sIII", font, 12 + 16 * n) for n in range(tables))
    cmap = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    count = struct.unpack_from(">H", font, cmap + 2)[0]
    starts = (cmap + struct.unpack_from(">HHI", font, cmap + 4 + 8 * n)[2] for n in range(count))
    found: set[int] = set()
    for start in starts:
        if struct.unpack_from(">H", font, start)[0] == 12:
            for n in range(struct.unpack_from(">I", font, start + 12)[0]):
                first, last, _ = struct.unpack_from(">III", font, start + 16 + 12 * n)
                found.update(range(first, last + 1))
    return frozenset(found)
