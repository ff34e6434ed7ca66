"""Draw docs/images/report.png: the top of the seeds' report, in the Chromium of the system. Part of no other target.

python scripts/write_report_picture.py [CHROMIUM]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from newslens.batch import Inputs, ingest
from newslens.report import write_report
from newslens.store import open_store

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "images" / "report.png"
CHROMIUM = sys.argv[1] if len(sys.argv) > 1 else "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "report.html")
        with open_store(Path(folder, "seeds.db"), create=True) as store:
            ingest(Inputs(paths=(ROOT / "seeds",)), store)
            write_report(store, page)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            tab = browser.new_page(viewport={"width": 1240, "height": 1330})
            tab.goto(page.as_uri())
            tab.screenshot(path=PICTURE)
            browser.close()
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
