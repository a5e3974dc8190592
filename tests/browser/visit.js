// Visits pages in Chromium, does with each what is asked, and prints what it saw as JSON.
// In: {chromium, axe, visits: [{name, url, script, tasks: [{task, …}]}]}. Out: by name
// {requests, messages, TASK: …}. It judges nothing: the tests do.
"use strict";
const fs = require("fs");
const { chromium } = require("playwright-core");

const order = JSON.parse(fs.readFileSync(0, "utf8"));
const axe = fs.readFileSync(order.axe, "utf8");
const HEIGHT = 900;

// Runs in the page: its text by boxes, its links, and the labels of its charts.
function measure() {
  const edge = document.documentElement.clientWidth;
  const boxes = new Map();
  const isInline = (element) => /^(inline|contents|ruby)$/.test(getComputedStyle(element).display);
  const hidden = new Map([[null, false], [document.body, false]]);
  const isHidden = (element) => {
    if (!hidden.has(element)) {
      const style = getComputedStyle(element);
      hidden.set(element, style.clipPath !== "none" || style.visibility === "hidden"
        || (style.position === "absolute" && element.getBoundingClientRect().right < 0)
        || isHidden(element.parentElement));
    }
    return hidden.get(element);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim() || node.parentElement.closest("svg, script")) continue;
    let box = node.parentElement;
    while (isInline(box)) box = box.parentElement;
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter((r) => r.width > 0 && r.height > 0);
    if (!rects.length || isHidden(box)) continue;
    const entry = boxes.get(box) || { text: "", rects: [] };
    entry.text += ` ${node.data.trim().replace(/\s+/g, " ")}`;
    entry.rects.push(...rects);
    boxes.set(box, entry);
  }
  const texts = [...boxes].map(([box, { text, rects }]) => {
    const style = getComputedStyle(box), outer = box.getBoundingClientRect();
    const width = box.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    // A new line begins where the middle of a piece lies below all of the line before.
    let lines = 0, bottom = -Infinity;
    for (const rect of rects.sort((a, b) => a.bottom - b.bottom)) {
      if ((rect.top + rect.bottom) / 2 > bottom) { lines += 1; bottom = rect.bottom; }
    }
    const right = Math.max(...rects.map((rect) => rect.right));
    const left = Math.min(...rects.map((rect) => rect.left));
    return {
      text: text.trim(), lines, width: Math.round(box.clientWidth ? width : outer.width),
      out: right > Math.min(outer.right, edge) + 1 || left < Math.max(outer.left, 0) - 1,
    };
  });
  const links = [...document.querySelectorAll("a[href], summary, input, button, select")]
    .filter((link) => link.getClientRects().length && !isHidden(link))
    .map((link) => {
      const target = link.labels && link.labels.length ? link.labels[0] : link;
      const rect = target.getBoundingClientRect();
      return {
        text: (target.textContent || link.type || "").trim(), inline: isInline(target),
        width: Math.round(rect.width), height: Math.round(rect.height),
      };
    });
  const labels = [...document.querySelectorAll("svg[role=img]")].flatMap((svg) => {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll("text")].filter((text) => text.textContent.trim())
      .map((text) => ({ text: text.textContent, rect: text.getBoundingClientRect() }));
    const cut = texts.filter(({ rect }) => rect.left < frame.left - 1 || rect.right > frame.right + 1
      || rect.top < frame.top - 1 || rect.bottom > frame.bottom + 1).map(({ text }) => [text]);
    // Boxes of letters have air above and below: they may touch, but not by a third.
    const across = texts.flatMap((a, at) => texts.slice(at + 1).filter((b) =>
      Math.min(a.rect.right, b.rect.right) - Math.max(a.rect.left, b.rect.left) > 1
      && Math.min(a.rect.bottom, b.rect.bottom) - Math.max(a.rect.top, b.rect.top)
        > a.rect.height / 3).map((b) => [a.text, b.text]));
    return [...cut, ...across];
  });
  // As a text, which is handed over in a tenth of the time that an object takes.
  return JSON.stringify({ wide: document.documentElement.scrollWidth, edge, texts, links, labels });
}

const isShown = (row) => row.getClientRects().length > 0;

// The page alone: to make the window as large draws all of that anew, its tabs and buttons too.
const resize = ({ session }, width) => session.send("Emulation.setDeviceMetricsOverride",
  { width, height: HEIGHT, deviceScaleFactor: 1, mobile: false });

