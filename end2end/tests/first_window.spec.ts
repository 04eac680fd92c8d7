// The first window comes with the page: before the wasm arrives, and without it.
// The server waits 300 ms for the data; on a busy machine a later try may be the first in time.
import type { Browser, Page } from '@playwright/test';
import { Shell } from '../pages/shell';
import { FakeAgent } from '../support/fake_agent';
import { expect, hold, test } from '../support/test';
import { startWaggle } from '../support/waggle';

// pages are opened until one comes in time
test.describe.configure({ timeout: 90_000 });

async function openWithRows(page: Page, url: string): Promise<void> {
  await expect(async () => {
    const answer = await page.request.get(url);
    expect(await answer.text()).toContain('/ui/dc1/services/omo.msa.startkit"');
  }).toPass();
  await page.goto(url);
}

/** Opens a page that came with all of its data. */
async function openInTime(page: Page, url: string): Promise<void> {
  await expect(async () => {
    await page.goto(url);
    await expect(page.locator('#waggle-not-started')).not.toHaveAttribute('data-asks-again', { timeout: 1 });
  }).toPass();
}

/** Takes what starts the app out of the pages, which come after `ms`; gives those scripts. */
async function neverStarted(page: Page, ms = 0): Promise<string[]> {
  const boots: string[] = [];
  await page.route('**/ui/**', async (route) => {
    await new Promise((done) => setTimeout(done, ms));
    const answer = await route.fetch();
    const text = await answer.text();
    const boot = /<script type="module">(.*?)<\/script>/s;
    boots.push(boot.exec(text)?.[1] ?? '');
    await route.fulfill({ response: answer, body: text.replace(boot, '') });
  });
  return boots;
}

test('without wasm the page can be read and its links followed', async ({ browser, demo }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route('**/*.wasm', (route) => route.abort());
  await openWithRows(page, `${demo.url}/ui/dc1/services`);
  await page.getByRole('link', { name: 'omo.msa.startkit' }).click();
  await expect(page).toHaveURL(/omo\.msa\.startkit/);
  await expect(page.getByRole('link', { name: 'msa-2' })).toBeVisible();
  await expect(page.locator('#app[data-mounted]')).toHaveCount(0);
  // and says that this is all
  await expect(page.getByRole('alert')).toContainText('waggle did not start in this browser');
  await expect(new Shell(page, demo.url).feed()).toHaveCount(0);
  await context.close();
});

test('without any script the page is styled, and its links lead on', async ({ browser, demo }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await openWithRows(page, `${demo.url}/ui/dc1/services`);
  const told = page.locator('noscript .page-banner');
  await expect(told).toBeVisible();
  await expect(told).toContainText('waggle needs JavaScript');
  await expect(new Shell(page, demo.url).feed()).toBeHidden();
  // the style sheet came with the page, and the policy lets it in
  await expect(page.locator('body')).toHaveCSS('margin-top', '0px');
  await page.getByRole('link', { name: 'omo.msa.startkit' }).click();
  await expect(page.getByRole('link', { name: 'msa-2' })).toBeVisible();
  await page.getByRole('link', { name: 'Nodes', exact: true }).click();
  await expect(page.getByRole('link', { name: 'msa-1' })).toBeVisible();
  await context.close();
});

/** What a page without the app says of itself: before its data are there, and after. */
const alone = [
  { without: 'any script', javaScriptEnabled: false, told: 'noscript .page-banner', late: 'it asks again', whole: 'needs JavaScript' },
  { without: 'wasm', javaScriptEnabled: true, told: '.crash-banner', late: 'did not start', whole: 'did not start' },
];

for (const { without, javaScriptEnabled, told, late, whole } of alone) {
  test(`without ${without} a page whose data are late asks again`, async ({ browser }) => {
    test.setTimeout(120_000);
    const agent = await FakeAgent.start();
    const waggle = await startWaggle(['--agent', agent.url]);
    const context = await browser.newContext({ javaScriptEnabled });
    try {
      agent.silent = true;
      const page = await context.newPage();
      await page.route('**/*.wasm', (route) => route.abort());
      await page.goto(`${waggle.url}/ui/dc1/services`);
      const banner = page.locator(told);
      await expect(banner).toBeVisible();
      await expect(banner).toContainText(late);
      await expect(page.locator('.skeleton-row').first()).toBeVisible();
      agent.silent = false;
      await expect(page.getByRole('link', { name: 'web' })).toBeVisible({ timeout: 30_000 });
      await expect(banner).toContainText(whole);
      await expect(page.locator('.skeleton-row')).toHaveCount(0);
    } finally {
      await context.close();
      await waggle.stop();
      await agent.stop();
    }
  });
}

