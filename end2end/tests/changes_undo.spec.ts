import type { Page } from '@playwright/test';
import { KvPage } from '../pages/kv';
import { expect, expectAccessible, expectNoSidewaysScroll, hold, test } from '../support/test';
import { createKey, folder, overwriteKey, readKey, type Waggle } from '../support/waggle';

// several pages each, and looks for accessibility
test.describe.configure({ timeout: 120_000 });

/** Deletes two keys of a new folder, and comes back from the page of that folder. */
async function deleteTwo(kv: KvPage, demo: Waggle, word: string): Promise<string> {
  const root = folder(word);
  for (const key of ['a', 'b', 'stays']) await createKey(demo, `${root}/${key}`, key);
  await kv.showFolder(`${root}/`);
  await kv.pick('a').click();
  await kv.pick('b').click();
  await kv.picked().getByRole('button', { name: 'Delete…' }).click();
  await kv.dialog().getByRole('button', { name: 'Delete 2 keys' }).click();
  return root;
}

/** What says that the changes of this folder can be undone. */
function line(page: Page, root: string) {
  return page.getByRole('region', { name: 'Changes that can be undone' }).locator('.note').filter({ hasText: root });
}

test('a change is undone after a reload, when its toast is long gone', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const root = await deleteTwo(kv, demo, 'later');
  await kv.expectToast('Deleted 2 keys');
  await page.reload();
  await expect(page.locator('.toast')).toHaveCount(0);
  await expect(line(page, root)).toContainText(/Deleted 2 keys.*10 min left/);
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await page.setViewportSize({ width: 390, height: 800 });
  await expectNoSidewaysScroll(page);
  await line(page, root).getByRole('button', { name: 'Undo' }).click();
  await expect(kv.dialog().getByRole('row').filter({ hasText: `${root}/a` })).toContainText('New');
  await kv.dialog().getByRole('button', { name: 'Put 2 keys back' }).click();
  await kv.expectToast('Put 2 keys back');
  await expect.poll(async () => (await readKey(demo, `${root}/a`))?.bytes.toString()).toBe('a');
  // what is undone is gone; what undid it can be undone itself
  await expect(line(page, root)).toContainText('Put 2 keys back');
  await expect(line(page, root)).toHaveCount(1);
});

test('what was undone in part can be undone for the rest', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const root = await deleteTwo(kv, demo, 'parts');
  await kv.expectToast('Deleted 2 keys');
  await line(page, root).getByRole('button', { name: 'Undo' }).click();
  await kv.dialog().getByRole('checkbox', { name: `Include ${root}/a` }).click();
  await kv.dialog().getByRole('button', { name: 'Put 1 key back' }).click();
  await expect(kv.dialog()).toHaveCount(0);
  await expect(line(page, root).first()).toContainText('Put 1 key back');
  const others = line(page, root).first().getByRole('button', { name: /^\d+ more$/ });
  await others.click();
  await line(page, root).filter({ hasText: 'Deleted 1 key' }).getByRole('button', { name: 'Undo' }).click();
  await kv.dialog().getByRole('button', { name: 'Put 1 key back' }).click();
  await expect.poll(async () => (await readKey(demo, `${root}/a`))?.bytes.toString()).toBe('a');
});

test('a dialog that is closed while its change runs is told of its end, and can be opened again', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  // the page hears of the end when it is let
  const release = await hold(page, '**/api/changes/*');
  let runs = true;
  await page.route('**/api/changes', async (route) => {
    const answer = await route.fetch();
    const changes = (await answer.json()).map((one: object) =>
      runs ? { ...one, State: 'running', UndoUntil: undefined } : one);
    await route.fulfill({ response: answer, json: changes });
  });
  const root = await deleteTwo(kv, demo, 'closed');
  await expect(kv.dialog().getByRole('heading')).toHaveText('Writing…');
  await expect(kv.dialog()).toContainText('You can close this');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(kv.dialog()).toHaveCount(0);
  await expect(line(page, root)).toContainText('Delete 2 keys');
  await line(page, root).getByRole('button', { name: 'Show' }).click();
  await expect(kv.dialog().getByRole('heading')).toHaveText('Writing…');
  await expect(kv.dialog().getByRole('button', { name: 'Stop' })).toBeVisible();
  runs = false;
  release();
  await expect(kv.dialog().getByRole('heading')).toHaveText('What was written');
  await expect(kv.dialog()).toContainText('Deleted 2 keys');
  await kv.dialog().getByRole('button', { name: 'Close' }).last().click();
  const toast = page.locator('.toast').filter({ hasText: 'Deleted 2 keys' });
  await toast.getByRole('button', { name: 'Undo' }).click();
  await kv.expectToast('Put 2 keys back');
  expect((await readKey(demo, `${root}/b`))?.bytes.toString()).toBe('b');
});

