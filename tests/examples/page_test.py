"""The page of `wirewrap map --html` in a real browser: Chromium, driven through the interface of chromedriver.

    tools/bazel test //tests/examples:page_test          # wants Debian's packages chromium and chromium-driver

With WIREWRAP_PICTURES=FOLDER in the environment it also leaves pictures of the pages there.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

PROGRAM = os.path.abspath("examples/wirewrap")
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"end": "\ue010", "home": "\ue011", "left": "\ue012", "right": "\ue014", "down": "\ue015", "enter": "\ue007"}


def wirewrap(*words):
    return subprocess.run([PROGRAM, *words], check=True, capture_output=True, text=True).stdout


class Browser:
    """One window, by https://www.w3.org/TR/webdriver2."""

    def __init__(self, folder):
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
        line = ""
        while "successfully on port" not in line:
            line = self.driver.stdout.readline()
            if not line:
                raise RuntimeError("chromedriver has ended before it said where it listens")
        self.base = f"http://127.0.0.1:{re.search(r'on port ([0-9]+)', line)[1]}/session"
        self.session = ""
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1440,1500",
                     f"--user-data-dir={folder}/profile"]
        wanted = {"goog:chromeOptions": {"args": arguments}, "goog:loggingPrefs": {"browser": "ALL"}}
        self.session = "/" + self.post("", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + self.session + path, data, {"Content-Type": "application/json"},
                                         method=method)
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)["value"]

    def post(self, path, body):
        return self.ask("POST", path, body)

    def close(self):
        self.ask("DELETE", "")
        self.driver.terminate()
        self.driver.wait()
        self.driver.stdout.close()

    def open(self, path, fragment=""):
        self.post("/url", {"url": f"file://{path}{fragment}"})

    def run(self, script):
        return self.post("/execute/sync", {"script": script, "args": []})

    def find(self, selector):
        return self.post("/element", {"using": "css selector", "value": selector})[ELEMENT]

    def type(self, selector, text):
        self.post(f"/element/{self.find(selector)}/value", {"text": text})

    def click(self, selector):
        self.post(f"/element/{self.find(selector)}/click", {})

    def text(self, selector):
        return self.ask("GET", f"/element/{self.find(selector)}/text")

    def label(self, selector):
        return self.ask("GET", f"/element/{self.find(selector)}/computedlabel")

    def complaints(self):
        return self.post("/se/log", {"type": "browser"})

    def picture(self, name):
        if folder := os.environ.get("WIREWRAP_PICTURES"):
            with open(f"{folder}/{name}.png", "wb") as file:
                file.write(base64.b64decode(self.ask("GET", "/screenshot")))

    def until(self, selector, text):
        """Waits while something moves."""
        for _ in range(100):
            if text in self.text(selector):
                return True
            time.sleep(0.1)
        return False


class PageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        cls.browser = Browser(cls.folder)

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        shutil.rmtree(cls.folder, ignore_errors=True)

    def open(self, board, *words):
        path = f"{self.folder}/page.html"
        wirewrap("map", board, "--html", path, *words)
        self.browser.open(path)

    def tearDown(self):
        self.assertEqual(self.browser.complaints(), [])

    def windows(self):
        """As the table beside the slider has them."""
        return self.browser.run("return [...document.querySelectorAll('#windows tbody tr')].map("
                                "row => [...row.cells].map(cell => cell.textContent))")

    def drawn(self):
        """Where RAM is drawn, as (base, size)."""
        return self.browser.run("return [...document.querySelectorAll('.row[data-kind=ram]')].map("
                                "row => [row.dataset.base, row.dataset.size])")

    def check_says(self, board, size):
        lines = wirewrap("check", board, "-m", f"{size}B").splitlines()[1:]
        return [re.fullmatch(r"  (\[.*\))  (.*) from offset (.*)", line).groups() for line in lines]

    def test_slider_moves_windows_to_what_check_says(self):
        for board in ("riscv64/virt", "x86_64/pc", "mips64el/malta"):
            self.open(board)
            keys = [KEYS["home"], KEYS["right"] * 9, KEYS["end"], KEYS["left"], KEYS["left"] * 20]
            seen = set()
            for key in keys:
                self.browser.type("#ram", key)
                size = int(self.browser.run("return board.sizes[step][0]"), 16)
                seen.add(size)
                said = self.check_says(board, size)
                self.assertEqual([tuple(window) for window in self.windows()], said, f"{board}, {size} bytes")
                drawn = [f"[0x{base}, {hex(int(base, 16) + int(length, 16))})" for base, length in self.drawn()]
                whole = [window[0] for window in said if "once more" not in window[2]]
                for place in whole:
                    self.assertIn(place, drawn)
            self.assertGreater(len(seen), 3, board)
            self.browser.picture(board.replace("/", "-"))

    def test_begins_with_the_size_that_was_asked(self):
        self.open("riscv64/virt", "-m", "1000M")
        self.assertEqual(self.browser.text("#ram-size"), "1000 MiB")
        self.browser.click("#ram-default")
        self.assertEqual(self.browser.text("#ram-size"), "128 MiB")

    def test_zooms_to_four_kib_by_keys(self):
        self.open("riscv64/virt")
        self.assertTrue(self.browser.until("#view", "[0x0, 0x100000000)"))
        for _ in range(24):
            self.browser.type("#strip", "+")
            time.sleep(0.3)
        self.assertTrue(self.browser.until("#view", "4 KiB"), self.browser.text("#view"))
        self.browser.type("#strip", "0")
        self.assertTrue(self.browser.until("#view", "[0x0, 0x100000000)"), self.browser.text("#view"))

    def test_search_finds_an_address_and_shows_its_region(self):
        self.open("riscv64/virt")
        self.browser.type("#search", "0x10000005" + KEYS["enter"])
        self.assertEqual(self.browser.text("#found"), "1 of 17")
        self.assertEqual(self.browser.text("#detail h3"), "uart0")
        detail = self.browser.text("#detail")
        for part in ("0x10000000", "0x10000100", "256 bytes", "plic line 10", "interrupt enable"):
            self.assertIn(part, detail)
        self.assertTrue(self.browser.until("#view", "4 KiB"))
        hot = self.browser.run("return [...document.querySelectorAll('.wire.hot')].map(w => w.dataset.sink)")
        self.assertEqual(hot, ["plic"])
        self.browser.picture("detail")

    def test_every_wire_is_drawn(self):
        self.open("riscv64/virt")
        wires = self.browser.run("return [...document.querySelectorAll('.wire')].map("
                                 "w => [w.dataset.source, w.dataset.sink])")
        listed = json.loads(wirewrap("map", "riscv64/virt", "--json"))["wires"]
        self.assertEqual(sorted(wires), sorted([wire["source"], wire["sink"]] for wire in listed))

    def test_keyboard_and_names_for_those_who_hear_the_page(self):
        self.open("riscv64/virt")
        self.assertEqual(self.browser.label("#ram"), "RAM")
        self.assertEqual(self.browser.label("#search"), "Search regions")
        self.assertIn("Address space to scale", self.browser.label("#strip"))
        self.assertIn("uart0, device, irq → plic 10, 0x10000000 to 0x10000100, 256 bytes",
                      self.browser.label('.row[data-base="10000000"]'))
        nameless = self.browser.run("return [...document.querySelectorAll('button')].filter("
                                    "b => !b.textContent.trim() && !b.getAttribute('aria-label')).length")
        self.assertEqual(nameless, 0)
        self.browser.type(".row", KEYS["down"])
        self.browser.type(".row:focus", KEYS["enter"])
        self.assertEqual(self.browser.text("#detail h3"), "test")

    def test_dark_and_light(self):
        self.open("riscv64/virt")
        paper = "return getComputedStyle(document.body).backgroundColor"
        colours = []
        for _ in range(2):
            self.browser.click("#theme")
            colours.append(self.browser.run(paper))
        self.assertEqual(len(set(colours)), 2)
        self.browser.picture("dark")

    def test_catalogue_has_every_board(self):
        path = f"{self.folder}/boards.html"
        wirewrap("boards", "--html", path)
        self.browser.open(path, "#aarch64/raspi3b")
        self.assertEqual(self.browser.text("#machine"), "raspi3b")
        names = self.browser.run("return data.boards.flatMap(b => b.names.map(n => n[0]))")
        for release in ("7.2", "11.1"):
            listed = json.loads(wirewrap("boards", "--json", "--qemu", release))
            self.assertEqual([each["board"] for each in listed if each["board"] not in names], [])
        self.browser.type("#board-filter", "raspi")
        self.assertGreater(self.browser.run("return document.querySelectorAll('#board-list a').length"), 1)
        self.browser.click('#board-list a[href="#aarch64/raspi0"]')
        self.assertTrue(self.browser.until("#machine", "raspi0"))
        self.browser.picture("catalogue")


if __name__ == "__main__":
    if not shutil.which("chromedriver") or not shutil.which("chromium"):
        print("SKIPPED: there is no chromium or no chromedriver here; Debian's packages are chromium and chromium-driver")
        sys.exit(0)
    unittest.main(verbosity=2)
