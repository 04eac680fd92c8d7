// A service or a node with many instances: the page holds what it shows, and no more.
import type { Locator, Page } from '@playwright/test';
import { NodePage } from '../pages/nodes';
import { ServicePage } from '../pages/services';
import { Agent, consulBinary, startCluster } from '../support/consul';
import { noteMoments } from '../support/moments';
import { domNodes, expect as base, expectAccessible, expectNoSidewaysScroll, hold, test, toEnd } from '../support/test';
import { startWaggle, type Waggle } from '../support/waggle';

declare global {
  // what the boot script gives to the app
  var waggle: { typed(): string[] | undefined };
}

// a change goes from a real agent to waggle, which reads more seldom what takes long, and to the page
const expect = base.configure({ timeout: 30_000 });

test.skip(!consulBinary() && process.env.CI !== 'true', 'there is no Consul 1.22.6 on this machine');

const ip = `127.${144 + (process.pid % 64)}.${(process.pid >> 6) % 256}.90`;
const COUNT = 400;
/** These are in trouble from the beginning. */
const CRITICAL = 20;

const id = (number: number) => `crowd-${String(number).padStart(3, '0')}`;

/** Writes instances by transactions, as an import would. */
async function register(agent: Agent, numbers: number[], status: (number: number) => string): Promise<void> {
  for (let at = 0; at < numbers.length; at += 30) {
    const operations = numbers.slice(at, at + 30).flatMap((number) => [
      {
        Service: {
          Verb: 'set',
          Node: 'crowd-node',
          Service: { ID: id(number), Service: 'crowd', Address: '10.1.1.1', Port: 1000 + number, Tags: ['blue'] },
        },
      },
      {
        Check: {
          Verb: 'set',
          Check: {
            Node: 'crowd-node',
            CheckID: `service:${id(number)}`,
            Name: 'answers',
            Status: status(number),
            Output: `${id(number)} is ${status(number)}\n${'and says more\n'.repeat(20)}`,
            ServiceID: id(number),
          },
        },
      },
    ]);
    await agent.put('/v1/txn', operations);
  }
}

/** Two frames later: what the first one measures, the second one draws. */
const drawn = (page: Page): Promise<void> =>
  page.evaluate(() => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))));

/** Scrolls down until a row is drawn. Each step waits until what it leads to is: else some would jump over it. */
async function scrollDownTo(page: Page, row: Locator): Promise<void> {
  await expect
    .poll(async () => {
      await page.evaluate(() => window.scrollBy(0, 400));
      await drawn(page);
      return row.count();
    }, { intervals: [50] })
    .toBe(1);
}