test('the style that comes with a page is all that it needs', async ({ browser, demo }) => {
  test.slow();
  // what moves by itself is another thing a moment later
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const page = await context.newPage();
  const boots = await neverStarted(page);
  for (const place of [
    'overview', 'services', 'services/omo.msa.startkit', 'nodes', 'nodes/msa-1', 'kv',
    'kv/omo/msa/config', 'kv/omo/msa/config/default.yaml/edit', 'sessions',
  ]) {
    // grey bars are less than half of what it has to show
    await openInTime(page, `${demo.url}/ui/dc1/${place}`);
    const ofParts = (await page.locator('link[as=style]').count()) > 0;
    // one comes after the other, and neither moves anything
    for (const name of ofParts ? ['style', 'part-style'] : ['style']) {
      const file = new RegExp(`"(${name}-[0-9a-f]+\\.css)"`).exec(boots.at(-1) ?? '')?.[1];
      const { elements, changed } = await page.evaluate(changedBy, `${demo.url}/assets/${file}`);
      expect(elements, place).toBeGreaterThan(30);
      expect(changed, `${place}, ${name}`).toEqual([]);
    }
  }
  await context.close();
});

/** What looks otherwise once `sheet` is there, too: of each element, and what stands before and after it. */
async function changedBy(sheet: string): Promise<{ elements: number; changed: string[] }> {
  // of rows that are alike one is enough
  const kinds = new Map<string, Element>();
  for (const element of document.body.querySelectorAll('*')) {
    const above = element.parentElement;
    const kind = [element, above, above?.parentElement].map((one) => `${one?.tagName}.${one?.getAttribute('class')}`);
    const marks = [...element.attributes].map(({ name }) => name);
    kinds.set([...kind, ...marks].join(' '), element);
  }
  const elements = [...kinds.values()];
  // and of properties those that the sheet says anything of
  const properties = new Set<string>();
  const whole = await new CSSStyleSheet().replace(await (await fetch(sheet)).text());
  const collect = (rules: CSSRuleList): void => {
    for (const rule of rules) {
      if (rule instanceof CSSStyleRule) for (const property of rule.style) properties.add(property);
      if ('cssRules' in rule) collect(rule.cssRules as CSSRuleList);
    }
  };
  collect(whole.cssRules);
  const looks = () =>
    elements.flatMap((element) =>
      [null, '::before', '::after'].map((part) => {
        const style = getComputedStyle(element, part);
        const name = `${element.tagName}.${element.getAttribute('class') ?? ''}${part ?? ''}`;
        return { name, values: [...properties].map((property) => `${property}: ${style.getPropertyValue(property)}`) };
      }),
    );
  const before = looks();
  await new Promise((done, fail) => {
    const link = document.createElement('link');
    Object.assign(link, { rel: 'stylesheet', href: sheet, onload: done, onerror: fail });
    document.head.append(link);
  });
  const changed = looks().flatMap(({ name, values }, at) =>
    values
      .filter((value, place) => value !== before[at].values[place])
      .map((value) => `${name} is ${value}`),
  );
  return { elements: elements.length, changed };
}

test('a filter in the address is in the first window too', async ({ browser, demo }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await openWithRows(page, `${demo.url}/ui/dc1/services?filter=startkit`);
  await expect(page.locator('tbody tr')).toHaveCount(1);
  await context.close();
});

/** The services in a new browser whose wasm waits for `release`, with a text typed into the filter. */
async function typeBeforeWasm(browser: Browser, url: string, text: string) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const release = await hold(page, '**/*.wasm');
  await page.goto(`${url}/ui/dc1/services`, { waitUntil: 'commit' });
  const filter = page.locator('#filter-field');
  await filter.click();
  await page.keyboard.type(text);
  return { context, page, filter, release };
}

test('what is typed before the wasm arrives is kept, and so are focus and caret', async ({ browser, demo }) => {
  const { context, page, filter, release } = await typeBeforeWasm(browser, demo.url, 'startkit');
  await expect(page.locator('#app[data-mounted]')).toHaveCount(0);
  release();
  await expect(page.locator('#app[data-mounted]')).toHaveCount(1);
  await expect(filter).toHaveValue('startkit');
  await expect(filter).toBeFocused();
  await expect(page.locator('tbody tr')).toHaveCount(1);
  await page.keyboard.type('x');
  await expect(filter).toHaveValue('startkitx');
  await context.close();
});

test('what is typed while the app takes over is added to what was typed before', async ({ browser, demo }) => {
  const { context, page, filter, release } = await typeBeforeWasm(browser, demo.url, 'startit');
  for (let steps = 0; steps < 2; steps += 1) await page.keyboard.press('ArrowLeft');
  // a letter that comes after the page was mounted, and before the next frame
  await page.evaluate(() => {
    const app = document.getElementById('app')!;
    new MutationObserver(() => document.execCommand('insertText', false, 'k')).observe(app, {
      attributeFilter: ['data-mounted'],
    });
  });
  release();
  await expect(page.locator('#app[data-mounted]')).toHaveCount(1);
  await expect(page.locator('tbody tr')).toHaveCount(1);
  await expect(filter).toHaveValue('startkit');
  await expect(page).toHaveURL(/filter=startkit/);
  await context.close();
});

