import { readFileSync } from 'node:fs';
import { KvPage } from '../pages/kv';
import { expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test';
import { createKey, folder, overwriteKey, readKey } from '../support/waggle';

// several pages each, and looks for accessibility
test.describe.configure({ timeout: 120_000 });

test('picked keys move after a preview, and back again', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const root = folder('move');
  for (const key of ['from/a', 'from/sub/b', 'from/stays', 'to/a']) await createKey(demo, `${root}/${key}`, key);
  await kv.showFolder(`${root}/from/`);
  await kv.pick('a').click();
  await kv.pick('sub').click();
  await expect(kv.picked()).toContainText('2 selected');
  await expectAccessible(page);
  await kv.picked().getByRole('button', { name: 'Move to…' }).click();
  await kv.dialog().getByRole('textbox', { name: /^Folder/ }).fill(`${root}/to`);
  await kv.dialog().getByRole('button', { name: 'Preview' }).click();
  await expect(kv.dialog()).toContainText('Nothing is written before you confirm.');
  await expect(kv.dialog().getByRole('row').filter({ hasText: `${root}/to/a` })).toContainText('Overwrite');
  await expect(kv.dialog().getByRole('row').filter({ hasText: `${root}/to/sub/b` })).toContainText('New');
  await expectAccessible(page);
  expect((await readKey(demo, `${root}/to/a`))?.bytes.toString()).toBe('to/a');
  await kv.dialog().getByRole('button', { name: 'Move 2 keys' }).click();
  await kv.expectToast('Moved 2 keys');
  expect(await readKey(demo, `${root}/from/a`)).toBeUndefined();
  expect((await readKey(demo, `${root}/to/sub/b`))?.bytes.toString()).toBe('from/sub/b');
  await expect(kv.rows()).toHaveCount(1);
  await kv.toastButton('Undo').click();
  await kv.expectToast('Put 2 keys back');
  await expect(kv.rows()).toHaveCount(3);
  expect((await readKey(demo, `${root}/to/a`))?.bytes.toString()).toBe('to/a');
  expect((await readKey(demo, `${root}/from/a`))?.bytes.toString()).toBe('from/a');
  expect(await readKey(demo, `${root}/to/sub/b`)).toBeUndefined();
});

test('what somebody else wrote since the preview stays, and the report says so', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const root = folder('raced');
  for (const key of ['a', 'b']) await createKey(demo, `${root}/${key}`, '1');
  await kv.showFolder(`${root}/`);
  await kv.pick('a').click();
  await kv.pick('b').click();
  await kv.picked().getByRole('button', { name: 'Delete…' }).click();
  const confirm = kv.dialog().getByRole('button', { name: 'Delete 2 keys' });
  await expect(confirm).toBeEnabled();
  await overwriteKey(demo, `${root}/a`, '2');
  await confirm.click();
  await expect(kv.dialog()).toContainText('1 key did not go as planned.');
  await expect(kv.dialog().getByRole('row').filter({ hasText: `${root}/a` })).toContainText('Changed by someone else');
  expect((await readKey(demo, `${root}/a`))?.bytes.toString()).toBe('2');
  expect(await readKey(demo, `${root}/b`)).toBeUndefined();
});

test('all of a long folder is picked, beyond what is held of it', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const root = folder('many');
  const names = Array.from({ length: 130 }, (_, number) => `k${String(number).padStart(3, '0')}`);
  await Promise.all(names.map((name) => createKey(demo, `${root}/${name}`, 'v')));
  await kv.showFolder(`${root}/`);
  await kv.pick('k000').click();
  await kv.picked().getByRole('button', { name: 'Select all 130' }).click();
  await expect(kv.picked()).toContainText('130 selected');
  await kv.pick('k001').click();
  await expect(kv.picked()).toContainText('129 selected');
  await kv.picked().getByRole('button', { name: 'Delete…' }).click();
  await expect(kv.dialog().getByRole('heading')).toHaveText('Delete 129 keys');
  await kv.dialog().getByRole('textbox').fill('129');
  await kv.dialog().getByRole('button', { name: 'Delete 129 keys' }).click();
  await kv.expectToast('Deleted 129 keys');
  await expect(kv.rows()).toHaveCount(1);
  expect(await readKey(demo, `${root}/k001`)).toBeTruthy();
});

