"""What people write in Vietnamese or in plain English for the words and keys of a register."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from cdstrack.core.model.naming import bare

_MEANINGS: Mapping[str, str] = {
    # kind
    "reach": "dat|dat duoc|dat muc|chi tieu|muc tieu|con so|dinh luong|number|goal|outcome",
    "sustain": "duy tri|giu|giu vung|giu on dinh|maintain|keep|hold",
    "limit": "gioi han|han muc|tran|muc tran|khong qua|khong vuot qua|toi da|cap|ceiling|maximum",
    "milestone": "moc|cot moc|nhiem vu|hoan thanh|san pham|task|deliverable|done",
    "unquantified": "khong dinh luong|dinh tinh|khong luong hoa|khong co chi tieu|qualitative",
    "heading": "tieu de|de muc|muc|chuong trinh|tru cot|nhom|programme|program|pillar|section",
    # strength
    "demand": "phai|yeu cau|bat buoc|yeu cau phai|must|shall|required|mandatory",
    "assign": "giao|duoc giao|giao nhiem vu|task with|charge",
    "ensure": "bao dam|dam bao|guarantee|make sure",
    "strive": "phan dau|quyet tam|endeavour|endeavor",
    "try": "co gang|no luc|attempt",
    "aim": "muc tieu|nham|nham toi|dat muc tieu|goal",
    "towards": "huong toi|huong den|tien toi|toward",
    # report_every
    "month": "thang|hang thang|moi thang|1 thang|monthly|every month|months",
    "quarter": "quy|hang quy|moi quy|3 thang|quarterly|every quarter|quarters",
    "half": "nua nam|6 thang|sau thang|6 thang mot lan|half-year|half year|half-yearly|semester",
    "year": "nam|hang nam|moi nam|12 thang|1 nam|yearly|annual|annually|every year|years",
    # accumulate, across, total
    "latest": "moi nhat|gan nhat|so moi nhat|last|newest|current",
    "sum": "tong|cong|cong don|tong cong|add|total",
    "year_to_date": "tu dau nam|luy ke tu dau nam|luy ke trong nam|ytd|year to date",
    "max": "cao nhat|lon nhat|toi da|maximum|highest",
    "min": "thap nhat|nho nhat|toi thieu|minimum|lowest",
    "mean": "binh quan|trung binh|average|avg",
    "growth": "tang truong|toc do tang|growth rate",
    "ratio": "ty le|ti le|ty so|n/n|rate",
    "share": "ty le don vi dat|ti le don vi dat|ty trong|proportion",
    "reported": "bao cao|bao cao rieng|duoc bao cao|report",
    # how a body or a commitment ended
    "renamed": "doi ten|rename",
    "merged": "sap nhap|hop nhat|merge|merger",
    "split": "chia tach|tach|chia",
    "dissolved": "giai the|dissolve|closed down",
    "withdrawn": "rut|rut lai|huy|huy bo|bai bo|withdraw|cancelled|canceled|dropped",
    "superseded": "thay the|bi thay the|supersede|replaced",
    "missed": "khong dat|lo han|qua han|miss|failed",
    # reading
    "explicit": "ro rang|neu ro|ghi ro|truc tiep",
    "implied": "ngu y|ham y|implicit",
    "inferred": "suy ra|suy luan|suy doan|infer",
    # above, below; method
    "baseline": "moc ban dau|moc|hien trang|nam goc|ban dau|start",
    "previous": "ky truoc|nam truoc|truoc|lien truoc|last|before",
    "straight_line": "duong thang|tuyen tinh|theo duong thang|linear|straight line",
    "cagr": "tang truong kep|tang truong kep hang nam|compound growth",
    "five_year_trend": "xu huong 5 nam|xu huong nam nam|five year trend|5-year trend",
    # what a desk may do
    "report": "bao cao|nhap so lieu",
    "correct": "dinh chinh|sua|sua doi|cai chinh",
    "void": "huy|huy bo|xoa|cancel",
    # comparators
    "at_least": "it nhat|toi thieu|khong duoi|tu|min|minimum|at least",
    "more_than": "tren|hon|lon hon|vuot|more than|over",
    "at_most": "nhieu nhat|toi da|khong qua|khong vuot qua|max|maximum|at most",
    "less_than": "duoi|nho hon|it hon|less than|under",
    "exactly": "dung|bang|chinh xac|equal|equals",
    "between": "giua|trong khoang|tu den|range",
    "about": "khoang|xap xi|chung|around|approximately",
    "up_to": "den|toi|up to",
    "increase_by": "tang|tang them|increase by|increase",
    "reduce_by": "giam|giam them|reduce by|reduce|decrease by",
    # keys
    "title": "tieu de|ten|ten chi tieu|ten nhiem vu|noi dung|nhiem vu|chi tieu",
    "name": "ten|ten goi|ten co quan|ten don vi",
    "short": "viet tat|ten viet tat|ten ngan|abbreviation|acronym",
    "kind": "loai|kieu|type",
    "owner": "chu tri|co quan chu tri|don vi chu tri|co quan|lead|responsible",
    "with": "phoi hop|co quan phoi hop|don vi phoi hop|partners|partner",
    "unit": "don vi|don vi tinh|dvt|units",
    "definition": "dinh nghia|khai niem|cach tinh",
    "contact": "lien he|dau moi|dau moi lien he",
    "target": "muc tieu|chi tieu|muc phai dat|goal",
    "deadline": "thoi han|han|han chot|thoi gian hoan thanh|due|due_date|due date|end_date|by_date",
    "start": "bat dau|ngay bat dau|tu ngay|begin|begins|start_date",
    "stated": "phat bieu|tuyen bo|can cu|nguon goc|statement",
    "on": "ngay|ngay ban hanh|day",
    "by": "nguoi noi|nguoi phat bieu|nguoi ky|nguoi ban hanh|speaker",
    "source": "nguon|van ban|tai lieu|can cu|document|reference",
    "sources": "nguon|cac nguon|van ban|tai lieu|documents|references",
    "bodies": "co quan|cac co quan|don vi|cac don vi|organisations|organizations|body",
    "groups": "nhom|cac nhom|group",
    "indicators": "chi so|cac chi so|chi tieu",
    "indicator": "chi so|chi tieu",
    "targets": "cam ket|cac cam ket|muc tieu|chi tieu|commitments",
    "date": "ngay|thoi diem|day|when",
    "value": "gia tri|so|muc|figure|amount",
    "figure": "con so|so lieu|nguyen van",
    "strength": "muc do|muc do cam ket|dong tu|verb",
    "place": "vi tri|dieu khoan|muc",
    "paragraph": "doan|diem|para",
    "periods": "cac ky|ky|cac nam|period",
    "conditions": "dieu kien|cac dieu kien|condition",
    "tags": "the|nhan|tu khoa|labels|keywords|tag",
    "notes": "ghi chu|chu thich|remarks|comments|note",
    "part_of": "thuoc|nam trong|parent|thuoc ve",
    "report_every": "chu ky bao cao|dinh ky|frequency|report every",
    "lag_days": "do tre|so ngay tre|lag",
    "review_by": "ra soat|xem lai truoc|review",
    "closed": "ket thuc|da ket thuc|dong|close",
    "publisher": "noi ban hanh|co quan ban hanh|nha xuat ban|issuer",
    "started": "thanh lap|ngay thanh lap|bat dau|founded",
    "ended": "giai the|ngay giai the|cham dut|ket thuc",
    "members": "thanh vien|cac thanh vien|member",
    "timezone": "mui gio|time zone|tz",
    "id": "ma|ma so|code",
    "vi": "vn|viet|tieng viet|vie|vietnamese",
    "en": "eng|anh|tieng anh|english",
}  # fmt: skip
_PARTS = re.compile("[_-]+")


def choice_of(text: str, choices: Collection[str]) -> list[str]:
    """The words among some that a text means, in another form or in other words; or none."""
    plain = bare(_PARTS.sub(" ", text)).strip(" .")
    forms = [choice for choice in choices if bare(_PARTS.sub(" ", choice)) == plain]
    return forms or [
        choice
        for choice in choices
        if any(
            plain == bare(_PARTS.sub(" ", word)) for word in _MEANINGS.get(choice, "").split("|")
        )
    ]
