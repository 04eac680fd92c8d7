// A key that a session holds: who, where, for how long, and what is said before it is changed.
import type { Locator, Page } from '@playwright/test';
import { HistoryPage } from '../pages/history';
import { KvPage } from '../pages/kv';
import { ToolsPage } from '../pages/tools';
import { expect, expectAccessible, expectNoSidewaysScroll, test as base } from '../support/test';
import { overwriteKey, startWaggle, type Waggle } from '../support/waggle';

/** These change what sessions hold: a demo of their own. */
const test = base.extend<object, { held: Waggle }>({
  held: [
    async ({}, use) => {
      const waggle = await startWaggle(['--demo']);
      await use(waggle);
      await waggle.stop();
    },
    { scope: 'worker' },
  ],
});

test.describe.configure({ timeout: 120_000 });

const key = 'omo/bla/scheduler/leader';
const warning = 'This key is locked by omo.bla.scheduler leader on bla-1.';

async function expectHolder(place: Locator): Promise<void> {
  await expect(place.getByRole('link', { name: 'omo.bla.scheduler leader' })).toHaveAttribute('href', /\/sessions\?filter=/);
  await expect(place.getByRole('link', { name: 'bla-1' })).toHaveAttribute('href', /\/nodes\/bla-1$/);
  await expect(place).toContainText('TTL none');
  await expect(place).toContainText('When it ends release');
}

test('the holder of a lock stands beside the key, in the list and in what asks before a change', async ({ page, held }) => {
  const kv = new KvPage(page, held.url);
  await kv.showFolder('omo/bla/scheduler/');
  await expect(kv.row('leader').locator('.key-lock')).toContainText('bla-1');
  await kv.showKey(key);
  await expectHolder(page.locator('.rail'));
  await expect(page.getByText(warning)).toBeVisible();
  await page.locator('input[type=file]').setInputFiles({ name: 'leader', mimeType: '', buffer: Buffer.from('{}') });
  await expect(kv.dialog()).toContainText(warning);
  await kv.dialog().getByRole('button', { name: 'Cancel' }).click();
  await kv.button('Delete').click();
  await expectHolder(kv.dialog());
  await expectAccessible(page);
  await kv.dialog().getByRole('button', { name: 'Cancel' }).click();
  await kv.edit().click();
  await kv.value().fill('{"leader":"nobody"}');
  await kv.save().click();
  await expect(kv.dialog()).toContainText(warning);
  await expectAccessible(page);
  await kv.confirm().click();
  await kv.expectToast(`Saved ${key}`);
});

test('the list says when a key was changed', async ({ page, held }) => {
  const kv = new KvPage(page, held.url);
  const history = new HistoryPage(page, held.url);
  // of what is there at the first look nobody knows when it changed
  await history.show();
  await expect(history.recording()).toContainText('Recording live', { timeout: 30_000 });
  await overwriteKey(held, key, '{"leader":"bla-2"}');
  await kv.showFolder('omo/bla/scheduler/');
  await expect(kv.row('leader').locator('time')).toHaveText(/now|s/, { timeout: 30_000 });
  await expect(kv.row('leader')).toContainText('18 B');
});

/** Answers what is asked for locks. */
async function locks(page: Page, answer: object | undefined): Promise<void> {
  await page.route('**/api/sessions/locks?*', (route) =>
    (answer ? route.fulfill({ json: answer }) : route.abort()));
}

const session = '3d0e8f27-51a4-4a52-b0d2-9c36a1f7e5b4';

test('that a session holds nothing is said only where that is known', async ({ page, held }) => {
  const tools = new ToolsPage(page, held.url);
  await locks(page, { Items: [], LookedAt: 10, Of: 2000 });
  await tools.show('sessions');
  const row = page.getByRole('row').filter({ hasText: 'omo.bla.scheduler leader' });
  await expect(row).toContainText('none found');
  await row.getByRole('button', { name: 'Invalidate' }).click();
  await expect(tools.dialog()).toContainText('Only 10 of 2,000 keys were looked at. Any other that it holds is released, too.');
  await expect(tools.dialog()).not.toContainText('holds no key');
  await page.unroute('**/api/sessions/locks?*');
  await locks(page, undefined);
  await tools.show('sessions');
  await expect(row).toContainText('not known');
  await expect(page.getByText('Which keys are held is not known.')).toBeVisible();
  await row.getByRole('button', { name: 'Invalidate' }).click();
  await expect(tools.dialog()).toContainText('Which keys it holds is not known. Whatever it holds is released.');
  await expectAccessible(page);
});

test('every key that a session holds is reached', async ({ page, held }) => {
  const tools = new ToolsPage(page, held.url);
  const keys = Array.from({ length: 251 }, (_, at) => `locks/key-${String(at).padStart(3, '0')}`);
  await locks(page, { Items: keys.map((Key) => ({ Key, Session: session })), LookedAt: 300, Of: 300 });
  await tools.show('sessions');
  const more = page.getByRole('button', { name: '250 more keys that it holds' });
  await expect(page.getByRole('link', { name: 'locks/key-001' })).toHaveCount(0);
  await more.focus();
  await page.keyboard.press('Enter');
  const list = page.getByRole('group', { name: '250 more keys that it holds' });
  await expect(list.getByRole('link')).toHaveCount(200);
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await list.getByRole('button', { name: /more/ }).click();
  await expect(list.getByRole('link')).toHaveCount(250);
  await page.keyboard.press('Escape');
  await expect(list).toBeHidden();
  await more.click();
  await list.getByRole('link', { name: 'locks/key-001' }).click();
  await expect(page).toHaveURL(/\/kv\/locks\/key-001\/edit$/);
});
