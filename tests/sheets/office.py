"""A clerk with LibreOffice: opens a file, types into cells, saves it. Run by the system's Python.

    python3 office.py      a line for each file: {"source": …, "out": …, "cells": {…}, "locale": …}

LibreOffice runs as long as lines come; each is answered by a line of JSON, the complaint or "".
The cells are like {"H4": "hơn 10.000", …}. Typed text goes the way of the keyboard: a cell that is
formatted as text keeps it as it stands, any other makes a number, a percentage or a date of it as
the locale has it. A cell that is protected refuses. The key "format" names columns that are
formatted whole.
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

TEXT = 256
FILTERS = {
    ".csv": ("Text - txt - csv (StarCalc)", "59,34,76,1"),
    ".xlsx": ("Calc MS Excel 2007 XML", ""),
    ".xls": ("MS Excel 97", ""),
    ".ods": ("calc8", ""),
}


class Refused(Exception):
    """The office does not do what is asked."""


def connect(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    for _ in range(240):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.25)
    raise SystemExit("LibreOffice did not answer")


def set_locale(context, locale):
    """As if the computer were set to a language; before a document is opened."""
    provider = context.ServiceManager.createInstance(
        "com.sun.star.configuration.ConfigurationProvider"
    )
    place = PropertyValue("nodepath", 0, "/org.openoffice.Setup/L10N", 0)
    settings = provider.createInstanceWithArguments(
        "com.sun.star.configuration.ConfigurationUpdateAccess", (place,)
    )
    settings.setPropertyValue("ooSetupSystemLocale", locale)
    settings.commitChanges()


def type_into(document, cells):
    sheet = document.Sheets.getByIndex(0)
    if columns := cells.pop("format", None):
        sheet.unprotect("")
        sheet.getCellRangeByName(columns).CellBackColor = 0xEEEEEE
    protected = []
    for name, text in cells.items():
        cell = sheet.getCellRangeByName(name)
        if sheet.isProtected() and cell.CellProtection.IsLocked:
            protected.append(name)
        elif document.NumberFormats.getByKey(cell.NumberFormat).Type == TEXT:
            cell.setString(text)
        else:
            cell.FormulaLocal = text
    if protected:
        raise Refused("protected: " + " ".join(protected))


def edit(context, source, out, cells, locale):
    """Open a file, type into its cells, save it as another."""
    set_locale(context, locale)
    desktop = context.ServiceManager.createInstance("com.sun.star.frame.Desktop")
    source, out = pathlib.Path(source), pathlib.Path(out)
    options = [PropertyValue("Hidden", 0, True, 0)]
    if source.suffix == ".csv":
        options.append(PropertyValue("FilterName", 0, FILTERS[".csv"][0], 0))
        options.append(PropertyValue("FilterOptions", 0, "44,34,76,1", 0))
    document = desktop.loadComponentFromURL(source.as_uri(), "_blank", 0, tuple(options))
    try:
        type_into(document, cells)
        kind, how = FILTERS[out.suffix]
        saved = [PropertyValue("FilterName", 0, kind, 0)]
        saved.append(PropertyValue("FilterOptions", 0, how, 0))
        document.storeToURL(out.as_uri(), tuple(saved))
    finally:
        document.close(True)


def main():
    with tempfile.TemporaryDirectory() as profile:
        pipe = f"cdstrack-{pathlib.Path(profile).name}"
        office = subprocess.Popen(
            ["soffice", "--headless", "--norestore", f"-env:UserInstallation=file://{profile}",
             f"--accept=pipe,name={pipe};urp;"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            context = connect(pipe)
            for line in sys.stdin.buffer:
                complaint = ""
                try:
                    edit(context, **json.loads(line))
                except Refused as refused:
                    complaint = str(refused)
                print(json.dumps(complaint), flush=True)
            with contextlib.suppress(Exception):  # it answers by going away
                context.ServiceManager.createInstance("com.sun.star.frame.Desktop").terminate()
        finally:
            with contextlib.suppress(subprocess.TimeoutExpired):
                office.wait(20)
            office.kill()


main()
