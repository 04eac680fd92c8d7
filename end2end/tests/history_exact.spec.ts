import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HistoryPage } from '../pages/history';
import { expect as quick, expectAccessible, expectNoSidewaysScroll, test } from '../support/test';
import { api, createKey, folder, overwriteKey, readKey, startWaggle, type Waggle } from '../support/waggle';

// several pages each, and looks for accessibility
test.describe.configure({ timeout: 120_000 });

// what happens is seen in rounds, which come the more seldom the longer they take
const expect = quick.configure({ timeout: 30_000 });

/** Deletes a key as somebody else would. */
async function deleteKey(waggle: Waggle, key: string): Promise<void> {
  const now = await readKey(waggle, key);
  const answer = await api(waggle, 'DELETE', `/api/kv/value?dc=dc1&key=${encodeURIComponent(key)}&cas=${now?.index}`);
  expect(answer.status).toBe(204);
}

/** Writes a value of bytes over another. */
async function overwriteBytes(waggle: Waggle, key: string, bytes: Uint8Array, flags = 0): Promise<void> {
  const now = await readKey(waggle, key);
  const answer = await api(waggle, 'PUT', '/api/kv/value', {
    Datacenter: 'dc1', Key: key, Value: Buffer.from(bytes).toString('base64'), Flags: flags, Cas: now?.index ?? 0,
  });
  expect(answer.ok).toBe(true);
}

/** Waits until the first look at the keys is over: what is there by then was found, not created. */
async function recorded(waggle: Waggle, dc = 'dc1'): Promise<void> {
  await expect.poll(async () => {
    const { Places } = await (await api(waggle, 'GET', '/api/history/state')).json();
    return Places.find((place: { Datacenter: string }) => place.Datacenter === dc)?.State;
  }, { timeout: 40_000 }).toBe('watching');
}

test('values of bytes and flags are compared exactly', async ({ page, demo }) => {
  const history = new HistoryPage(page, demo.url);
  const key = `${folder('bytes')}/blob`;
  await recorded(demo);
  const bytes = new Uint8Array(40).fill(0xff);
  const seen = history.table().locator('tbody tr:not(.detail-row)');
  await history.show(`key=${encodeURIComponent(key)}`);
  await createKey(demo, key, bytes);
  await expect(seen).toHaveCount(1);
  // of the same size, and alike where they begin
  bytes[39] = 1;
  await overwriteBytes(demo, key, bytes);
  await expect(seen).toHaveCount(2);
  await overwriteBytes(demo, key, bytes, 42);
  await expect(seen).toHaveCount(3);
  await seen.nth(0).getByRole('checkbox').check();
  await seen.nth(1).getByRole('checkbox').check();
  const comparison = page.getByRole('region', { name: 'Compare two versions' });
  await expect(comparison).toContainText('The values are equal; the flags differ. Flags: 0 → 42.');
  await seen.nth(0).getByRole('checkbox').uncheck();
  await seen.nth(2).getByRole('checkbox').check();
  await expect(comparison).toContainText('ff ff ff ff ff ff ff 01');
  await expect(comparison).not.toContainText('Both are the same.');
  await expectAccessible(page);
});

test('two versions of a secret are not called equal unseen', async ({ page }) => {
  const config = join(mkdtempSync(join(tmpdir(), 'waggle-')), 'waggle.toml');
  writeFileSync(config, 'secret-keys = ["vault/"]\n');
  const waggle = await startWaggle(['--demo', '--config', config]);
  try {
    const history = new HistoryPage(page, waggle.url);
    await recorded(waggle);
    const seen = history.table().locator('tbody tr:not(.detail-row)');
    await history.show('key=vault/db');
    await createKey(waggle, 'vault/db', 'one');
    await expect(seen).toHaveCount(1);
    await overwriteKey(waggle, 'vault/db', 'two');
    await expect(seen).toHaveCount(2);
    await overwriteBytes(waggle, 'vault/db', Buffer.from('two'), 7);
    await expect(seen).toHaveCount(3);
    await seen.nth(1).getByRole('checkbox').check();
    await seen.nth(2).getByRole('checkbox').check();
    const comparison = page.getByRole('region', { name: 'Compare two versions' });
    await expect(comparison).toContainText('The values differ.');
    await seen.nth(2).getByRole('checkbox').uncheck();
    await seen.nth(0).getByRole('checkbox').check();
    await expect(comparison).toContainText('Both values are the same. Flags: 0 → 7.');
    // both sides of a comparison of folders, too
    await createKey(waggle, 'vault/a/x', 'one');
    await createKey(waggle, 'vault/b/x', 'one', 9);
    await createKey(waggle, 'vault/a/only', 'one');
    await page.goto(`${waggle.url}/ui/dc1/compare?prefix=vault/a/&with=dc1&with-prefix=vault/b/`);
    // the row says that it is one of secrets; a filter above the rows says 'Only left'
    await page.getByRole('button', { name: 'only secret', exact: true }).click();
    await expect(page.locator('.pair-detail')).toContainText('stands only on the left');
    await page.getByRole('button', { name: 'x secret', exact: true }).click();
    await expect(page.locator('.pair-detail')).toContainText('The flags differ: 0 and 9.');
  } finally {
    await waggle.stop();
  }
});

