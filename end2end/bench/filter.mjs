// From a key press in the filter to the frame that shows the rows that match.
//
// {"runs": 18, "numbers": 2000, "pages": [{"url": URL, "links": PATTERN}…]}
// gives [{"ms": [NUMBER…]}…].
//
// All digits of a row's number but the last are typed and settle (about ten rows); the press of
// the last one is measured in the page: from the event's arrival until the frame after the one in
// which rows are shown and all of them hold the number.
import { filterField, limitMs, lookForRows, mounted, painted, withPage } from './browser.mjs';

export async function filter(browser, plan) {
  const results = [];
  const open = [];
  try {
    for (const page of plan.pages) open.push(await opened(browser, page));
    for (const _ of open) results.push({ ms: [] });
    for (let run = 0; run <= plan.runs; run += 1) {
      for (const [index, { page }] of open.entries()) {
        // numbers far apart, so that no answer of an earlier one can be shown again
        const number = String((run * 137 + 11) % plan.numbers).padStart(5, '0');
        const ms = await press(page, number);
        if (run > 0) results[index].ms.push(ms);
      }
      process.stderr.write(run === 0 ? '  warmed' : ` ${run}`);
    }
  } finally {
    await Promise.all(open.map(({ context }) => context.close()));
  }
  process.stderr.write('\n');
  return results;
}

async function opened(browser, { url, links }) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(limitMs);
  await page.addInitScript(lookForRows, { links, rows: 8 });
  const cdp = await context.newCDPSession(page);
  await painted(cdp, () => page.goto(url, { waitUntil: 'commit' }));
  await mounted(page);
  return { context, page };
}

async function press(page, number) {
  await page.bringToFront();
  const field = filterField(page);
  await field.click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(number.slice(0, -1));
  await page.waitForFunction(
    (text) => window.bench.allHold(text) && window.bench.shown().length > 1,
    number.slice(0, -1),
    { polling: 50 },
  );
  await page.waitForTimeout(500);
  await page.evaluate((text) => {
    window.bench.pressedMs = undefined;
    window.bench.filteredMs = undefined;
    addEventListener('keydown', ({ timeStamp }) => {
      window.bench.pressedMs = timeStamp;
      window.bench.whenPainted(
        () => window.bench.allHold(text),
        (ms) => {
          window.bench.filteredMs = ms;
        },
      );
    }, { capture: true, once: true });
  }, number);
  await page.keyboard.press(number.slice(-1));
  const handle = await page.waitForFunction(
    () => window.bench.filteredMs && window.bench.filteredMs - window.bench.pressedMs,
    null,
    { polling: 50 },
  );
  return handle.jsonValue();
}
