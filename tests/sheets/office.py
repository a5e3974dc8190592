"""A clerk with LibreOffice: opens a file, types into cells, saves it. Run by the system's Python.

    python3 office.py FILE OUT < cells.json      cells.json: {"H4": "hơn 10.000", …}

Typed text goes the way of the keyboard: a cell that is formatted as text keeps it as it stands,
any other makes a number, a percentage or a date of it. A cell that is protected refuses.
"""

import contextlib
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException


def connect(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    for _ in range(120):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.25)
    raise SystemExit("LibreOffice did not answer")


def main(source, out):
    cells = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as profile:
        pipe = f"cdstrack-{pathlib.Path(profile).name}"
        office = subprocess.Popen(
            ["soffice", "--headless", "--norestore", f"-env:UserInstallation=file://{profile}",
             f"--accept=pipe,name={pipe};urp;"],
        )  # fmt: skip
        try:
            context = connect(pipe)
            desktop = context.ServiceManager.createInstance("com.sun.star.frame.Desktop")
            hidden = PropertyValue("Hidden", 0, True, 0)
            document = desktop.loadComponentFromURL(
                pathlib.Path(source).as_uri(), "_blank", 0, (hidden,)
            )
            sheet = document.Sheets.getByIndex(0)
            for name, text in cells.items():
                cell = sheet.getCellRangeByName(name)
                if sheet.isProtected() and cell.CellProtection.IsLocked:
                    raise SystemExit(f"{name} is protected")
                is_text = document.NumberFormats.getByKey(cell.NumberFormat).Type == 256
                if is_text:
                    cell.setString(text)
                else:
                    cell.FormulaLocal = text
            kind = (
                "Text - txt - csv (StarCalc)" if out.endswith(".csv") else "Calc MS Excel 2007 XML"
            )
            options = [PropertyValue("FilterName", 0, kind, 0)]
            if out.endswith(".csv"):
                options.append(PropertyValue("FilterOptions", 0, "59,34,76,1", 0))
            document.storeToURL(pathlib.Path(out).as_uri(), tuple(options))
            document.close(True)
            with contextlib.suppress(Exception):  # it answers by going away
                desktop.terminate()
        finally:
            office.wait(20)


main(*(str(pathlib.Path(name).resolve()) for name in sys.argv[1:3]))
