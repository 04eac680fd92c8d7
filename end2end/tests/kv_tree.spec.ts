// The tree of folders with more of them open than one stream tells of.
import { KvPage } from '../pages/kv';
import { expect, test } from '../support/test';
import { createKey, folder } from '../support/waggle';

test('seventy folders are opened one by one, and the page stays live', async ({ page, demo }) => {
  // seventy answers one after another
  test.setTimeout(300_000);
  const kv = new KvPage(page, demo.url);
  const root = folder('many');
  const names = Array.from({ length: 70 }, (_, at) => `many-${String(at).padStart(2, '0')}`);
  for (const name of names) await createKey(demo, `${root}/${name}/inner/x`, 'v');
  const refused: string[] = [];
  const streams: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/api/live')) streams.push(decodeURIComponent(request.url()));
  });
  page.on('response', (response) => {
    if (response.url().includes('/api/live') && !response.ok()) refused.push(response.url());
  });
  await kv.showFolder(`${root}/`);
  for (const name of names) {
    await kv.branch(name).locator('.tree-toggle').click();
    await expect(kv.branch(name)).toHaveAttribute('aria-expanded', 'true');
  }
  const open = kv.tree().locator('[aria-expanded=true]');
  const expectBound = async (): Promise<void> => {
    // the oldest gave way, and what the page is about did not
    expect(await open.count()).toBeLessThanOrEqual(40);
    await expect(kv.branch(names[0])).toHaveAttribute('aria-expanded', 'false');
    await expect(kv.branch(root.split('/').at(-1)!)).toHaveAttribute('aria-expanded', 'true');
    await expect(kv.branch(names[69])).toHaveAttribute('aria-expanded', 'true');
  };
  await expectBound();
  expect(refused).toEqual([]);
  // told by the stream: what is in it is asked for only when it tells
  await expect.poll(() => streams.at(-1)).toContain(`=kv:${root}/${names[69]}/@dc1`);
  await createKey(demo, `${root}/${names[69]}/comes/x`, 'v');
  await expect(kv.branch('comes')).toBeVisible();

  await page.reload();
  // forty lists
  await expect(kv.branch('comes')).toBeVisible({ timeout: 60_000 });
  await expectBound();
  // and by keyboard
  await kv.branch(names[0]).focus();
  await page.keyboard.press('ArrowRight');
  await expect(kv.branch(names[0])).toHaveAttribute('aria-expanded', 'true');
  expect(await open.count()).toBeLessThanOrEqual(40);
  expect(refused).toEqual([]);
});
