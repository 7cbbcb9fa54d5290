"""Fetching: from a real HTTP server on loopback, with all that goes wrong between a server and a disk."""

import contextlib
import gzip
import hashlib
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request

import pytest

from seqlab.data.catalogue import CATALOGUE, CatalogueEntry, CatalogueFile, Source, locate
from seqlab.data.catalogue import download as download_module
from seqlab.data.catalogue.download import download
from seqlab.data.catalogue.fetch import fetch
from seqlab.errors import DataError, RunError

TRAIN = b"".join(b"line %d\n" % number for number in range(30_000))
PACKED = gzip.compress(b"dev\n", mtime=0)
PATIENCE = 0.4
"""Seconds after which a server counts as dead."""


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Server(ThreadingHTTPServer):
    """Answers `/right/train.txt` with what is wanted, and `/WAY/...` in the way that is named."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: Counter[str] = Counter()
        self.over = threading.Event()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{path}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *arguments: object) -> None:
        """Keep the output of the tests clean."""

    def do_GET(self) -> None:
        self.server.asked[self.path] += 1
        way, _, name = self.path.removeprefix("/").partition("/")
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the client has had enough
            getattr(self, way, self.missing)({"train.txt": TRAIN, "dev.txt.gz": PACKED}.get(name, b""), name)
        self.close_connection = True

    def begin(self, status: int = 200, **headers: object) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def right(self, content: bytes, name: str) -> None:
        self.begin(Content_Length=len(content))
        self.wfile.write(content)

    def without_length(self, content: bytes, name: str) -> None:
        self.begin()
        self.wfile.write(content)

    def slow(self, content: bytes, name: str) -> None:
        time.sleep(PATIENCE / 2)
        self.right(content, name)

    def truncated(self, content: bytes, name: str) -> None:
        self.begin(Content_Length=len(content))
        self.wfile.write(content[:-1000])

    def truncated_without_length(self, content: bytes, name: str) -> None:
        self.without_length(content[:-1000], name)

    def truncated_chunk(self, content: bytes, name: str) -> None:
        self.begin(Transfer_Encoding="chunked")
        self.wfile.write(b"ffff\r\n" + content[:1000])

    def other(self, content: bytes, name: str) -> None:
        self.right(content.swapcase(), name)

    def shorter(self, content: bytes, name: str) -> None:
        self.right(b"<html>log in</html>", name)

    def longer(self, content: bytes, name: str) -> None:
        self.right(content + b"more", name)

    def endless(self, content: bytes, name: str) -> None:
        self.begin()
        while not self.server.over.is_set():
            self.wfile.write(content)

    def missing(self, content: bytes, name: str) -> None:
        self.send_error(404)

    def overloaded(self, content: bytes, name: str) -> None:
        self.send_error(503)

    def moved(self, content: bytes, name: str) -> None:
        self.begin(302, Location=f"/right/{name}", Content_Length=0)

    def moved_with_an_endless_page(self, content: bytes, name: str) -> None:
        self.begin(302, Location=f"/right/{name}")
        while not self.server.over.is_set():
            self.wfile.write(b"x" * 10_000)

    def circle(self, content: bytes, name: str) -> None:
        self.begin(302, Location=self.path, Content_Length=0)

    def chain(self, content: bytes, name: str) -> None:
        self.begin(302, Location=f"/chain/x{name}", Content_Length=0)

    def to_a_file(self, content: bytes, name: str) -> None:
        self.begin(302, Location="file:///etc/passwd", Content_Length=0)

    def to_ftp(self, content: bytes, name: str) -> None:
        self.begin(302, Location="ftp://127.0.0.1/train.txt", Content_Length=0)

    def nowhere(self, content: bytes, name: str) -> None:
        self.begin(302, Content_Length=0)

    def mute(self, content: bytes, name: str) -> None:
        self.server.over.wait(10)

    def halting(self, content: bytes, name: str) -> None:
        self.begin(Content_Length=len(content))
        self.wfile.write(content[:1000])
        self.server.over.wait(10)

    def trickling(self, content: bytes, name: str) -> None:
        self.begin(Content_Length=len(content))
        while not self.server.over.wait(0.05):
            self.wfile.write(b"x")

    def hanging_up(self, content: bytes, name: str) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)

    def no_http(self, content: bytes, name: str) -> None:
        self.wfile.write(b"220 welcome to another service\r\n")


@pytest.fixture
def server():
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch) -> Path:
    """An empty cache, no SEQLAB_DATA, no proxies."""
    for variable in ("SEQLAB_DATA", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache/seqlab/data"


@pytest.fixture
def toy(server: Server, cache: Path, monkeypatch) -> Callable[[str], CatalogueEntry]:
    """Makes the dataset `toy`; its train file comes in the way that is named."""

    def make(way: str, train: Source | None = None, dev: str = sha256(b"dev\n")) -> CatalogueEntry:
        train = train or Source(server.url(f"{way}/train.txt"), len(TRAIN), sha256(TRAIN))
        packed = Source(server.url("right/dev.txt.gz"), len(PACKED), sha256(PACKED))
        entry = CatalogueEntry(
            name="toy",
            summary="for tests",
            task="tests",
            examples="1 / 1 / - lines",
            licence="CC0",
            redistributable=True,
            homepage="https://example.org/toy",
            splits={"train": ("text/train.txt",), "dev": ("dev.txt",)},
            files={
                "dev.txt": CatalogueFile("dev.txt", dev, packed),
                "text/train.txt": CatalogueFile("text/train.txt", sha256(TRAIN), train),
                "more.txt": CatalogueFile("more.txt", sha256(b"more\n")),
            },
        )
        monkeypatch.setitem(CATALOGUE, "toy", entry)
        return entry

    return make


def left(folder: Path) -> set[str]:
    """The files below a folder, but for the lock."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {".toy.lock"}