test('what the page needs is fetched ahead where the page itself took long to come', async ({ browser, demo }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await neverStarted(page, 150);
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(request.url()));
  await page.goto(`${demo.url}/ui/dc1/kv`, { waitUntil: 'commit' });
  for (const file of [/_bg\.wasm$/, /part-kv-/, /\/app-[0-9a-f]+\.js$/]) {
    await expect.poll(() => fetched.some((url) => file.test(url))).toBe(true);
  }
  await context.close();
});

test('the wasm mounts over the first window without asking for it again', async ({ page, demo }) => {
  let asked: string[] = [];
  page.on('request', (request) => {
    // the stream says what changes, not what is
    if (/\/api\/(?!live)/.test(request.url())) asked.push(request.url());
  });
  await expect(async () => {
    asked = [];
    await openWithRows(page, `${demo.url}/ui/dc1/services`);
    await expect(page.getByRole('link', { name: 'omo.msa.startkit' })).toBeVisible();
    expect(asked).toEqual([]);
  }).toPass();
});

for (const [what, path, selector] of [
  ['a key that is not there', 'kv/never/was.yaml/edit', '.blank'],
  ['the note that a key is locked', 'kv/omo/bla/scheduler/leader/edit', '.note[data-kind="warning"]'],
] as const) {
  test(`${what} is drawn by the server, and stays while the app takes over`, async ({ page, demo }) => {
    const url = `${demo.url}/ui/dc1/${path}`;
    await page.addInitScript((wanted) => {
      const seen: boolean[] = [];
      Object.assign(window, { seen });
      const look = () => {
        seen.push(document.querySelector(wanted) !== null);
        requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    }, selector);
    // the very page that is looked at: another one may have come without its data
    await expect(async () => {
      const answer = await page.goto(url);
      const text = (await answer?.text()) ?? '';
      expect(text).toContain('data-needs="seldom"');
      // what draws it anew is on its way with the rest
      expect(text).toMatch(/rel="ahead"[^>]*part-seldom-/);
    }).toPass();
    const seen = () => page.evaluate(() => (window as unknown as { seen: boolean[] }).seen);
    await expect.poll(seen).toContain(true);
    await page.waitForTimeout(300);
    const frames = await seen();
    expect(frames.slice(frames.indexOf(true))).not.toContain(false);
  });
}

/** Lets files come that did not, once the page has said so, and tries again. */
async function tryAgain(page: Page, files: string): Promise<void> {
  const retry = page.getByRole('button', { name: 'Try now' });
  await expect(retry).toBeVisible();
  await page.unroute(files);
  await retry.click();
}

test.describe('the pages of keys are a part of their own', () => {
  test('it is fetched when a hand nears it, and at once by its own pages', async ({ page, demo }) => {
    const parts: string[] = [];
    await page.route('**/part-kv-*.wasm', (route) => {
      parts.push(route.request().url());
      return route.abort();
    });
    await page.goto(`${demo.url}/ui/dc1/services`);
    await page.getByRole('link', { name: 'Nodes' }).first().hover();
    expect(parts).toEqual([]);
    await page.locator('a[href$="/ui/dc1/kv"]').first().hover();
    await expect.poll(() => parts.length).toBe(1);
    const text = await (await page.request.get(`${demo.url}/ui/dc1/kv`)).text();
    expect(text).toMatch(/<link rel="ahead"[^>]*part-kv-/);
  });

  test('where it does not come the page says so, and tries again', async ({ page, demo }) => {
    await page.route('**/part-kv-*.wasm', (route) => route.abort());
    await page.goto(`${demo.url}/ui/dc1/services`);
    await new Shell(page, demo.url).go('Key/Value');
    await tryAgain(page, '**/part-kv-*.wasm');
    await expect(page.getByRole('link', { name: 'omo/' })).toBeVisible();
  });

  test('the same of a file that holds what parts share', async ({ page, demo }) => {
    const asked: string[] = [];
    await page.route('**/part-common-*.wasm', (route) => {
      asked.push(route.request().url());
      return route.abort();
    });
    await page.goto(`${demo.url}/ui/dc1/services`);
    await page.getByRole('link', { name: 'omo.msa.startkit' }).click();
    await tryAgain(page, '**/part-common-*.wasm');
    expect(asked.length).toBeGreaterThan(0);
    await expect(page.getByRole('link', { name: /Endpoints/ })).toBeVisible();
    // what was asked for in vain is asked for by the next part, too
    await new Shell(page, demo.url).go('Overview');
    await expect(page.getByText('Critical now')).toBeVisible();
  });
});
