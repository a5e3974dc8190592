"""The results of IATI activities, drafted as entries of a register with a doubt for every guess.

An activity is a heading, and so is each of its results; an indicator is an indicator, and what a
period says is to be reached is a target on it. What was reached are reports, for ``import``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cdstrack.app.catalogue.activity_parts import (
    LONGEST,
    OWN,
    XML_LANG,
    Misfit,
    Texts,
    both,
    clean,
    day_of,
    one_text,
    texts_of,
)
from cdstrack.app.catalogue.body_match import BodyMatch
from cdstrack.app.catalogue.draft_entries import (
    Draft,
    DraftEntry,
    DraftTerms,
)
from cdstrack.app.catalogue.indicator_draft import ActivityFrame, ActivityNotes, IndicatorDraft
from cdstrack.app.catalogue.title_ids import TitleIds
from cdstrack.core.model.entries import ORGANISATION_TYPES
from cdstrack.core.model.problems import StoreError
from cdstrack.core.model.register import Register
from cdstrack.core.model.work import Work
from cdstrack.i18n.read_dates import read_period
from cdstrack.store.xml_file import XmlElement

NOT_READ = frozenset({
    "transaction", "budget", "planned-disbursement", "country-budget-items", "sector",
    "policy-marker", "related-activity", "contact-info", "recipient-country", "recipient-region",
    "crs-add", "fss", "legacy-data", "capital-spend", "humanitarian-scope", "tag", "conditions",
})  # fmt: skip
"""Elements of an activity that say nothing of its results."""
_TYPES = {"1": "output", "2": "outcome", "3": "impact"}
"""Kinds of results, as tags."""
_LEADS = ("2", "4", "3")
"""The roles of who answers for an activity, the first that is there: accountable, implementing,
extending."""
_FUNDING = "1"


def read_activities(
    files: Sequence[tuple[str, XmlElement]], register: Register | None, terms: DraftTerms,
    work: Work | None = None,
) -> Draft:  # fmt: skip
    """Draft the results of the activities in some files, each given as its name and root.

    ``work`` counts their indicators.

    Raises StoreError for a file that holds no activity, none with results, or one of version 1.
    """
    draft = Draft(whole=register is None, of_activities=True)
    reader = _Reader(draft, register, terms, work or Work())
    total = sum(
        len(result.all("indicator"))
        for _, root in files
        for activity in (root, *root.all("iati-activity"))
        for result in activity.all("result")
    )
    with reader.work.at("work_indicators", total):
        for name, root in files:
            reader.read(name, root)
    if draft.whole and len(reader.headers) == 1:
        draft.header |= {"iati": reader.headers[0]}
    if not draft.targets and not draft.problems:
        raise StoreError("iati_no_results", path=files[0][0])
    for key, names in reader.bodies.new.items():
        draft.bodies[key] = DraftEntry(key, {"name": reader.names.get(key, names)})
    return draft


class _Reader(ActivityNotes):
    def __init__(
        self, draft: Draft, register: Register | None, terms: DraftTerms, work: Work
    ) -> None:
        super().__init__(draft, register, terms)
        self.work = work
        bodies = register.bodies if register is not None else {}
        self.bodies = BodyMatch(bodies, TitleIds(bodies))
        self.names: dict[str, Texts] = {}
        """The names of new bodies, where they have one in each language."""
        self.headers: list[dict[str, object]] = []
        """What each activity says of itself, for an export."""

    def read(self, name: str, root: XmlElement) -> None:
        """Take the activities of a file."""
        self.file = name.replace("\\", "/").rpartition("/")[2]
        match root.name.rpartition("}")[2]:
            case "iati-activities" if root.name == "iati-activities":
                activities = root.all("iati-activity")
            case "iati-activity" if root.name == "iati-activity":
                activities = [root]
            case _:
                raise StoreError("iati_root", path=name, text=clean(root.name)[:80])
        version = root.get("version") or "2"
        if not version.startswith("2"):
            raise StoreError("iati_version", path=name, text=clean(version)[:20])
        for number, activity in enumerate(activities, start=1):
            path = f"iati-activity[{number}]/" if len(activities) > 1 else ""
            if activity.all("result"):
                self._activity(activity, path, root.get(XML_LANG))

    # Activities and results

    def _activity(self, activity: XmlElement, path: str, lang: str | None) -> None:
        lang = (activity.get(XML_LANG) or lang or "en").lower().partition("-")[0]
        code = activity.first("iati-identifier")
        identifier = clean(code.text)[:LONGEST] if code is not None else ""
        title = texts_of(activity.first("title"), lang) or identifier or self.file
        places = {
            ref: texts_of(place.first("name"), lang) or ref
            for place in activity.all("location")
            if (ref := place.get("ref")) is not None
        }
        owner, partners, by_mark = self._organisations(activity, lang)
        source = self._source(activity, path, title, identifier, lang)
        frame = ActivityFrame(source, owner, partners, by_mark, lang, places)
        name = self.ids.new(one_text(title, self.terms.lang), "activity")
        values: dict[str, object] = {"id": name, "title": title, "kind": "heading"}
        entry = DraftEntry(name, values, place=self.place(activity))
        self.draft.targets.append(entry)
        self.draft.title = self.draft.title or one_text(title, self.terms.lang)
        if any(
            len(indicator.all("period")) > 1
            for result in activity.all("result")
            for indicator in result.all("indicator")
        ):
            self.remark(activity, "iati_adds_up")
        for number, result in enumerate(activity.all("result"), start=1):
            self._result(result, f"{path}result[{number}]", frame, entry)
        self._header(activity, identifier, owner)

    def _header(self, activity: XmlElement, identifier: str, owner: str) -> None:
        org = activity.first("reporting-org")
        ref, kind = (org.get("ref"), org.get("type")) if org is not None else (None, None)
        codes = {str(code): code for code in ORGANISATION_TYPES}
        if identifier and ref and kind in codes:
            name = texts_of(org, "en")
            reporter = self._body(name) if name is not None else owner
            self.headers.append(
                {"activity": identifier, "org": clean(ref), "type": codes[kind],
                 "reporter": reporter}
            )  # fmt: skip

    def _result(
        self, result: XmlElement, path: str, frame: ActivityFrame, above: DraftEntry
    ) -> None:
        """A heading, unless it is called as its activity is, with its indicators below."""
        parent = above.id
        title = texts_of(result.first("title"), frame.lang)
        if title is None:
            self.refuse(result, path, "iati_title")
        elif title != above.values["title"]:
            name = self.ids.new(one_text(title, self.terms.lang), "result")
            values: dict[str, object] = {"id": name, "title": title, "kind": "heading"}
            values["part_of"] = parent
            entry = DraftEntry(name, values, place=self.place(result))
            if (note := texts_of(result.first("description"), frame.lang)) is not None:
                values["notes"] = [both(note)]
            self.draft.targets.append(entry)
            parent = name
        tag = _TYPES.get(result.get("type") or "")
        if not result.all("indicator"):
            self.remark(result, "iati_no_indicator")
        for number, indicator in enumerate(result.all("indicator"), start=1):
            place = f"{path}/indicator[{number}]"
            reader = IndicatorDraft(self, indicator, place, frame, parent, tag)
            with self.refusals(place):
                reader.read()
            self.work.done += 1

    def _organisations(
        self, activity: XmlElement, lang: str
    ) -> tuple[str, list[str], dict[str, str]]:
        """Who answers for an activity, who works on it, and all by the ids of an export."""
        by_mark: dict[str, str] = {}
        by_role: dict[str, list[str]] = {}
        for org in activity.all("participating-org"):
            name = texts_of(org, lang) or clean(org.get("ref") or "")
            if name and org.get("role") != _FUNDING:
                body = self._body(name)
                by_role.setdefault(org.get("role") or "", []).append(body)
                if (key := org.get(f"{OWN}id")) is not None:
                    by_mark[key] = body
        leads = next((by_role[role] for role in _LEADS if role in by_role), [])
        if not leads:
            reporting = activity.first("reporting-org")
            name = texts_of(reporting, lang) or (
                clean(reporting.get("ref") or "") if reporting is not None else ""
            )
            if name:
                leads = [self._body(name)]
                self.remark(activity, "iati_owner_reporting", text=one_text(name, "en"))
            else:
                unknown = {"vi": "Chưa rõ cơ quan chủ trì", "en": "Owner not yet known"}
                leads = [self._body(unknown[self.terms.lang])]
                self.remark(activity, "draft_owner_missing")
        elif len(set(leads)) > 1 and not by_mark:
            self.remark(activity, "iati_owners", n=len(set(leads)))
        others = [name for names in by_role.values() for name in names]
        partners = dict.fromkeys([*leads[1:], *others])
        return leads[0], [name for name in partners if name != leads[0]], by_mark

    def _body(self, name: Texts) -> str:
        key = self.bodies.find(one_text(name, self.terms.lang))
        if not isinstance(name, str):
            self.names[key] = name
        return key

    def _source(
        self, activity: XmlElement, path: str, title: Texts, identifier: str, lang: str
    ) -> str:
        """The document that the activity is: its title, who publishes it, since when it runs."""
        terms, register = self.terms, self.register
        if register is not None and terms.source in register.sources:
            return str(terms.source)
        key = terms.source or self.source_ids.new(identifier or one_text(title, "en"), "iati")
        if key in self.draft.sources:
            return key
        reporting = activity.first("reporting-org")
        publisher = terms.by or texts_of(reporting, lang)
        values: dict[str, object] = {"title": terms.title or title}
        entry = DraftEntry(key, values, place=self.place(activity))
        values["publisher"] = publisher or one_text(title, terms.lang)
        if publisher is None:
            entry.doubt("publisher", self.place(activity), "draft_publisher")
        values["date"] = self._stated_on(activity, path)
        if terms.on is not None:
            values["date"] = read_period(terms.on, terms.lang, terms.today).said
        else:
            entry.doubt("date", self.place(activity), "iati_source_date")
        self.draft.sources[key] = entry
        return key

    def _stated_on(self, activity: XmlElement, path: str) -> str:
        """A day on which the promises were there: that on which the first of it begins."""
        days = [self.terms.today]
        for element in activity.all("activity-date"):
            if element.get("type") in ("1", "2"):
                with self.refusals(f"{path}activity-date"):
                    days += filter(None, [day_of(element)])
        for result in activity.all("result"):
            for indicator in result.all("indicator"):
                for period in indicator.all("period"):
                    for name in ("period-start", "period-end"):
                        try:
                            day = day_of(period.first(name))
                        except Misfit:  # refused where the period is read
                            continue
                        if day is not None:
                            days.append(day)
        return min(days).isoformat()
