import { HistoryPage } from '../pages/history';
import { expect as quick, expectAccessible, test } from '../support/test';
import { createKey, folder, overwriteKey, readKey } from '../support/waggle';

// several pages each, and looks for accessibility
test.describe.configure({ timeout: 120_000 });

// what happens is seen in rounds, which come the more seldom the longer they take
const expect = quick.configure({ timeout: 30_000 });

/** Waits until the first look at the keys is over: what is there by then was found, not created. */
async function expectRecording(history: HistoryPage): Promise<void> {
  await expect(history.recording()).toContainText('Recording live');
}

test('a change is seen as it happens, shown, and taken back', async ({ page, demo }) => {
  const history = new HistoryPage(page, demo.url);
  const key = `${folder('change')}/app.yaml`;
  await history.show();
  await expectRecording(history);
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
  await history.show(`prefix=${encodeURIComponent(`${root}/`)}`);
  await expectRecording(history);
  await createKey(demo, key, 'precious');
  await expect(history.row('precious')).toContainText('Created');
  const there = await readKey(demo, key);
  const gone = await fetch(
    `${demo.url}/api/kv/value?dc=dc1&key=${encodeURIComponent(key)}&cas=${there?.index}`,
    { method: 'DELETE', headers: { 'X-Waggle': '1' } },
  );
  expect(gone.status).toBe(204);
  await page.getByRole('link', { name: 'Deleted keys' }).click();
  // the list is drawn anew when it is known who it was, and what was pressed before that may be lost
  const restore = page.getByRole('button', { name: 'Restore' });
  await expect(history.row('precious').filter({ has: restore })).toContainText('waggle');
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
  // all of it is read again by then: what is created before that is found, not created, for other tests too
  await expect(history.recording()).toHaveText(/Recording live.*all keys.*[1-9][\d,]* keys/, { timeout: 60_000 });
});

test('the latest changes stand on the overview, and a key leads to the history', async ({
  page,
  demo,
}) => {
  const history = new HistoryPage(page, demo.url);
  const key = `${folder('latest')}/app.yaml`;
  await history.show();
  await expectRecording(history);
  await history.open('/ui/dc1/overview');
  await createKey(demo, key, 'level: 3\n');
  const latest = page.locator('.recent-changes li', { hasText: key });
  await expect(latest).toContainText('Created');
  await expectAccessible(page);
  await latest.getByRole('link').click();
  await expect(history.detail()).toContainText('level: 3');
  for (const [letter, place] of [['o', /overview$/], ['h', /\/history$/]] as const) {
    // the second key goes with the first for a second and a half
    await expect(async () => {
      await page.keyboard.press('g');
      await page.keyboard.press(letter);
      await expect(page).toHaveURL(place, { timeout: 2_000 });
    }).toPass({ timeout: 30_000 });
  }
  const link = page.getByRole('navigation', { name: 'Main' }).first();
  await expect(link.getByRole('link', { name: 'History' })).toHaveAttribute('aria-current', 'page');
});
