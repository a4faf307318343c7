"""What the Debian packages are made from: manual pages, the bill of materials, the runtime lock, the lists of folders.

That they install, start, upgrade and go is shown on a bare system by `make newcomer`, which needs the network.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from maild.confine.receipts import EYES
from tests.timing import patience
from tools.manual import completions, pages
from tools.sbom import bill

ROOT = Path(__file__).parents[3]
SITE = Path(pytest.__file__).parents[1]
EYES_ARE = {"cv2": "cv2", "onnxruntime": "onnxruntime", "rapidocr": "rapidocr", "zxingcpp": "zxingcpp"}


def names(file: str) -> list[str]:
    lines = (ROOT / "packaging" / file).read_text("utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def locked(file: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / file).read_text("utf-8"), re.MULTILINE))


def test_every_command_and_option_has_its_page() -> None:
    """One page a command, one for the options; none of them is wrong for troff."""
    found = pages()
    assert {"man1/maild.1", "man1/maild-queue.1", "man1/maild-init.1", "man5/maild.toml.5"} <= set(found)
    assert "maild queue dismiss" in found["man1/maild-queue.1"].replace("\\-", "-")
    assert (
        "matching.transaction_number" in found["man5/maild.toml.5"]
        or "transaction_number" in found["man5/maild.toml.5"]
    )
    for name, text in found.items():
        assert text.startswith(".TH "), name
        assert not re.search(r"^'", text, re.MULTILINE), f"{name}: a line that troff takes for a request"
        assert "`" not in text.split(".SH DESCRIPTION")[0], name
    assert set(completions()) == {
        "bash-completion/completions/maild",
        "zsh/vendor-completions/_maild",
        "fish/vendor_completions.d/maild.fish",
    }


def test_the_runtime_lock_is_the_lock_without_tools() -> None:
    """The same versions; nothing of the tests; everything that pyproject.toml says is needed."""
    runtime, whole = locked("requirements-runtime.lock"), locked("requirements.lock")
    assert {name: whole.get(name) for name in runtime} == runtime
    assert not {"pytest", "mypy", "playwright", "hypothesis", "ruff"} & set(runtime)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = {
        re.split(r"[\[<>=]", each)[0].lower().replace(".", "-").replace("_", "-") for each in project["dependencies"]
    }
    assert needed <= set(runtime)


def test_what_is_left_out_is_nowhere_imported() -> None:
    """By its own name, in no module of ours; of a library that is there in part, that part."""
    found = {re.sub(r"[*].*|[.]py$", "", name).rstrip("/").replace("/", ".") for name in names("left-out.txt")}
    modules = {name.replace(".", r"\.") for name in found if name not in ("rapidocr", "PyYAML")}
    told = "|".join(sorted(modules))
    for path in (ROOT / "maild").rglob("*.py"):
        assert not re.search(rf"^\s*(?:import|from) (?:{told})\b", path.read_text("utf-8"), re.MULTILINE), path


def test_maild_starts_without_what_pictures_are_read_with() -> None:
    """The command, the reader of mails and the console need nothing of maild-receipts."""
    hidden = sorted({name.rstrip("*") for name in names("receipts.txt")})
    program = (
        f"import sys; hidden = {hidden!r}\n"
        "class Absent:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in hidden: raise ModuleNotFoundError(name, name=name)\n"
        "sys.meta_path.insert(0, Absent())\n"
        "import maild.cli.app, maild.daemon, maild.console.serve, maild.confine.reading, maild.spine.process\n"
        "print(sorted(set(hidden) & {m.split('.')[0] for m in sys.modules}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, timeout=patience(60), check=False
    )
    assert done.stdout.strip() == "[]", done.stderr
    assert set(EYES) <= set(hidden)


def test_the_bill_names_what_is_there() -> None:
    """Name, version, package URL; what each needs of the others; the same folder gives the same bill."""
    made = bill([str(SITE)])
    parts = {each["name"].lower(): each for each in made["components"]}
    assert made["bomFormat"] == "CycloneDX"
    assert parts["sqlalchemy"]["purl"].startswith("pkg:pypi/sqlalchemy@2.")
    needs = {each["ref"].split("@")[0]: each["dependsOn"] for each in made["dependencies"]}
    assert any(ref.startswith("pkg:pypi/markupsafe@") for ref in needs["pkg:pypi/jinja2"])
    assert bill([str(SITE)]) == made


def test_scripts_of_the_package_are_sound_shell() -> None:
    """dash reads each of them; data are removed in one place only, behind the administrator's answer."""
    scripts = [ROOT / "packaging/debian" / name for name in ("postinst", "prerm", "postrm", "maild")]
    for script in scripts:
        subprocess.run(["dash", "-n", str(script)], check=True)
        assert script.stat().st_mode & 0o111
    removing = [line for script in scripts for line in script.read_text("utf-8").splitlines() if "rm -rf" in line]
    assert len(removing) == 1
    assert "/var/lib/maild" in removing[0]
