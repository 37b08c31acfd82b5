"""Draws what is shown at the end: the terminal as a page of HTML that needs nothing from elsewhere, and a chart."""

import io
from pathlib import Path
from typing import Final

from rich.console import Console, RenderableType
from rich.terminal_theme import MONOKAI

from services.scoring.charts import cli
from shared.events.vocabulary import Language
from shared.runtime.database import Database

_WIDTH: Final = 124  # columns
FONTS: Final = ("JetBrains Mono", "Noto Sans Mono", "Cascadia Mono")  # of one width, with Vietnamese letters
_FRAME: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>make demo</title>
<style>
{stylesheet}
html {{ background: {background}; }}
body {{ margin: 0; width: max-content; }}
main {{ color: {foreground}; background: {background}; padding: 14px 20px 18px; }}
header {{ font: bold 14px/1.4 'Liberation Sans', Arial, sans-serif; margin-bottom: 8px; text-align: center;
  opacity: 0.7; }}
pre {{ margin: 0; font: 14px/1.4 FONTS; }}
</style>
</head>
<body>
<main>
<header>make demo</header>
<pre>{code}</pre>
</main>
</body>
</html>
""".replace("FONTS", ", ".join(f"'{font}'" for font in FONTS))


def draw(shown: RenderableType, *, file: Path) -> None:
    """Write a page that looks like a terminal which shows this."""
    console = Console(record=True, width=_WIDTH, file=io.StringIO(), highlight=False)
    console.print(shown)
    file.write_text(console.export_html(theme=MONOKAI, code_format=_FRAME), encoding="utf-8")


async def draw_chart(scoring: Database, *, plan: str, period: str, file: Path) -> None:
    """Draw a period of the year that was rehearsed, as `python -m services.scoring chart` does.

    Raises:
        StartFailure: the period was not played, or the file cannot be written.
    """
    chart = await cli.chart_of(scoring, plan=plan, period=period, language=Language.VI, is_rehearsal=True)
    cli.draw(chart, file=file)
