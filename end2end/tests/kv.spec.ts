// Folders and keys: listed, found, made, deleted.
import { KvPage } from '../pages/kv';
import { expect, test } from '../support/test';
import { createKey, folder, overwriteKey, readKey } from '../support/waggle';

// several pages each
test.describe.configure({ timeout: 120_000 });

test('folders come first and lead on', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const root = folder('list');
  await createKey(demo, `${root}/b.yaml`, 'b: 1\n');
  await createKey(demo, `${root}/z/inner`, 'x');
  await kv.showFolder(`${root}/`);
  await expect(kv.rows()).toHaveCount(2);
  await expect(kv.rows().first()).toContainText('z');
  await expect(kv.rows().nth(1)).toContainText('b.yaml');
  await kv.rows().first().getByRole('link').first().click();
  await expect(page).toHaveURL(new RegExp(`/kv/${root}/z/$`));
  await expect(kv.rows()).toHaveCount(1);
  await kv.path().getByRole('link', { name: root.split('/')[1] }).click();
  await expect(kv.rows()).toHaveCount(2);
});

test('the search of a folder', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const root = folder('search');
  for (const key of ['apple', 'banana', 'cherry']) await createKey(demo, `${root}/${key}`, key);
  await kv.showFolder(`${root}/`);
  await kv.filter().fill('an');
  await expect(kv.rows()).toHaveCount(1);
  await expect(kv.rows().first()).toContainText('banana');
  await expect(page).toHaveURL(/=an/);
  await kv.filter().fill('zzz');
  await expect(page.getByText('No match among 3 entries')).toBeVisible();
});

test('create by full path makes the folders', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const root = folder('create');
  await kv.showFolder();
  await kv.create(`${root}/deep/default.yaml`, 'logger:\n  level: 3\n');
  await kv.expectToast(`Created ${root}/deep/default.yaml`);
  const there = await readKey(demo, `${root}/deep/default.yaml`);
  expect(there?.bytes.toString()).toBe('logger:\n  level: 3\n');
});

test('create a folder', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const root = folder('folder');
  await kv.showFolder();
  await kv.create(`${root}/empty/`, '');
  await kv.expectToast(`Created ${root}/empty/`);
  expect((await readKey(demo, `${root}/empty/`))?.bytes.length).toBe(0);
  await kv.showFolder(`${root}/empty/`);
  await expect(page.getByText('This folder is empty')).toBeVisible();
});

test('create never overwrites', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const key = `${folder('exists')}/key`;
  await createKey(demo, key, 'theirs');
  await kv.showFolder();
  await kv.create(key, 'mine');
  await expect(page.getByText(`${key} exists already.`)).toBeVisible();
  await kv.expectText('mine');
  expect((await readKey(demo, key))?.bytes.toString()).toBe('theirs');
});

test('delete a key', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const key = `${folder('delete')}/one`;
  await createKey(demo, key, '1');
  await kv.showKey(key);
  await kv.button('Delete…').click();
  await expect(kv.dialog()).toContainText('one');
  await kv.dialog().getByRole('button', { name: 'Cancel' }).click();
  await expect(kv.dialog()).toHaveCount(0);
  expect(await readKey(demo, key)).toBeTruthy();
  await kv.button('Delete…').click();
  await kv.dialog().getByRole('button', { name: 'Delete key' }).click();
  await kv.expectToast(`Deleted ${key}`);
  expect(await readKey(demo, key)).toBeUndefined();
  await kv.toastButton('Undo').click();
  await kv.expectToast('Put 1 key back');
  expect((await readKey(demo, key))?.bytes.toString()).toBe('1');
});

test('a key that changes while it is asked stays until that is seen', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const key = `${folder('delete')}/raced`;
  await createKey(demo, key, '1');
  await kv.showKey(key);
  await kv.button('Delete…').click();
  const confirm = kv.dialog().getByRole('button', { name: /^Delete/ });
  await expect(confirm).toBeEnabled();
  await overwriteKey(demo, key, '2');
  await confirm.click();
  await expect(kv.dialog().getByRole('alert')).toContainText('Not deleted');
  expect((await readKey(demo, key))?.bytes.toString()).toBe('2');
  await kv.dialog().getByRole('button', { name: 'Delete as it is now' }).click();
  await kv.expectToast(`Deleted ${key}`);
  expect(await readKey(demo, key)).toBeUndefined();
});

