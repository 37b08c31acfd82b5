"""The demonstration plays a plan's year by HTTP to the mails and accounts for everything.

`make test` plays it with the departments and two districts, `make test-long` with the whole province.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from services.ingest.plans.files.folder import load
from shared.events.vocabulary import Language
from shared.runtime.embedded.mail_index import MailIndex, MailSummary
from tests.support import digests
from tests.support.ingest_files import fill
from tests.support.recomputing import recomputed
from tests.support.requirements import TESTED_ON
from tests.support.waiting import PATIENCE_SECONDS

PROJECT = Path(__file__).resolve().parents[2]
PLAN = PROJECT / "plans" / "lam-dong-2014"
DISTRICTS = ("lac-duong", "dam-rong")  # with the departments 36 of the 175 agencies
_BLOCKS = re.findall(r"^```\w*\n(.*?)^```", (PROJECT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
CURLS = [f"curl {each.strip()}" for block in _BLOCKS for each in re.split(r"^curl ", block, flags=re.MULTILINE)[1:]]
FORMS = [each for each in CURLS if "/v1/templates" in each or "/v1/files" in each]
OTHERS = [each for each in CURLS if each not in FORMS]


@dataclass(frozen=True)
class Played:
    """A demonstration that was played to its end and stays, with what it said and where it put what it knows."""

    said: str
    plan: Path
    folder: Path

    @property
    def summary(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads((self.folder / "summary.json").read_text())
        return found

    def visitor(self) -> dict[str, str]:
        """Return TIENDO and KEY as they are to be set."""
        return dict(re.findall(r"^(TIENDO|KEY)=(\S+)", self.said, re.MULTILINE))


def started(folder: Path, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tools.demo", "--folder", str(folder), *arguments],
        cwd=PROJECT,
        env={**os.environ, "DEMO_EXIT": "", "PORT": "0", "COLUMNS": "80", "LAG_SETTLING_HOURS": "4", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lend a folder of the plan with a few of its agencies."""
    folder = copytree(PLAN, tmp_path_factory.mktemp("plans") / PLAN.name)
    for name in ("agencies.csv", "contacts.csv"):
        lines = (PLAN / name).read_text().splitlines(keepends=True)
        agencies = {line: line.partition(",")[0] for line in lines}
        kept = [line for line, agency in agencies.items() if "ubnd-" not in agency or agency.endswith(DISTRICTS)]
        (folder / name).write_text("".join(kept))
    return folder


