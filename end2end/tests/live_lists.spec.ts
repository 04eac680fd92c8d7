// Lists of nodes and keys mark what changes and say it; and how a list learns of a change: by the
// stream, by what it missed before that, and by asking where there is none.
import type { Page } from '@playwright/test';
import { KvPage } from '../pages/kv';
import { NodesPage } from '../pages/nodes';
import { ServicesPage } from '../pages/services';
import { Agent, consulBinary, startCluster } from '../support/consul';
import { noteMoments } from '../support/moments';
import { expect, hold, test } from '../support/test';
import { startWaggle, type Waggle } from '../support/waggle';

test.skip(!consulBinary() && process.env.CI !== 'true', 'there is no Consul 1.22.6 on this machine');

// a server of Consul beside the browser: all of it can be slow
test.describe.configure({ timeout: 120_000 });

const ip = `127.${144 + (process.pid % 64)}.${(process.pid >> 6) % 256}.71`;

test.describe('lists that follow', () => {
  let agent: Agent;
  let waggle: Waggle;

  test.beforeAll(async () => {
    test.setTimeout(120_000);
    [agent] = await startCluster([{ node: 'followed', ip, servers: 1, join: [] }]);
    waggle = await startWaggle(['--agent', agent.url]);
    await agent.put('/v1/agent/service/register', { ID: 'web-1', Name: 'web', Check: { TTL: '1h', Status: 'passing' } });
    await agent.put('/v1/agent/check/register', { ID: 'disk', Name: 'disk', TTL: '1h', Status: 'passing' });
  });

  test.afterAll(async () => {
    await waggle?.stop();
    await agent?.stop();
  });

  async function write(key: string, value: string): Promise<void> {
    const answer = await fetch(`${agent.url}/v1/kv/${key}`, { method: 'PUT', body: value });
    expect(await answer.text()).toContain('true');
  }

  async function turn(status: string): Promise<void> {
    await agent.put('/v1/agent/check/update/service:web-1', { Status: status, Output: `is ${status}` });
  }

  /** The row of `name` is marked and its change is said, both for a moment only. */
  async function expectTold(page: Page, name: string, change: () => Promise<void>): Promise<void> {
    const said = page.locator('[aria-live="polite"]').getByText('1 row changed', { exact: true });
    await expect(said).toHaveCount(0);
    await expect(page.locator('.is-new')).toHaveCount(0);
    const moments = await noteMoments(page);
    await change();
    await expect.poll(moments.marked).toContainEqual(expect.stringContaining(name));
    await expect.poll(moments.said).toContain('1 row changed');
    await expect(page.locator('.is-new')).toHaveCount(0);
    await expect(said).toHaveCount(0);
  }

  test('a node whose check changes is marked in the list of nodes, and said', async ({ page }) => {
    const nodes = new NodesPage(page, waggle.url);
    await nodes.show();
    const row = nodes.row('followed');
    await expect(row).toContainText('Passing');
    await expect(nodes.feed()).toHaveAttribute('data-feed', 'live');
    await expectTold(page, 'followed', () => agent.put('/v1/agent/check/update/disk', { Status: 'warning', Output: 'nearly full' }));
    await expect(row).toContainText('Warning');
    await expectTold(page, 'followed', () => agent.put('/v1/agent/check/update/disk', { Status: 'passing', Output: '' }));
    await expect(row).toContainText('Passing');
  });

  test('a key that comes is marked in its folder, and said', async ({ page }) => {
    await write('lists/folder/first', 'a');
    const kv = new KvPage(page, waggle.url);
    await kv.showFolder('lists/folder/');
    await expect(kv.rows()).toHaveCount(1);
    await expect(kv.feed()).toHaveAttribute('data-feed', 'live');
    await expectTold(page, 'second', () => write('lists/folder/second', 'b'));
    await expect(kv.row('first')).toBeVisible();
  });

  test('the agent that serves is named beside the list', async ({ page }) => {
    await new NodesPage(page, waggle.url).show();
    const line = page.getByRole('complementary').getByText(/^Consul \d+\.\d+\.\d+ · via followed$/);
    await expect(line).toBeVisible();
    await expect(line).toHaveAttribute('title', `The Consul agent that answers: ${agent.url}`);
  });

  test('what changed between the page and its stream is seen', async ({ page }) => {
    await turn('passing');
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/api/services?')) asked.push(request.url());
    });
    const release = await hold(page, '**/api/live*');
    const services = new ServicesPage(page, waggle.url);
    // the server waits 300 ms for the data: on a busy machine a later try may have them in the page
    await expect(async () => {
      asked.length = 0;
      await services.show();
      await expect(services.row('web')).toContainText('Passing');
      expect(asked).toEqual([]);
    }).toPass();
    await page.evaluate(() => document.documentElement.setAttribute('data-stayed', 'yes'));
    await turn('critical');
    // nothing told the page, and it did not ask
    await page.waitForTimeout(500);
    await expect(services.row('web')).toContainText('Passing');
    expect(asked).toEqual([]);
    release();
    await expect(services.row('web')).toContainText('Critical');
    await expect(page.locator('html')).toHaveAttribute('data-stayed', 'yes');
    await turn('passing');
    await expect(services.row('web')).toContainText('Passing');
  });

  test('without a stream the page asks, and is answered that nothing changed', async ({ page }) => {
    await page.route('**/api/live*', (route) => route.abort());
    const services = new ServicesPage(page, waggle.url);
    await services.show();
    await expect(services.row('web')).toContainText('Passing');
    const answer = await page.waitForResponse(
      (one) => one.url().includes('/api/services?') && one.status() === 304,
      { timeout: 30_000 },
    );
    const sent = await answer.request().allHeaders();
    expect(sent['if-none-match']).toMatch(/^W\/"[^"]+"$/);
    expect(answer.headers()['etag']).toBe(sent['if-none-match']);
    await expect(services.row('web')).toContainText('Passing');
    // and then that something did
    const later = page.waitForResponse(
      (one) => one.url().includes('/api/services?') && one.status() === 200,
      { timeout: 30_000 },
    );
    await turn('critical');
    const changed = await later;
    expect((await changed.request().allHeaders())['if-none-match']).toBe(sent['if-none-match']);
    expect(changed.headers()['etag']).not.toBe(sent['if-none-match']);
    await expect(services.row('web')).toContainText('Critical');
    await turn('passing');
  });
});