@pytest.mark.parametrize("way", ["right", "without_length", "slow", "moved", "moved_with_an_endless_page"])
def test_all_files_come_into_the_cache(toy, cache, way):
    fetched = fetch(toy(way), timeout=PATIENCE)
    assert fetched.size == len(TRAIN) + len(PACKED)
    assert fetched.located == locate("toy")
    assert left(cache) == {"toy/text/train.txt", "toy/dev.txt.gz"}
    assert (cache / "toy/text/train.txt").read_bytes() == TRAIN
    assert list(cache.glob(".toy.part")) == []


def test_progress_counts_every_byte(toy):
    sizes: list[int] = []
    fetch(toy("right"), progress=sizes.append)
    assert sum(sizes) == len(TRAIN) + len(PACKED)
    assert len(sizes) > 2


def test_what_is_here_is_not_fetched_again(toy, server):
    fetch(toy("right"))
    asked = server.asked.copy()
    assert fetch(toy("right")).size == 0
    assert server.asked == asked


FAILURES = {
    "missing": ("SL434", "the server answers 404 Not Found"),
    "overloaded": ("SL434", "the server answers 503 Service Unavailable"),
    "circle": ("SL435", "it redirects in a circle"),
    "chain": ("SL435", "it redirects in a circle"),
    "to_a_file": ("SL435", "its redirect is not followed: 302 to file:///etc/passwd"),
    "to_ftp": ("SL435", "its redirect is not followed: 302 to ftp://127.0.0.1/train.txt"),
    "nowhere": ("SL435", "its redirect is not followed: 302 without an address"),
    "truncated": ("SL436", f"the download broke off: {len(TRAIN) - 1000:,} of {len(TRAIN):,} bytes came"),
    "truncated_without_length": (
        "SL436",
        f"the download broke off: {len(TRAIN) - 1000:,} of {len(TRAIN):,} bytes came",
    ),
    "truncated_chunk": ("SL436", "the download broke off: "),
    "halting": ("SL436", "the download broke off: nothing came for 0.4 s"),
    "trickling": ("SL436", "the download broke off: less than 1 kB came in a second"),
    "mute": ("SL433", "the server cannot be reached: no answer within 0.4 s"),
    "hanging_up": ("SL433", "the server cannot be reached: it hangs up without an answer"),
    "no_http": ("SL433", "the server cannot be reached: what it answers is no HTTP"),
    "other": ("SL437", "what came is not the file: its sha256 is not the right one"),
    "shorter": ("SL437", "what came is not the file: it has 19 bytes, not"),
    "longer": ("SL437", f"what came is not the file: it has {len(TRAIN) + 4:,} bytes, not {len(TRAIN):,}"),
    "endless": ("SL437", f"what came is not the file: it has more than the {len(TRAIN):,} bytes"),
}


