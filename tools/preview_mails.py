"""Writes every kind of mail, in both languages, as HTML and text into a folder, from made-up figures of the 2014 plan.

Usage: `python -m tools.preview_mails FOLDER`; then open FOLDER/index.html.
"""

import sys
from html import escape
from pathlib import Path
from typing import Annotated, Final

import typer

from services.notify.mail.rendering import Frame, render
from services.notify.notices.model import Help
from shared.events.vocabulary import Language
from tools.preview_samples import samples

_NOTICE: Final = "7f0c2a64-3f0e-5b55-9c1e-0a4d6f1b2770"
_RECIPIENT: Final = {Language.VI: "Cán bộ đầu mối", Language.EN: "Reporting officer"}
_HELP: Final = Help(name="Tổ hỗ trợ", phone="0263 000 0000", email="ho-tro@lamdong.example")


def main(folder: Annotated[Path, typer.Argument(help="Where the mails and their index are written.")]) -> None:
    """Write every kind of mail, in both languages, as HTML and text, with an index."""
    folder.mkdir(parents=True, exist_ok=True)
    index = []
    for sample in samples():
        for language in Language:
            frame = Frame(
                notice=_NOTICE,
                recipient=_RECIPIENT[language],
                written_at=sample.written_at,
                is_rehearsal=True,
                accepts_replies=False,
                url=f"http://127.0.0.1:8080/v1/previews/{_NOTICE}",
                help=_HELP,
            )
            message = render(sample.contents, frame=frame, language=language)
            name = f"{sample.name}-{language.value}"
            (folder / f"{name}.html").write_text(message.html, encoding="utf-8")
            (folder / f"{name}.txt").write_text(f"{message.subject}\n\n{message.text}", encoding="utf-8")
            index.append(
                f'<li><a href="{name}.html">{name}</a> (<a href="{name}.txt">text</a>): {escape(message.subject)}</li>'
            )
    (folder / "index.html").write_text(f'<meta charset="utf-8"><ul>{"".join(index)}</ul>', encoding="utf-8")
    sys.stdout.write(f"{len(index)} mails in {folder}\n")


if __name__ == "__main__":
    typer.run(main)
