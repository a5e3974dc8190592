"""A large ledger in columns says what the same reports say one by one."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from cdstrack.core.model.periods import parse_period
from cdstrack.core.model.report import Report, Share
from cdstrack.core.values.in_force import LongSeries, Series, in_order, latest_per_slot, traits_of
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.store.ledger.columns import Columns
from cdstrack.store.ledger.reduction import Batch, Records, in_force
from tests.core.build import referee_of, target
from tests.draws import examples

START = datetime(2024, 1, 1, tzinfo=UTC)
DATES = ["2024-01-05", "2024-01-06", "2024-01", "2024-02-01", "2024-Q1", "2025", "2023-12-31"]
FIGURES = [*map(Decimal, (0, 50, 99, 100, 101, 250)), Share(1, 2), Share(0, 0), True, None]

plain = st.builds(
    dict, date=st.sampled_from(DATES), figure=st.sampled_from(FIGURES[:6]), moment=st.integers(0, 9)
)
FIELDS = {
    "target": ["t", "u"],
    "body": [None, None, "hue", "dhn"],
    "part": [None, None, "north"],
    "qualifier": [None, None, "about", "over"],
    "key": [None, "a.b", "c.d"],
    "slice": [None, None, "sex=women"],
}
ABOUT = [dict(zip(FIELDS, values, strict=True)) for values in product(*FIELDS.values())]
"""At once, for to draw each alone takes longer than to judge."""

any_ = st.builds(
    lambda about, **fields: about | fields,
    st.sampled_from(ABOUT),
    date=st.sampled_from(DATES),
    figure=st.sampled_from(FIGURES),
    moment=st.integers(0, 9),
    corrects=st.none() | st.integers(0, 12),
)


def reports_of(rows):
    """Reports in the order of their lines; a correction names another by its place."""
    reports = []
    for number, row in enumerate(rows):
        row = {"target": "t", "body": None, "part": None, "qualifier": None, "corrects": None} | row
        corrects = row["corrects"]
        reports.append(
            Report(
                id=f"r{number}",
                target=row["target"],
                body=row["body"],
                part=row["part"],
                date=parse_period(row["date"]),
                figure=row["figure"] if row["figure"] is not None or corrects else True,
                qualifier=row["qualifier"],
                source=None,
                note=None,
                by=None,
                recorded=START + timedelta(hours=row["moment"], seconds=number % 2 * number),
                corrects=f"r{corrects}" if corrects is not None else None,
                key=row.get("key"),
                slice=row.get("slice"),
            )
        )
    return reports


def records_of(reports, *, large):
    """What a reader gathers of them, some lines at a time."""
    records = Records()
    if large:
        records.by_target = records.columns = Columns()
    for start in range(0, len(reports), 4):
        records.add([Batch.of(reports[start : start + 4])])
    if records.columns is not None:
        records.imports = records.columns.imports()
    return records


def long_series(reports):
    columns = dict(zip(Report._fields, zip(*reports, strict=True), strict=False))
    full = {name: column for name, column in columns.items() if column.count(None) < len(column)}
    return LongSeries(full, range(len(reports)))


@examples(150)
@given(st.lists(any_, max_size=14), st.none() | st.integers(0, 10))
def test_columns_have_in_force_what_lists_have(rows, hours):
    reports = reports_of(rows)
    before = START + timedelta(hours=hours) if hours is not None else None
    small, effect = in_force(records_of(reports, large=False), before)
    large, other_effect = in_force(records_of(reports, large=True), before)
    assert effect == other_effect
    assert large.reports == small.reports
    for field in ("known", "bodies", "parts", "ahead", "dropped", "future"):
        assert getattr(small, field) == getattr(large, field)
    for name, series in small.reports.items():
        other = large.reports[name]
        assert isinstance(other, LongSeries)
        assert traits_of(other) == traits_of(series)
        assert list(other.repeats) == list(series.repeats)
        assert list(latest_per_slot(other)) == list(latest_per_slot(series))


@examples(100)
@given(st.lists(any_, min_size=1, max_size=12), st.slices(12), st.integers(-12, 11))
def test_a_long_series_is_the_tuple_of_its_reports(rows, part, place):
    reports = Series(reports_of(rows))
    series = long_series(reports)
    assert series[part] == reports[part]
    if -len(reports) <= place < len(reports):
        assert series[place] is series[place] == reports[place]
        assert series[place] in tuple(series)
    assert (len(series), list(reversed(series))) == (len(reports), list(reversed(reports)))
    assert series == reports
    assert reports == series
    assert hash(series) == hash(reports)
    assert series != reports[1:]
    assert series.names_nobody == all(r.body is None and r.part is None for r in reports)
    assert series[part] == reports[part]


def test_a_prefix_of_a_long_series_knows_its_repeats():
    rows = [{"date": when, "figure": Decimal(1), "moment": 0} for when in sorted(DATES[:4] * 2)]
    series = long_series(reports_of(rows)).in_order(as_recorded=False)
    for end in range(len(rows) + 1):
        known = series[:end].repeats
        assert list(known) == list(in_order(list(series[:end])).repeats)


def measures(verdict: Verdict) -> dict[str, object]:
    """All that can be asked of a verdict."""
    names = [name for name in dir(type(verdict)) if not name.startswith("_")]
    values = {name: getattr(verdict, name) for name in names}
    shown = {name: value for name, value in values.items() if not callable(value)}
    return shown | {"points": tuple(verdict.points)}


KINDS = [
    {},
    {"deadline": "2024-01"},
    {"deadline": "2024-12", "baseline": {"value": 0, "date": "2024-01-05"}},
    {"deadline": "2023", "target": {"at_most": "60"}},
    {"kind": "limit", "deadline": "2025", "target": {"at_most": "100"}},
    {"kind": "sustain", "periods": ["2024-01", "2024-Q1", "2025"]},
    {"method": "five_year_trend", "deadline": "2026", "baseline": {"value": 0, "date": "2020"}},
    {"accumulate": "max", "deadline": "2025"},
    {"kind": "milestone", "deadline": "2025"},
]


@examples(200)
@given(
    st.sampled_from(KINDS),
    st.lists(plain, max_size=9) | st.lists(any_, max_size=9),
    st.dates(date(2023, 12, 1), date(2026, 3, 1)),
)
def test_a_verdict_is_the_same_whether_reports_are_made_or_lie_in_columns(said, rows, day):
    asked = target(**said)
    judge = referee_of(asked, day.isoformat(), {}, None, None).judge
    reports = in_order(reports_of([{**row, "target": "t", "slice": None} for row in rows]))
    series = long_series(reports).in_order(as_recorded=False) if reports else reports
    assert measures(judge(asked, series)) == measures(judge(asked, reports))