test('what did not go as planned is told though the dialog was closed', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const root = folder('amiss');
  for (const key of ['a', 'b']) await createKey(demo, `${root}/${key}`, '1');
  await kv.showFolder(`${root}/`);
  await kv.pick('a').click();
  await kv.pick('b').click();
  await kv.picked().getByRole('button', { name: 'Delete…' }).click();
  const confirm = kv.dialog().getByRole('button', { name: 'Delete 2 keys' });
  await expect(confirm).toBeEnabled();
  await overwriteKey(demo, `${root}/a`, '2');
  const release = await hold(page, '**/api/changes/*');
  await confirm.click();
  await expect(kv.dialog().getByRole('heading')).toHaveText('Writing…');
  await kv.dialog().getByRole('button', { name: 'Close' }).first().click();
  await expect(kv.dialog()).toHaveCount(0);
  release();
  const toast = page.locator('.toast').filter({ hasText: 'Deleted 1 key' });
  await expect(toast).toContainText('1 key did not go as planned.');
  await expect(toast.getByRole('button', { name: 'Undo' })).toBeVisible();
  await expect(line(page, root)).toContainText('1 key did not go as planned.');
  await line(page, root).getByRole('button', { name: 'Show' }).click();
  await expect(kv.dialog().getByRole('row').filter({ hasText: `${root}/a` })).toContainText('Changed by someone else');
  await kv.dialog().getByRole('button', { name: 'Undo' }).click();
  await kv.dialog().getByRole('button', { name: 'Put 1 key back' }).click();
  await expect.poll(async () => (await readKey(demo, `${root}/b`))?.bytes.toString()).toBe('1');
});

test('a key is renamed and a folder duplicated, and some of it is exported', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const root = folder('names');
  for (const key of ['a', 'sub/x', 'sub/y']) await createKey(demo, `${root}/${key}`, key);
  await kv.showFolder(`${root}/`);
  await kv.pick('a').click();
  await kv.picked().getByRole('button', { name: 'Rename…' }).click();
  await kv.dialog().getByRole('textbox').fill(`${root}/renamed`);
  await kv.dialog().getByRole('button', { name: 'Preview' }).click();
  await kv.dialog().getByRole('button', { name: 'Move 1 key' }).click();
  await kv.expectToast('Moved 1 key');
  await expect(kv.row('renamed')).toBeVisible();
  expect(await readKey(demo, `${root}/a`)).toBeUndefined();
  await kv.pick('sub').click();
  await kv.picked().getByRole('button', { name: 'Duplicate…' }).click();
  await kv.dialog().getByRole('button', { name: 'Preview' }).click();
  await kv.dialog().getByRole('button', { name: 'Copy 2 keys' }).click();
  await kv.expectToast('Copied 2 keys');
  expect((await readKey(demo, `${root}/sub-copy/x`))?.bytes.toString()).toBe('sub/x');
  // over what is there, which stays
  await overwriteKey(demo, `${root}/sub/x`, 'newer');
  await kv.pick('sub').click();
  await kv.picked().getByRole('button', { name: 'Duplicate…' }).click();
  await kv.dialog().getByRole('button', { name: 'Preview' }).click();
  await kv.dialog().getByRole('button', { name: 'Leave as they are' }).click();
  await expect(kv.dialog().getByRole('button', { name: 'Nothing to write' })).toBeDisabled();
  await kv.dialog().getByRole('button', { name: 'Ask for each' }).click();
  await expect(kv.dialog()).toContainText('1 key not ticked');
  await kv.dialog().getByRole('checkbox', { name: `Include ${root}/sub-copy/x` }).click();
  await kv.dialog().getByRole('button', { name: 'Copy 1 key' }).click();
  await expect.poll(async () => (await readKey(demo, `${root}/sub-copy/x`))?.bytes.toString()).toBe('newer');
  // what was picked is let go of when the page hears of the end
  await kv.expectToast('Copied 1 key');
  await kv.pick('renamed').click();
  await kv.pick('sub').click();
  await kv.picked().getByRole('button', { name: 'Export…' }).click();
  const saved = page.waitForEvent('download');
  await kv.dialog().getByRole('button', { name: 'Download' }).click();
  const stream = await (await saved).createReadStream();
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  const keys = JSON.parse(Buffer.concat(parts).toString()).map((one: { key: string }) => one.key);
  expect(keys).toEqual([`${root}/renamed`, `${root}/sub/x`, `${root}/sub/y`]);
});
