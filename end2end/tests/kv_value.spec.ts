// The value of a key: shown, edited, checked, saved.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { KvPage } from '../pages/kv';
import { expect, expectAccessible, test } from '../support/test';
import { createKey, folder, overwriteKey, readKey, startWaggle } from '../support/waggle';

// several pages each, and looks for accessibility
test.describe.configure({ timeout: 120_000 });

test('a key opens to be read; an edit is a step, and a save shows first what it changes', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const key = `${folder('edit')}/app.yaml`;
  await createKey(demo, key, 'a: 1\n', 42);
  await kv.showKey(key);
  await kv.expectShown('a: 1\n');
  await expect(kv.value()).toHaveCount(0);
  await page.keyboard.press('e');
  await expect(page).toHaveURL(/mode=edit/);
  await kv.expectText('a: 1\n');
  await expect(kv.value()).toBeFocused();
  await kv.value().fill('a: 2\nb: ü 中\n');
  await page.keyboard.press('Control+s');
  await expect(kv.dialog().locator('del')).toHaveText('1');
  await expect(kv.dialog().locator('ins')).toHaveText('2');
  await expectAccessible(page);
  expect((await readKey(demo, key))?.bytes.toString()).toBe('a: 1\n');
  await expect(kv.confirm()).toBeFocused();
  await page.keyboard.press('Enter');
  await kv.expectToast(`Saved ${key}`);
  const there = await readKey(demo, key);
  expect(there?.bytes.toString()).toBe('a: 2\nb: ü 中\n');
  expect(there?.flags).toBe(42);
  await kv.expectShown('a: 2\nb: ü 中\n');
  // again, on the index that the save gave
  await kv.edit().click();
  await kv.value().fill('a: 3\n');
  await kv.saveReviewed();
  await expect.poll(async () => (await readKey(demo, key))?.bytes.toString()).toBe('a: 3\n');
});

test('without the full editor the plain one does', async ({ page, demo }) => {
  await page.route('**/part-editor-*.js', (route) => route.abort());
  const kv = new KvPage(page, demo.url);
  const key = `${folder('plain')}/app.yaml`;
  await createKey(demo, key, 'a: 1\n');
  await kv.showKey(key);
  await kv.edit().click();
  await expect(page.getByText('The full editor could not be loaded')).toBeVisible();
  await expect(kv.value()).toHaveValue('a: 1\n');
  await kv.value().fill('a: 2\n');
  await kv.saveReviewed();
  await expect.poll(async () => (await readKey(demo, key))?.bytes.toString()).toBe('a: 2\n');
});

test('the editor is left by the keyboard', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const key = `${folder('keys')}/app.yaml`;
  await createKey(demo, key, 'a:\n');
  await kv.editKey(key);
  await expect(kv.value()).toBeFocused();
  await page.keyboard.press('Control+End');
  await page.keyboard.press('Tab');
  await page.keyboard.type('b: 1');
  await kv.expectText('a:\n  b: 1');
  await expectAccessible(page);
  // after Escape a Tab leaves for two seconds only
  await expect(async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    await expect(kv.value()).not.toBeFocused({ timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
});

test('what is typed survives a reload, until it is saved or discarded', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const key = `${folder('draft')}/app.yaml`;
  await createKey(demo, key, 'a: 1\n');
  await kv.editKey(key);
  await kv.value().fill('a: typed\n');
  await expect.poll(() => page.evaluate(() => JSON.stringify(localStorage))).toContain('a: typed');
  page.on('dialog', (dialog) => dialog.accept());
  await kv.showKey(key);
  await expect(page.getByText(/A draft from .* is kept/)).toBeVisible();
  await kv.button('Restore').click();
  await kv.expectText('a: typed\n');
  await kv.saveReviewed();
  await kv.expectToast(`Saved ${key}`);
  await page.reload();
  await kv.expectShown('a: typed\n');
  await expect(page.getByText(/A draft from/)).toHaveCount(0);
});

test('line endings and a byte order mark survive', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const key = `${folder('endings')}/app.properties`;
  await createKey(demo, key, '\ufeffa=1\r\nb=2\r\n');
  await kv.editKey(key);
  await kv.value().press('Control+End');
  await kv.value().pressSequentially('c=3');
  await kv.saveReviewed();
  await kv.expectToast(`Saved ${key}`);
  expect((await readKey(demo, key))?.bytes.toString()).toBe('\ufeffa=1\r\nb=2\r\nc=3');
});