test('a folder goes into a file, and comes out of it elsewhere', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const root = folder('files');
  await createKey(demo, `${root}/a.yaml`, 'level: 3\n', 7);
  await createKey(demo, `${root}/sub/bytes`, Uint8Array.from([0, 255, 10]));
  await kv.showFolder(`${root}/`);
  await kv.button('Export…').click();
  await expect(kv.dialog()).toBeVisible();
  await expectAccessible(page);
  const saved = page.waitForEvent('download');
  await kv.dialog().getByRole('button', { name: 'Download' }).click();
  const file = await (await saved).path();
  const exported = JSON.parse(readFileSync(file, 'utf8'));
  expect(exported.map((one: { key: string }) => one.key)).toEqual([`${root}/a.yaml`, `${root}/sub/bytes`]);

  await overwriteKey(demo, `${root}/a.yaml`, 'level: 1\n');
  await page.getByRole('link', { name: 'Import' }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Import keys');
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  // keys stand whole in the file
  await page.getByRole('textbox', { name: /^Into the folder/ }).fill('');
  await page.locator('input[type=file]').setInputFiles(file);
  await expect(kv.dialog().getByRole('row').filter({ hasText: 'a.yaml' })).toContainText('Overwrite');
  await expect(kv.dialog().getByRole('row').filter({ hasText: 'sub/bytes' })).toContainText('Same');
  await expect(kv.dialog().getByRole('button', { name: 'Nothing to write' })).toBeDisabled();
  await kv.dialog().getByRole('checkbox', { name: `Include ${root}/a.yaml` }).click();
  await kv.dialog().getByRole('button', { name: 'Import 1 key' }).click();
  await kv.expectToast('Imported 1 key');
  const back = await readKey(demo, `${root}/a.yaml`);
  expect([back?.bytes.toString(), back?.flags]).toEqual(['level: 3\n', 7]);

  await page.locator('input[type=file]').setInputFiles({
    name: 'broken.json', mimeType: 'application/json', buffer: Buffer.from('[{"key":"a","value":"?"}]'),
  });
  await expect(page.getByRole('alert')).toContainText('Nothing was written.');
});

test('the list says sizes, flags and who holds a key', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const root = folder('columns');
  await createKey(demo, `${root}/a.yaml`, 'x'.repeat(2048), 42);
  await kv.showFolder(`${root}/`);
  const row = kv.rows().first();
  await expect(row).toContainText('2 KiB');
  await expect(row).toContainText('flags 42');
  const { index } = (await readKey(demo, `${root}/a.yaml`))!;
  await expect(row).toContainText(index.toLocaleString('en-US'));
  await overwriteKey(demo, `${root}/a.yaml`, 'short');
  // the recorder has to see it, and the list asks every five seconds
  await expect(row).toContainText('5 B', { timeout: 30_000 });
  await page.setViewportSize({ width: 390, height: 800 });
  await expect(row.getByText('5 B')).toBeHidden();
  await expectNoSidewaysScroll(page);
});

test('the tree of folders by keyboard', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const root = folder('tree');
  for (const key of ['alpha/one/x', 'alpha/two/x', 'beta/x', 'gamma/x']) await createKey(demo, `${root}/${key}`, 'v');
  await kv.showFolder(`${root}/`);
  const alpha = kv.branch('alpha');
  await expect(alpha).toBeVisible();
  await expect(kv.branch(root.split('/')[1])).toHaveAttribute('aria-selected', 'true');
  await expectAccessible(page);
  await alpha.focus();
  await page.keyboard.press('ArrowRight');
  await expect(alpha).toHaveAttribute('aria-expanded', 'true');
  await expect(kv.branch('one')).toHaveAttribute('aria-level', '4');
  await page.keyboard.press('ArrowRight');
  await expect(kv.branch('one')).toBeFocused();
  await page.keyboard.press('t');
  await expect(kv.branch('two')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(kv.branch('beta')).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowLeft');
  await expect(alpha).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(alpha).toHaveAttribute('aria-expanded', 'false');
  await expect(kv.branch('one')).toHaveCount(0);
  await page.keyboard.press('Home');
  await expect(kv.tree().getByRole('treeitem').first()).toBeFocused();
  await page.keyboard.press('End');
  await expect(kv.tree().getByRole('treeitem').last()).toBeFocused();
  await kv.branch('gamma').focus();
  // a folder that comes does not take the focus along
  await createKey(demo, `${root}/aa/x`, 'v');
  await expect(kv.branch('aa')).toBeVisible();
  await expect(kv.branch('gamma')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/kv/${root}/gamma/$`));
  await expect(kv.branch('gamma')).toHaveAttribute('aria-selected', 'true');
  await expect(kv.rows()).toHaveCount(1);
});

test('the tree can be hidden and stays so, and is not there where there is no room', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  await kv.showFolder();
  await expect(kv.branch('omo')).toBeVisible();
  const width = async () => (await kv.tree().boundingBox())?.width ?? 0;
  const before = await width();
  await page.getByRole('separator', { name: 'Width of the folders' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(width).toBeGreaterThan(before);
  await page.reload();
  await expect.poll(width).toBeGreaterThan(before);
  await kv.button('Folders').click();
  await expect(kv.tree()).toBeHidden();
  // a pointer that rests on the switch fetches the tree ahead
  await page.mouse.move(640, 790);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await kv.showFolder();
  await expect(kv.rows().first()).toBeVisible();
  await expect(kv.tree()).toHaveCount(0);
  expect(asked.filter((url) => url.includes('part-tree'))).toEqual([]);
  await kv.button('Folders').click();
  await expect(kv.branch('omo')).toBeVisible();
  await page.setViewportSize({ width: 390, height: 800 });
  await expect(kv.tree()).toBeHidden();
});
