"""The Merkle tree of RFC 6962, section 2.1, over lines that stand in no order.

A line is a leaf, each line once; the leaves stand in the order of their hashes. So the root is the
same however lines are ordered, merged or repeated, and another as soon as one is edited.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from itertools import repeat

LEAF, NODE = b"\x00", b"\x01"
"""What is hashed in front of a leaf and of a node, so that neither can pass for the other."""


def leaf_hash(line: bytes) -> bytes:
    """The hash of a line, without its line break."""
    return sha256(LEAF + line).digest()


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over the hashes of leaves, no two alike; of none it is the hash of nothing.

    Whole pairs from the left, an odd last one handed up as it is: the tree of RFC 6962, which
    splits at the largest power of two below the number of leaves.
    """
    level = sorted(leaves)
    if not level:
        return sha256().digest()
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        pairs = zip(repeat(NODE), level[::2], level[1::2], strict=False)
        level = [node.digest() for node in map(sha256, map(b"".join, pairs))] + odd
    return level[0]
