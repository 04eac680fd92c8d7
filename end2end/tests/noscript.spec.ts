// Every page can be read where no script runs: the server renders what it knows, and what is wrong.
import type { Page } from '@playwright/test';
import { expect, test as base } from '../support/test';
import { createKey, folder, startWaggle } from '../support/waggle';

const test = base.extend<{ plain: Page }>({
  plain: async ({ browser }, use) => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    await use(await context.newPage());
    await context.close();
  },
});

/** The server waits 300 ms for the data: on a busy machine a later try may be the first in time. */
async function openWith(page: Page, url: string, text: string | RegExp): Promise<void> {
  await expect(async () => {
    await page.goto(url);
    await expect(page.locator('#main, main').first()).toContainText(text, { timeout: 100 });
  }).toPass();
}

// every page is opened until one comes in time
test.describe.configure({ timeout: 120_000 });

test('a key, by either of its addresses', async ({ plain, demo }) => {
  const key = `${folder('plain')}/app.yaml`;
  await createKey(demo, key, 'level: seven\n');
  await openWith(plain, `${demo.url}/ui/dc1/kv/${key}`, 'level: seven');
  await expect(plain).toHaveURL(new RegExp(`${key}/edit$`));
  await plain.goto(`${demo.url}/ui/dc1/kv?key=${encodeURIComponent(key)}`);
  await expect(plain).toHaveURL(/\/edit$/);
});

test('a node, an instance, sessions, history and the overview', async ({ plain, demo }) => {
  await openWith(plain, `${demo.url}/ui/dc1/nodes/msa-1`, 'omo.msa.startkit');
  await openWith(plain, `${demo.url}/ui/dc1/nodes/msa-1/checks`, 'Serf');
  await openWith(plain, `${demo.url}/ui/dc1/services/omo.msa.startkit`, 'msa-2');
  await plain.locator('.instances-table tbody a').first().click();
  await expect(plain.getByRole('heading', { name: 'Checks' })).toBeVisible();
  await openWith(plain, `${demo.url}/ui/dc1/sessions`, 'Invalidate');
  await createKey(demo, `${folder('told')}/key`, '1');
  await openWith(plain, `${demo.url}/ui/dc1/history?last=all`, 'end2end/told');
  await openWith(plain, `${demo.url}/ui/@all/overview`, 'alive');
});

test('what is not there, and what went wrong, is said', async ({ plain, demo }) => {
  await openWith(plain, `${demo.url}/ui/dc1/services/no-such-service`, 'no-such-service');
  await expect(plain.getByRole('link', { name: 'All services' }).or(plain.locator('.blank')).first()).toBeVisible();
  await openWith(plain, `${demo.url}/ui/dc1/kv/no/such/key/edit`, 'no/such/key');
  const dead = await startWaggle(['--agent', 'http://127.0.0.1:1']);
  try {
    for (const place of ['services', 'nodes', 'kv', 'overview', 'services/web', 'sessions']) {
      await openWith(plain, `${dead.url}/ui/dc1/${place}`, 'No answer from the Consul agent');
    }
  } finally {
    await dead.stop();
  }
});

test('a long list is read by windows', async ({ plain, demo }) => {
  const root = `${folder('windows')}/`;
  for (let from = 0; from < 150; from += 10) {
    const numbers = Array.from({ length: 10 }, (_, index) => String(from + index).padStart(3, '0'));
    await Promise.all(numbers.map((number) => createKey(demo, `${root}k${number}`, '1')));
  }
  await openWith(plain, `${demo.url}/ui/dc1/kv/${root}`, 'k000');
  const seen = new Set<string>();
  const take = async () => {
    for (const text of await plain.locator('.keys-table .key-name').allTextContents()) seen.add(text.trim());
  };
  await take();
  expect(seen.size).toBe(24);
  // no blank room for the others
  expect(await plain.evaluate(() => document.documentElement.scrollHeight)).toBeLessThan(2_000);
  for (let page = 0; page < 3 && seen.size < 150; page += 1) {
    const next = plain.getByRole('link', { name: 'Rows after' });
    const href = await next.getAttribute('href');
    await openWith(plain, `${new URL(demo.url).origin}${href}`, /k\d\d\d/);
    await take();
  }
  expect(seen.size).toBe(150);
  await expect(plain.getByRole('link', { name: 'Rows after' })).toHaveCount(0);
  await plain.getByRole('link', { name: 'Rows before' }).click();
  await expect(plain).toHaveURL(/offset=24$/);
  await plain.getByRole('link', { name: 'Rows before' }).click();
  await expect(plain).not.toHaveURL(/offset/);
});