const tasks = {
  async layout(page, { widths }) {
    const seen = {};
    for (const width of widths) {
      await resize(page, width);
      seen[width] = JSON.parse(await page.evaluate(measure));
    }
    return seen;
  },

  async axe(page, { looks }) {
    await page.evaluate(axe);
    const seen = {};
    for (const [scheme, width] of looks) {
      await page.emulateMedia({ colorScheme: scheme });
      await resize(page, width);
      seen[`${scheme} ${width}`] = await page.evaluate(async () => {
        const result = await axe.run(document, {
          resultTypes: ["violations", "incomplete"], rules: { "target-size": { enabled: true } },
          preload: false, // it would fetch the style sheet, which the page's own policy forbids
          selectors: false, elementRef: true,
        });
        const short = (rules) => rules.flatMap(({ id, nodes }) => nodes.map((node) => ({
          rule: id, html: node.html.slice(0, 200), why: node.failureSummary,
          text: [...node.element.childNodes]
            .filter((child) => child.nodeType === Node.TEXT_NODE).map((child) => child.data).join(""),
          svg: !!node.element.closest("svg"),
        })));
        return { violations: short(result.violations), incomplete: short(result.incomplete) };
      });
    }
    await page.emulateMedia({ colorScheme: null });
    return seen;
  },

  async keyboard(page, { width }) {
    await resize(page, width);
    const stops = [];
    for (;;) {
      await page.keyboard.press("Tab");
      const stop = await page.evaluate(() => {
        const element = document.activeElement;
        if (element === document.body || element.dataset.visited) return null;
        element.dataset.visited = "1";
        const style = getComputedStyle(element), rect = element.getBoundingClientRect();
        return {
          tag: element.tagName, text: element.textContent.trim().slice(0, 80),
          href: element.getAttribute("href"),
          outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
          seen: rect.width > 0 && rect.right > 0 && rect.left < innerWidth
            && rect.bottom > 0 && rect.top < innerHeight,
        };
      });
      if (!stop) break;
      stops.push(stop);
    }
    await page.evaluate(() => document.activeElement.blur());
    await page.locator("a").first().focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    const after = await page.evaluate(() => ({
      hash: location.hash, main: !!document.activeElement.closest("main"),
    }));
    return { stops, after };
  },

  async search(page, { queries }) {
    const seen = {};
    for (const query of queries) {
      await page.fill("input[type=search]", query);
      const rows = page.locator("tr[data-cell], #hits li");
      seen[query] = {
        rows: await rows.evaluateAll((all) => all.filter((row) => row.getClientRects().length).length),
        output: await page.locator("output").innerText(),
      };
    }
    await page.fill("input[type=search]", "");
    return seen;
  },

  // With the arrow keys through the radio buttons of the cells; the rows that each leaves.
  async radios(page) {
    const radios = page.locator("input[type=radio]");
    const count = await radios.count(), seen = {};
    if (!count) return seen;
    await radios.first().focus();
    for (let at = 0; at < count; at += 1) {
      if (at) await page.keyboard.press("ArrowRight");
      else await page.keyboard.press("Space");
      const name = await page.evaluate(() => document.activeElement.id || document.activeElement.value);
      seen[name] = await page.locator("tr[data-cell]").evaluateAll(
        (all) => all.filter((row) => row.getClientRects().length).map((row) => row.dataset.cell));
    }
    return seen;
  },

  async content(page) {
    return page.evaluate(() => ({
      text: document.querySelector("main").innerText,
      tables: [...document.querySelectorAll("table")].filter((e) => e.getClientRects().length).length,
      charts: [...document.querySelectorAll("svg[role=img]")].filter(
        (e) => e.getBoundingClientRect().height > 50).length,
      controls: [...document.querySelectorAll("input[type=search]")].filter(
        (e) => e.getClientRects().length).length,
    }));
  },

  async print(page, { path }) {
    await page.pdf({ path, tagged: true, preferCSSPageSize: true });
    return path;
  },
};

// A tab, and what is heard there. One for all pages: each new one takes a process of its own.
async function open(browser) {
  const page = await browser.newPage({ viewport: { width: 1280, height: HEIGHT } });
  const session = page.session = await page.context().newCDPSession(page);
  const tab = { page, url: null, left: null, seen: null };
  const asked = new Map();
  await session.send("Network.enable");
  session.on("Network.requestWillBeSent", ({ requestId, documentURL, request }) => {
    if (documentURL.split("#")[0] === tab.left) return; // before it had asked for its icon
    asked.set(requestId, { seen: tab.seen, url: request.url });
    tab.seen.requests.push(request.url);
  });
  session.on("Network.loadingFailed", ({ requestId }) => {
    const { seen, url } = asked.get(requestId) || {};
    if (seen && seen === tab.seen) seen.messages.push(`failed: ${url}`);
  });
  page.on("console", (message) => tab.seen.messages.push(message.text()));
  page.on("pageerror", (error) => tab.seen.messages.push(String(error)));
  return tab;
}

async function visit(tab, { url, script, tasks: list }) {
  const { page } = tab;
  await resize(page, 1280);
  await page.session.send("Emulation.setScriptExecutionDisabled", { value: !script });
  const seen = tab.seen = { requests: [], messages: [] };
  tab.left = tab.url === url ? null : tab.url;
  tab.url = url;
  await page.goto(url, { waitUntil: "load" });
  for (const { task, ...facts } of list) seen[task] = await tasks[task](page, facts);
  return seen;
}

async function main() {
  const browser = await chromium.launch({
    executablePath: order.chromium,
    // Nobody looks at what is painted, so no thread waits to do it again meanwhile; and no page stays
    // for as long as it would take to gain by scripts that are optimised.
    args: ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
      "--disable-threaded-compositing", "--js-flags=--single-threaded --no-opt --no-maglev"],
  });
  const tab = await open(browser), seen = {};
  for (const each of order.visits) seen[each.name] = await visit(tab, each);
  await browser.close();
  process.stdout.write(JSON.stringify(seen));
}

main().catch((error) => { console.error(error); process.exit(1); });
