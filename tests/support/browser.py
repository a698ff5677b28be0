"""A real Chromium for the test run, driven by Playwright, and pages that complain by themselves.

Where it comes from, in this order: $TENON_TEST_BROWSER, the machine's Chromium or Chrome, the npm package
@sparticuz/chromium, which carries a Chromium that needs no library of the system. That package unpacks to a place all
users share, so it is unpacked here, once, into the checkout's own cache.
`python -m tests.support.browser` prepares and tries it, and prints what was found.
"""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import playwright
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
NODE_MODULES = ROOT / "runtime" / "web" / "ui" / "node_modules"
FONTS = NODE_MODULES / "@expo-google-fonts" / "noto-sans-sc"
PACKED = NODE_MODULES / "@sparticuz" / "chromium"

NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "chrome")
MAC_APPLICATIONS = ("Google Chrome.app/Contents/MacOS/Google Chrome", "Chromium.app/Contents/MacOS/Chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
OWN_HOSTS = ("localhost", "127.0.0.1", "::1")


class BrowserNotAvailable(Exception):
    """No browser could be found or started; tests need one and do not skip."""


@dataclass(frozen=True)
class Executable:
    """A browser program and the environment it must be started with."""

    path: Path
    source: str
    environment: dict[str, str] = field(default_factory=dict)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Start Chromium without a window; close it in the end."""
    with sync_playwright() as driver:
        browser = launch(driver, find_browser())
        yield browser
        browser.close()


def launch(driver: Playwright, found: Executable) -> Browser:
    environment = {**os.environ, **font_environment(), **found.environment}
    return driver.chromium.launch(executable_path=found.path, args=list(FLAGS), env=environment, headless=True)


@contextmanager
def open_page(browser: Browser, **options: object) -> Iterator[Page]:
    """Open a page in a context of its own; fail in the end if it reported an error or reached for another host.

    `options` are Playwright's: locale, viewport, color_scheme, base_url, storage_state ... A script error, a violation
    of the Content-Security-Policy and a missing file all are console errors; remove expected ones from `page.faults`.
    """
    context = browser.new_context(**{"locale": "zh-CN", "timezone_id": "Asia/Shanghai", **options})
    page = context.new_page()
    page.faults = faults = []
    context.on("request", lambda request: note_foreign_request(request, faults))
    context.on("console", lambda message: note_console_error(message, faults))
    page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
    try:
        yield page
        assert not faults, "The page reported:\n" + "\n".join(faults)
    finally:
        context.close()


def note_foreign_request(request: Request, faults: list[str]) -> None:
    address = urlsplit(request.url)
    if address.scheme in ("http", "https", "ws", "wss") and address.hostname not in OWN_HOSTS:
        faults.append(f"request to another host: {request.url}")


def note_console_error(message: ConsoleMessage, faults: list[str]) -> None:
    if message.type == "error":
        faults.append(f"console: {message.text} ({message.location.get('url', '')})")


def accessibility_faults(page: Page) -> list[str]:
    """Return what axe-core calls serious or critical on the page as it stands, one line each."""
    page.evaluate((NODE_MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {violation['help']}: {node['html']}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


def find_browser() -> Executable:
    """Return a browser that starts, or raise BrowserNotAvailable."""
    given = os.environ.get("TENON_TEST_BROWSER")
    if given:
        return Executable(Path(given), "TENON_TEST_BROWSER")
    for path in machine_browsers():
        if starts(Executable(path, "this machine")):
            return Executable(path, "this machine")
    packed = packed_browser()
    if packed is None or not starts(packed):
        raise BrowserNotAvailable(
            "No Chromium or Chrome was found, and the one from npm does not run on this kind of machine. "
            "Install Chromium, or point TENON_TEST_BROWSER to its program."
        )
    return packed


def machine_browsers() -> list[Path]:
    found = [shutil.which(name) for name in NAMES]
    applications = [Path("/Applications") / name for name in MAC_APPLICATIONS]
    return [Path(path) for path in found if path] + [path for path in applications if path.exists()]


def starts(executable: Executable) -> bool:
    """Tell whether the program answers: on some systems `chromium` only says how to install it."""
    environment = {**os.environ, **executable.environment}
    try:
        subprocess.run([executable.path, "--version"], env=environment, capture_output=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def packed_browser() -> Executable | None:
    """Return the Chromium of the npm package, unpacked if this was not done before."""
    if not sys.platform.startswith("linux") or not PACKED.exists():
        return None
    version = json.loads((PACKED / "package.json").read_text(encoding="utf-8"))["version"]
    home = CACHE / f"chromium-{version}"
    if not home.exists():
        unpack(PACKED / "bin", home)
    return Executable(home / "chromium", "npm", {"LD_LIBRARY_PATH": library_path(home / "lib")})


def unpack(archives: Path, home: Path) -> None:
    """Unpack all archives into `home`, which appears only when it is complete."""
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        stage = Path(folder) / "stage"
        stage.mkdir()
        for name in ("al2023.tar", "swiftshader.tar"):
            decompress(archives / f"{name}.br", Path(folder) / name)
            with tarfile.open(Path(folder) / name) as archive:
                archive.extraction_filter = getattr(tarfile, "data_filter", None)  # Debian 12's Python has none yet
                archive.extractall(stage)
        decompress(archives / "chromium.br", stage / "chromium")
        (stage / "chromium").chmod(0o755)
        stage.rename(home)


def decompress(source: Path, target: Path) -> None:
    """Undo brotli with the Node.js that Playwright carries; Python has no brotli of its own."""
    script = (
        "const fs = require('fs'), [source, target] = process.argv.slice(1);"
        "require('stream').pipeline(fs.createReadStream(source), require('zlib').createBrotliDecompress(),"
        " fs.createWriteStream(target), (error) => { if (error) throw error; });"
    )
    node = Path(playwright.__file__).parent / "driver" / "node"
    subprocess.run([node, "-e", script, source, target], check=True)


def library_path(own: Path) -> str:
    inherited = os.environ.get("LD_LIBRARY_PATH")
    return f"{own}{os.pathsep}{inherited}" if inherited else str(own)


def font_environment() -> dict[str, str]:
    """Add the Chinese font from npm to the machine's fonts, so that Chinese pages look like Chinese everywhere."""
    if not sys.platform.startswith("linux"):
        return {}
    folders = [FONTS / weight for weight in ("400Regular", "500Medium", "700Bold")]
    entries = "".join(f"<dir>{folder}</dir>" for folder in folders)
    text = (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"{entries}<cachedir>{CACHE / 'fontconfig'}</cachedir></fontconfig>"
    )
    CACHE.mkdir(exist_ok=True)
    configuration = CACHE / "fonts.conf"
    if not configuration.exists() or configuration.read_text(encoding="utf-8") != text:
        configuration.write_text(text, encoding="utf-8")
    return {"FONTCONFIG_FILE": str(configuration)}


def main() -> None:
    try:
        with running_browser() as browser, open_page(browser) as page:
            page.set_content("<title>榫卯</title>")
            print(f"Chromium {browser.version} from {find_browser().source}: {page.title()}")
    except BrowserNotAvailable as missing:
        sys.exit(str(missing))


if __name__ == "__main__":
    main()
