// What is typed and not saved: kept, gone on with, and put together with what others wrote since.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { KvPage } from '../pages/kv';
import { expect, expectAccessible, test } from '../support/test';
import { createKey, folder, overwriteKey, readKey, startWaggle } from '../support/waggle';

// several pages each, and looks for accessibility
test.describe.configure({ timeout: 120_000 });

const kept = (page: Page): Promise<string> => page.evaluate(() => JSON.stringify(localStorage));

test('a draft that others have overtaken is merged with what they wrote', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const key = `${folder('overtaken')}/app.yaml`;
  await createKey(demo, key, 'a: 1\nb: 1\nc: 1\n');
  await kv.editKey(key);
  await kv.value().fill('a: mine\nb: 1\nc: 1\n');
  await expect.poll(() => kept(page)).toContain('a: mine');
  page.on('dialog', (dialog) => dialog.accept());
  await kv.showFolder();
  await overwriteKey(demo, key, 'a: 1\nb: 1\nc: theirs\n');
  await kv.showKey(key);
  await expect(page.getByText(/It began at index [\d,]+; the key has changed since/)).toBeVisible();
  await kv.button('Restore').click();
  await expect(page.getByText('You changed different lines')).toBeVisible();
  await expectAccessible(page);
  await kv.button('Use the merged text').click();
  await kv.expectText('a: mine\nb: 1\nc: theirs\n');
  await kv.saveReviewed();
  await expect.poll(async () => (await readKey(demo, key))?.bytes.toString()).toBe('a: mine\nb: 1\nc: theirs\n');
  await expect.poll(() => kept(page)).not.toContain('a: mine');
});

test('an overtaken draft that is not merged is not saved over others, whatever is pressed', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const key = `${folder('stale')}/app.yaml`;
  await createKey(demo, key, 'a: 1\n');
  const index = (await readKey(demo, key))?.index;
  await overwriteKey(demo, key, 'a: theirs\n');
  await kv.showFolder();
  // as it was kept before what it was made from was kept, too
  await page.evaluate(([name, text]) => localStorage.setItem(name, text), [
    `waggle-draft:dc1/${key}`, `${index} ${Date.now()}\na: mine\n`,
  ]);
  await kv.editKey(key);
  await kv.button('Restore').click();
  await expect(page.getByRole('group', { name: 'Conflict 1' })).toContainText('a: theirs');
  await kv.button('Keep editing').click();
  await kv.expectText('a: mine\n');
  await page.keyboard.press('Control+s');
  await expect(page.getByRole('group', { name: 'Conflict 1' })).toBeVisible();
  expect((await readKey(demo, key))?.bytes.toString()).toBe('a: theirs\n');
});

test('a new key is kept until it is made', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const root = folder('new-draft');
  const create = `/ui/dc1/kv/${root}/create`;
  await kv.open(create);
  await kv.key().fill(`${root}/app.yaml`);
  await kv.value().fill('a: typed\n');
  await expect.poll(() => kept(page)).toContain('a: typed');
  page.on('dialog', (dialog) => dialog.accept());
  await kv.open(create);
  await expect(page.getByText(/A draft from .* is kept/)).toBeVisible();
  await expect(page.getByText(`${root}/app.yaml`)).toBeVisible();
  await expectAccessible(page);
  await kv.value().fill('other');
  await kv.button('Restore').click();
  await kv.expectText('a: typed\n');
  await expect(kv.key()).toHaveValue(`${root}/app.yaml`);
  // what was typed by then is offered in its turn
  await kv.button('Restore').click();
  await kv.expectText('other');
  await kv.button('Restore').click();
  await kv.button('Discard it').click();
  await kv.button('Create key').click();
  await kv.expectToast(`Created ${root}/app.yaml`);
  expect((await readKey(demo, `${root}/app.yaml`))?.bytes.toString()).toBe('a: typed\n');
  expect(await kept(page)).not.toContain('waggle-draft:new');
});

test('no draft of a new secret is kept', async ({ page }) => {
  const config = join(mkdtempSync(join(tmpdir(), 'waggle-')), 'waggle.toml');
  writeFileSync(config, 'secret-keys = ["vault/"]\n');
  const waggle = await startWaggle(['--demo', '--config', config]);
  try {
    const kv = new KvPage(page, waggle.url);
    await kv.open('/ui/dc1/kv/create');
    await kv.value().fill('hunter2');
    await kv.key().fill('vau');
    await page.waitForTimeout(700);
    expect(await kept(page)).not.toContain('hunter2');
    await kv.key().fill('vaults');
    await expect.poll(() => kept(page)).toContain('hunter2');
    await kv.key().fill('vault/db');
    await expect.poll(() => kept(page)).not.toContain('hunter2');
  } finally {
    await waggle.stop();
  }
});
