// Rows that come and go: the focus stays with its row, what is read stays where it is.
import type { Page } from '@playwright/test';
import { KvPage } from '../pages/kv';
import { expect, hold, test } from '../support/test';
import { createKey, createKeys, folder, type Waggle } from '../support/waggle';

/** The key of the row that has the focus. */
function focusedKey(page: Page): Promise<string | null | undefined> {
  return page.evaluate(() => document.activeElement?.closest('tr')?.getAttribute('data-key'));
}

test('a focused checkbox stays that of its key when another comes before it', async ({ page, demo }) => {
  const root = `${folder('focus')}/`;
  for (const name of ['b', 'c']) await createKey(demo, `${root}${name}`, '1');
  const kv = new KvPage(page, demo.url);
  await kv.showFolder(root);
  await expect(kv.rows()).toHaveCount(2);
  await kv.pick('c').focus();
  await createKey(demo, `${root}a`, '1');
  await expect(kv.rows()).toHaveCount(3);
  await expect.poll(() => focusedKey(page)).toBe(`${root}c`);
  await page.keyboard.press('Space');
  await expect(kv.pick('c')).toBeChecked();
  for (const name of ['a', 'b']) await expect(kv.pick(name)).not.toBeChecked();
});

test('rows that come above the screen do not push what is read', async ({ page, demo }) => {
  const root = `${folder('hold')}/`;
  await createKeys(demo, root, 100);
  const kv = new KvPage(page, demo.url);
  await kv.showFolder(root);
  await expect(page.getByRole('table').first()).toHaveAttribute('aria-rowcount', '101');
  await page.evaluate(() => window.scrollTo(0, 1_800));
  const row = kv.row('k055');
  await expect(row).toBeVisible();
  await page.waitForTimeout(500);
  const top = () => row.evaluate((element) => element.getBoundingClientRect().top);
  const index = () => row.getAttribute('aria-rowindex');
  const [before, number] = [await top(), Number(await index())];
  for (const name of ['a1', 'a2', 'a3']) {
    await createKey(demo, `${root}${name}`, '1');
  }
  await expect.poll(async () => Number(await index())).toBe(number + 3);
  expect(Math.abs((await top()) - before)).toBeLessThanOrEqual(2);
  // at the beginning of the list what is new is seen
  await page.evaluate(() => window.scrollTo(0, 0));
  await createKey(demo, `${root}a0`, '1');
  await expect(kv.row('a0')).toBeInViewport();
});

test('the keys go through a long list by screens and to its ends', async ({ page, demo }) => {
  const root = `${folder('pages')}/`;
  await createKeys(demo, root, 100);
  const kv = new KvPage(page, demo.url);
  await kv.showFolder(root);
  await expect(kv.row('k000')).toHaveAttribute('aria-rowindex', '2');
  await kv.row('k000').getByRole('link').focus();
  await page.keyboard.press('End');
  await expect.poll(() => focusedKey(page)).toBe(`${root}k099`);
  await expect(kv.row('k099')).toHaveAttribute('aria-rowindex', '101');
  await expect(kv.row('k099')).toBeInViewport();
  await page.keyboard.press('PageUp');
  await expect.poll(() => focusedKey(page)).toMatch(/k0[78]\d$/);
  const up = await focusedKey(page);
  await page.keyboard.press('PageDown');
  await expect.poll(() => focusedKey(page)).toBe(`${root}k099`);
  await page.keyboard.press('Home');
  await expect.poll(() => focusedKey(page)).toBe(`${root}k000`);
  await page.keyboard.press('PageDown');
  await expect.poll(() => focusedKey(page)).not.toBe(`${root}k000`);
  expect(up).not.toBe(await focusedKey(page));
  // and they are named
  await page.keyboard.press('?');
  const help = page.getByRole('dialog');
  await expect(help).toContainText('A screen of rows up, down');
  await expect(help).toContainText('First, last row');
});

