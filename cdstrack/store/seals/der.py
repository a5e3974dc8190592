"""As much of DER as tells what kind of signature a file holds, and which time it says."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

SEQUENCE, OID, OCTETS, TIME_2, TIME_4 = 0x30, 0x06, 0x04, 0x17, 0x18
FIRST, SECOND = 0xA0, 0xA1
"""Tags: a structure, a name, bytes, times with a year of two and four digits, optional fields."""

SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
TIME_STAMP = bytes.fromhex("2a864886f70d0109100104")
SIGNING_TIME = bytes.fromhex("2a864886f70d010905")
"""The names of CMS signedData (RFC 5652), of a TSTInfo (RFC 3161), of the signing time."""

_BARE = re.compile(rb"[A-Za-z0-9+/\s]+[=\s]*")
_MIME = re.compile(
    rb"^Content-Type: *application/(?:x-)?pkcs7-signature\b.*?\r?\n\r?\n"
    rb"(.*?)(?:\r?\n\r?\n|\r?\n--|\Z)",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
_PEM = re.compile(rb"-----BEGIN (?:CMS|PKCS7)-----(.*?)-----END (?:CMS|PKCS7)-----", re.DOTALL)


class Value(NamedTuple):
    """One value, and all of its bytes."""

    tag: int
    content: bytes
    whole: bytes

    def children(self) -> list[Value]:
        """The values inside. Raises ValueError where they are none of DER's."""
        return list(values_in(self.content))


def values_in(data: bytes) -> Iterator[Value]:
    """Values one behind the other. Raises ValueError."""
    start = 0
    while start < len(data):
        if len(data) < start + 2:
            raise ValueError
        tag, length, head = data[start], data[start + 1], 2
        if length & 0x80:
            size = length & 0x7F
            if not 1 <= size <= 4 or len(data) < start + 2 + size:
                raise ValueError
            length = int.from_bytes(data[start + 2 : start + 2 + size], "big")
            head += size
        end = start + head + length
        if end > len(data):
            raise ValueError
        yield Value(tag, data[start + head : end], data[start:end])
        start = end


def bare(data: bytes) -> bytes:
    """The bytes of a file that may be written in letters: PEM, S/MIME, or without a heading."""
    match = _PEM.search(data) or _MIME.search(data)
    letters = match[1] if match is not None else data
    if _BARE.fullmatch(letters) is None:
        return data
    try:
        return base64.b64decode(b"".join(letters.split()), validate=True)
    except binascii.Error:
        return data


def signed_data(data: bytes) -> Value | None:
    """A CMS structure of signed data, also inside the answer of a time stamping service."""
    try:
        value = next(values_in(data))
        fields = value.children()
        if len(fields) == 2 and fields[0].tag == fields[1].tag == SEQUENCE:
            value = fields[1]
            fields = value.children()
        is_signed = value.tag == SEQUENCE and fields[0].tag == OID
        return value if is_signed and fields[0].content == SIGNED_DATA else None
    except (ValueError, IndexError, StopIteration):
        return None


def stamp_moment(structure: Value) -> datetime | None:
    """The moment in a time stamp, None if the structure is none."""
    try:
        _, data = structure.children()
        content_type, *content = data.children()[0].children()[2].children()
        if content_type.content != TIME_STAMP:
            return None
        stamp = content[0].children()[0].content
        times = [field for field in next(values_in(stamp)).children() if field.tag == TIME_4]
        return _moment(times[0])
    except (ValueError, IndexError, StopIteration):
        return None


def signing_moments(structure: Value) -> list[datetime | None]:
    """When each signer says to have signed, None of one who does not."""
    try:
        _, data = structure.children()
        signers = data.children()[0].children()[-1]
        return [_signing_moment(signer) for signer in signers.children()]
    except (ValueError, IndexError):
        return []


def _signing_moment(signer: Value) -> datetime | None:
    """Raises ValueError, IndexError."""
    for field in signer.children():
        if field.tag != FIRST:
            continue
        for attribute in field.children():
            name, *rest = attribute.children()
            if name.content == SIGNING_TIME:
                return _moment(rest[0].children()[0])
    return None


def _moment(value: Value) -> datetime:
    """A time of ASN.1 in UTC, without its fractions. Raises ValueError."""
    text = value.content.decode("ascii", "replace").removesuffix("Z").partition(".")[0]
    if value.tag == TIME_2:
        century = "19" if text[:2] >= "50" else "20"
        text = century + text
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