test.describe('400 instances of a service', () => {
  test.describe.configure({ timeout: 120_000 });
  let agent: Agent;
  let waggle: Waggle;

  test.beforeAll(async () => {
    test.setTimeout(150_000);
    [agent] = await startCluster([{ node: 'instances', ip, servers: 1, join: [] }]);
    await agent.put('/v1/catalog/register', { Node: 'crowd-node', Address: '10.1.1.1' });
    const all = [...Array(COUNT).keys()];
    await register(agent, all, (number) => (number < CRITICAL ? 'critical' : 'passing'));
    waggle = await startWaggle(['--agent', agent.url]);
  });

  test.afterAll(async () => {
    await waggle?.stop();
    await agent?.stop();
  });

  test('the first rows come with the page, trouble first with its output', async ({ page }) => {
    // the server waits 300 ms for the rows; on a busy machine a later try may be the first in time
    await expect(async () => {
      const html = await (await fetch(`${waggle.url}/ui/dc1/services/crowd`)).text();
      expect(html).toContain(id(0));
      expect(html).not.toContain(id(399));
    }).toPass();
    const service = new ServicePage(page, waggle.url);
    await service.show('crowd');
    await expect(page.getByRole('table').first()).toHaveAttribute('aria-rowcount', String(COUNT + 1));
    await expect(service.rows().first()).toContainText(id(0));
    await expect(page.locator('.detail-row').first()).toContainText(`${id(0)} is critical`);
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
  });

  test('the filter works before the wasm arrives, and nothing is asked twice', async ({ browser }) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const release = await hold(page, '**/*.wasm');
    const asked: string[] = [];
    page.on('request', (request) => {
      const query = new URL(request.url()).searchParams;
      const text = query.get('filter') ?? query.get('q');
      if (text) asked.push(text);
    });
    const filter = page.locator('#filter-field[data-query]');
    // the server waits 300 ms for the rows; on a busy machine a later try may be the first in time
    await expect(async () => {
      await page.goto(`${waggle.url}/ui/dc1/services/crowd`, { waitUntil: 'commit' });
      await expect(filter).toBeVisible({ timeout: 3_000 });
    }).toPass();
    const service = new ServicePage(page, waggle.url);
    // the same 300 ms: what the server had no rows for is left as it is, until something else is typed
    const patiently = async (seen: (timeout: number) => Promise<void>, again: () => Promise<void>) => {
      await expect(async () => {
        try {
          await seen(3_000);
        } catch (late) {
          await again();
          throw late;
        }
      }).toPass();
    };
    const retype = async (text: string) => {
      await page.keyboard.press('Backspace');
      // long enough for the page to ask for what is left
      await page.waitForTimeout(200);
      await page.keyboard.type(text.slice(-1));
    };
    const only = (number: number) => async (timeout: number) => {
      await expect(service.rows()).toHaveCount(1, { timeout });
      await expect(service.instance(id(number))).toBeVisible({ timeout });
    };
    await filter.click();
    await page.keyboard.type(id(399));
    await patiently(only(399), () => retype(id(399)));
    await expect(page).toHaveURL(/filter=crowd-399/);
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.press('Backspace');
    await patiently((timeout) => expect(service.instance(id(0))).toBeVisible({ timeout }), async () => {
      await page.keyboard.type('x');
      await page.waitForTimeout(200);
      await page.keyboard.press('Backspace');
    });
    await expect(page).not.toHaveURL(/filter/);
    await page.keyboard.type(id(398));
    // one row: what was typed to its end was asked for
    await patiently(only(398), () => retype(id(398)));
    await page.keyboard.press('ArrowLeft');
    const before = [...asked];
    release();
    await expect(page.locator('#app[data-mounted]')).toHaveCount(1);
    await expect(page).toHaveURL(/filter=crowd-398/);
    await expect(service.rows()).toHaveCount(1);
    await expect(service.instance(id(398))).toBeVisible();
    await expect(page.locator('#filter-field')).toBeFocused();
    expect(asked).toEqual(before);
    // the caret, too, is where it was
    await page.keyboard.press('Delete');
    await expect(page.locator('#filter-field')).toHaveValue('crowd-39');
    await expect(service.instance(id(390))).toBeVisible();
    await context.close();
  });

  test('it scrolls to its end, and holds what it shows', async ({ page }) => {
    const service = new ServicePage(page, waggle.url);
    await service.show('crowd');
    await expect(service.instance(id(0))).toBeVisible();
    // rows are measured before a frame is drawn
    await drawn(page);
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    for (let step = 1; step <= 8; step += 1) {
      await page.evaluate((share) => window.scrollTo(0, document.documentElement.scrollHeight * share), step / 8);
      await page.waitForTimeout(150);
      expect(await domNodes(page)).toBeLessThan(3_000);
    }
    await expect
      .poll(async () => {
        await toEnd(page);
        return service.instance(id(COUNT - 1)).count();
      })
      .toBe(1);
    await expect(service.instance(id(COUNT - 1))).toBeInViewport();
    await expect(service.instance(id(0))).toHaveCount(0);
    // what was said of the height before is what it is
    const now = await page.evaluate(() => document.documentElement.scrollHeight);
    expect(Math.abs(now - height)).toBeLessThan(height * 0.02);
  });

  test('a row stays where it is while others are looked at and come back', async ({ page }) => {
    const service = new ServicePage(page, waggle.url);
    await service.show('crowd');
    // rows in trouble are higher: where they end, places depend on knowing them
    const row = service.instance(id(CRITICAL + 4));
    await scrollDownTo(page, row);
    await row.scrollIntoViewIfNeeded();
    const place = async () => (await row.boundingBox())!.y + (await page.evaluate(() => window.scrollY));
    let before = NaN;
    await expect(async () => {
      const last = before;
      before = await place();
      expect(before).toBe(last);
    }).toPass({ intervals: [400] });
    await toEnd(page);
    await expect(service.instance(id(COUNT - 1))).toBeVisible();
    await page.evaluate((top) => window.scrollTo(0, top - 300), before);
    await expect(row).toBeVisible();
    await page.waitForTimeout(400);
    await expect(async () => expect(Math.abs((await place()) - before)).toBeLessThan(3)).toPass({ timeout: 10_000 });
  });

  test('a check that changes marks its row, and moves nothing else', async ({ page }) => {
    const service = new ServicePage(page, waggle.url);
    await service.open('/ui/dc1/services/crowd?sort=id');
    const row = service.instance(id(60));
    await scrollDownTo(page, row);
    // the scrolling before may still bring rows, which are drawn where others stood
    await expect(async () => {
      await row.scrollIntoViewIfNeeded({ timeout: 1000 });
      await row.getByRole('link').first().focus();
      await page.waitForTimeout(400);
      await expect(row.getByRole('link').first()).toBeFocused({ timeout: 100 });
    }).toPass();
    const before = (await row.boundingBox())!.y;
    // a mark is gone after 1.6 s
    const moments = await noteMoments(page);
    // a row above would push it: this one is below
    await register(agent, [62], () => 'warning');
    await expect(service.instance(id(62))).toContainText('Warning');
    await expect.poll(moments.marked).toEqual([expect.stringContaining(id(62))]);
    await expect(row.getByRole('link').first()).toBeFocused();
    expect((await row.boundingBox())!.y).toBeCloseTo(before, 0);
    await register(agent, [62], () => 'passing');
    await expect(service.instance(id(62))).toContainText('Passing');
  });

  test('what is selected in an output stays selected when other rows change', async ({ page }) => {
    const service = new ServicePage(page, waggle.url);
    await service.show('crowd');
    const output = page.locator('.detail-row pre').first();
    await output.evaluate((element) => getSelection()!.selectAllChildren(element));
    const selected = () => page.evaluate(() => String(getSelection()));
    expect(await selected()).toContain('is critical');
    await register(agent, [3], () => 'warning');
    await expect(service.instance(id(3))).toContainText('Warning');
    expect(await selected()).toContain('is critical');
    await register(agent, [3], () => 'critical');
    await expect(service.instance(id(3))).toContainText('Critical');
  });

  test('filter, status and order are asked of all of them', async ({ page }) => {
    const service = new ServicePage(page, waggle.url);
    await service.show('crowd');
    await service.filter().fill(`id:${id(399)}`);
    await expect(service.rows()).toHaveCount(1);
    await expect(page).toHaveURL(/filter=id/);
    await page.reload();
    await expect(service.rows()).toHaveCount(1);
    await service.filter().fill('colour:red');
    await expect(page.getByText(/There is no field .?colour:/)).toBeVisible();
    await service.filter().fill('status:critical -10.1.1.1:1000');
    await expect(page.getByRole('table').first()).toHaveAttribute('aria-rowcount', String(CRITICAL));
    await service.filter().fill('no-such-instance');
    await expect(page.getByText('No match among 400 instances')).toBeVisible();
  });

  test('the same on its node', async ({ page }) => {
    const node = new NodePage(page, waggle.url);
    await node.show('crowd-node');
    await expect(page.getByRole('table').first()).toHaveAttribute('aria-rowcount', String(COUNT + 1));
    await expect(node.rows().first()).toContainText(':1000');
    await expect
      .poll(async () => {
        await toEnd(page);
        return node.rows().filter({ hasText: ':1399' }).count();
      })
      .toBe(1);
    expect(await domNodes(page)).toBeLessThan(3_000);
    await expectAccessible(page);
  });
});