test.describe('a list of several windows', () => {
  test.describe.configure({ timeout: 120_000 });
  const count = 600;
  const root = `${folder('several')}/`;
  const last = `${root}k599`;
  let of: Waggle | undefined;

  test.beforeEach(async ({ demo }) => {
    if (of === demo) return;
    test.setTimeout(240_000);
    await createKeys(demo, root, count);
    of = demo;
  });

  /** The folder with the focus on its first row. */
  async function open(page: Page, url: string): Promise<KvPage> {
    const kv = new KvPage(page, url);
    await kv.showFolder(root);
    await expect(page.getByRole('table').first()).toHaveAttribute('aria-rowcount', String(count + 1));
    await kv.row('k000').getByRole('link').focus();
    return kv;
  }

  /** The number in the key of the row that has the focus; none where none has it. */
  async function focused(page: Page): Promise<number | undefined> {
    const key = await focusedKey(page);
    return key ? Number(key.slice(-3)) : undefined;
  }

  test('its ends are reached by a key, over rows that are not there yet', async ({ page, demo }) => {
    const kv = await open(page, demo.url);
    const release = await hold(page, /\/api\/kv\?.*&offset=/);
    await page.keyboard.press('End');
    // what is not there is grey, and no other row takes the focus
    await expect(page.getByRole('table').first().locator('tbody tr.skeleton-row').last()).toBeInViewport();
    expect(await focusedKey(page)).not.toBe(last);
    release();
    await expect.poll(() => focusedKey(page)).toBe(last);
    await expect(kv.row('k599')).toBeInViewport();
    await page.keyboard.press('Home');
    await expect.poll(() => focusedKey(page)).toBe(`${root}k000`);
    await expect(kv.row('k000')).toBeInViewport();
    await page.keyboard.press('End');
    await expect.poll(() => focusedKey(page)).toBe(last);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/k599\/edit$/);
  });

  test('screens of rows follow on each other, from window to window', async ({ page, demo }) => {
    const kv = await open(page, demo.url);
    let at = 0;
    while (at < 250) {
      await page.keyboard.press('PageDown');
      let next = at;
      await expect.poll(async () => (next = (await focused(page)) ?? at)).toBeGreaterThan(at);
      // a screen, and no row left out of it
      expect(next - at).toBeLessThanOrEqual(24);
      at = next;
      await expect(kv.row(`k${String(at).padStart(3, '0')}`)).toBeInViewport();
    }
    while (at > 100) {
      await page.keyboard.press('PageUp');
      let next = at;
      await expect.poll(async () => (next = (await focused(page)) ?? at)).toBeLessThan(at);
      at = next;
      await expect(kv.row(`k${String(at).padStart(3, '0')}`)).toBeInViewport();
    }
  });

  test('who does something else meanwhile is left alone', async ({ page, demo }) => {
    const kv = await open(page, demo.url);
    const release = await hold(page, /\/api\/kv\?.*&offset=/);
    await page.keyboard.press('End');
    await page.keyboard.press('/');
    await expect(kv.filter()).toBeFocused();
    release();
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
    await expect(kv.row('k599')).toBeInViewport();
    await expect(kv.filter()).toBeFocused();
    // letters are no shortcuts there
    await page.keyboard.type('gn58');
    await expect(kv.filter()).toHaveValue('gn58');
    await expect(page).toHaveURL(new RegExp(`/kv/${root.slice(0, -1)}`));
  });

  test('an address that begins further down opens there', async ({ browser, demo }) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const kv = new KvPage(page, demo.url);
    const row = kv.row('k200');
    const top = () => row.evaluate((element) => element.getBoundingClientRect().top);
    const asked: string[] = [];
    page.on('request', (request) => {
      if (/\/api\/kv\?/.test(request.url())) asked.push(request.url());
    });
    // narrower than what has room for the tree, which asks on its own
    await page.setViewportSize({ width: 1000, height: 800 });
    const release = await hold(page, '**/*.wasm');
    // the server waits 300 ms for the rows; on a busy machine a later try may be the first in time
    await expect(async () => {
      await page.goto(`${demo.url}/ui/dc1/kv/${root}?offset=200`, { waitUntil: 'commit' });
      await expect(row).toBeInViewport({ timeout: 3_000 });
    }).toPass();
    const before = await top();
    release();
    await expect(page.locator('#app[data-mounted]')).toHaveCount(1, { timeout: 30_000 });
    await expect(page).not.toHaveURL(/offset/);
    await expect(row).toHaveAttribute('aria-rowindex', '202');
    // it stays under the eye, and there is a way up from it
    await expect.poll(async () => Math.abs((await top()) - before)).toBeLessThanOrEqual(2);
    expect(await page.evaluate(() => window.scrollY)).toBeGreaterThan(5_000);
    await expect(kv.row('k195')).toBeVisible();
    expect(asked.filter((url) => !url.includes('&offset='))).toEqual([]);
    expect(Math.abs((await top()) - before)).toBeLessThanOrEqual(2);
    await page.evaluate(() => window.scrollTo(0, 0));
    await expect(kv.row('k000')).toBeInViewport();
    await context.close();
  });
});

test('rows of sessions say where they stand', async ({ page, demo }) => {
  await page.goto(`${demo.url}/ui/dc1/sessions`);
  const rows = page.locator('.sessions-table tbody tr');
  await expect(rows.first()).toHaveAttribute('aria-rowindex', '2');
  const count = await rows.count();
  await expect(rows.last()).toHaveAttribute('aria-rowindex', String(count + 1));
  await expect(page.locator('.sessions-table')).toHaveAttribute('aria-rowcount', String(count + 1));
});
