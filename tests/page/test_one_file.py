"""A register as one file: it asks for nothing at all, not even for a file beside it."""

from __future__ import annotations

import base64
import hashlib
import re


def test_it_holds_every_page(site):
    [page] = site("one").pages.values()
    plain = site("shipped")
    titles = [" ".join(node.text_content().split()) for node in page.iter("h1")]
    for address, other in plain.pages.items():
        if not address.startswith("en/") and address != "data.html":
            assert " ".join(other.findtext(".//h1").split()) in titles, address
    assert len(page.xpath("//tr[@data-cell]")) >= len(plain.leaves)


def test_its_links_stay_inside_and_lead_somewhere(site):
    [page] = site("one").pages.values()
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    for link in page.xpath("//@href"):
        assert link.startswith(("#", "http://", "https://")), link
        assert not link.startswith("#") or link[1:] in ids, link
    assert not page.xpath("//@src | //link")


def test_its_policy_knows_its_own_style_and_script_and_no_other(site):
    text = site("one").text("index.html")
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    allowed = dict(part.split(" ", 1) for part in policy.split("; "))
    assert allowed["default-src"] == "'none'"
    for tag in ("style", "script"):
        [body] = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert allowed[f"{tag}-src"] == f"'sha256-{digest}'"
