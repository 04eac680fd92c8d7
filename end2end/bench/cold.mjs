// Cold loads of the same services page in two UIs, one after the other in turn.
//
// node cold.mjs '{"chromium": PATH, "runs": 9, "services": [NAME…], "rows": 8,
//                 "pages": [{"name": NAME, "url": URL}…]}'
// prints [{"name": NAME, "ms": [NUMBER…]}…].
//
// Each run has a new browser context: no cache, no cookies, nothing stored. The time is from the
// start of the navigation until the frame after the one in which `rows` different services stand
// as links in the viewport: the same question to both pages, whatever they are made of.
import { chromium } from 'playwright-core';

const plan = JSON.parse(process.argv[2]);
const limitMs = 60_000;

/** Runs in the page before its own scripts. */
function watchForRows({ services, rows }) {
  const isShown = (link, name) => {
    const box = link.getBoundingClientRect();
    return (
      box.width > 0 &&
      box.height > 0 &&
      box.top < innerHeight &&
      box.bottom > 0 &&
      link.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
      link.textContent.includes(name)
    );
  };
  const shownServices = () =>
    services.filter((name) =>
      [...document.querySelectorAll(`a[href*="/services/${name}"]`)].some((link) =>
        isShown(link, name),
      ),
    ).length;
  const look = () => {
    if (shownServices() < rows) {
      requestAnimationFrame(look);
      return;
    }
    // this frame paints them; the callback of the next one runs after that
    requestAnimationFrame(() => {
      window.rowsPaintedMs = performance.now();
    });
  };
  requestAnimationFrame(look);
}

async function coldLoad(browser, url) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    await page.addInitScript(watchForRows, { services: plan.services, rows: plan.rows });
    await page.goto(url, { waitUntil: 'commit', timeout: limitMs });
    const painted = await page.waitForFunction(() => window.rowsPaintedMs, null, {
      timeout: limitMs,
      polling: 100,
    });
    return await painted.jsonValue();
  } finally {
    await context.close();
  }
}

const browser = await chromium.launch({
  executablePath: plan.chromium,
  args: [
    // nothing of the browser's own on the line
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ],
});
try {
  const results = plan.pages.map(({ name }) => ({ name, ms: [] }));
  // the first round warms the browser's own processes and is not counted
  for (let run = 0; run <= plan.runs; run += 1) {
    for (const [index, { url }] of plan.pages.entries()) {
      const ms = await coldLoad(browser, url);
      if (run > 0) results[index].ms.push(ms);
    }
    process.stderr.write(run === 0 ? 'warmed' : ` ${run}`);
  }
  process.stderr.write('\n');
  process.stdout.write(`${JSON.stringify(results)}\n`);
} finally {
  await browser.close();
}
