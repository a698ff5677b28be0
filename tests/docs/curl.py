"""Stands in for curl on machines that have none: the few options that the documentation's examples use."""

import argparse
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen


def main() -> int:
    given = options()
    body, headers = form(given.form) if given.form else ("&".join(data(given)).encode() or None, {})
    for each in given.header:
        name, _, value = each.partition(":")
        headers[name] = value.strip()
    url = given.url
    if given.get and body:
        url, body = f"{url}{'&' if urlsplit(url).query else '?'}{body.decode()}", None
    request = Request(url, data=body, headers=headers, method=given.request or ("POST" if body else "GET"))
    try:
        answer = urlopen(request)
    except HTTPError as refusal:
        answer = refusal
    shown = answer.read().decode()
    if given.dump_header:
        Path(given.dump_header).write_text(str(answer.headers))
    if given.include:
        shown = f"HTTP/1.1 {answer.status}\n{answer.headers}{shown}"
    (Path(given.output).write_text if given.output else sys.stdout.write)(shown)
    sys.stdout.write(given.write_out.replace("\\n", "\n").replace("%{http_code}", str(answer.status)))
    return 0


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="curl")
    parser.add_argument("url")
    parser.add_argument("-s", "--silent", action="store_true")
    parser.add_argument("-i", "--include", action="store_true")
    parser.add_argument("-G", "--get", action="store_true")
    parser.add_argument("-X", "--request")
    parser.add_argument("-o", "--output")
    parser.add_argument("-D", "--dump-header")
    parser.add_argument("-w", "--write-out", default="")
    parser.add_argument("-H", "--header", action="append", default=[])
    parser.add_argument("-d", "--data", action="append", default=[])
    parser.add_argument("-F", "--form", action="append", default=[])
    parser.add_argument("--data-urlencode", action="append", default=[])
    return parser.parse_args()


def data(given: argparse.Namespace) -> list[str]:
    encoded = (each.partition("=") for each in given.data_urlencode)
    plain = (Path(each[1:]).read_text() if each.startswith("@") else each for each in given.data)
    return [*plain, *(f"{name}={quote(value, safe='')}" for name, _, value in encoded)]


def form(parts: list[str]) -> tuple[bytes, dict[str, str]]:
    """A multipart body of `name=@file` parts."""
    boundary = "tenon-part-of-an-example"
    lines: list[bytes] = []
    for part in parts:
        name, _, file = part.partition("=@")
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{Path(file).name}"\r\n\r\n'
        lines += [head.encode(), Path(file).read_bytes(), b"\r\n"]
    return b"".join([*lines, f"--{boundary}--\r\n".encode()]), {"Content-Type": f"multipart/form-data; boundary={boundary}"}


if __name__ == "__main__":
    sys.exit(main())
