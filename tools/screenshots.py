"""`make screenshots`: draws the pictures of README.md from a real run of the demonstration."""

import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
from email.message import EmailMessage
from pathlib import Path
from typing import Final

from shared.runtime.embedded.mail_index import MailIndex, MailSummary, body, html_with_pictures
from shared.runtime.errors import StartFailure, one_clear_line
from tools.demo.picture import FONTS

_PROJECT: Final = Path(__file__).resolve().parents[1]
_IMAGES: Final = _PROJECT / "docs" / "images"
_CHROMIUMS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_CHARTED: Final = "2014-09"  # late enough for a course, early enough to show what is still expected
_MOST_PIXELS: Final = 6000
_SHARPNESS: Final = 1.5  # device pixels a pixel
_CHROMIUM_SECONDS: Final = 60
_SIZE: Final = re.compile(r'data-size="(\d+) (\d+)"')
_MEASURE: Final = """<script>addEventListener("load", () => {
  for (const frame of document.querySelectorAll("iframe"))
    frame.height = frame.contentDocument.documentElement.scrollHeight;
  const box = document.body.getBoundingClientRect();
  document.documentElement.dataset.size = `${Math.ceil(box.width)} ${Math.ceil(box.height)}`;
})</script>"""
_MAIL_PAGE: Final = """<!DOCTYPE html><meta charset="utf-8"><style>
body {{ margin: 0; width: 760px; background: #fff; color: #1f2328;
  font: 14px/1.5 'Liberation Sans', Arial, sans-serif; }}
dl {{ margin: 0; padding: 14px 20px; background: #f6f8fa; border-bottom: 1px solid #d0d7de;
  display: grid; grid-template-columns: max-content 1fr; gap: 2px 14px; }}
dt {{ color: #59636e; }} dd {{ margin: 0; }} dd.subject {{ font-weight: bold; }}
iframe {{ display: block; width: 100%; border: 0; }}
</style><dl><dt>From</dt><dd>{sender}</dd><dt>To</dt><dd>{recipient}</dd>
<dt>Subject</dt><dd class="subject">{subject}</dd></dl>
<iframe srcdoc="{content}"></iframe>
"""


def main() -> None:
    """Play a year and draw docs/images/demo.png, mail.png and chart.png."""
    with one_clear_line():
        chromium = _chromium()
        _check_fonts()
        with tempfile.TemporaryDirectory(prefix="tiendo-screenshots-") as scratch:
            folder = Path(scratch)
            screen = folder / "screen.html"
            _IMAGES.mkdir(parents=True, exist_ok=True)
            _play(_PROJECT / "var" / "screenshots", picture=screen, chart=_IMAGES / "chart.png")
            mail = _told_most(MailIndex(_PROJECT / "var" / "screenshots" / "system" / "mail"))
            _draw(screen, _IMAGES / "demo.png", chromium=chromium)
            _draw(_mail_page(*mail, folder / "mail.html"), _IMAGES / "mail.png", chromium=chromium)


def _chromium() -> str:
    for name in _CHROMIUMS:
        if found := shutil.which(name):
            return found
    raise StartFailure(f"the pictures are drawn by Chromium, and none of {', '.join(_CHROMIUMS)} is on the PATH")


def _check_fonts() -> None:
    """Check, where fonts can be asked for, that the screen's letters keep their marks.

    Raises:
        StartFailure: no font of one width has Vietnamese letters; the sentence names one.
    """
    if shutil.which("fc-list") is None:
        return
    asked = subprocess.run(["fc-list", ":lang=vi", "family"], capture_output=True, text=True, check=False)
    if not any(font in asked.stdout for font in FONTS):
        raise StartFailure(
            f"none of the fonts {', '.join(FONTS)} is installed; the package fonts-jetbrains-mono has one"
        )


def _play(folder: Path, *, picture: Path, chart: Path) -> None:
    charted = ("--chart", str(chart), "--chart-period", _CHARTED)
    command = [sys.executable, "-m", "tools.demo", "--folder", str(folder), "--picture", str(picture), *charted]
    environment = {**os.environ, "DEMO_EXIT": "1", "PORT": "0", "PLAN": ""}
    if subprocess.run(command, cwd=_PROJECT, env=environment, check=False).returncode:
        raise StartFailure("the demonstration did not succeed, so there is nothing to draw")


def _told_most(mailbox: MailIndex) -> tuple[MailSummary, EmailMessage]:
    """Return the Vietnamese lag mail that has most to tell.

    Raises:
        StartFailure: no agency lagged.
    """
    opened = [found for mail in mailbox.find(kind="lag") if (found := mailbox.open(mail.id))]
    vietnamese = [found for found in opened if "DIỄN TẬP" in body(found[1], "plain")]
    if not vietnamese:
        raise StartFailure("no lag mail was sent in the year that was played; take another seed")
    return max(vietnamese, key=lambda found: len(body(found[1], "plain")))


def _mail_page(summary: MailSummary, message: EmailMessage, page: Path) -> Path:
    page.write_text(
        _MAIL_PAGE.format(
            sender=html.escape(summary.sender),
            recipient=html.escape(summary.recipient),
            subject=html.escape(summary.subject),
            content=html.escape(html_with_pictures(message)),
        ),
        encoding="utf-8",
    )
    return page


def _draw(page: Path, picture: Path, *, chromium: str) -> None:
    """Draw the page as large as its body is."""
    written = page.read_text(encoding="utf-8")
    page.write_text(written + _MEASURE, encoding="utf-8")
    told = _SIZE.search(_run(chromium, f"--window-size={_MOST_PIXELS},{_MOST_PIXELS}", "--dump-dom", page.as_uri()))
    if told is None:
        raise StartFailure(f"{chromium} does not say how large {page.name} is")
    size = (f"--window-size={told[1]},{told[2]}", f"--force-device-scale-factor={_SHARPNESS}")
    _run(chromium, *size, "--hide-scrollbars", f"--screenshot={picture}", page.as_uri())
    print(f"{picture.relative_to(_PROJECT)}: {picture.stat().st_size // 1024} KiB")


def _run(chromium: str, *arguments: str) -> str:
    # Chromium's sandbox refuses to work for root; the page is our own.
    trusting = ["--no-sandbox"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="tiendo-chromium-") as profile:
        command = [chromium, "--headless=new", "--disable-gpu", f"--user-data-dir={profile}", *trusting, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=_CHROMIUM_SECONDS, check=False)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [f"exit status {done.returncode}"]
        raise StartFailure(f"{chromium} cannot draw: {last[0]}")
    return done.stdout


if __name__ == "__main__":
    main()