@pytest.fixture(scope="module", params=["few agencies", pytest.param("the province", marks=pytest.mark.long)])
def played(request: pytest.FixtureRequest, few: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    TESTED_ON.note("kafka", "embedded")
    TESTED_ON.note("database", "embedded")
    TESTED_ON.note("mail", "built-in catcher")
    folder = tmp_path_factory.mktemp("demo")
    plan = few if request.param == "few agencies" else PLAN
    with started(folder, "--plan", str(plan)) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        said = []
        try:
            for line in run.stdout:
                said.append(line)
                if line.rstrip().endswith('/v1/submissions"'):  # the last one
                    break
            yield Played("".join(said), plan, folder)
        finally:
            run.send_signal(signal.SIGINT)
        assert (run.wait(timeout=PATIENCE_SECONDS), run.stderr.read()) == (0, "")


def text_of(mail: MailSummary, mailbox: MailIndex) -> str:
    opened = mailbox.open(mail.id)
    assert opened is not None
    text = opened[1].get_body(("plain",))
    assert text is not None
    content: str = text.get_content()
    return content.replace("\r\n", "\n")


def test_a_whole_year_is_played_to_its_end(played: Played) -> None:
    assert list(played.summary["standings"]) == [f"2014-{month:02}" for month in range(1, 13)]
    assert "0 unaccounted for, 0 mails sent twice." in played.said


def test_every_standing_of_the_year_is_recomputed_from_its_event_alone(played: Played) -> None:
    counts = recomputed(played.folder / "progress.jsonl")
    assert counts.pop("events") == played.summary["progress_events"]
    assert set(counts) == {"to-target", "yes-no", "no-target"}
    assert sum(counts.values()) > 3 * played.summary["progress_events"]


def test_everything_is_accounted_for_and_nobody_is_told_twice(played: Played) -> None:
    summary = played.summary
    agencies = [line for line in (played.plan / "agencies.csv").read_text().splitlines() if line[0] != "#"][1:]
    assert summary["agencies"] == len(agencies)
    assert summary["submissions_accepted"] > summary["agencies"] * 12 * 0.9
    assert (summary["unaccounted"], summary["duplicate_mails"], summary["surprises"]) == (0, 0, 0)
    assert summary["progress_events"] >= summary["agencies"] * 12


def test_bad_submissions_are_refused_each_for_its_reason(played: Played) -> None:
    assert played.summary["submissions_refused"] == sum(played.summary["refused_for"].values()) > 10
    assert len(played.summary["refused_for"]) > 5


def test_the_mails_counted_are_those_in_the_mailbox(played: Played) -> None:
    mailbox = MailIndex(played.folder / "system" / "mail")
    assert len(mailbox.find()) == played.summary["mails"]
    assert dict(mailbox.kinds()) == played.summary["mails_by_kind"]
    assert {"lag", "overdue", "recovered", "digest"} <= set(played.summary["mails_by_kind"])


def test_no_figure_of_any_digest_differs_from_the_roll_up_of_the_moment_that_it_states(played: Played) -> None:
    plan, visitor = load(played.plan), played.visitor()
    mailbox = MailIndex(played.folder / "system" / "mail")
    registry = {each.agency: each for each in plan.agencies}
    compared = set()
    with httpx.Client(base_url=visitor["TIENDO"], headers={"Authorization": f"Bearer {visitor['KEY']}"}) as client:

        def ask(path: str, **query: str) -> Any:
            answer = client.get(path, params=query)
            assert answer.is_success, answer.text
            return answer.json()

        for mail in mailbox.find(kind="digest"):
            text = text_of(mail, mailbox)
            language = Language.VI if "BẢN TỔNG HỢP TIẾN ĐỘ" in text else Language.EN
            shown, period = digests.read(text, language=language), mail.notes["period"]
            assert shown == digests.expected(
                ask,
                plan=plan.to_plan_data(1),
                registry=registry,
                period=period,
                as_of=shown.as_of,
                language=language,
            ), period
            assert shown.indicators
            compared.add(period)
    assert compared == set(played.summary["standings"])


def test_the_summary_and_every_mail_say_that_the_figures_are_made_up(played: Played) -> None:
    assert played.summary["is_synthetic"] is True
    mailbox = MailIndex(played.folder / "system" / "mail")
    for mail in mailbox.find():
        assert any(word in text_of(mail, mailbox) for word in ("SỐ LIỆU MÔ PHỎNG", "SIMULATED FIGURES")), mail.subject


def test_without_a_terminal_the_output_is_plain_lines_of_eighty_columns(played: Played) -> None:
    assert not {"\x1b", "\r"} & set(played.said)
    assert "synthetic" in played.said
    assert len([line for line in played.said.splitlines() if re.match(r"\d\d/2014  ", line)]) == 12
    is_long = {line for line in played.said.splitlines() if len(line) > 80}
    assert not {line for line in is_long if str(played.folder) not in line}


def test_it_says_first_where_the_mails_are(played: Played) -> None:
    before, _, _ = played.said.partition("01/2014")
    page = played.visitor()["TIENDO"] + "/mail"
    assert page in before
    assert "Thư" in httpx.get(page).text


def test_what_it_says_to_type_reads_and_files(played: Played) -> None:
    commands = played.said[played.said.index("TIENDO=") :]
    ran = subprocess.run(["sh", "-euc", commands], capture_output=True, text=True, timeout=60, check=True)
    periods, receipt = ran.stdout.split("]{", 1)
    assert json.loads(periods + "]")[0]["period"] == "2014-01"
    told = json.loads("{" + receipt)
    assert (told["status"], told["agency"], told["period"]) == ("accepted", "so-noi-vu", "2014-12")


@pytest.mark.parametrize("command", OTHERS, ids=[f"{number}" for number, _ in enumerate(OTHERS)])
def test_every_curl_of_the_readme_works_on_it(played: Played, command: str, tmp_path: Path) -> None:
    expected = "202" if "/v1/submissions" in command else "200"
    assert _status(command, played=played, folder=tmp_path) == expected


def test_the_form_of_the_readme_is_fetched_filled_in_checked_and_filed(played: Played, tmp_path: Path) -> None:
    fetch, check, file = FORMS
    assert _status(fetch, played=played, folder=tmp_path) == "200"
    (form,) = tmp_path.iterdir()
    book = load_workbook(form)
    for number in range(8, book["Biểu mẫu"].max_row + 1):
        fill(book["Biểu mẫu"], number)
    book.save(form)
    assert _status(check, played=played, folder=tmp_path) == "200"
    assert _status(file, played=played, folder=tmp_path) == "202"


def _status(command: str, *, played: Played, folder: Path) -> str:
    """Type a command in a folder, as a visitor does, and return the status of the answer."""
    ran = subprocess.run(
        ["sh", "-euc", f"{command} -sS -w '%{{stderr}}%{{http_code}}'"],
        cwd=folder,
        env={**os.environ, **played.visitor()},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return ran.stderr if ran.stderr.startswith("2") else ran.stderr + ran.stdout


@pytest.mark.long
def test_a_run_that_is_to_end_ends_and_complains_of_nothing(few: Path, tmp_path: Path) -> None:
    with started(tmp_path / "demo", "--plan", str(few), "--months", "1", DEMO_EXIT="1") as run:
        said, complained = run.communicate(timeout=PATIENCE_SECONDS)
    assert (run.returncode, complained) == (0, "")
    assert "0 unaccounted for" in said


@pytest.mark.long
def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with started(tmp_path / "demo", "--months", "1", PORT=str(taken.getsockname()[1])) as run:
            _, complained = run.communicate(timeout=PATIENCE_SECONDS)
    assert run.returncode == 1
    assert len(complained.splitlines()) == 1
    assert "is in use" in complained
