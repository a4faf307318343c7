"""Every kind of notice is shown and explained: a sheet in docs, a place in the gallery, a line in docs/notices.md."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from maild.domain.outgoing.notice import NoticeKind
from tests.cases import each

DOCS = Path(__file__).resolve().parents[3] / "docs"
SHEETS = DOCS / "images" / "notices"
MOST_BYTES, MOST_ALTOGETHER = 120_000, 10_000_000


@each("kind", list(NoticeKind))
def test_every_kind_has_its_sheet(kind: NoticeKind) -> None:
    """docs/images/notices/<kind>.webp is a picture, wide enough to be read, small enough to be kept."""
    file = SHEETS / f"{kind}.webp"
    assert file.is_file(), "make previews"
    assert file.stat().st_size <= MOST_BYTES
    with Image.open(file) as picture:
        assert picture.format == "WEBP"
        assert picture.width >= 700
        assert picture.height >= 300
    assert f"](images/notices/{kind}.webp)" in (DOCS / "notice-gallery.md").read_text("utf-8"), "make previews"


def test_no_sheet_is_left_over() -> None:
    """A kind that is no more has no sheet, and all together they stay small."""
    files = list(SHEETS.iterdir())
    assert {file.name for file in files} == {f"{kind}.webp" for kind in NoticeKind}
    assert sum(file.stat().st_size for file in files) <= MOST_ALTOGETHER


def test_every_kind_is_explained() -> None:
    """docs/notices.md has a row of the variables of each kind."""
    rows = [line for line in (DOCS / "notices.md").read_text("utf-8").splitlines() if line.startswith("| ")]
    named: set[str] = set()
    for row in rows:
        first = ""
        for word in row.split("|")[1].replace("`", " ").replace(",", " ").split():
            first = first if word.startswith("_") else word.rpartition("_")[0]
            named.add(first + word if word.startswith("_") else word)
    assert {kind.value for kind in NoticeKind} - named == set()