@pytest.mark.parametrize("way", FAILURES)
def test_a_failure_is_told_with_its_address_and_leaves_nothing(toy, cache, server, way):
    start = time.monotonic()
    with pytest.raises(DataError) as caught:
        fetch(toy(way), timeout=PATIENCE)
    assert time.monotonic() - start < 4
    (problem,) = caught.value.problems
    code, message = FAILURES[way]
    assert problem.code == code
    assert problem.message.startswith(message)
    assert problem.notes[0] == server.url(f"{way}/train.txt")
    assert len(problem.notes) > 1
    assert left(cache) == set()
    assert not (cache / "toy").exists()


def test_a_wrong_sum_is_shown_beside_the_right_one(toy):
    with pytest.raises(DataError) as caught:
        fetch(toy("other"))
    assert sha256(TRAIN.swapcase()) in str(caught.value)
    assert sha256(TRAIN) in str(caught.value)


def test_a_dead_server_is_told(toy, cache):
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))  # nobody listens
        entry = toy("", Source(f"http://127.0.0.1:{reserved.getsockname()[1]}/x", len(TRAIN), sha256(TRAIN)))
        with pytest.raises(DataError) as caught:
            fetch(entry, timeout=PATIENCE)
    assert caught.value.problems[0].code == "SL433"
    assert caught.value.problems[0].message == "the server cannot be reached: connection refused"
    assert left(cache) == set()


def test_a_name_without_an_address_is_told(cache, tmp_path, monkeypatch):
    def unknown(*arguments, **settings):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(DataError) as caught:
        download(Source("https://data.example.org/x", 1, sha256(b"x")), tmp_path / "x", lambda size: None, PATIENCE)
    (problem,) = caught.value.problems
    assert problem.message == "the server cannot be reached: no address is known for data.example.org"
    assert "HTTPS_PROXY" in problem.notes[1]


def test_a_server_that_does_not_speak_tls_is_told(toy, server):
    source = Source(server.url("right/train.txt").replace("http:", "https:"), len(TRAIN), sha256(TRAIN))
    with pytest.raises(DataError) as caught:
        fetch(toy("", source), timeout=PATIENCE)
    assert caught.value.problems[0].message.startswith("the server cannot be reached: no safe connection: ")


@pytest.mark.parametrize("url", ["file:///etc/hostname", "ftp://127.0.0.1/x", "data:,x"])
def test_no_other_protocol_is_spoken(toy, url):
    with pytest.raises(DataError) as caught:
        fetch(toy("", Source(url, 1, sha256(b"x"))))
    assert caught.value.problems[0].code == "SL433"


@pytest.mark.parametrize(
    "start, end, followed", [("https", "https", True), ("http", "https", True), ("https", "http", False)]
)
def test_a_redirect_never_leaves_tls(start, end, followed, tmp_path):
    asked = Request(f"{start}://a.example.org/x")
    with (tmp_path / "page").open("wb") as page:
        arguments = (asked, page, 302, "Found", Message(), f"{end}://b.example.org/x")
        if followed:
            assert download_module._Redirects().redirect_request(*arguments).full_url == f"{end}://b.example.org/x"
        else:
            with pytest.raises(HTTPError) as caught:
                download_module._Redirects().redirect_request(*arguments)
            caught.value.close()


