"""Each letter in a real browser, on a telephone 360 pixels wide, by day and by night: nothing overflows, all reads."""

import shutil
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, sync_playwright

from mailer.letters import rendered
from tests.unit.mailer.samples import LETTERS

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
READABLE = 4.5  # WCAG 2.1, 1.4.3

# The lowest contrast between a text and the first ground that is painted under it, and the text it is about.
LOWEST_CONTRAST = """() => {
  const parts = (colour) => colour.match(/[0-9.]+/g).map(Number);
  const light = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((v) => (v <= 10 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const found = parts(getComputedStyle(node).backgroundColor);
      if (found.length === 3 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let lowest = [99, ""];
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !node.getClientRects().length) continue;
    const [a, b] = [light(parts(getComputedStyle(node).color)), light(ground(node))].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < lowest[0]) lowest = [contrast, texts.currentNode.data.trim()];
  }
  return lowest;
}"""

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no browser found; to play these tests: apt-get install chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_every_letter_is_readable_on_a_telephone(browser: Browser, colours: Literal["light", "dark"]) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 640}, color_scheme=colours)
    page = context.new_page()
    for name, (letter, envelope) in LETTERS.items():
        page.set_content(rendered(letter, envelope).html)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
        contrast, text = page.evaluate(LOWEST_CONTRAST)
        assert contrast >= READABLE, (name, text)
    context.close()


def test_a_screen_reader_meets_tables_of_facts_only_where_there_are_facts(browser: Browser) -> None:
    page = browser.new_page()
    for name, (letter, envelope) in LETTERS.items():
        page.set_content(rendered(letter, envelope).html)
        bare = page.locator("table:not([role]):not(:has(th))").count()
        laid_out = page.locator("table[role=presentation] > tbody > tr > th").count()
        assert (bare, laid_out) == (0, 0), name
    page.close()
