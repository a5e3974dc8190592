"""What is hidden of a text, and what is not."""

from cdstrack.core.model.masking import is_address, masked
from tests.cases import every_case


@every_case(
    "text, shown",
    [
        ("to postgresql://me:hu@sh@db/x now", "to postgresql://*** now"),
        ("postgresql:/me:hush@db", "postgresql:/***"),
        ("https://me:hush@host/x", "https://***@host/x"),
        ("https://me:hu/sh@host/x", "https://***@host/x"),
        ("https://hush@host/x", "https://***@host/x"),
        ("me:hush@db", "me:***@db"),
        ("host=db password=hush user=me", "host=db password=*** user=me"),
        ("{url: a, password: 'hu sh', n: 1}", "{url: a, password: ***, n: 1}"),
        ("PGPASSWORD=hush", "PGPASSWORD=***"),
        ("Paſswd=hush", "Paſswd=***"),
        ("passphrase: hush", "passphrase: ***"),
        ("PWD = hush", "PWD = ***"),
        ("?Secret=hush&x=1", "?Secret=***&x=1"),
        ("to\u212aen=hush", "to\u212aen=***"),
        ("https://host/x?sslpassword=hush&y=1", "https://host/x?sslpassword=***&y=1"),
        *(
            (text, text)
            for text in (
                "targets.yaml:5:9: The key title is missing.", "C:/progress.jsonl",
                "https://example.org:8080/a:b", "https://example.org/@me/x", "an@example.vn",
                "mailto:an@example.vn", "10:30, ngày 1/2/2026", "Did you mean token?",
            )
        ),
    ],
)  # fmt: skip
def test_only_the_password_is_hidden(text, shown):
    assert masked(text) == shown


@every_case(
    "path", ["postgresql://db/x", "sqlite:a.db", "service:a", "//db/x", "u.v:w@h", "host=a user=b"]
)
def test_addresses(path):
    assert is_address(path)


@every_case(
    "path", ["C:/a.jsonl", "a:b", "../a.jsonl", "/etc/passwd", "a@2024.txt", "p.jsonl:x", "a=b.txt"]
)
def test_what_is_refused_for_another_reason_is_no_address(path):
    assert not is_address(path)
