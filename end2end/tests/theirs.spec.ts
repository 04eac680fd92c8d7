// A key that changes while it is edited: theirs or mine, and the way back.
import type { Page } from '@playwright/test';
import { KvPage } from '../pages/kv';
import { expect, hold, test } from '../support/test';
import { createKey, folder, overwriteKey, readKey, type Waggle } from '../support/waggle';

test.describe.configure({ timeout: 90_000 });

/** A key with `mine` typed and `theirs` written meanwhile. */
async function contested(page: Page, demo: Waggle, word: string): Promise<{ kv: KvPage; key: string }> {
  const kv = new KvPage(page, demo.url);
  const key = `${folder(word)}/app.yaml`;
  await createKey(demo, key, 'level: 1\n');
  await kv.editKey(key);
  // the editor is a large file of its own
  await expect(kv.value()).toBeVisible({ timeout: 20_000 });
  await kv.value().fill('level: mine\n');
  await kv.expectText('level: mine\n');
  await overwriteKey(demo, key, 'level: theirs\n');
  await expect(page.getByText(/Changed elsewhere, at index/)).toBeVisible({ timeout: 15_000 });
  return { kv, key };
}

test('theirs is taken, and mine can be brought back', async ({ page, demo }) => {
  const { kv, key } = await contested(page, demo, 'take');
  await kv.button('Take theirs').click();
  await kv.expectText('level: theirs\n');
  await expect(page.getByText(/Changed elsewhere/)).toHaveCount(0);
  await expect(page.getByText('Your text was put aside.')).toBeVisible();
  await kv.button('Bring it back').click();
  await kv.expectText('level: mine\n');
  await expect(page.getByText('Your text was put aside.')).toHaveCount(0);
  // on top of theirs: the save is no conflict
  await kv.saveReviewed();
  await expect.poll(async () => (await readKey(demo, key))?.bytes.toString()).toBe('level: mine\n');
});

test('mine is kept, and the save stands on theirs', async ({ page, demo }) => {
  const { kv, key } = await contested(page, demo, 'keep');
  await kv.button('Keep mine').click();
  await expect(page.getByText(/Changed elsewhere/)).toHaveCount(0);
  await kv.expectText('level: mine\n');
  expect((await readKey(demo, key))?.bytes.toString()).toBe('level: theirs\n');
  await kv.save().click();
  await expect(kv.dialog().locator('del')).toContainText('theirs');
  await kv.confirm().click();
  await expect.poll(async () => (await readKey(demo, key))?.bytes.toString()).toBe('level: mine\n');
});

test('they write once more after that, and it is said again', async ({ page, demo }) => {
  const { kv, key } = await contested(page, demo, 'again');
  await kv.button('Keep mine').click();
  await expect(page.getByText(/Changed elsewhere/)).toHaveCount(0);
  await overwriteKey(demo, key, 'level: once more\n');
  await expect(page.getByText(/Changed elsewhere, at index/)).toBeVisible({ timeout: 15_000 });
  await kv.expectText('level: mine\n');
});

test('what is typed into a large text just when theirs arrive is not overwritten', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const key = `${folder('large')}/app.yaml`;
  const large = 'line: 1\n'.repeat(10_000);
  await createKey(demo, key, large);
  await page.clock.install();
  await kv.editKey(key);
  await expect(kv.value()).toBeVisible({ timeout: 20_000 });
  await expect(kv.value()).toContainText('line: 1');
  const asked = page.waitForRequest(/\/api\/kv\/value/, { timeout: 30_000 });
  const release = await hold(page, /\/api\/kv\/value/);
  await overwriteKey(demo, key, 'level: theirs\n');
  await asked;
  // from here on no time passes in the page: of so large a text it is told at a pause
  await page.clock.pauseAt(Date.now() + 1_000);
  await kv.value().press('ControlOrMeta+Home');
  await page.keyboard.type('# mine');
  release();
  await expect(page.getByText(/Changed elsewhere, at index/)).toBeAttached();
  await expect(kv.value()).toContainText('# mine');
  await page.clock.resume();
  await expect(page.getByText(/Changed elsewhere, at index/)).toBeVisible();
  await expect(kv.value()).toContainText('# mine');
});
