import AxeBuilder from '@axe-core/playwright';
import { expect, test as base, type Page } from '@playwright/test';
import { startWaggle, type Waggle } from './waggle';

interface Options {
  /** Console errors that this test provokes. */
  expected: RegExp[];
}

/** Every test fails on a console error, an exception or a violation of the content policy. */
export const test = base.extend<Options, { demo: Waggle; readOnly: Waggle; based: Waggle }>({
  expected: [[], { option: true }],

  demo: [
    async ({}, use) => {
      const waggle = await startWaggle(['--demo']);
      await use(waggle);
      await waggle.stop();
    },
    { scope: 'worker' },
  ],

  readOnly: [
    async ({}, use) => {
      const waggle = await startWaggle(['--demo', '--read-only']);
      await use(waggle);
      await waggle.stop();
    },
    { scope: 'worker' },
  ],

  based: [
    async ({}, use) => {
      const waggle = await startWaggle(['--demo'], '/tools/waggle');
      await use(waggle);
      await waggle.stop();
    },
    { scope: 'worker' },
  ],

  page: async ({ page, expected }, use) => {
    const errors = watch(page, expected);
    const [goto, reload] = [page.goto.bind(page), page.reload.bind(page)];
    page.goto = async (url, options) => {
      const response = await goto(url, options);
      await mounted(page);
      return response;
    };
    page.reload = async (options) => {
      const response = await reload(options);
      await mounted(page);
      return response;
    };
    await use(page);
    // an answer that is on its way through a route is nobody's any more
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    expect(errors, 'console errors').toEqual([]);
  },
});

/** Waits until the page answers: the server has sent its first window before that. */
async function mounted(page: Page): Promise<void> {
  if ((await page.locator('#app').count()) > 0) {
    // the first page of a browser compiles what later ones have
    await page.locator('#app[data-mounted]').waitFor({ state: 'attached', timeout: 30_000 });
  }
}

/** Collects what goes wrong in a page. */
export function watch(page: Page, expected: RegExp[]): string[] {
  const errors: string[] = [];
  const note = (text: string) => {
    if (!expected.some((pattern) => pattern.test(text))) errors.push(text);
  };
  page.on('pageerror', (error) => note(`exception: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    // the browser reports every answer that is no success; the page shows those to people
    const place = message.location().url;
    if (/Failed to load resource/.test(message.text()) && /\/api\/|\/assets\/part-/.test(place)) return;
    note(`${message.text()} (${place})`);
  });
  void page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (violation) => {
      console.error(`content policy: ${violation.violatedDirective} ${violation.blockedURI}`);
    });
  });
  return errors;
}

/** Fails on serious violations of accessibility. */
export async function expectAccessible(page: Page): Promise<void> {
  // what fades in or out has no settled contrast; what goes on for ever never ends
  await page.evaluate(() => Promise.all(document.getAnimations()
    .filter((one) => one.effect?.getComputedTiming().iterations !== Infinity)
    .map((one) => one.finished.catch(() => {}))))
    .catch(() => {});
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  const serious = violations
    .filter((one) => one.impact === 'serious' || one.impact === 'critical')
    .map((one) => `${one.id}: ${one.nodes.map((node) => `${node.target} ${node.failureSummary ?? ''}`).slice(0, 3).join(' | ')}`);
  expect(serious).toEqual([]);
}

/** Fails where the page scrolls sideways. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const wide = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll('*')]
      .filter((element) => element.getBoundingClientRect().right > width + 1)
      .slice(0, 5)
      .map((element) => `${element.tagName}.${element.className}`);
  });
  expect(wide).toEqual([]);
}

export { expect };

/** Holds back what matches `files` until the function that it gives is called. */
export async function hold(page: Page, files: string | RegExp): Promise<() => void> {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(files, async (route) => {
    await held;
    await route.continue();
  });
  return release;
}

/** Has the page believe that its tab is hidden, or seen again. */
export async function hide(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }, hidden);
}

/** All nodes of the DOM, text too. */
export const domNodes = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const walker = document.createTreeWalker(document, NodeFilter.SHOW_ALL);
    let count = 0;
    while (walker.nextNode()) count += 1;
    return count;
  });

/** Scrolls to the end, as far as the page has one. */
export const toEnd = (page: Page): Promise<void> =>
  page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
