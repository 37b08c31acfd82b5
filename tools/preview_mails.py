"""Writes every kind of mail, in both languages, as HTML and text into a folder, from made-up figures of the 2014 plan.

Usage: `python -m tools.preview_mails FOLDER`; then open FOLDER/index.html.
"""

import sys
from pathlib import Path

from services.notify.messages import Sheet, render
from services.notify.notices import Help
from shared.events.vocabulary import (
    Language,
)
from tools.preview_samples import NOW, samples


def main(folder: Path) -> None:
    """Write the mails and an index of them."""
    folder.mkdir(parents=True, exist_ok=True)
    index = []
    for kind, contents in samples():
        for language in Language:
            sheet = Sheet(
                notice="7f0c2a64-3f0e-5b55-9c1e-0a4d6f1b2770",
                recipient="Cán bộ đầu mối" if language is Language.VI else "Reporting officer",
                written_at=NOW,
                is_rehearsal=True,
                takes_answers=False,
                help=Help(
                    name="Tổ hỗ trợ – Sở Thông tin và Truyền thông", phone="0263 000 0000", email="ho-tro@stttt.example"
                ),
                url="http://127.0.0.1:8080/v1/previews/7f0c2a64-3f0e-5b55-9c1e-0a4d6f1b2770",
            )
            message = render(kind=kind, contents=contents, sheet=sheet, language=language)
            name = f"{kind.value}-{language.value}"
            (folder / f"{name}.html").write_text(message.html, encoding="utf-8")
            (folder / f"{name}.txt").write_text(f"{message.subject}\n\n{message.text}", encoding="utf-8")
            index.append(
                f'<li><a href="{name}.html">{name}</a> (<a href="{name}.txt">text</a>): {message.subject}</li>'
            )
    (folder / "index.html").write_text(f'<meta charset="utf-8"><ul>{"".join(index)}</ul>', encoding="utf-8")
    print(f"{len(index)} mails in {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