test('a YAML that does not parse shows its place and is not saved', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const key = `${folder('invalid')}/app.yaml`;
  await createKey(demo, key, 'a: 1\n');
  await kv.editKey(key);
  await kv.value().fill('a:\n  - [1\nb: 2\n');
  await expect(page.getByText('1 problem')).toBeVisible();
  await expect(kv.button(/Go to line \d+, column \d+/).first()).toBeVisible();
  await kv.save().click();
  await expect(page.getByText(/Not saved: this is not valid YAML/)).toBeVisible();
  expect((await readKey(demo, key))?.bytes.toString()).toBe('a: 1\n');
  await kv.button('Save anyway').click();
  await kv.confirm().click();
  await expect.poll(async () => (await readKey(demo, key))?.bytes.toString()).toBe('a:\n  - [1\nb: 2\n');
});

test('the format can be changed', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const key = `${folder('format')}/app.yaml`;
  await createKey(demo, key, 'a: [1\n');
  await kv.editKey(key);
  await expect(page.getByText('1 problem')).toBeVisible();
  await kv.format().selectOption({ label: 'Plain text' });
  await expect(page.getByText('1 problem')).toHaveCount(0);
});

/** Keeps the page from noticing what others write. */
async function deafen(page: Page): Promise<() => void> {
  let deaf = false;
  await page.route('**/api/kv/value?*', async (route) => {
    if (route.request().method() === 'GET' && deaf) await route.abort();
    else await route.continue();
  });
  return () => {
    deaf = true;
  };
}

test('a save that lost the race is merged where both changed other lines', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const key = `${folder('merge')}/app.yaml`;
  await createKey(demo, key, 'a: 1\nb: 1\nc: 1\n');
  const hearNothing = await deafen(page);
  await kv.editKey(key);
  await kv.value().fill('a: mine\nb: 1\nc: 1\n');
  hearNothing();
  await overwriteKey(demo, key, 'a: 1\nb: 1\nc: theirs\n');
  await kv.saveReviewed();
  await expect(page.getByText('Not saved: someone else saved first')).toBeVisible();
  await expect(page.getByText('You changed different lines')).toBeVisible();
  await expectAccessible(page);
  await kv.button('Use the merged text').click();
  await kv.expectText('a: mine\nb: 1\nc: theirs\n');
  await kv.saveReviewed();
  await expect.poll(async () => (await readKey(demo, key))?.bytes.toString()).toBe('a: mine\nb: 1\nc: theirs\n');
});

test('a save that lost the race shows both values and loses neither', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const key = `${folder('race')}/app.yaml`;
  await createKey(demo, key, 'level: 1\n');
  const hearNothing = await deafen(page);
  await kv.editKey(key);
  await kv.value().fill('level: 2\n');
  hearNothing();
  await overwriteKey(demo, key, 'level: 3\n');
  await kv.saveReviewed();
  await expect(page.getByText('Not saved: someone else saved first')).toBeVisible();
  const conflict = page.getByRole('group', { name: 'Conflict 1' });
  await expect(conflict).toContainText('level: 3');
  await expect(conflict).toContainText('level: 2');
  expect((await readKey(demo, key))?.bytes.toString()).toBe('level: 3\n');
  await expect(kv.button('Use the merged text')).toBeDisabled();
  await conflict.getByRole('button', { name: 'Both' }).click();
  await kv.button('Use the merged text').click();
  await kv.expectText('level: 3\nlevel: 2\n');
  await kv.value().fill('level: 2\n');
  await kv.saveReviewed();
  await expect.poll(async () => (await readKey(demo, key))?.bytes.toString()).toBe('level: 2\n');
});

test('a change elsewhere is said and what was typed is kept', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const key = `${folder('elsewhere')}/app.yaml`;
  await createKey(demo, key, 'level: 1\n');
  await kv.editKey(key);
  await kv.value().fill('level: 2\n');
  await overwriteKey(demo, key, 'level: 3\n');
  await expect(page.getByText(/Changed elsewhere, at index/)).toBeVisible({ timeout: 15_000 });
  await kv.expectText('level: 2\n');
});

test('bytes that are not text are shown as hex and not changed', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const key = `${folder('binary')}/blob`;
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  await createKey(demo, key, bytes);
  await kv.showKey(key);
  await expect(page.getByText('This value is not text.')).toBeVisible();
  await expect(page.getByText(/fc fd fe ff/i).first()).toBeVisible();
  await expect(kv.edit()).toBeDisabled();
  expect((await readKey(demo, key))?.bytes.equals(Buffer.from(bytes))).toBe(true);
});

test('leaving unsaved changes asks first', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const key = `${folder('leave')}/app`;
  await createKey(demo, key, '1');
  await kv.editKey(key);
  await kv.value().fill('2');
  await kv.go('Services');
  await expect(page.getByText('Leave without saving?')).toBeVisible();
  await kv.button('Stay').click();
  await kv.expectText('2');
  await kv.go('Services');
  await kv.dialog().getByRole('button', { name: 'Leave' }).click();
  await expect(page).toHaveURL(/\/services$/);
});

test('a secret is hidden until somebody wants to see it, and no draft of it is kept', async ({ page }) => {
  const config = join(mkdtempSync(join(tmpdir(), 'waggle-')), 'waggle.toml');
  writeFileSync(config, 'secret-keys = ["vault/"]\n');
  const waggle = await startWaggle(['--demo', '--config', config]);
  try {
    const kv = new KvPage(page, waggle.url);
    await createKey(waggle, 'vault/db.yaml', 'password: hunter2\n');
    // an editor by its address is hidden, too
    for (const show of [() => kv.showKey('vault/db.yaml'), () => kv.editKey('vault/db.yaml')]) {
      await show();
      await expect(page.getByText('This value is hidden.')).toBeVisible();
      await expect(page.getByRole('main')).not.toContainText('hunter2');
    }
    await expectAccessible(page);
    await kv.button('Reveal').click();
    await kv.expectText('password: hunter2\n');
    await kv.value().fill('password: hunter3\n');
    await expect(page.getByText('1 line changed')).toBeVisible();
    await page.waitForTimeout(700);
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('hunter3');
    await kv.saveReviewed();
    await expect.poll(async () => (await readKey(waggle, 'vault/db.yaml'))?.bytes.toString()).toBe('password: hunter3\n');
  } finally {
    await waggle.stop();
  }
});

test('a text is laid out anew where asked, and what surprises in YAML is a warning', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const key = `${folder('tidy')}/app.yaml`;
  await createKey(demo, key, 'a:\n    b: no # really\n');
  await kv.editKey(key);
  await expect(kv.button(/Go to line 2, column 8: no is false to many/)).toBeVisible();
  await kv.button('Format').click();
  await kv.expectText('a:\n  b: no # really\n');
  await kv.saveReviewed();
  await kv.expectToast(`Saved ${key}`);
});

test('a value comes from a file and goes into one, byte for byte', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const root = folder('files');
  const bytes = Buffer.from(Uint8Array.from({ length: 300 }, (_, index) => index % 256));
  await kv.showFolder();
  await kv.newKey().click();
  await kv.key().fill(`${root}/blob`);
  await page.locator('input[type=file]').setInputFiles({ name: 'large', mimeType: '', buffer: Buffer.alloc(512 * 1024 + 1) });
  await expect(page.getByText(/524,289 B.*524,288 B/)).toBeVisible();
  await page.locator('input[type=file]').setInputFiles({ name: 'blob', mimeType: '', buffer: bytes });
  await expect(page.getByText('byte for byte')).toBeVisible();
  await kv.button('Create key').click();
  await kv.expectToast(`Created ${root}/blob`);
  expect((await readKey(demo, `${root}/blob`))?.bytes.equals(bytes)).toBe(true);
  const download = page.waitForEvent('download');
  await kv.button('Download').click();
  expect(readFileSync(await (await download).path()).equals(bytes)).toBe(true);
  const other = Buffer.from('\ufeffnow: text\r\n');
  await page.locator('input[type=file]').setInputFiles({ name: 'text', mimeType: '', buffer: other });
  await expect(kv.dialog()).toContainText('Not text: 300 bytes');
  await kv.confirm().click();
  await expect.poll(async () => (await readKey(demo, `${root}/blob`))?.bytes.equals(other)).toBe(true);
  await kv.expectShown('now: text\n');
});