test('a range of time is in the address, and the export is of it', async ({ page, demo }) => {
  const history = new HistoryPage(page, demo.url);
  const root = folder('range');
  await recorded(demo);
  await createKey(demo, `${root}/early`, 'one');
  await history.show(`prefix=${encodeURIComponent(`${root}/`)}`);
  await expect(history.row('early')).toHaveCount(1);
  await page.waitForTimeout(2_100);
  const between = Math.floor(Date.now() / 1000) * 1000;
  await createKey(demo, `${root}/late`, 'two');
  await expect(history.row('late')).toHaveCount(1);
  await history.button('From…').click();
  await expect(page).toHaveURL(/last=range/);
  await expect(page).toHaveURL(/since=\d+/);
  const from = page.getByLabel('From', { exact: true });
  await expect(from).toHaveValue(/^\d{4}-\d\d-\d\dT\d\d:\d\d/);
  const local = await page.evaluate((at) => new Date(at).toLocaleString('sv-SE').replace(' ', 'T'), between);
  await from.fill(local);
  await expect(page).toHaveURL(new RegExp(`since=${between}`));
  await page.getByLabel('Until').fill('');
  await expect(page).not.toHaveURL(/until=/);
  await expect(history.row('late')).toHaveCount(1);
  await expect(history.row('early')).toHaveCount(0);
  await expectAccessible(page);
  const coming = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export' }).click();
  const file = await (await coming).path();
  const exported = JSON.parse(readFileSync(file, 'utf8'));
  expect(exported.map((one: { Record: { Key: string } }) => one.Record.Key)).toEqual([`${root}/late`]);
  expect(Buffer.from(exported[0].After, 'base64').toString()).toBe('two');
  await page.reload();
  await expect(history.row('early')).toHaveCount(0);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoSidewaysScroll(page);
});

test('what changed in every datacenter is one list', async ({ page, demo }) => {
  const history = new HistoryPage(page, demo.url);
  const root = folder('everywhere');
  for (const dc of ['dc1', 'dc2']) await recorded(demo, dc);
  await history.show(`prefix=${encodeURIComponent(`${root}/`)}`, '@all');
  for (const dc of ['dc1', 'dc2']) {
    const body = { Datacenter: dc, Key: `${root}/of-${dc}`, Value: 'MQ==', Flags: 0, Cas: 0 };
    expect((await api(demo, 'PUT', '/api/kv/value', body)).ok).toBe(true);
    await expect(history.row(`of-${dc}`)).toContainText(dc);
  }
  await expect(page.getByRole('columnheader', { name: 'Datacenter' })).toBeVisible();
  await history.row('of-dc2').getByRole('button', { name: 'Created' }).click();
  await history.detail().getByRole('link', { name: 'Only this key' }).click();
  await expect(page).toHaveURL(/\/ui\/dc2\/history\?key=/);
  await history.show('', '@all');
  await expect(page.getByRole('navigation', { name: 'Main' }).first().getByRole('link', { name: 'History' })).toHaveAttribute('aria-current', 'page');
  await expectAccessible(page);
});

test('a key that left says when and by whom, and leads to what it held', async ({ page, demo }) => {
  const history = new HistoryPage(page, demo.url);
  const root = folder('left');
  await recorded(demo);
  const key = `${root}/app.yaml`;
  await createKey(demo, key, 'level: 3\n');
  await history.show(`key=${encodeURIComponent(key)}`);
  await expect(history.table().locator('tbody tr')).toHaveCount(1);
  await deleteKey(demo, key);
  await expect(history.table().locator('tbody tr')).toHaveCount(2);
  await history.open(`/ui/dc1/kv/${key}/edit`);
  await expect(page.locator('.when-gone')).toContainText('Deleted');
  await expect(page.locator('.when-gone')).toContainText('waggle');
  await expectAccessible(page);
  await page.getByRole('link', { name: 'History of this key' }).click();
  await expect(history.table().locator('tbody tr')).toHaveCount(2);
  await history.open(`/ui/dc1/kv/${root}/`);
  await expect(page.locator('.when-gone')).toContainText('Its last key was deleted');
  await page.getByRole('link', { name: 'Deleted keys of this folder' }).click();
  await expect(history.row('app.yaml').getByRole('button', { name: 'Restore' })).toBeVisible();
});