test('a folder is deleted by its name, and only the folder', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const root = folder('tree');
  for (const key of ['app/a', 'app/b/c', 'apple']) await createKey(demo, `${root}/${key}`, 'v');
  await kv.showFolder(`${root}/app/`);
  await kv.button('Delete folder…').click();
  const confirm = kv.dialog().getByRole('button', { name: 'Delete 2 keys' });
  await expect(confirm).toBeDisabled();
  await expect(kv.dialog()).toContainText('in dc1');
  await expect(kv.dialog()).toContainText(`${root}/app/b/c`);
  const typed = kv.dialog().getByRole('textbox');
  await typed.fill('ap');
  await expect(confirm).toBeDisabled();
  await typed.fill('app');
  await confirm.click();
  await kv.expectToast('Deleted 2 keys');
  expect(await readKey(demo, `${root}/app/a`)).toBeUndefined();
  expect(await readKey(demo, `${root}/apple`)).toBeTruthy();
  // the folder is gone: its page leads to the one above
  await expect(page).toHaveURL(new RegExp(`/kv/${root}/$`));
  await kv.toastButton('Undo').click();
  // the list may still be the one of before the deletion
  await expect.poll(() => readKey(demo, `${root}/app/b/c`)).toBeTruthy();
  await expect(kv.rows()).toHaveCount(2);
});

test('the filter of a folder says what it understands', async ({ page, demo }) => {
  const root = `${folder('help')}/`;
  for (const name of ['app.yaml', 'app.json', 'db.yaml', 'a b']) await createKey(demo, `${root}${name}`, '1');
  const kv = new KvPage(page, demo.url);
  await kv.showFolder(root);
  const help = page.getByText('Words must all match a name. -word leaves out; "quotes" keep blanks.', { exact: true });
  await expect(help).toBeHidden();
  await kv.filter().focus();
  await expect(help).toBeVisible();
  await expect(kv.filter()).toHaveAccessibleDescription(/^Words must all match a name\./);
  // and it is so
  const names = () => page.locator('.key-name').allTextContents();
  for (const [filter, found] of [
    ['app yaml', ['app.yaml']], ['app -yaml', ['app.json']], ['"a b"', ['a b']], ['-app', ['a b', 'db.yaml']],
  ] as const) {
    await kv.filter().fill(filter);
    await expect.poll(names, filter).toEqual(found);
  }
  await kv.filter().fill('"a');
  await expect(page.getByText('A quote (") is not closed', { exact: true })).toBeVisible();
  await kv.filter().fill('');
  // the other language loads the address again, which says what is typed only when that rests
  await expect(page).not.toHaveURL(/[?&]q=/);
  await kv.toChinese();
  await kv.filter().focus();
  await expect(page.getByText('所有词都要匹配名称；-词 表示排除；用 "引号" 保留空格。', { exact: true })).toBeVisible();
});

test('what is not there', async ({ page, demo }) => {
  await page.goto(`${demo.url}/ui/dc1/kv/never/was/edit`);
  await expect(page.getByText('never/was is not in dc1')).toBeVisible();
  await page.goto(`${demo.url}/ui/dc1/kv/never-was/`);
  await expect(page.getByText(/Nothing is in never-was/)).toBeVisible();
});

test('odd keys are opened, saved and deleted as themselves', async ({ page, demo }) => {
  test.slow();
  const kv = new KvPage(page, demo.url);
  for (const name of ['a//b', 'per%cent', '%2F', 'sp ace', 'q?x=1&y#z', '中文', 'edit', '<img src=x onerror=alert(1)>', 'back\\slash']) {
    const root = folder('odd');
    const key = `${root}/${name}`;
    await createKey(demo, key, 'before');
    await kv.showFolder(`${root}/`);
    const segments = name.split('/');
    await kv.rows().first().getByRole('link').first().click();
    for (const segment of segments.slice(1)) {
      await expect(kv.rows().first()).toBeVisible();
      await kv.rows().filter({ hasText: segment || '(empty name)' }).first().getByRole('link').first().click();
    }
    await kv.expectShown('before', name);
    await kv.edit().click();
    await kv.value().fill('after');
    await kv.saveReviewed();
    await expect.poll(async () => (await readKey(demo, key))?.bytes.toString(), { message: name }).toBe('after');
    await expect(kv.edit()).toBeVisible();
    await page.reload();
    await kv.expectShown('after', name);
  }
});
