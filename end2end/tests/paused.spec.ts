// What is paused or hidden asks for nothing, on pages too that ask every few seconds.
import type { Page } from '@playwright/test';
import { KvPage } from '../pages/kv';
import { expect, hide, test } from '../support/test';
import { createKey, folder } from '../support/waggle';

/** What a page asks in so many milliseconds. */
async function asked(page: Page, milliseconds: number): Promise<string[]> {
  const heard: string[] = [];
  const note = (request: { url(): string }) => {
    if (/\/api\/(?!live)/.test(request.url())) heard.push(request.url());
  };
  page.on('request', note);
  await page.waitForTimeout(milliseconds);
  page.off('request', note);
  return heard;
}

test('the history of keys', async ({ page, demo }) => {
  test.setTimeout(90_000);
  const key = `${folder('paused')}/key`;
  const kv = new KvPage(page, demo.url);
  await kv.open('/ui/dc1/history?last=all');
  await expect(page.locator('.history-recording')).toBeVisible();
  // it asks how the recording fares
  expect((await asked(page, 6_500)).length).toBeGreaterThan(0);
  await kv.feed().click();
  await expect(kv.feed()).toHaveAttribute('data-feed', 'paused');
  await createKey(demo, key, '1');
  await page.waitForTimeout(500);
  expect(await asked(page, 6_500)).toEqual([]);
  await expect(page.getByText(key)).toHaveCount(0);
  await kv.feed().click();
  await expect(page.locator('.history-table')).toContainText(key.split('/').at(-2)!);
  await hide(page, true);
  await page.waitForTimeout(500);
  expect(await asked(page, 6_500)).toEqual([]);
  await hide(page, false);
  // what the stream has nothing new of is not asked for; the rest goes on
  expect((await asked(page, 6_500)).length).toBeGreaterThan(0);
});

test('a folder of keys', async ({ page, demo }) => {
  test.setTimeout(60_000);
  const root = `${folder('paused')}/`;
  await createKey(demo, `${root}first`, '1');
  const kv = new KvPage(page, demo.url);
  await kv.showFolder(root);
  await expect(kv.rows()).toHaveCount(1);
  await kv.feed().click();
  await createKey(demo, `${root}second`, '1');
  await page.waitForTimeout(500);
  expect(await asked(page, 6_500)).toEqual([]);
  await expect(kv.rows()).toHaveCount(1);
  await kv.feed().click();
  await expect(kv.rows()).toHaveCount(2);
  await hide(page, true);
  await page.waitForTimeout(500);
  expect(await asked(page, 6_500)).toEqual([]);
});
