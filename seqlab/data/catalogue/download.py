"""One file from its address to the disk: with a time limit, a size limit and its sha256."""

from __future__ import annotations

import errno
import hashlib
import http.client
import os
import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any
from urllib import request
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

import seqlab
from seqlab.data.catalogue.entries import Source
from seqlab.errors import DataError, Place, Problem, RunError

CHUNK = 1 << 16
SLOWEST = 1000.0
"""Bytes a second below which a server counts as dead."""


def download(source: Source, target: Path, progress: Callable[[int], None], timeout: float) -> None:
    """Download a file.

    Proxies and certificates are those of the environment (`HTTPS_PROXY`, `NO_PROXY`, `SSL_CERT_FILE`).

    Args:
        source: What is wanted.
        target: Where it goes; what an error leaves there is not to be used.
        progress: Called with the number of bytes that have just come.
        timeout: Seconds that the server may be silent, and in which it has to send `SLOWEST` bytes each.

    Raises:
        DataError: SL433 if the server cannot be reached, SL434 if it answers with an error, SL435 for a redirect that
            is not followed, SL436 if the download breaks off, SL437 if something else came.
        RunError: SL605 if the file cannot be written.
    """
    try:
        response = _opener().open(source.url, timeout=timeout)
    except HTTPError as error:
        error.close()
        raise DataError(_refusal(source, error)) from None
    except (OSError, http.client.HTTPException) as error:
        raise DataError(_unreachable(source, error, timeout)) from None
    with response:
        try:
            digest = _receive(source, response, target, progress, timeout)
        except (OSError, http.client.HTTPException) as error:
            reason = f"nothing came for {timeout:g} s" if isinstance(error, TimeoutError) else str(error)
            raise DataError(_broken_off(source, reason)) from None
    if digest != source.sha256:
        raise DataError(
            _wrong(source, "its sha256 is not the right one", f"it is   {digest}", f"not     {source.sha256}")
        )


def _opener() -> request.OpenerDirector:
    """HTTP and HTTPS, and none of the other protocols that urllib knows."""
    opener = request.OpenerDirector()
    for handler in (request.ProxyHandler(), request.HTTPHandler(), request.HTTPSHandler(), request.UnknownHandler(),
                    request.HTTPDefaultErrorHandler(), request.HTTPErrorProcessor(), _Redirects()):  # fmt: skip
        opener.add_handler(handler)
    opener.addheaders = [("User-Agent", f"seqlab/{seqlab.__version__}")]
    return opener


class _Redirects(request.HTTPRedirectHandler):
    """Follows a few redirects, to the same protocol or from HTTP to HTTPS."""

    max_redirections = 5

    def redirect_request(
        self, req: request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> request.Request | None:
        fp.close()  # else urllib reads the page that stands with the redirect, however long it is
        if urlsplit(newurl).scheme not in (req.type, "https"):
            raise HTTPError(newurl, code, "not followed", headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _receive(
    source: Source, response: http.client.HTTPResponse, target: Path, progress: Callable[[int], None], timeout: float
) -> str:
    """Write what comes, and give its sha256."""
    stated = response.headers.get("Content-Length", "")
    if stated.isdecimal() and int(stated) != source.size:
        raise DataError(_wrong(source, f"it has {int(stated):,} bytes, not {source.size:,}"))
    digest, received = hashlib.sha256(), 0
    since, before = time.monotonic(), 0
    with _opened(target) as file:
        while chunk := response.read1(CHUNK):
            received += len(chunk)
            if received > source.size:
                raise DataError(_wrong(source, f"it has more than the {source.size:,} bytes that it should have"))
            digest.update(chunk)
            _write(file, chunk, target)
            progress(len(chunk))
            if (seconds := time.monotonic() - since) > timeout:
                if received - before < SLOWEST * seconds:
                    raise DataError(_broken_off(source, f"less than {SLOWEST / 1000:g} kB came in a second"))
                since, before = time.monotonic(), received
        _write(file, b"", target, sync=True)
    if received < source.size:
        raise DataError(_broken_off(source, f"{received:,} of {source.size:,} bytes came"))
    return digest.hexdigest()


def _opened(target: Path) -> IO[bytes]:
    try:
        return target.open("wb", buffering=0)
    except OSError as error:
        raise cannot_write(target, error) from error


def _write(file: IO[bytes], chunk: bytes, target: Path, sync: bool = False) -> None:
    try:
        while chunk:
            chunk = chunk[file.write(chunk) :]
        if sync:
            os.fsync(file.fileno())
    except OSError as error:
        raise cannot_write(target, error) from error


def cannot_write(path: Path, error: OSError) -> RunError:
    """The error that a file or a folder of the cache cannot be written."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return RunError(
        Problem("SL605", "the disk is full" if full else f"cannot write: {error.strerror}", place=Place(str(path)),
                notes=("nothing was left; " + ("free some space" if full else "check the folder's rights")
                       + ", or set XDG_CACHE_HOME to a folder elsewhere, and fetch again",))
    )  # fmt: skip


def _refusal(source: Source, error: HTTPError) -> Problem:
    if 300 <= error.code < 400:
        target = f"to {error.url}" if error.url != source.url else "without an address"
        circle = request.HTTPRedirectHandler.inf_msg in str(error.msg)
        message = "it redirects in a circle" if circle else f"its redirect is not followed: {error.code} {target}"
        return _problem("SL435", message, source, "is a proxy or a login page in between?")
    advice = "try again later" if error.code >= 500 or error.code == 429 else "has it moved? tell the authors of seqlab"
    return _problem("SL434", f"the server answers {error.code} {error.msg}".rstrip(), source, advice)


def _unreachable(source: Source, error: Exception, timeout: float) -> Problem:
    cause = error.reason if isinstance(error, URLError) else error
    advice = "is there a network? behind a proxy, set HTTPS_PROXY"
    if isinstance(cause, socket.gaierror):
        reason = f"no address is known for {urlsplit(source.url).hostname}"
    elif isinstance(cause, TimeoutError):
        reason = f"no answer within {timeout:g} s"
    elif isinstance(cause, ssl.SSLError):
        reason = f"no safe connection: {getattr(cause, 'verify_message', '') or cause.reason or cause}"
        advice = "behind a proxy with certificates of its own, set SSL_CERT_FILE"
    elif isinstance(cause, http.client.RemoteDisconnected):
        reason = "it hangs up without an answer"
    elif isinstance(cause, http.client.HTTPException):
        reason = "what it answers is no HTTP"
    else:
        reason = str(getattr(cause, "strerror", None) or cause).lower()
    return _problem("SL433", f"the server cannot be reached: {reason}", source, advice)


def _broken_off(source: Source, reason: str) -> Problem:
    return _problem("SL436", f"the download broke off: {reason}", source, "nothing was left; fetch again")


def _wrong(source: Source, reason: str, *sums: str) -> Problem:
    advice = "nothing was left; does a proxy change it, or has the file changed?"
    return _problem("SL437", f"what came is not the file: {reason}", source, *sums, advice)


def _problem(code: str, message: str, source: Source, *notes: str) -> Problem:
    """A problem with its address in a line of its own: most are longer than what is to be said of them."""
    return Problem(code, message, notes=(source.url, *notes))
