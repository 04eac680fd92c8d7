// What is paused or hidden asks for nothing, on pages too that ask every few seconds.
import type { Page } from '@playwright/test';
import { KvPage } from '../pages/kv';
import { expect, hide, test } from '../support/test';
import { api, createKey, folder } from '../support/waggle';

/** The address of a question: the stream is none. */
const question = /\/api\/(?!live)/;

/** What a page asks in so many milliseconds. */
async function asked(page: Page, milliseconds: number): Promise<string[]> {
  const heard: string[] = [];
  const note = (request: { url(): string }) => {
    if (question.test(request.url())) heard.push(request.url());
  };
  page.on('request', note);
  await page.waitForTimeout(milliseconds);
  page.off('request', note);
  return heard;
}

/** Waits until what is asked once, when a page begins, was asked: pauses do not hold it back. */
async function begun(page: Page): Promise<void> {
  await expect(async () => expect(await asked(page, 1_500)).toEqual([])).toPass();
}

test('the history of keys', async ({ page, demo }) => {
  test.setTimeout(150_000);
  const key = `${folder('paused')}/key`;
  const kv = new KvPage(page, demo.url);
  await kv.open('/ui/dc1/history?last=all');
  await expect(page.locator('.history-recording')).toBeVisible();
  await begun(page);
  // it asks how the recording fares
  await page.waitForRequest(question, { timeout: 20_000 });
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
  // what the stream has nothing new of is not asked for; the rest goes on
  const goesOn = page.waitForRequest(question, { timeout: 20_000 });
  await hide(page, false);
  await goesOn;
});

test('a folder of keys', async ({ page, demo }) => {
  test.setTimeout(120_000);
  const root = `${folder('paused')}/`;
  for (const name of ['first', 'gone']) await createKey(demo, `${root}${name}`, '1');
  // what can be undone is asked after, too
  const plan = await (await api(demo, 'POST', '/api/kv/delete', { Datacenter: 'dc1', Keys: [`${root}gone`] })).json();
  expect((await api(demo, 'POST', `/api/changes/${plan.Id}/apply`, {})).ok).toBe(true);
  const kv = new KvPage(page, demo.url);
  await kv.showFolder(root);
  await expect(page.getByText(/10 min left/).first()).toBeVisible();
  await expect(kv.rows()).toHaveCount(1);
  // it comes after the list, and asks for its folders
  await expect(kv.tree()).toBeVisible();
  await begun(page);
  await kv.feed().click();
  await expect(kv.feed()).toHaveAttribute('data-feed', 'paused');
  await createKey(demo, `${root}second`, '1');
  await page.waitForTimeout(500);
  // longer than the page rests between two questions
  expect(await asked(page, 16_500)).toEqual([]);
  await expect(kv.rows()).toHaveCount(1);
  await kv.feed().click();
  await expect(kv.rows()).toHaveCount(2);
  await hide(page, true);
  await page.waitForTimeout(500);
  expect(await asked(page, 6_500)).toEqual([]);
});
