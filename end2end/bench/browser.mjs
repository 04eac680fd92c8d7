// What the tasks share: the browser, the slow link, and the question "are the rows painted?",
// asked of every page alike.
import { chromium } from 'playwright-core';

export const limitMs = 90_000;

export function launch(executablePath) {
  return chromium.launch({
    executablePath,
    args: [
      // nothing of the browser's own on the line
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
}

/**
 * What a new window takes: it fills itself with pages of the browser's own (the address bar's among
 * them), which would share the processors with the page that is measured; so does the end of the
 * window before it. Whoever opens a page has had their window for a while.
 */
const windowMs = 1_000;

/** A page in a context of its own: no cache, no cookies, nothing stored. */
export async function withPage(browser, use) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(limitMs);
    await page.waitForTimeout(windowMs);
    return await use(page, await context.newCDPSession(page));
  } finally {
    await context.close();
  }
}

/** 100 ms of round trip, 8 Mbit/s. */
export async function slowDown(cdp) {
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 100,
    downloadThroughput: 1_000_000,
    uploadThroughput: 1_000_000,
  });
}

/**
 * Runs in the page before its own scripts: gives it `bench.shown()`, the texts of the rows that
 * are seen. A row is a visible link in the viewport whose address matches `links` and whose text
 * holds what the pattern's group says; or what opens a row, whose text matches.
 */
export function lookForRows({ links, rows, wanted }) {
  const pattern = new RegExp(links);
  const isSeen = (link) => {
    const box = link.getBoundingClientRect();
    return (
      box.width > 0 &&
      box.height > 0 &&
      box.top < innerHeight &&
      box.bottom > 0 &&
      link.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    );
  };
  const bench = {
    shown(enough = Infinity) {
      const names = new Set();
      for (const link of document.querySelectorAll('a[href], button[data-row-link]')) {
        const name = pattern.exec(link.getAttribute('href') ?? link.textContent)?.[1];
        if (name === undefined || names.has(name)) continue;
        if (!link.textContent.includes(name) || !isSeen(link)) continue;
        // no row of the list: instances that match, on whatever service, stand below it
        if (link.closest('.found-instances')) continue;
        names.add(name);
        if (names.size >= enough) break;
      }
      return [...names];
    },
    /** Calls back in the frame after the one in which `isThere` holds. */
    whenPainted(isThere, then) {
      const look = () => {
        if (!isThere()) {
          requestAnimationFrame(look);
          return;
        }
        // this frame paints them; the callback of the next one runs after that
        requestAnimationFrame(() => then(performance.now()));
      };
      requestAnimationFrame(look);
    },
    /** Rows are shown, and all of them hold `text`. */
    allHold(text) {
      const names = bench.shown();
      return names.length > 0 && names.every((name) => name.includes(text));
    },
  };
  window.bench = bench;
  const isThere = wanted
    ? () => bench.allHold(wanted)
    : () => bench.shown(rows).length >= rows;
  bench.whenPainted(isThere, (ms) => {
    bench.paintedMs = ms;
    window.benchPainted?.(String(ms));
  });
}

/** Waits until the rows of what `open` goes to were painted, and gives when. */
export async function painted(cdp, open) {
  const told = await whatIsTold(cdp, 'benchPainted', 'rows');
  const [ms] = await Promise.all([told(), open()]);
  return Number(ms);
}

/**
 * Gives what waits until the page tells something, by calling a function of this name. It tells by
 * itself: asking it would run scripts in it, just when it is being drawn.
 */
async function whatIsTold(cdp, binding, what) {
  await cdp.send('Runtime.enable');
  await cdp.send('Runtime.addBinding', { name: binding });
  const told = new Promise((done) => {
    cdp.on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === binding) done(payload);
    });
  });
  return async () => {
    let late;
    const limit = new Promise((_, failed) => {
      late = setTimeout(() => failed(new Error(`no ${what} after ${limitMs} ms`)), limitMs);
    });
    return Promise.race([told, limit]).finally(() => clearTimeout(late));
  };
}

/** Has the page focus the field that filters, once there is one; gives what waits for that. */
export async function filterFieldFocused(page, cdp) {
  await page.addInitScript((fields) => {
    const look = () => {
      const field = document.querySelector(fields);
      if (!field) return void requestAnimationFrame(look);
      field.focus();
      window.benchFocused?.('');
    };
    requestAnimationFrame(look);
  }, filterFields);
  return whatIsTold(cdp, 'benchFocused', 'field');
}

/** Waits until waggle's page answers; other pages have nothing that says so. */
export async function mounted(page) {
  if ((await page.locator('#app').count()) > 0) {
    await page.locator('#app[data-mounted]').waitFor({ state: 'attached' });
  }
}

/** The field that filters the list, in waggle and in Consul's UI. */
const filterFields = '#filter-field, .freetext-filter input, input[type="search"], input[name="s"]';

export function filterField(page) {
  return page.locator(filterFields).first();
}
