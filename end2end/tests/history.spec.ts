import { HistoryPage } from '../pages/history';
import { expect, expectAccessible, test } from '../support/test';
import { createKey, folder, overwriteKey, readKey } from '../support/waggle';

test('a change is seen as it happens, shown, and taken back', async ({ page, demo }) => {
  const history = new HistoryPage(page, demo.url);
  const key = `${folder('change')}/app.yaml`;
  await history.show();
  await createKey(demo, key, 'level: 3\n');
  await expect(history.row(key)).toContainText('Created');
  await overwriteKey(demo, key, 'level: 4\n');
  await expect(history.row(key)).toHaveCount(2);
  await history.row(key).first().getByRole('button', { name: 'Changed' }).click();
  await expect(history.detail()).toContainText('level: 4');
  await expect(history.detail()).toContainText('level: 3');
  await expectAccessible(page);
  await history.button('Restore what was before').click();
  await expect(history.dialog()).toContainText('level: 3');
  await history.dialog().getByRole('button', { name: 'Restore', exact: true }).click();
  await expect(page.getByText('Restored').first()).toBeVisible();
  expect((await readKey(demo, key))?.bytes.toString()).toBe('level: 3\n');
  await expect(history.row(key)).toHaveCount(3);
});

test('two versions of a key are compared', async ({ page, demo }) => {
  const history = new HistoryPage(page, demo.url);
  const key = `${folder('versions')}/app.yaml`;
  const seen = history.table().locator('tbody tr');
  await history.show(`key=${encodeURIComponent(key)}`);
  for (const [at, value] of ['one\n', 'two\n', 'three\n'].entries()) {
    if (at === 0) await createKey(demo, key, value);
    else await overwriteKey(demo, key, value);
    await expect(seen).toHaveCount(at + 1);
  }
  await seen.nth(0).getByRole('checkbox').check();
  await seen.nth(2).getByRole('checkbox').check();
  const comparison = page.getByRole('region', { name: 'Compare two versions' });
  await expect(comparison).toContainText('one');
  await expect(comparison).toContainText('three');
  await expect(comparison.getByText('two', { exact: true })).toHaveCount(0);
  await expectAccessible(page);
});

test('a deleted key comes back from its folder', async ({ page, demo }) => {
  const history = new HistoryPage(page, demo.url);
  const root = folder('gone');
  const key = `${root}/precious`;
  await createKey(demo, key, 'precious');
  await history.show(`prefix=${encodeURIComponent(`${root}/`)}`);
  await expect(history.row('precious')).toContainText('Created');
  const there = await readKey(demo, key);
  const gone = await fetch(
    `${demo.url}/api/kv/value?dc=dc1&key=${encodeURIComponent(key)}&cas=${there?.index}`,
    { method: 'DELETE', headers: { 'X-Waggle': '1' } },
  );
  expect(gone.status).toBe(204);
  await page.getByRole('link', { name: 'Deleted keys' }).click();
  await history.row('precious').getByRole('button', { name: 'Restore' }).click();
  await expect(history.dialog()).toContainText('does not exist now');
  await history.dialog().getByRole('button', { name: 'Restore', exact: true }).click();
  await expect(page.getByText('Restored').first()).toBeVisible();
  expect((await readKey(demo, key))?.bytes.toString()).toBe('precious');
  await expect(page.getByText('No deleted keys')).toBeVisible();
  await expectAccessible(page);
});

test('what is recorded is chosen, and said in words', async ({ page, demo }) => {
  const history = new HistoryPage(page, demo.url);
  const root = folder('choice');
  await createKey(demo, `${root}/a`, 'one');
  await history.show();
  await expect(history.recording()).toContainText('all keys');
  await history.button('Choose…').click();
  await history.dialog().getByRole('radio', { name: 'Only keys that begin with…' }).check();
  await expect(history.button('Record this')).toBeDisabled();
  await expect(history.dialog()).toContainText('end2end/');
  await expectAccessible(page);
  await history.dialog().getByRole('checkbox', { name: 'end2end/' }).check();
  await history.dialog().getByLabel('But not').fill('*/lock');
  await history.button('Record this').click();
  await expect(history.recording()).toContainText('keys below end2end/ without */lock');
  await page.reload();
  await history.button('Choose…').click();
  await expect(history.dialog().getByRole('checkbox', { name: 'end2end/' })).toBeChecked();
  await history.dialog().getByRole('radio', { name: 'All keys while' }).check();
  await history.dialog().getByLabel('But not').fill('');
  await history.button('Record this').click();
  await expect(history.recording()).toContainText('all keys');
});

test('the latest changes stand on the overview, and a key leads to the history', async ({
  page,
  demo,
}) => {
  const history = new HistoryPage(page, demo.url);
  const key = `${folder('latest')}/app.yaml`;
  await history.open('/ui/dc1/overview');
  await createKey(demo, key, 'level: 3\n');
  const latest = page.locator('.recent-changes li', { hasText: key });
  await expect(latest).toContainText('Created');
  await expectAccessible(page);
  await latest.getByRole('link').click();
  await expect(history.detail()).toContainText('level: 3');
  await page.keyboard.press('g');
  await page.keyboard.press('o');
  await expect(page).toHaveURL(/overview$/);
  await page.keyboard.press('g');
  await page.keyboard.press('h');
  await expect(page).toHaveURL(/\/history$/);
  const link = page.getByRole('navigation', { name: 'Main' }).first();
  await expect(link.getByRole('link', { name: 'History' })).toHaveAttribute('aria-current', 'page');
});
