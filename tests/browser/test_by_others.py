"""The pages before other judges: the Nu checker of HTML, and Firefox."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import accumulate, islice
from pathlib import Path

import pytest

from tests.browser.visits import PAGES
from tests.page.colours import palettes

Pixel = tuple[int, int, int]

IN_FIREFOX = ["shipped index", "provinces t/online-files"]
WIDTH, HEIGHT = 1000, 800
"""Of each page there."""
FRAME = f"display: block; border: 0; width: {WIDTH}px; height: {HEIGHT}px"


def test_the_html_is_valid(programs, site):
    jar = programs.modules / "vnu-jar/build/dist/vnu.jar"
    if shutil.which("java") is None or not jar.exists():
        pytest.skip("no Java, which the Nu checker runs on")
    files = [site(name).files[f"{address}.html"] for name, address in map(str.split, PAGES)
             if name != "hostile"]  # whose addresses are none  # fmt: skip
    files += [site("shipped").files[name] for name in ("style.css", "icon.svg", "badge.svg")]
    # It ends before it would gain by being optimised, and then needs more room on its stack.
    java = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss8m"]
    options = ["--format", "json", "--also-check-css", "--also-check-svg"]
    command = [*java, "-jar", jar, *options, *files]
    ran = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")
    messages = json.loads(ran.stderr)["messages"]
    errors = [
        (message["url"], message["message"], message.get("extract"))
        for message in messages
        if message["type"] != "info"
    ]
    assert errors == []
    assert {Path(message["url"]).name for message in messages} <= {file.name for file in files}


def pixels(png: bytes) -> Iterator[Pixel]:
    """The pixels of a PNG of eight bits, RGB or RGBA, as Firefox writes them."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert (depth, kind) in ((8, 2), (8, 6))
    size = 3 if kind == 2 else 4
    packed, at = b"", 8
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        packed += png[at + 8 : at + 8 + length] if name == b"IDAT" else b""
        at += length + 12
    raw, line = zlib.decompress(packed), bytearray(width * size)
    for row in range(height):
        start = row * (width * size + 1)
        line = _line(raw[start], raw[start + 1 : start + 1 + width * size], line, size)
        yield from zip(line[0::size], line[1::size], line[2::size], strict=True)


def _line(kind: int, data: bytes, above: bytearray, size: int) -> bytearray:
    """A line of a PNG, from what it differs by from its neighbours."""
    line = bytearray(data)
    if kind == 1:  # which Firefox uses throughout
        for part in range(size):
            line[part::size] = bytes(value & 255 for value in accumulate(data[part::size]))
        return line
    for x, value in enumerate(data):
        left = line[x - size] if x >= size else 0
        corner = above[x - size] if x >= size else 0
        match kind:
            case 2:
                line[x] = (value + above[x]) & 255
            case 3:
                line[x] = (value + (left + above[x]) // 2) & 255
            case 4:
                whole = left + above[x] - corner
                near = min((left, above[x], corner), key=lambda each: abs(whole - each))
                line[x] = (value + near) & 255
    return line


def test_how_a_picture_is_read():
    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    lines = (
        bytes([1, 9, 8, 7, 1, 1, 1]) + bytes([2, 1, 0, 0, 0, 0, 0]) + bytes([4, 0, 0, 0, 1, 1, 1])
    )
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 3, 8, 2, 0, 0, 0))
    png += chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
    assert list(pixels(png)) == [
        (9, 8, 7), (10, 9, 8), (10, 8, 7), (10, 9, 8), (10, 8, 7), (11, 10, 9)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def in_firefox(programs, site, tmp_path_factory) -> Mapping[str, Counter[Pixel]]:
    """How often each colour is on a page; one picture has them all, one below the other."""
    firefox = shutil.which("firefox-esr")
    if firefox is None:
        pytest.skip("no firefox-esr: the pages were seen in Chromium alone")
    folder = tmp_path_factory.mktemp("firefox")
    (folder / "profile").mkdir()
    frames = "".join(
        f"<iframe src='{site(name).files[f'{address}.html'].as_uri()}'></iframe>"
        for name, address in map(str.split, IN_FIREFOX)
    )
    style = f"body {{ margin: 0 }} iframe {{ {FRAME} }}"
    (folder / "all.html").write_text(f"<style>{style}</style>{frames}", encoding="utf-8")
    picture = folder / "all.png"
    command = [firefox, "--headless", "--no-remote", "--profile", folder / "profile",
               f"--window-size={WIDTH},{HEIGHT * len(IN_FIREFOX)}", f"--screenshot={picture}",
               (folder / "all.html").as_uri()]  # fmt: skip
    env = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "MOZ_CRASHREPORTER_DISABLE": "1"}
    subprocess.run(command, capture_output=True, check=False, env=env, timeout=120)
    all_pixels = pixels(picture.read_bytes())
    return {page: Counter(islice(all_pixels, WIDTH * HEIGHT)) for page in IN_FIREFOX}


@pytest.mark.parametrize("page", IN_FIREFOX)
def test_firefox_shows_it_too(in_firefox, site, page):
    here, seen = site(page.split(" ")[0]), in_firefox[page]
    [(ground, number)] = seen.most_common(1)
    assert number < 0.95 * seen.total() == 0.95 * WIDTH * HEIGHT
    schemes = palettes(here.text("style.css")).values()
    [colours, *_] = [scheme for scheme in schemes if _rgb(scheme["ground"]) == ground]
    cells = [seen[_rgb(colours[cell])] for cell in ("overdue", "in-time", "late", "on-time")]
    assert sum(count > 20 for count in cells) >= 2, cells


def _rgb(colour: str) -> Pixel:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue
