"""A client's book holds what it was told, and every answer that it had no reason to expect."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID, uuid4

import orjson

from tools.demo.client import Book, Clients
from tools.demo.habits import Mistake
from tools.demo.http import Answer, HttpClient
from tools.demo.requests import Act

KEY = "key_live_abcdefgh_secret"


def act(*, mistake: Mistake | None = None, is_repeat: bool = False) -> Act:
    return Act("so-noi-vu", "so-noi-vu", "2014-01", "demo:1", b"{}", mistake=mistake, is_repeat=is_repeat)


def accepted(submission: UUID, **more: object) -> Answer:
    receipt = {"submission": str(submission), "agency": "so-noi-vu", "period": "2014-01", "revision": 1}
    return Answer(202, {}, orjson.dumps({**receipt, "is_synthetic": True, **more}))


def refused(status: int, code: str) -> Answer:
    return Answer(status, {}, orjson.dumps({"code": "invalid-submission", "faults": [{"code": code}]}))


def test_a_receipt_is_kept() -> None:
    book, submission = Book(), uuid4()
    book.enter(act(), accepted(submission))
    assert list(book.receipts) == [submission]
    assert book.surprise_count == 0


def test_the_same_receipt_again_counts_once() -> None:
    book, submission = Book(), uuid4()
    book.enter(act(), accepted(submission))
    again = replace(accepted(submission), headers={"idempotency-replayed": "true"})
    book.enter(act(is_repeat=True), again)
    assert (len(book.receipts), book.repeated, book.surprise_count) == (1, 1, 0)


def test_a_repeat_that_is_accepted_anew_is_a_surprise() -> None:
    book = Book()
    book.enter(act(), accepted(uuid4()))
    book.enter(act(is_repeat=True), accepted(uuid4()))
    assert book.surprise_count == 1


def test_a_receipt_for_another_agency_is_a_surprise() -> None:
    book = Book()
    book.enter(act(), accepted(uuid4(), agency="so-tu-phap"))
    assert book.surprise_count == 1


def test_a_receipt_that_does_not_say_synthetic_is_a_surprise() -> None:
    book = Book()
    book.enter(act(), accepted(uuid4(), is_synthetic=False))
    assert book.surprise_count == 1


def test_a_refusal_for_the_named_reason_is_expected() -> None:
    book = Book()
    book.enter(act(mistake=Mistake.COMMA_IN_A_COUNT), refused(422, "ambiguous-number"))
    assert (book.refused[Mistake.COMMA_IN_A_COUNT], book.surprise_count) == (1, 0)


def test_a_refusal_for_another_reason_is_a_surprise() -> None:
    book = Book()
    book.enter(act(mistake=Mistake.COMMA_IN_A_COUNT), refused(422, "bad-number"))
    assert book.surprise_count == 1


def test_a_mistake_that_is_accepted_is_a_surprise_and_has_a_receipt() -> None:
    book = Book()
    book.enter(act(mistake=Mistake.COMMA_IN_A_COUNT), accepted(uuid4()))
    assert (len(book.receipts), book.surprise_count) == (1, 1)


def test_a_right_submission_that_is_refused_is_a_surprise() -> None:
    book = Book()
    book.enter(act(), refused(422, "out-of-range"))
    assert book.surprise_count == 1
    assert "so-noi-vu for 2014-01" in book.surprises[0]


class Server:
    """A real HTTP server that answers as it is told, one answer after the other, or hangs up for none."""

    def __init__(self, *answers: Answer | None) -> None:
        self.asked: list[str] = []
        self._answers = list(answers)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[HttpClient]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        http = HttpClient(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", connections=2)
        try:
            yield http
        finally:
            await http.close()
            server.close()
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                await reader.readexactly(int(head.partition("Content-Length: ")[2].split("\r\n")[0]))
                self.asked.append(head)
                answer = self._answers.pop(0)
                if answer is None:
                    return
                writer.write(f"HTTP/1.1 {answer.status} x\r\nContent-Length: {len(answer.body)}\r\n\r\n".encode())
                writer.write(answer.body)
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()


async def test_the_same_request_is_sent_again_while_the_service_is_away() -> None:
    submission, book = uuid4(), Book()
    server = Server(None, Answer(503), accepted(submission))
    async with server.listening() as http:
        clients = Clients(http, keys={"so-noi-vu": KEY}, book=book)
        await asyncio.wait_for(clients.send([[act()]]), 5)
    assert len(server.asked) == 3
    assert all("Idempotency-Key: demo:1\r\n" in head for head in server.asked)
    assert list(book.receipts) == [submission]


async def test_a_mistyped_key_is_not_the_agencys() -> None:
    book = Book()
    server = Server(Answer(401, {}, orjson.dumps({"code": "not-authenticated"})))
    async with server.listening() as http:
        clients = Clients(http, keys={"so-noi-vu": KEY}, book=book)
        await clients.send([[act(mistake=Mistake.MISTYPED_KEY)]])
    assert f"Bearer {KEY}" not in server.asked[0]
    assert (book.refused.total(), book.surprise_count) == (1, 0)


async def test_groups_are_sent_at_once_and_a_groups_requests_in_order() -> None:
    book, submissions = Book(), [uuid4() for _ in range(4)]
    server = Server(*map(accepted, submissions))
    async with server.listening() as http:
        clients = Clients(http, keys={"so-noi-vu": KEY}, book=book)
        await clients.send([[act(), act()], [act(), act()]])
    assert set(book.receipts) == set(submissions)
