// A link that swallows everything, and a stream that is refused: what is shown is said to be old,
// and the page comes back by itself.
import { KvPage } from '../pages/kv';
import { ServicesPage } from '../pages/services';
import { Link } from '../support/link';
import { expect, test } from '../support/test';
import { createKey, folder } from '../support/waggle';

test.use({ expected: [/Failed to load resource/, /ERR_/] });

test('over a link that fell silent the page grows stale, and it is there again with the link', async ({ page, demo }) => {
  test.setTimeout(180_000);
  const link = await Link.to(demo.url);
  try {
    const root = `${folder('silence')}/`;
    await createKey(demo, `${root}before`, '1');
    const kv = new KvPage(page, link.url);
    await kv.showFolder(root);
    await expect(kv.rows()).toHaveCount(1);
    await expect(kv.feed()).toHaveAttribute('data-feed', 'live');
    // nothing changed for a while: what is shown is as young as the last heartbeat
    await page.waitForTimeout(6_000);
    link.fallSilent();
    await createKey(demo, `${root}meanwhile`, '1');
    await expect(kv.feed()).toHaveAttribute('data-feed', 'stale', { timeout: 20_000 });
    const seconds = async () => Number(/\d+/.exec((await kv.feed().textContent()) ?? '')?.[0]);
    const first = await seconds();
    expect(first).toBeGreaterThanOrEqual(10);
    expect(first).toBeLessThan(20);
    // it grows, whatever is tried meanwhile
    await expect.poll(seconds, { timeout: 15_000 }).toBeGreaterThanOrEqual(first + 5);
    await page.waitForTimeout(15_000);
    await expect(kv.feed()).toHaveAttribute('data-feed', 'stale');
    expect(await seconds()).toBeGreaterThanOrEqual(first + 15);
    await expect(kv.rows()).toHaveCount(1);
    link.wake();
    await expect(kv.rows()).toHaveCount(2, { timeout: 40_000 });
    await expect(kv.feed()).toHaveAttribute('data-feed', 'live', { timeout: 40_000 });
    // and it is told again
    await createKey(demo, `${root}after`, '1');
    await expect(kv.rows()).toHaveCount(3);
  } finally {
    await link.stop();
  }
});

test('an answer that never comes is given up where the stream is silent, too', async ({ page, demo }) => {
  test.setTimeout(150_000);
  const services = new ServicesPage(page, demo.url);
  await services.show();
  await expect(services.rows().first()).toBeVisible();
  // neither answers any more
  let held = 0;
  await page.route(/\/api\/(live|nodes)/, () => {
    held += 1;
  });
  await services.go('Nodes');
  await expect(page.getByText(/not answered for \d+ s|Not answered/i).or(page.getByText('waggle does not answer')).first())
    .toBeVisible({ timeout: 20_000 });
  await expect(page.getByText('waggle does not answer')).toBeVisible({ timeout: 25_000 });
  expect(held).toBeGreaterThan(1);
  await page.unroute(/\/api\/(live|nodes)/);
  // a question that is held already is given up first
  await expect(page.getByRole('link', { name: 'msa-1' })).toBeVisible({ timeout: 45_000 });
});

test('while the stream is refused the page asks by itself, and it is told again after that', async ({ page, demo }) => {
  test.setTimeout(150_000);
  const root = `${folder('refused')}/`;
  await createKey(demo, `${root}first`, '1');
  await page.route('**/api/live**', (route) => route.fulfill({ status: 503 }));
  const kv = new KvPage(page, demo.url);
  await kv.showFolder(root);
  await expect(kv.rows()).toHaveCount(1);
  await createKey(demo, `${root}second`, '1');
  await expect(kv.rows()).toHaveCount(2, { timeout: 15_000 });
  // what is asked for every few seconds is not old
  await expect(kv.feed()).toHaveAttribute('data-feed', 'live');
  const stream = page.waitForResponse((answer) => answer.url().includes('/api/live') && answer.ok(), { timeout: 45_000 });
  await page.unroute('**/api/live**');
  await stream;
  await page.waitForTimeout(3_000);
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/api/kv?')) asked.push(request.url());
  });
  await page.waitForTimeout(7_000);
  expect(asked).toEqual([]);
  await createKey(demo, `${root}third`, '1');
  await expect(kv.rows()).toHaveCount(3);
});