test('a file is looked at before it replaces a value', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const key = `${folder('replace')}/app.yaml`;
  await createKey(demo, key, 'a: 1\n');
  await kv.showKey(key);
  const give = (text: string | Buffer) => page.locator('input[type=file]')
    .setInputFiles({ name: 'app.yaml', mimeType: '', buffer: Buffer.from(text) });
  await give('a: [1\n');
  await expect(kv.dialog()).toContainText('This file is no valid YAML');
  await expect(kv.dialog().locator('.editor-problem')).toHaveCount(1);
  await expect(kv.confirm()).toBeHidden();
  await kv.dialog().getByRole('button', { name: 'Cancel' }).click();
  await give(Buffer.from([0xff, 0xfe, 0]));
  await expect(kv.dialog()).toContainText('This file is not text, and the value is');
  await expect(kv.dialog().getByRole('button', { name: 'Save anyway' })).toBeEnabled();
  await kv.dialog().getByRole('button', { name: 'Cancel' }).click();
  expect((await readKey(demo, key))?.bytes.toString()).toBe('a: 1\n');
  await give('a: no\n');
  await expect(kv.dialog()).toContainText('1:4');
  await kv.confirm().click();
  await expect.poll(async () => (await readKey(demo, key))?.bytes.toString()).toBe('a: no\n');
});

test('a schema says what is wrong and offers what is right', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const root = folder('schema');
  const key = `${root}/app.yaml`;
  await createKey(demo, `${root}/.schema.json`, JSON.stringify({
    type: 'object',
    additionalProperties: false,
    properties: {
      logger: {
        type: 'object',
        properties: {
          level: { type: 'integer', description: 'How much is written.' },
          format: { enum: ['json', 'text'] },
        },
      },
    },
  }));
  await createKey(demo, key, 'logger:\n  level: high\n');
  await kv.showKey(key);
  const link = page.getByRole('link', { name: `${root}/.schema.json` });
  await expect(link).toHaveAttribute('href', new RegExp(`${root}/\\.schema\\.json/edit$`));
  await kv.editKey(key);
  await expect(kv.button(/Go to line 2, column 10: "high" is not of type "integer"/)).toBeVisible();
  await kv.value().press('ControlOrMeta+End');
  await page.keyboard.type('  fo');
  await expect(kv.offers()).toHaveCount(1);
  await expect(kv.offers()).toContainText('format');
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  await expect.poll(() => kv.text()).toContain('\n  format: ');
  // what was just offered takes no key for a moment, so that nobody takes it by chance; a key that
  // comes too soon moves the cursor, which ends the offer
  const second = kv.offers().nth(1);
  await expect(async () => {
    if (await kv.offers().count() === 0) {
      await page.keyboard.press('ControlOrMeta+Space');
    }
    await expect(kv.offers()).toHaveText(['json', 'text'], { timeout: 5_000 });
    // one more press would go on to the first again
    if (await second.getAttribute('aria-selected', { timeout: 1_000 }) !== 'true') {
      await page.waitForTimeout(100);
      await page.keyboard.press('ArrowDown');
    }
    await expect(second).toHaveAttribute('aria-selected', 'true', { timeout: 1_000 });
  }).toPass({ timeout: 60_000 });
  await page.keyboard.press('Enter');
  await kv.expectText('logger:\n  level: high\n  format: text');
  await expect(kv.button(/Go to line 2, column 10/)).toBeVisible();
  await kv.save().click();
  await expect(kv.dialog()).toContainText('1 warning');
  await kv.confirm().click();
  await kv.expectToast(`Saved ${key}`);
  expect((await readKey(demo, key))?.bytes.toString()).toBe('logger:\n  level: high\n  format: text');
});

test('a key that stands twice is a warning, and is saved as it is', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const key = `${folder('twice')}/app.yaml`;
  await createKey(demo, key, 'a: 1\nb: 2\n');
  await kv.editKey(key);
  await kv.value().press('ControlOrMeta+End');
  await page.keyboard.type('a: 3');
  await expect(kv.button(/Go to line 3, column 1: the key a stands on line 1 already/)).toBeVisible();
  await kv.saveReviewed();
  await kv.expectToast(`Saved ${key}`);
  expect((await readKey(demo, key))?.bytes.toString()).toBe('a: 1\nb: 2\na: 3');
});
