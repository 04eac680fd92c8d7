// Rows that come and go: the focus stays with its row, what is read stays where it is.
import type { Page } from '@playwright/test';
import { KvPage } from '../pages/kv';
import { expect, test } from '../support/test';
import { createKey, folder } from '../support/waggle';

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
  for (let from = 0; from < 100; from += 10) {
    const numbers = Array.from({ length: 10 }, (_, index) => String(from + index).padStart(3, '0'));
    await Promise.all(numbers.map((number) => createKey(demo, `${root}k${number}`, '1')));
  }
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
  for (let from = 0; from < 100; from += 10) {
    const numbers = Array.from({ length: 10 }, (_, index) => String(from + index).padStart(3, '0'));
    await Promise.all(numbers.map((number) => createKey(demo, `${root}k${number}`, '1')));
  }
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

test('rows of sessions say where they stand', async ({ page, demo }) => {
  await page.goto(`${demo.url}/ui/dc1/sessions`);
  const rows = page.locator('.sessions-table tbody tr');
  await expect(rows.first()).toHaveAttribute('aria-rowindex', '2');
  const count = await rows.count();
  await expect(rows.last()).toHaveAttribute('aria-rowindex', String(count + 1));
  await expect(page.locator('.sessions-table')).toHaveAttribute('aria-rowcount', String(count + 1));
});