test('a key that looks like a folder and holds a value comes back', async ({ page, demo }) => {
  const history = new HistoryPage(page, demo.url);
  const key = `${folder('folder-key')}/deep/`;
  await recorded(demo);
  const file = JSON.stringify([{ key, flags: 7, value: Buffer.from('precious').toString('base64') }]);
  const planned = await fetch(`${demo.url}/api/kv/import?dc=dc1&prefix=`, {
    method: 'POST', headers: { 'X-Waggle': '1', 'Content-Type': 'application/octet-stream' }, body: file,
  });
  const { Id } = await planned.json();
  expect((await api(demo, 'POST', `/api/changes/${Id}/apply`, {})).ok).toBe(true);
  await history.show(`prefix=${encodeURIComponent(key)}`);
  await expect(history.row('deep')).toHaveCount(1);
  await deleteKey(demo, key);
  await history.show(`prefix=${encodeURIComponent(key)}&show=deleted`);
  // the list is drawn anew when it is known who it was, and what was pressed before that may be lost
  await expect(history.row('deep')).toContainText('waggle');
  await history.row('deep').getByRole('button', { name: 'Restore' }).click();
  await expect(history.dialog()).toContainText('1 ');
  await expectAccessible(page);
  await history.dialog().locator('.is-primary').click();
  await expect.poll(async () => (await readKey(demo, key))?.bytes.toString()).toBe('precious');
  expect((await readKey(demo, key))?.flags).toBe(7);
});

test('restoring a key that a session holds warns of it', async ({ page }) => {
  // others end the session of the shared one
  const demo = await startWaggle(['--demo']);
  await recorded(demo);
  const history = new HistoryPage(page, demo.url);
  const key = 'omo/bla/scheduler/leader';
  const now = await readKey(demo, key);
  await history.show(`key=${encodeURIComponent(key)}`);
  await overwriteKey(demo, key, 'taken over');
  const seen = history.table().locator('tbody tr:not(.detail-row)');
  await expect(seen).toHaveCount(2);
  await seen.first().getByRole('button', { name: 'Changed' }).click();
  await history.button('Restore what was before').click();
  await expect(history.dialog()).toContainText('This key is locked by');
  await expectAccessible(page);
  await history.dialog().getByRole('button', { name: 'Restore', exact: true }).click();
  await expect.poll(async () => (await readKey(demo, key))?.bytes.toString()).toBe(now?.bytes.toString());
  await demo.stop();
});

/**
 * Writes a key and deletes it at once, right after a look at it; says whether it was noticed that more may have
 * happened. Not where somebody looked just then, nor where the agent answers the wait so late that what it tells of
 * is the deletion already: then both look like one change.
 */
async function vanish(waggle: Waggle, key: string): Promise<boolean> {
  const newest = async (): Promise<Record<string, unknown>> => {
    const { Items } = await (await api(waggle, 'GET', `/api/history?dc=dc1&key=${encodeURIComponent(key)}`)).json();
    return Items[0] ?? {};
  };
  await createKey(waggle, key, '0');
  // faster than anybody looks
  for (let number = 1; number < 11; number += 1) await overwriteKey(waggle, key, `${number}`);
  const seen = (await readKey(waggle, key))!.index;
  await expect.poll(async () => (await newest()).IndexAfter, { intervals: [10] }).toBe(seen);
  // the next look is some time off
  const body = { Datacenter: 'dc1', Key: key, Value: Buffer.from('11').toString('base64'), Flags: 0, Cas: seen };
  const last = await (await api(waggle, 'PUT', '/api/kv/value', body)).json();
  const left = await api(waggle, 'DELETE', `/api/kv/value?dc=dc1&key=${encodeURIComponent(key)}&cas=${last.ModifyIndex}`);
  expect(left.status).toBe(204);
  await expect.poll(async () => (await newest()).IndexAfter ?? null).toBeNull();
  return ((await newest()).Notes as string[]).includes('may_have_missed');
}

test('what happened in between is said, on the row and where it is put back', async ({ page, demo }) => {
  // a slow machine may need many turns
  test.slow();
  const history = new HistoryPage(page, demo.url);
  const root = folder('between');
  await recorded(demo);
  await history.show(`prefix=${encodeURIComponent(`${root}/`)}`);
  let name = '';
  for (let turn = 10; turn < 40; turn += 1) {
    name = `busy-${turn}`;
    if (await vanish(demo, `${root}/${name}`)) break;
  }
  const gone = history.row(name).filter({ hasText: 'Deleted' });
  await expect(gone).toHaveCount(1);
  await expect(gone).toContainText('maybe more in between');
  await page.getByRole('link', { name: 'Deleted keys' }).click();
  await expect(history.row(name)).toContainText('maybe more in between');
  await history.row(name).getByRole('button', { name: 'Restore' }).click();
  await expect(history.dialog()).toContainText('The key may have held something newer after that.');
});
