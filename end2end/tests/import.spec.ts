import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { KvPage } from '../pages/kv';
import { expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test';
import { createKey, folder, readKey, startWaggle } from '../support/waggle';

// several pages each, and looks for accessibility
test.describe.configure({ timeout: 120_000 });

/** Drops files with these names and texts where files are dropped. */
async function drop(page: Page, files: Record<string, string>): Promise<void> {
  const data = await page.evaluateHandle((all) => {
    const transfer = new DataTransfer();
    for (const [name, text] of Object.entries(all)) transfer.items.add(new File([text], name));
    return transfer;
  }, files);
  const zone = page.locator('.drop-zone');
  await zone.dispatchEvent('dragover', { dataTransfer: data });
  await expect(zone).toHaveClass(/is-over/);
  await zone.dispatchEvent('drop', { dataTransfer: data });
  await expect(zone).not.toHaveClass(/is-over/);
}

test('a file that is dropped writes over nothing that was not ticked', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const root = folder('dropped');
  for (const key of ['a', 'b']) await createKey(demo, `${root}/${key}`, 'old');
  await kv.open(`/ui/dc1/import?prefix=${encodeURIComponent(`${root}/`)}`);
  await drop(page, { 'keys.json': '{"a": "new", "b": "new", "c": "new"}' });
  const row = (key: string) => kv.dialog().getByRole('row').filter({ hasText: `${root}/${key}` });
  await expect(row('a').getByRole('checkbox')).not.toBeChecked();
  await expect(row('c').getByRole('checkbox')).toBeChecked();
  await expect(kv.dialog()).toContainText('0 ticked. 2 keys not ticked: they stay as they are.');
  await expectAccessible(page);
  await row('b').getByRole('checkbox').click();
  await expect(kv.dialog()).toContainText('1 ticked. 1 key not ticked: they stay as they are.');
  await kv.dialog().getByRole('button', { name: 'Import 2 keys' }).click();
  await kv.expectToast('Imported 2 keys');
  const texts = async () => Promise.all(['a', 'b', 'c', 'd'].map(async (key) =>
    (await readKey(demo, `${root}/${key}`))?.bytes.toString()));
  expect(await texts()).toEqual(['old', 'new', 'new', undefined]);
  // all at once; of another number of keys, so that it is told from the first one
  await drop(page, { 'keys.json': '{"a": "new", "b": "newer", "d": "new"}' });
  await kv.dialog().getByRole('button', { name: 'Overwrite all' }).click();
  await kv.dialog().getByRole('button', { name: 'Import 3 keys' }).click();
  await expect.poll(texts).toEqual(['new', 'newer', 'new', 'new']);
  // and back, from where the import was
  await page.getByRole('region', { name: 'Changes that can be undone' })
    .locator('.note').filter({ hasText: 'Imported 3 keys' }).getByRole('button', { name: 'Undo' }).click();
  await kv.dialog().getByRole('button', { name: 'Put 3 keys back' }).click();
  await expect.poll(texts).toEqual(['old', 'new', 'new', undefined]);
});

test('several files are refused by name, and none of them is read', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  await kv.open('/ui/dc1/import');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
  await drop(page, { 'a.json': '{"a": "1"}', 'b.json': '{"b": "1"}' });
  await expect(page.getByRole('alert')).toContainText('2 files were dropped');
  await expectAccessible(page);
  expect(asked.filter((line) => line.includes('/kv/import'))).toEqual([]);
});

test('a file of whole keys is not put below its own folder unasked', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const root = folder('whole');
  const file = JSON.stringify([{ key: `${root}/a`, flags: 0, value: Buffer.from('new').toString('base64') }]);
  await kv.open(`/ui/dc1/import?prefix=${encodeURIComponent(`${root}/`)}`);
  await drop(page, { 'keys.json': file });
  const note = page.getByRole('alert');
  await expect(note).toContainText(`All names in this file begin with ${root}/ already.`);
  await expect(note).toContainText(`${root}/${root}/…`);
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 800 });
  await expectNoSidewaysScroll(page);
  await note.getByRole('button', { name: 'Keep the names of the file' }).click();
  await expect(kv.dialog().getByRole('row').filter({ hasText: `${root}/a` })).toContainText('New');
  await kv.dialog().getByRole('button', { name: 'Import 1 key' }).click();
  await kv.expectToast('Imported 1 key');
  expect((await readKey(demo, `${root}/a`))?.bytes.toString()).toBe('new');
  expect(await readKey(demo, `${root}/${root}/a`)).toBeUndefined();
});

test('values of secret keys are shown when that is asked for, and an export says that it holds them', async ({ page }) => {
  const config = join(mkdtempSync(join(tmpdir(), 'waggle-')), 'waggle.toml');
  writeFileSync(config, 'secret-keys = ["vault/"]\n');
  const waggle = await startWaggle(['--demo', '--config', config]);
  try {
    const kv = new KvPage(page, waggle.url);
    for (const key of ['vault/one', 'vault/two']) await createKey(waggle, key, 'hunter2');
    await createKey(waggle, 'open/one', 'plain');
    await kv.showFolder();
    await kv.pick('vault').click();
    await kv.pick('open').click();
    await kv.picked().getByRole('button', { name: 'Copy to…' }).click();
    await kv.dialog().getByRole('textbox', { name: /^Folder/ }).fill('elsewhere');
    await kv.dialog().getByRole('button', { name: 'Preview' }).click();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const values = (key: string) => kv.dialog().getByRole('button', { name: `Show the values of ${key}`, exact: true });
    // a copy of a secret is one, whatever its own name
    await values('elsewhere/vault/one').click();
    await expect(kv.dialog()).toContainText('This value is hidden.');
    await expectAccessible(page);
    expect(asked.filter((url) => /\/steps\/\d/.test(url)), 'not even fetched').toEqual([]);
    await expect(kv.dialog()).not.toContainText('hunter2');
    await kv.dialog().getByRole('button', { name: 'Reveal' }).click();
    await expect(kv.dialog()).toContainText('hunter2');
    await values('elsewhere/vault/two').click();
    await expect(kv.dialog()).not.toContainText('hunter2');
    await values('elsewhere/open/one').click();
    await expect(kv.dialog()).toContainText('plain');
    await page.keyboard.press('Escape');

    await kv.picked().getByRole('button', { name: 'Export…' }).click();
    await expect(kv.dialog()).toContainText('2 of 3 keys are marked secret: the file will hold their values in clear.');
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await kv.pick('vault').click();
    await kv.picked().getByRole('button', { name: 'Export…' }).click();
    await expect(kv.dialog().getByRole('button', { name: 'Download' })).toBeEnabled();
    await expect(kv.dialog()).not.toContainText('secret');
  } finally {
    await waggle.stop();
  }
});