def test_a_proxy_of_the_environment_is_used(server, cache, tmp_path, monkeypatch):
    monkeypatch.setenv("http_proxy", server.url(""))
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with pytest.raises(DataError):
        download(Source("http://data.example.org/x", 1, sha256(b"x")), tmp_path / "x", lambda size: None, PATIENCE)
    assert server.asked["http://data.example.org/x"] == 1


def test_what_is_packed_is_checked_too(toy, cache):
    entry = toy("right", dev=sha256(b"another\n"))
    with pytest.raises(DataError) as caught:
        fetch(entry)
    (problem,) = caught.value.problems
    assert (problem.code, problem.message) == ("SL437", "what is packed in it is not the file")
    assert left(cache) == set()


def test_a_full_disk_is_told(server, cache, toy):
    source = toy("right").files["text/train.txt"].source
    with pytest.raises(RunError) as caught:
        download(source, Path("/dev/full"), lambda size: None, PATIENCE)
    assert (caught.value.problems[0].code, caught.value.problems[0].message) == ("SL605", "the disk is full")


def test_a_disk_that_is_full_at_the_end_leaves_nothing(toy, cache, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(download_module.os, "fsync", full)
    with pytest.raises(RunError, match="SL605"):
        fetch(toy("right"))
    assert left(cache) == set()


def test_a_cache_that_cannot_be_made_is_told(toy, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(RunError, match="SL605") as caught:
        fetch(toy("right"))
    assert "XDG_CACHE_HOME" in caught.value.problems[0].notes[0]


def test_an_interruption_leaves_nothing(toy, cache):
    def interrupt(size: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(toy("right"), progress=interrupt)
    assert left(cache) == set()


def test_what_a_killed_process_left_is_cleared_away(toy, cache):
    (cache / ".toy.part").mkdir(parents=True)
    (cache / ".toy.part/junk").touch()
    fetch(toy("right"))
    assert left(cache) == {"toy/text/train.txt", "toy/dev.txt.gz"}


def test_a_broken_copy_in_the_cache_is_mended_and_what_else_lies_there_stays(toy, cache):
    (cache / "toy/text").mkdir(parents=True)
    for name in ("text/train.txt", "dev.txt", "more.txt"):
        (cache / "toy" / name).write_bytes(b"?")
    assert fetch(toy("right")).size > 0
    assert left(cache) == {"toy/text/train.txt", "toy/dev.txt.gz", "toy/more.txt"}
    assert locate("toy").splits["dev"] == (cache / "toy/dev.txt.gz",)


def test_a_wrong_copy_that_would_be_found_first_is_told(toy, tmp_path, monkeypatch, server):
    monkeypatch.setenv("SEQLAB_DATA", str(tmp_path))
    (tmp_path / "toy/text").mkdir(parents=True)
    for name in ("text/train.txt", "dev.txt"):
        (tmp_path / "toy" / name).write_bytes(b"?")
    with pytest.raises(DataError) as caught:
        fetch(toy("right"))
    assert {problem.code for problem in caught.value.problems} == {"SL403"}
    assert "remove the folder, and get it with: seqlab data fetch toy" in str(caught.value)
    assert not server.asked


def test_what_can_only_be_obtained_by_hand_is_told(cache):
    with pytest.raises(DataError, match=r"SL432.*'ptb-lm'") as caught:
        fetch(CATALOGUE["ptb-lm"])
    assert "LDC99T42" in str(caught.value)


def test_of_two_at_once_one_fetches_and_the_other_waits(toy, server):
    entry = toy("slow")
    waited: list[bool] = []
    sizes: list[int] = []

    def work() -> None:
        sizes.append(fetch(entry, waiting=lambda: waited.append(True)).size)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(sizes) == [0, len(TRAIN) + len(PACKED)]
    assert waited == [True]
    assert set(server.asked.values()) == {1}
