"""``add-progress`` at the keyboard: what is missing is asked for, one thing after the other."""

from __future__ import annotations

import json
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from tests.cli.boards import PROVINCES, asked
from tests.cli.build import HEAD, LAW, ROOT, SIGNED, SPENT, TRAINED, register
from tests.cli.terminal import Terminal as AnyTerminal
from tests.cli.terminal import interrupt

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")


@pytest.fixture
def shipped(tmp_path) -> Path:
    for name in ("targets.yaml", "progress.jsonl"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    return tmp_path


def Terminal(*args: str, folder: Path) -> AnyTerminal:  # noqa: N802
    """Without colours, which would stand between the words."""
    return AnyTerminal(*args, folder=folder, NO_COLOR="1")


def folder_of(path: Path, *targets: str, head: str = HEAD) -> Path:
    (path / "targets.yaml").write_text(register(*targets, head=head), encoding="utf-8")
    return path


def last_record(folder: Path) -> dict[str, Any]:
    line = (folder / "progress.jsonl").read_text(encoding="utf-8").splitlines()[-1]
    return dict(json.loads(line))


def records(folder: Path) -> int:
    path = folder / "progress.jsonl"
    return len(path.read_text(encoding="utf-8").splitlines()) if path.exists() else 0


def test_who_never_saw_it_reports_by_number_and_enter(shipped):
    """The training target: picked from the list, overdue before and achieved after."""
    with Terminal("add-progress", "--lang", "vi", folder=shipped) as terminal:
        shown = terminal.read_until("Cam kết nào?")
        number = next(line.split()[0] for line in shown.splitlines() if "10.000 cán bộ" in line)
        terminal.type(f"{number}\n")
        card = terminal.answer("Số liệu tính đến ngày nào", "31/12/2022")
        assert "≥ 10.000 người · cuối năm 2022 · quá hạn · gần 1.000" in card
        terminal.answer("Tổng số đạt được, 31/12/2022 (người) [gần 1.000]", "hơn 10.000")
        terminal.answer("Nguồn", "")
        terminal.answer("Ghi chú", "")
        shown = terminal.read_until("[c = có, K = không]")
        assert "Báo cáo             hơn 10.000 người · 31/12/2022" in shown
        assert "quá hạn → đã đạt" in shown
        assert records(shipped) == 3
        terminal.type("c\n")
        assert "Đã ghi, mã " in terminal.read_all()
    record = last_record(shipped)
    assert record["target"] == "dx-training-10000-officials-2022"
    assert (record["value"], record["qualifier"], record["date"]) == ("10000", "over", "2022-12-31")


def test_the_same_in_english(shipped):
    with Terminal("add-progress", "--lang", "en", folder=shipped) as terminal:
        terminal.answer("Which commitment?", "digital training")
        terminal.answer("Which day or period", "31 Dec 2022")
        terminal.answer("[nearly 1,000]", "over 10,000")
        terminal.answer("Source", "")
        terminal.answer("Note", "")
        assert "overdue → achieved" in terminal.read_until("Record this? [y/N]")
        terminal.type("y\n")
        assert "Recorded as" in terminal.read_all()


@pytest.mark.parametrize("typed", ["TAP HUAN", "tập huấn", unicodedata.normalize("NFD", "tập huấn"),
                                   "officials tra", "trained"])  # fmt: skip
def test_a_target_is_found_by_any_part_of_its_name(tmp_path, typed):
    folder_of(tmp_path, TRAINED, LAW)
    with Terminal("add-progress", "--lang", "en", folder=tmp_path) as terminal:
        terminal.answer("Which commitment?", typed)
        assert "Officials trained" in terminal.read_until("Which day")


def test_a_slip_is_helped(tmp_path):
    folder_of(tmp_path, TRAINED, LAW, SPENT)
    with Terminal("add-progress", "--lang", "en", folder=tmp_path) as terminal:
        terminal.answer("Which commitment?", "trianed")
        assert "Did you mean trained?" in terminal.read_until("Which commitment?")
        terminal.type("spent\n")
        terminal.read_until("Which day")


def test_what_matches_several_is_listed_by_number(tmp_path):
    folder_of(tmp_path, TRAINED, LAW, SPENT)
    with Terminal("add-progress", "--lang", "en", folder=tmp_path) as terminal:
        terminal.answer("Which commitment?", "o")
        shown = terminal.answer("Which commitment?", "2")
        assert "Submit the law" not in shown
        assert "2  ○ Money spent" in shown
        assert "spent · ≥ 1,000 persons" in terminal.read_until("Which day")


def test_what_the_command_line_said_is_not_asked(tmp_path):
    folder_of(tmp_path, TRAINED)
    told = ("trained", "300", "--source", "plan")
    with Terminal("add-progress", *told, "--lang", "en", folder=tmp_path) as terminal:
        said = terminal.answer("Which day or period", "30/6/2026")
        assert "Which commitment" not in said
        said = terminal.answer("Note", "")
        assert "Total reached" not in said
        assert "Source:" not in said
        terminal.answer("[y/N]", "y")
        terminal.read_all()
    assert last_record(tmp_path)["source"] == "plan"


def test_what_the_command_line_said_wrongly_is_asked(tmp_path):
    folder_of(tmp_path, TRAINED)
    told = ("trained", "6.64", "--date", "30/6", "--source", "plan", "--note", "x")
    with Terminal("add-progress", *told, "--lang", "vi", folder=tmp_path) as terminal:
        assert "chưa có năm" in terminal.answer("Số liệu tính đến", "30/6/2026").lower()
        said = terminal.answer("(người) [6,64]", "")
        assert "6.64 viết theo kiểu tiếng Anh" in said
        assert "6,64 người · 30/06/2026" in terminal.read_until("[c = có, K = không]")


def test_back_and_forth(tmp_path):
    """< goes back a question, also from the draft; what was answered before is asked anew."""
    folder_of(tmp_path, TRAINED)
    with Terminal("add-progress", "trained", "--lang", "en", folder=tmp_path) as terminal:
        terminal.answer("Which day or period", "<")
        terminal.answer("Which day or period", "31/3/2026")
        terminal.answer("Total reached, 31 Mar 2026", "<")
        terminal.answer("Which day or period", "30/6/2026")
        terminal.answer("Total reached, 30 Jun 2026", "250")
        terminal.answer("Source", "plan")
        terminal.answer("Note", "x")
        terminal.answer("[y/N]", "<")
        terminal.answer("Note", "<")
        terminal.answer("Source (-: none) [plan]", "other")
        terminal.answer("Note (-: none) [x]", "-")
        terminal.answer("[y/N]", "y")
        terminal.read_all()
    record = last_record(tmp_path)
    assert (record["value"], record["date"]) == ("250", "2026-06-30")
    assert (record["source"], record.get("note")) == ("other", None)


@pytest.mark.parametrize("answers", [0, 1, 2, 3, 4])
def test_ctrl_d_leaves_from_everywhere_and_writes_nothing(tmp_path, answers):
    folder_of(tmp_path, TRAINED)
    given = [("Which commitment?", "1"), ("Which day", ""), ("Total reached", "5"),
             ("Source", ""), ("Note", "")]  # fmt: skip
    with Terminal("add-progress", "--lang", "en", folder=tmp_path) as terminal:
        for question, text in given[:answers]:
            terminal.answer(question, text)
        terminal.read_until([*given, ("[y/N]", "")][answers][0])
        terminal.type("\x04")
        assert "Nothing was written." in terminal.read_all()
    assert terminal.process.returncode == 0
    assert records(tmp_path) == 0


@pytest.mark.parametrize(
    ("keys", "typed"),
    [
        ("ho\x7f\x7fhơn\x7f\x7f\x7fhơn 300", "hơn 300"),  # what Unikey and ibus send for hown
        ("hown\x7f\x7f\x7fơn 300", "hơn 300"),
        ("g\u1ea7n 300", "gần 300"),
        ("ga\u0302\u0300n 300", "gần 300"),
        ("gâ\x7fần 300", "gần 300"),
        ("\x1b[D\x1b[Ckhoảng 300", "khoảng 300"),  # arrow keys
    ],
)  # fmt: skip
def test_vietnamese_input_methods_type_and_take_back(tmp_path, keys, typed):
    folder_of(tmp_path, TRAINED)
    with Terminal("add-progress", "trained", "--lang", "vi", folder=tmp_path) as terminal:
        terminal.answer("Số liệu tính đến", "30/6/2026")
        terminal.answer("Tổng số đạt được", keys)
        terminal.answer("Nguồn", "")
        terminal.answer("Ghi chú", "")
        assert f"Báo cáo             {typed} người" in terminal.read_until("[c = có")


def test_control_characters_are_dropped_and_text_is_composed(tmp_path):
    folder_of(tmp_path, TRAINED)
    told = ("trained", "5", "--date", "30/6/2026", "--source", "plan")
    with Terminal("add-progress", *told, "--lang", "vi", folder=tmp_path) as terminal:
        terminal.read_until("Ghi chú")
        terminal.type("Ha\u0300 No\u0323\u0302i\u200b\u202e!\n")
        terminal.answer("[c = có", "có")
        terminal.read_all()
    assert last_record(tmp_path)["note"] == "Hà Nội!"


def test_a_milestone_is_answered_in_words(tmp_path):
    folder_of(tmp_path, LAW)
    with Terminal("add-progress", "law", "--lang", "vi", folder=tmp_path) as terminal:
        terminal.answer("Số liệu tính đến", "")
        terminal.answer("Đã hoàn thành chưa", "rồi")
        terminal.answer("Nguồn", "12/BC")
        terminal.answer("Ghi chú", "")
        terminal.answer("[c = có", "c")
        terminal.read_all()
    assert last_record(tmp_path)["done"] is True


@pytest.mark.parametrize("answer", ["", "0"])
def test_a_report_on_no_condition_alone_is_offered_and_taken(tmp_path, answer):
    folder_of(tmp_path, SIGNED)
    with Terminal("add-progress", "signed", "--lang", "en", folder=tmp_path) as terminal:
        terminal.answer("Which condition", answer)
        terminal.answer("Which day or period", "30/6/2026")
        terminal.answer("% or n/N", "22/63")
        terminal.answer("Source", "")
        terminal.answer("Note", "")
        terminal.answer("[y/N]", "y")
        terminal.read_all()
    record = last_record(tmp_path)
    assert ("part" in record, record["n"], record["of"]) == (False, 22, 63)


@pytest.mark.parametrize(
    ("entry", "lang", "said"),
    [
        (SPENT, "vi", "spent cần một con số."),
        (SPENT, "en", "spent wants a figure."),
        (LAW, "en", "law is done or not done: answer yes or no."),
    ],
)
def test_an_empty_answer_is_met_without_options_of_the_command_line(tmp_path, entry, lang, said):
    name = "law" if entry is LAW else "spent"
    folder_of(tmp_path, entry)
    date = "30/06/2026" if lang == "vi" else "30 Jun 2026"
    with Terminal(
        "add-progress", name, "--date", "30/6/2026", "--lang", lang, folder=tmp_path
    ) as terminal:
        terminal.answer(date, "")
        assert "--" not in terminal.read_until(said)
        terminal.read_until(date)
        assert interrupt(terminal.process) == 130
    assert records(tmp_path) == 0


def test_a_condition_is_asked_for_by_number(tmp_path):
    folder_of(tmp_path, SIGNED)
    with Terminal("add-progress", "signed", "--lang", "vi", folder=tmp_path) as terminal:
        said = terminal.answer("Số liệu về điều kiện nào [0]", "2")
        assert "1  Qua mạng  online" in said
        terminal.answer("Số liệu tính đến", "")
        terminal.answer("% hoặc n/N", "22/63")
        terminal.answer("Nguồn", "")
        terminal.answer("Ghi chú", "")
        terminal.answer("[c = có", "c")
        terminal.read_all()
    record = last_record(tmp_path)
    assert (record["part"], record["n"], record["of"]) == ("sign", 22, 63)


def test_a_body_is_picked_and_the_closed_period_is_offered(tmp_path):
    portal = asked("portal", "ratio", "report_every: month")
    folder_of(tmp_path, portal, head=PROVINCES)
    with Terminal(
        "add-progress", "portal", "--lang", "en", "--by", "An", folder=tmp_path
    ) as terminal:
        terminal.answer("Which body reports?", "nort")
        terminal.answer("Which day or period does the figure describe [", "")
        terminal.answer("as n/N", "12")
        terminal.answer("as n/N", "12/50")
        assert "each body reports n of N" in terminal.text
        terminal.answer("Source", "")
        terminal.answer("Note", "")
        terminal.answer("[y/N]", "y")
        terminal.read_all()
    record = last_record(tmp_path)
    assert (record["body"], record["n"], record["of"]) == ("north", 12, 50)
    assert len(record["date"]) == len("2026-10")
    with Terminal(
        "add-progress", "portal", "--lang", "en", "--by", "An", folder=tmp_path
    ) as terminal:
        assert "[north]" in terminal.answer(
            "Which body reports? Its number, or a part of its name [north]", ""
        )
        terminal.read_until("Which day")


def test_with_sum_the_increment_is_asked_and_nothing_is_repeated(tmp_path):
    folder_of(tmp_path, SPENT)
    (tmp_path / "progress.jsonl").write_text(
        '{"id":"a","target":"spent","date":"2026-05-31","value":"40","recorded":"2026-06-01T00:00:00Z"}\n'
    )
    with Terminal("add-progress", "spent", "--lang", "en", folder=tmp_path) as terminal:
        terminal.answer("Which day", "31/5/2026")
        terminal.answer("Increment of the period, 31 May 2026 (persons): ", "")
        terminal.answer("Increment of the period, 31 May 2026 (persons): ", "5")
        terminal.answer("Source", "")
        terminal.answer("Note", "")
        shown = terminal.read_until("[y/N]")
        assert "31 May 2026 has an increment already, 40; this one adds to it" in shown


def test_a_source_that_the_register_wants_is_asked_for_until_it_comes(tmp_path):
    folder_of(tmp_path, TRAINED, head=HEAD + "policy: {require_source: true}\n")
    told = ("trained", "5", "--date", "30/6/2026")
    with Terminal("add-progress", *told, "--lang", "en", folder=tmp_path) as terminal:
        terminal.answer("Source, which this register wants", "")
        assert "This register wants a source" in terminal.answer("Source, which", "plan")
        terminal.answer("Note", "")
        terminal.read_until("[y/N]")


def test_a_correction_asks_for_the_figure_and_keeps_the_source(tmp_path):
    folder_of(tmp_path, TRAINED)
    (tmp_path / "progress.jsonl").write_text(
        '{"id":"wrong","target":"trained","date":"2026-05-31","value":"40","source":"12/BC",'
        '"recorded":"2026-06-01T00:00:00Z"}\n'
    )
    told = ("trained", "--corrects", "wrong")
    with Terminal("add-progress", *told, "--lang", "en", folder=tmp_path) as terminal:
        terminal.answer("Total reached, 31 May 2026 (persons) [40]", "400")
        terminal.answer("[12/BC]", "")
        terminal.answer("Note", "")
        assert "Corrects            40 persons · 31 May 2026" in terminal.read_until("[y/N]")
        terminal.type("y\n")
        terminal.read_all()
    record = last_record(tmp_path)
    assert (record["date"], record["value"], record["source"]) == ("2026-05-31", "400", "12/BC")


def test_a_body_that_has_ended_may_report_for_its_time(tmp_path):
    portal = asked("portal", "ratio", "report_every: month")
    folder_of(tmp_path, portal, head=PROVINCES)
    with Terminal("add-progress", "portal", "--lang", "en", folder=tmp_path) as terminal:
        terminal.answer("Which body reports?", "hill")
        terminal.answer("Which day", "31/8/2026")
        terminal.answer("as n/N", "1/2")
        terminal.answer("Source", "")
        terminal.answer("Note", "")
        assert "highland" in terminal.answer("Which body reports?", "hill")
        terminal.answer("Which day", "30/6/2026")
        terminal.answer("as n/N", "1/2")
        terminal.answer("Source", "")
        terminal.answer("Note", "")
        terminal.read_until("[y/N]")


def test_a_void_asks_nothing_but_yes(tmp_path):
    folder_of(tmp_path, TRAINED)
    (tmp_path / "progress.jsonl").write_text(
        '{"id":"wrong","target":"trained","date":"2026-05-31","value":"40","recorded":"2026-06-01T00:00:00Z"}\n'
    )
    with Terminal("add-progress", "trained", "--void", "wrong", folder=tmp_path) as terminal:
        assert "Total reached" not in terminal.read_until("[y/N]")


def test_a_dry_run_asks_and_writes_nothing(tmp_path):
    folder_of(tmp_path, TRAINED)
    with Terminal("add-progress", "trained", "5", "--dry-run", folder=tmp_path) as terminal:
        for question in ("Which day", "Source", "Note"):
            terminal.answer(question, "")
        assert "Dry run: nothing was written." in terminal.read_all()
    assert records(tmp_path) == 0


def test_the_list_is_short_however_many_there_are(tmp_path):
    many = [TRAINED.replace("trained", f"trained-{n}") for n in range(40)]
    folder_of(tmp_path, *many)
    with Terminal("add-progress", "--lang", "en", folder=tmp_path) as terminal:
        assert "… and 25 more" in terminal.read_until("Which commitment?")


def test_another_target_forgets_what_was_answered_for_the_first(tmp_path):
    portal = asked("portal", "ratio", "report_every: month")
    folder_of(tmp_path, portal, TRAINED, head=PROVINCES)
    with Terminal("add-progress", "--lang", "en", folder=tmp_path) as terminal:
        terminal.answer("Which commitment?", "portal")
        terminal.answer("Which body reports?", "north")
        terminal.answer("Which day", "<")
        terminal.answer("Which body reports?", "<")
        terminal.answer("Which commitment?", "trained")
        terminal.answer("Which day", "30/6/2026")
        terminal.answer("Total reached", "5")
        terminal.answer("Source", "")
        terminal.answer("Note", "")
        terminal.answer("[y/N]", "y")
        terminal.read_all()
    assert last_record(tmp_path).get("body") is None


def test_the_last_figure_is_repeated_exactly(tmp_path):
    folder_of(tmp_path, TRAINED)
    (tmp_path / "progress.jsonl").write_text(
        '{"id":"a","target":"trained","date":"2026-05-31","value":"40.12345",'
        '"recorded":"2026-06-01T00:00:00Z"}\n'
    )
    with Terminal("add-progress", "trained", "--lang", "vi", folder=tmp_path) as terminal:
        for question in ("Số liệu tính đến", "[40,12345]", "Nguồn", "Ghi chú"):
            terminal.answer(question, "")
        terminal.answer("[c = có", "c")
        terminal.read_all()
    assert last_record(tmp_path)["value"] == "40.12345"


def test_a_body_where_none_is_asked_is_not_dropped(tmp_path):
    folder_of(tmp_path, TRAINED)
    told = (
        "trained",
        "5",
        "--body",
        "office",
        "--date",
        "30/6/2026",
        "--source",
        "x",
        "--note",
        "y",
    )
    with Terminal("add-progress", *told, "--lang", "en", folder=tmp_path) as terminal:
        said = terminal.read_all()
    assert terminal.process.returncode == 2
    assert "office" in said or "body" in said


def test_an_empty_register_has_nothing_to_report_on(tmp_path):
    (tmp_path / "targets.yaml").write_text(HEAD + "targets: []\n", encoding="utf-8")
    with Terminal("add-progress", "--lang", "en", folder=tmp_path) as terminal:
        assert "no target that takes reports" in terminal.read_all()
    assert terminal.process.returncode == 2


def test_back_at_the_draft_shows_it_again_when_nothing_was_asked(tmp_path):
    folder_of(tmp_path, TRAINED)
    told = ("trained", "5", "--date", "30/6/2026", "--source", "x", "--note", "y")
    with Terminal("add-progress", *told, "--lang", "en", folder=tmp_path) as terminal:
        terminal.answer("[y/N]", "<")
        assert "5 persons · 30 Jun 2026" in terminal.read_until("[y/N]")


@pytest.mark.parametrize(("said", "code"), [("vâng", 1), ("đồng ý", 1), ("không", 0), ("", 0)])
def test_yes_and_no_have_many_words(tmp_path, said, code):
    folder_of(tmp_path, TRAINED)
    told = ("trained", "5", "--date", "30/6/2026", "--source", "x", "--note", "y")
    with Terminal("add-progress", *told, "--lang", "vi", folder=tmp_path) as terminal:
        terminal.answer("[c = có", "ghi chú 2")
        terminal.answer("[c = có", said)
        assert "Hãy trả lời có hoặc không" in terminal.read_all()
    assert records(tmp_path) == code


def test_what_was_answered_is_offered_again(tmp_path):
    folder_of(tmp_path, TRAINED)
    with Terminal("add-progress", "trained", "--lang", "vi", folder=tmp_path) as terminal:
        terminal.answer("Số liệu tính đến", "quý III/2026")
        terminal.answer("Tổng số đạt được", "gần 300")
        terminal.answer("Nguồn", "12/BC")
        for question in ("Ghi chú", "Nguồn", "Tổng số đạt được", "Số liệu tính đến"):
            terminal.answer(question, "<" if question != "Số liệu tính đến" else "")
        terminal.answer("[gần 300]", "")
        terminal.answer("[12/BC]", "")
        terminal.answer("Ghi chú", "")
        assert "gần 300 người · quý III/2026" in terminal.read_until("[c = có")


def test_a_number_that_is_no_choice_is_said_to_be_none(tmp_path):
    folder_of(tmp_path, TRAINED, LAW)
    with Terminal("add-progress", "--lang", "en", folder=tmp_path) as terminal:
        terminal.answer("Which commitment?", "3")
        assert "go from 1 to 2; there is no 3" in terminal.read_until("Which commitment?")


def test_lines_typed_ahead_answer_no_question_of_yes_or_no(tmp_path):
    folder_of(tmp_path, TRAINED)
    told = ("trained", "5", "--date", "30/6/2026", "--source", "x")
    with Terminal("add-progress", *told, "--lang", "en", folder=tmp_path) as terminal:
        terminal.read_until("Note")
        terminal.type("the first line\ny\ny\n")
        terminal.read_until("[y/N]")
        terminal.type("n\n")
        assert "Nothing was written" in terminal.read_all()
    assert records(tmp_path) == 0


def test_a_figure_added_to_what_changed_meanwhile_is_not_written(tmp_path):
    folder_of(tmp_path, TRAINED)
    line = (
        '{"id":"%s","target":"trained","date":"2026-05-%s","value":"%s",'
        '"recorded":"2026-06-01T00:00:0%sZ"}\n'
    )
    ledger = tmp_path / "progress.jsonl"
    ledger.write_text(line % ("a", "30", 40, 1))
    told = ("trained", "--add", "5", "--date", "30/6/2026", "--source", "x", "--note", "y")
    with Terminal("add-progress", *told, "--lang", "en", folder=tmp_path) as terminal:
        assert "45 persons" in terminal.read_until("[y/N]")
        with ledger.open("a") as file:
            file.write(line % ("b", "31", 100, 2))
        terminal.type("y\n")
        assert "no longer what was shown" in terminal.read_all()
    assert terminal.process.returncode == 2
    assert records(tmp_path) == 2


def test_a_correction_of_what_was_voided_meanwhile_is_not_written(tmp_path):
    folder_of(tmp_path, TRAINED)
    ledger = tmp_path / "progress.jsonl"
    ledger.write_text(
        '{"id":"wrong","target":"trained","date":"2026-05-31","value":"40",'
        '"recorded":"2026-06-01T00:00:00Z"}\n'
    )
    told = ("trained", "400", "--corrects", "wrong", "--source", "x", "--note", "y")
    with Terminal("add-progress", *told, "--lang", "en", folder=tmp_path) as terminal:
        terminal.read_until("[y/N]")
        with ledger.open("a") as file:
            file.write(
                '{"id":"void","target":"trained","date":"2026-05-31","corrects":"wrong",'
                '"recorded":"2026-06-02T00:00:00Z"}\n'
            )
        terminal.type("y\n")
        assert "no longer what was shown" in terminal.read_all()
    assert records(tmp_path) == 2


def test_an_unknown_correction_ends_it(tmp_path):
    folder_of(tmp_path, TRAINED)
    with Terminal("add-progress", "trained", "5", "--corrects", "zzz", folder=tmp_path) as terminal:
        for question in ("Source", "Note"):
            terminal.answer(question, "")
        assert "see cdstrack history" in terminal.read_all()
    assert terminal.process.returncode == 2


def test_a_void_of_what_was_corrected_meanwhile_is_not_written(tmp_path):
    folder_of(tmp_path, TRAINED)
    ledger = tmp_path / "progress.jsonl"
    line = (
        '{"id":"%s","target":"trained","date":"2026-05-31","value":"40"%s,'
        '"recorded":"2026-06-0%sT00:00:00Z"}\n'
    )
    ledger.write_text(line % ("wrong", "", 1))
    with Terminal("add-progress", "trained", "--void", "wrong", folder=tmp_path) as terminal:
        terminal.read_until("[y/N]")
        with ledger.open("a") as file:
            file.write(line % ("right", ',"corrects":"wrong"', 2))
        terminal.type("y\n")
        assert "no longer what was shown" in terminal.read_all()
    assert records(tmp_path) == 2


@pytest.mark.parametrize("answer", ["0", "toàn bộ"])
@pytest.mark.parametrize("group", ["provinces", "communes"])
def test_a_figure_for_all_has_to_be_said_to_be_one(tmp_path, group, answer):
    """Enter takes no default where the figure would speak for everybody."""
    folder_of(tmp_path, asked("heads", "sum", group=group), head=PROVINCES)
    told = ("heads", "--date", "2026-09", "--source", "plan", "--note", "-")
    with Terminal("add-progress", *told, "--lang", "en", folder=tmp_path) as terminal:
        shown = terminal.answer("Which body reports? Its number, or a part of its name: ", "")
        assert "0  all of them together" in shown
        assert "Choose one" in terminal.answer("Which body reports?", answer)
        terminal.answer("(persons)", "40")
        terminal.answer("[y/N]", "y")
        terminal.read_all()
    record = last_record(tmp_path)
    assert (record.get("body"), record["value"]) == (None, "40")


def test_for_all_on_the_command_line_is_not_asked_again(tmp_path):
    folder_of(tmp_path, asked("heads", "sum"), head=PROVINCES)
    told = ("heads", "40", "--for-all", "--date", "2026-09", "--source", "plan", "--note", "-")
    with Terminal("add-progress", *told, "--lang", "en", folder=tmp_path) as terminal:
        assert "Which body" not in terminal.answer("[y/N]", "y")
        terminal.read_all()
    assert last_record(tmp_path).get("body") is None


def test_for_all_leads_to_the_question_where_bodies_report_levels(tmp_path):
    folder_of(tmp_path, asked("heads", "sum"), head=PROVINCES)
    (tmp_path / "progress.jsonl").write_text(
        '{"id":"a","target":"heads","body":"north","date":"2026-09","value":"40",'
        '"recorded":"2026-10-01T00:00:00Z"}\n'
    )
    told = ("heads", "90", "--for-all", "--source", "plan", "--note", "-")
    with Terminal("add-progress", *told, "--lang", "en", folder=tmp_path) as terminal:
        shown = terminal.answer("Which body reports?", "south")
        assert "1 body reports on heads one by one" in shown
        assert "all of them together" not in shown
        terminal.answer("Which day", "")
        terminal.answer("[y/N]", "y")
        terminal.read_all()
    assert last_record(tmp_path)["body"] == "south"


SEVERAL = """\
  - {id: share, title: Share, kind: reach, owner: office, unit: "%", target: {at_least: 20},
     deadline: 2030, stated: {source: plan, by: X},
     series: {gso: {vi: Tổng cục Thống kê, en: Statistics office}, mic: Estimate}, judged_by: gso}
"""


@pytest.mark.parametrize(("typed", "name"), [("", "gso"), ("2", "mic"), ("estimate", "mic")])
def test_which_of_several_series_a_figure_is_of_is_asked(tmp_path, typed, name):
    folder_of(tmp_path, SEVERAL)
    with Terminal("add-progress", "share", "--lang", "en", folder=tmp_path) as terminal:
        shown = terminal.answer("Which series is the figure of", typed)
        assert "Statistics office (judges)" in shown
        assert "2  Estimate  mic" in shown
        terminal.answer("Which day or period", "2025")
        terminal.answer("Figure, 2025 (%)", "13.2")
        terminal.answer("Source", "")
        terminal.answer("Note", "")
        terminal.answer("[y/N]", "y")
        terminal.read_all()
    assert (last_record(tmp_path)["series"], last_record(tmp_path)["value"]) == (name, "13.2")


def test_a_series_that_the_command_line_names_is_not_asked_for(tmp_path):
    folder_of(tmp_path, SEVERAL)
    told = ("share", "18", "--series", "mic", "--date", "2025")
    with Terminal("add-progress", *told, "--lang", "en", folder=tmp_path) as terminal:
        assert "Which series" not in terminal.answer("Source", "")
        terminal.answer("Note", "")
        terminal.answer("[y/N]", "y")
        terminal.read_all()
    assert last_record(tmp_path)["series"] == "mic"
