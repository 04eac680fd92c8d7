// What changes in Consul appears on the open page: told by the stream, without a reload, and
// without touching what the person at the page has under hand.
import type { Page, Request } from '@playwright/test';
import { KvPage } from '../pages/kv';
import { NodePage } from '../pages/nodes';
import { ServicePage, ServicesPage } from '../pages/services';
import { Agent, consulBinary, startCluster } from '../support/consul';
import { noteMoments } from '../support/moments';
import { freePort } from '../support/process';
import { expect, hide, test } from '../support/test';
import { startWaggle, type Waggle } from '../support/waggle';

test.skip(!consulBinary() && process.env.CI !== 'true', 'there is no Consul 1.22.6 on this machine');

// a server of Consul beside the browser: all of it can be slow
test.describe.configure({ timeout: 90_000 });

const net = `127.${144 + (process.pid % 64)}.${(process.pid >> 6) % 256}`;

/** One real server, and waggle on it. */
async function start(number: number): Promise<{ agent: Agent; waggle: Waggle }> {
  const ip = `${net}.${number}`;
  const [agent] = await startCluster([{ node: `live-${number}`, ip, servers: 1, join: [] }]);
  try {
    return { agent, waggle: await startWaggle(['--agent', agent.url]) };
  } catch (error) {
    await agent.stop();
    throw error;
  }
}

/** A service of one instance that passes until it is told otherwise. */
async function register(agent: Agent, name: string, id = `${name}-1`): Promise<void> {
  await agent.put('/v1/agent/service/register', {
    ID: id,
    Name: name,
    Port: 8080,
    Check: { TTL: '1h', Status: 'passing' },
  });
}

async function turn(agent: Agent, id: string, status: 'passing' | 'critical'): Promise<void> {
  await agent.put(`/v1/agent/check/update/service:${id}`, { Status: status, Output: `is ${status}` });
}

async function write(agent: Agent, key: string, value: string): Promise<void> {
  const answer = await fetch(`${agent.url}/v1/kv/${key}`, { method: 'PUT', body: value });
  expect(await answer.text()).toContain('true');
}

/** Marks the page: the mark is gone where it was loaded again. */
async function mark(page: Page): Promise<void> {
  await page.evaluate(() => document.documentElement.setAttribute('data-stayed', 'yes'));
}

async function expectStayed(page: Page): Promise<void> {
  await expect(page.locator('html')).toHaveAttribute('data-stayed', 'yes');
}

/** The requests that a page makes from now on: streams, and questions for data. */
function listen(page: Page): { streams: Request[]; questions: Request[] } {
  const heard = { streams: [] as Request[], questions: [] as Request[] };
  page.on('request', (request) => {
    if (!request.url().includes('/api/')) return;
    (request.url().includes('/api/live') ? heard.streams : heard.questions).push(request);
  });
  return heard;
}

test.describe('a small cluster', () => {
  let agent: Agent;
  let waggle: Waggle;

  test.beforeAll(async () => {
    test.setTimeout(120_000);
    ({ agent, waggle } = await start(1));
    await register(agent, 'steady');
  });

  test.afterAll(async () => {
    await waggle?.stop();
    await agent?.stop();
  });

  test('a service that is registered appears, and goes when it is deregistered', async ({ page }) => {
    const services = new ServicesPage(page, waggle.url);
    await services.show();
    await expect(services.row('steady')).toBeVisible();
    await mark(page);
    await register(agent, 'arrived');
    await expect(services.row('arrived')).toContainText('Passing');
    await agent.put('/v1/agent/service/deregister/arrived-1');
    await expect(services.row('arrived')).toHaveCount(0);
    await expect(services.row('steady')).toBeVisible();
    await expectStayed(page);
  });

  test('a check that turns critical shows on the list, the service and the node', async ({ context }) => {
    await register(agent, 'failing');
    const [list, detail, node] = await Promise.all([context.newPage(), context.newPage(), context.newPage()]);
    const services = new ServicesPage(list, waggle.url);
    const service = new ServicePage(detail, waggle.url);
    const nodePage = new NodePage(node, waggle.url);
    await services.show();
    await service.show('failing');
    await nodePage.show('live-1');
    await expect(services.row('failing')).toContainText('Passing');
    await expect(service.instance('failing-1')).toContainText('Passing');
    for (const page of [list, detail, node]) await mark(page);
    await turn(agent, 'failing-1', 'critical');
    await expect(services.row('failing')).toContainText('Critical');
    await expect(service.instance('failing-1')).toContainText('Critical');
    await expect(nodePage.rows().filter({ hasText: 'failing' }).first()).toContainText('Critical');
    await turn(agent, 'failing-1', 'passing');
    await expect(services.row('failing')).toContainText('Passing');
    await expect(service.instance('failing-1')).toContainText('Passing');
    for (const page of [list, detail, node]) await expectStayed(page);
    await agent.put('/v1/agent/service/deregister/failing-1');
  });

  test('a page at which nothing happens asks for nothing: it is told', async ({ page }) => {
    const heard = listen(page);
    const services = new ServicesPage(page, waggle.url);
    await services.show();
    await expect(services.row('steady')).toBeVisible();
    await expect.poll(() => heard.streams.length).toBeGreaterThan(0);
    // what belongs to the beginning is over
    await expect(async () => {
      const begun = heard.streams.length + heard.questions.length;
      await page.waitForTimeout(2_000);
      expect(heard.streams.length + heard.questions.length).toBe(begun);
    }).toPass();
    const streams = heard.streams.length;
    expect(new URL(heard.streams[streams - 1].url()).searchParams.getAll('topic')).toContain('services@dc1');
    const before = heard.questions.length;
    // longer than two heartbeats
    await page.waitForTimeout(9_000);
    expect(heard.questions.slice(before).map((one) => one.url())).toEqual([]);
    expect(heard.streams.length).toBe(streams);
    // and it is not asleep
    await register(agent, 'awake');
    await expect(services.row('awake')).toBeVisible();
    await agent.put('/v1/agent/service/deregister/awake-1');
    await expect(services.row('awake')).toHaveCount(0);
  });

  test('a key that is written or removed elsewhere shows in its open folder', async ({ page }) => {
    await write(agent, 'live/folder/first', 'a');
    const kv = new KvPage(page, waggle.url);
    await kv.showFolder('live/folder/');
    await expect(kv.rows()).toHaveCount(1);
    await mark(page);
    await write(agent, 'live/folder/second', 'b');
    await expect(kv.rows()).toHaveCount(2);
    await expect(kv.rows().nth(1)).toContainText('second');
    await fetch(`${agent.url}/v1/kv/live/folder/first`, { method: 'DELETE' });
    await expect(kv.rows()).toHaveCount(1);
    await expect(kv.rows().first()).toContainText('second');
    await expectStayed(page);
  });

  test('sizes and indexes of a folder follow where nothing is recorded', async ({ page }) => {
    await write(agent, 'live/columns/key', 'a');
    const kv = new KvPage(page, waggle.url);
    await kv.showFolder('live/columns/');
    const row = kv.rows().first();
    await expect(row).toContainText('1 B');
    await mark(page);
    await write(agent, 'live/columns/key', 'twelve bytes');
    await expect(row).toContainText('12 B', { timeout: 15_000 });
    await agent.put('/v1/kv/live/columns/key?flags=42', undefined);
    await expect(row).toContainText('42', { timeout: 15_000 });
    await expectStayed(page);
  });

  test('an open value follows while nothing is typed, and what is typed is never overwritten', async ({ page }) => {
    await write(agent, 'live/value.yaml', 'level: 1\n');
    const kv = new KvPage(page, waggle.url);
    await kv.showKey('live/value.yaml');
    await kv.expectShown('level: 1\n');
    await mark(page);
    await write(agent, 'live/value.yaml', 'level: 2\n');
    await kv.expectShown('level: 2\n');
    await kv.edit().click();
    await kv.expectText('level: 2\n');
    await kv.value().fill('level: mine\n');
    await write(agent, 'live/value.yaml', 'level: theirs\n');
    await expect(page.locator('.note').getByText(/Changed elsewhere, at index/)).toBeVisible();
    await kv.expectText('level: mine\n');
    await expect(kv.value()).toBeFocused();
    await expectStayed(page);
    // it would ask before it leaves
    await kv.value().fill('level: theirs\n');
  });

  test('a paused page keeps what it shows, and says that something waits', async ({ page }) => {
    const services = new ServicesPage(page, waggle.url);
    await services.show();
    await expect(services.row('steady')).toBeVisible();
    await expect(services.feed()).toHaveAttribute('data-feed', 'live');
    // once the stream has told something, what changes after that is counted
    await register(agent, 'before');
    await expect(services.row('before')).toBeVisible();
    await services.feed().click();
    await expect(services.feed()).toHaveAttribute('data-feed', 'paused');
    await register(agent, 'held-back');
    await expect(services.feed()).toContainText(/\d waiting/);
    await expect(services.row('held-back')).toHaveCount(0);
    await services.feed().click();
    await expect(services.row('held-back')).toBeVisible();
    await expect(services.feed()).toHaveAttribute('data-feed', 'live');
    await agent.put('/v1/agent/service/deregister/held-back-1');
    await agent.put('/v1/agent/service/deregister/before-1');
  });

  test('a tab that cannot be seen asks for nothing, and catches up when it is seen again', async ({ page }) => {
    const services = new ServicesPage(page, waggle.url);
    await services.show();
    await expect(services.row('steady')).toBeVisible();
    await hide(page, true);
    await page.waitForTimeout(1_000);
    const heard = listen(page);
    await register(agent, 'unseen');
    await page.waitForTimeout(3_000);
    expect([...heard.streams, ...heard.questions].map((one) => one.url())).toEqual([]);
    await expect(services.row('unseen')).toHaveCount(0);
    await hide(page, false);
    await expect(services.row('unseen')).toBeVisible();
    expect(heard.streams.length).toBeGreaterThan(0);
    await agent.put('/v1/agent/service/deregister/unseen-1');
  });

  test('pages of checks mark what changes, and say it', async ({ context }) => {
    await register(agent, 'marked');
    const [one, of, all] = await Promise.all([context.newPage(), context.newPage(), context.newPage()]);
    await new NodePage(of, waggle.url).open('/ui/dc1/nodes/live-1/checks');
    await new NodePage(one, waggle.url).open('/ui/dc1/services/marked/instances/live-1/marked-1');
    await new NodePage(all, waggle.url).open('/ui/dc1/overview');
    await expect(one.locator('.check-output').first()).toBeVisible();
    await expect(of.locator('.check-output').first()).toBeVisible();
    await expect(all.locator('.overview-table tbody tr')).toHaveCount(1);
    for (const page of [one, of, all]) {
      await expect(page.locator('#app[data-mounted]')).toHaveCount(1);
      await mark(page);
      await page.waitForTimeout(300);
      await expect(page.locator('.is-new')).toHaveCount(0);
    }
    const told = await Promise.all([one, all].map(noteMoments));
    await turn(agent, 'marked-1', 'critical');
    for (const moments of told) {
      await expect.poll(moments.marked).not.toEqual([]);
      await expect.poll(moments.said).toContainEqual(expect.stringMatching(/rows? changed/));
    }
    await expect(one.locator('.check-output').first()).toContainText('is critical');
    await expect(all.locator('.trouble-list')).toContainText('marked');
    // the mark goes
    for (const page of [one, all]) await expect(page.locator('.is-new')).toHaveCount(0);
    // the node's own checks
    const came = await noteMoments(of);
    await agent.put('/v1/agent/check/register', { Name: 'disk', ID: 'disk', TTL: '1h', Status: 'passing' });
    await expect.poll(came.marked).toContainEqual(expect.stringContaining('disk'));
    await expect(of.locator('.is-new')).toHaveCount(0);
    const turned = await noteMoments(of);
    await agent.put('/v1/agent/check/update/disk', { Status: 'warning', Output: 'nearly full' });
    await expect.poll(turned.marked).toContainEqual(expect.stringContaining('disk'));
    await expect(of.locator('.check-output').filter({ hasText: 'nearly full' })).toBeVisible();
    for (const page of [one, of, all]) await expectStayed(page);
    await agent.put('/v1/agent/check/deregister/disk');
    await agent.put('/v1/agent/service/deregister/marked-1');
  });

  test('sessions come and go on their open page, and the focus stays with its own', async ({ page }) => {
    const create = async (name: string): Promise<string> => {
      const body = JSON.stringify({ Name: name, TTL: '1h' });
      const answer = await fetch(`${agent.url}/v1/session/create`, { method: 'PUT', body });
      return (await answer.json()).ID;
    };
    const second = await create('second');
    await page.goto(`${waggle.url}/ui/dc1/sessions?sort=name`);
    const rows = page.locator('.sessions-table tbody tr');
    await expect(rows).toHaveCount(1);
    await mark(page);
    await rows.getByRole('button', { name: 'Invalidate' }).focus();
    const first = await create('first');
    await expect(rows).toHaveCount(2);
    await expect(rows.first()).toContainText('first');
    await expect(rows.nth(1).getByRole('button', { name: 'Invalidate' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog')).toContainText('second');
    await page.keyboard.press('Escape');
    await agent.put(`/v1/session/destroy/${first}`);
    await expect(rows).toHaveCount(1);
    await agent.put(`/v1/session/destroy/${second}`);
    await expect(rows).toHaveCount(0);
    await expectStayed(page);
  });

  test('a paused or hidden overview keeps what it shows', async ({ page }) => {
    const shell = new ServicesPage(page, waggle.url);
    await shell.open('/ui/dc1/overview');
    const troubles = page.locator('.trouble-list').filter({ hasText: 'held-back' });
    await expect(page.locator('.overview-table tbody tr')).toHaveCount(1);
    // once the stream has told something, what changes after that is counted
    await register(agent, 'before');
    await turn(agent, 'before-1', 'critical');
    await expect(page.locator('.trouble-list').filter({ hasText: 'before' })).toHaveCount(1);
    await shell.feed().click();
    await expect(shell.feed()).toHaveAttribute('data-feed', 'paused');
    await register(agent, 'held-back');
    await turn(agent, 'held-back-1', 'critical');
    await expect(shell.feed()).toContainText(/\d waiting/);
    await expect(troubles).toHaveCount(0);
    await shell.feed().click();
    await expect(troubles).toHaveCount(1);
    await hide(page, true);
    await page.waitForTimeout(1_000);
    const heard = listen(page);
    await agent.put('/v1/agent/service/deregister/held-back-1');
    await page.waitForTimeout(3_000);
    expect([...heard.streams, ...heard.questions].map((one) => one.url())).toEqual([]);
    await expect(troubles).toHaveCount(1);
    await hide(page, false);
    await expect(troubles).toHaveCount(0);
    await agent.put('/v1/agent/service/deregister/before-1');
  });

  test.describe('a server that goes and comes back', () => {
    test.use({ expected: [/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED_ENCODING/] });

    test('the page comes back by itself after the server was restarted', async ({ page }) => {
      test.setTimeout(180_000);
      const port = await freePort();
      const flags = ['--agent', agent.url];
      let own = await startWaggle(flags, '', port);
      try {
        const services = new ServicesPage(page, own.url);
        await services.show();
        await expect(services.row('steady')).toBeVisible();
        await expect(services.feed()).toHaveAttribute('data-feed', 'live');
        await mark(page);
        await own.stop();
        await register(agent, 'meanwhile');
        await expect(services.feed()).toHaveAttribute('data-feed', 'stale', { timeout: 40_000 });
        // what is known stays
        await expect(services.row('steady')).toBeVisible();
        own = await startWaggle(flags, '', port);
        await expect(services.row('meanwhile')).toBeVisible({ timeout: 45_000 });
        await expect(services.feed()).toHaveAttribute('data-feed', 'live', { timeout: 45_000 });
        // the stream is back, too: an idle page would not ask
        const heard = listen(page);
        await page.waitForTimeout(5_000);
        const asked = heard.questions.length;
        await page.waitForTimeout(5_000);
        expect(heard.questions.length).toBe(asked);
        // what the list held before: a version that the page has seen already
        await agent.put('/v1/agent/service/deregister/meanwhile-1');
        await expect(services.row('meanwhile')).toHaveCount(0);
        await expectStayed(page);
      } finally {
        await own.stop();
      }
    });
  });
});

test.describe('a long list', () => {
  const total = 2_000;
  let agent: Agent;
  let waggle: Waggle;

  const name = (number: number) => `many-${String(number).padStart(4, '0')}`;
  const check = (number: number, status: string) => ({
    Check: {
      Verb: 'set',
      Check: { Node: 'far-away', CheckID: `service:${name(number)}`, Name: 'answers', Status: status, ServiceID: name(number) },
    },
  });

  test.beforeAll(async () => {
    test.setTimeout(240_000);
    ({ agent, waggle } = await start(2));
    await agent.put('/v1/txn', [
      { Node: { Verb: 'set', Node: { Node: 'far-away', Address: '10.0.0.1', Meta: { 'external-node': 'true' } } } },
    ]);
    for (let from = 0; from < total; from += 32) {
      const numbers = Array.from({ length: Math.min(32, total - from) }, (_, index) => from + index);
      await agent.put('/v1/txn', numbers.flatMap((number) => [
        { Service: { Verb: 'set', Node: 'far-away', Service: { ID: name(number), Service: name(number), Port: 80 } } },
        check(number, 'passing'),
      ]));
    }
  });

  test.afterAll(async () => {
    await waggle?.stop();
    await agent?.stop();
  });

  /** All nodes of the document with their texts, and the heap, once garbage is collected. */
  async function held(page: Page): Promise<{ nodes: number; heapMegabytes: number }> {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Performance.enable');
    await cdp.send('HeapProfiler.collectGarbage');
    const { metrics } = await cdp.send('Performance.getMetrics');
    const metric = (name: string) => metrics.find((one) => one.name === name)!.value;
    await cdp.detach();
    return { nodes: metric('Nodes'), heapMegabytes: metric('JSHeapUsedSize') / 1e6 };
  }

  /** Where the page is scrolled to, what has the focus, and which row is seen first. */
  function place(page: Page): Promise<{ scroll: number; focus: string | null; first: string | undefined }> {
    return page.evaluate(() => {
      const seen = [...document.querySelectorAll('tbody tr:not(.row-space)')]
        .find((row) => row.getBoundingClientRect().top >= 0);
      return {
        scroll: window.scrollY,
        focus: document.activeElement!.getAttribute('href') ?? document.activeElement!.id,
        first: seen?.querySelector('a')?.textContent ?? undefined,
      };
    });
  }

  test('holds no more of the browser than what it shows', async ({ page }) => {
    const sizes: number[] = [];
    page.on('response', async (response) => {
      if (!response.url().includes('/api/services?') || response.status() !== 200) return;
      const body = await response.json().catch(() => undefined);
      if (body) sizes.push(body.Items.length);
    });
    const services = new ServicesPage(page, waggle.url);
    await services.show('?sort=name');
    await expect(services.row(name(0))).toBeVisible();
    // the server itself is a service, too; and the head is a row
    await expect(page.getByRole('table').first()).toHaveAttribute('aria-rowcount', String(total + 2));
    const expectBounded = async () => {
      expect(await services.rows().count()).toBeLessThanOrEqual(100);
      // what is on its way, or goes with the next round of the browser, is not held
      await expect(async () => {
        const { nodes, heapMegabytes } = await held(page);
        expect(nodes).toBeLessThanOrEqual(3_000);
        expect(heapMegabytes).toBeLessThanOrEqual(15);
      }).toPass({ timeout: 15_000 });
    };
    await expectBounded();
    for (const part of [0.3, 0.6, 1]) {
      await page.evaluate((part) => window.scrollTo(0, document.documentElement.scrollHeight * part), part);
      await page.waitForTimeout(500);
    }
    await expect(services.row(name(total - 1))).toBeVisible();
    await expect(services.row(name(0))).toHaveCount(0);
    await expectBounded();
    expect(sizes.length).toBeGreaterThan(0);
    for (const size of sizes) expect(size).toBeLessThanOrEqual(500);
  });

  test('a change moves neither scroll nor focus, and is marked and announced', async ({ page }) => {
    const services = new ServicesPage(page, waggle.url);
    await services.show('?sort=name');
    await expect(services.row(name(0))).toBeVisible();
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight / 2));
    const changing = name(total / 2);
    await expect(services.row(changing)).toContainText('Passing');
    const link = services.row(changing).getByRole('link', { name: changing, exact: true });
    await link.focus();
    await page.waitForTimeout(500);
    const before = await place(page);
    expect(before.scroll).toBeGreaterThan(10_000);
    await mark(page);
    await expect(page.locator('tr.is-new')).toHaveCount(0);
    const moments = await noteMoments(page);
    await agent.put('/v1/txn', [check(total / 2, 'critical')]);
    await expect(services.row(changing)).toContainText('Critical');
    expect(await place(page)).toEqual(before);
    await expect(link).toBeFocused();
    await expect.poll(moments.marked).toContainEqual(expect.stringContaining(changing));
    await expect.poll(moments.said).toContainEqual(expect.stringContaining('1 row changed'));
    // and the mark goes
    await expect(page.locator('tr.is-new')).toHaveCount(0);
    await agent.put('/v1/txn', [check(total / 2, 'passing')]);
    await expect(services.row(changing)).toContainText('Passing');
    expect(await place(page)).toEqual(before);
    await expectStayed(page);
  });

  test('rows do not move while the pointer does, and take their places when it rests', async ({ page }) => {
    const services = new ServicesPage(page, waggle.url);
    // trouble first: what turns critical belongs at the top
    await services.show();
    await expect(services.row(name(0))).toBeVisible();
    const rising = name(1_500);
    await expect(services.row(rising)).toHaveCount(0);
    const news = page.waitForResponse(
      (answer) => answer.url().includes('/api/services?') && answer.status() === 200,
      { timeout: 30_000 },
    );
    // by the page's own clock: on a busy machine this hand rests for longer than it means to
    const rose = await page.evaluateHandle((rising) => {
      const rose = { isThere: false, rested: 0, held: 0 };
      let moved = NaN;
      addEventListener('mousemove', () => (moved = performance.now()), true);
      new MutationObserver(() => {
        const links = [...document.querySelectorAll('tbody a')];
        if (rose.isThere || !links.some((link) => link.textContent?.trim() === rising)) return;
        const answers = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
        const news = answers.filter(({ name }) => name.includes('/api/services?')).at(-1);
        const now = performance.now();
        Object.assign(rose, { isThere: true, rested: now - moved, held: now - (news?.responseEnd ?? now) });
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
      return rose;
    }, rising);
    let isMoving = true;
    const hand = (async () => {
      for (let step = 0; isMoving; step += 1) {
        await page.mouse.move(400 + (step % 50), 500);
        await page.waitForTimeout(40);
      }
    })();
    try {
      await agent.put('/v1/txn', [check(1_500, 'critical')]);
      expect(await (await news).text()).toContain(rising);
      await page.waitForTimeout(800);
    } finally {
      isMoving = false;
      await hand;
    }
    await expect(services.rows().first()).toContainText(rising);
    const { isThere, rested, held: waited } = await rose.jsonValue();
    expect(isThere).toBe(true);
    // half a second of rest, or what a row waits for that at most
    expect(rested >= 490 || waited >= 2_900, `after ${rested} ms of rest, ${waited} ms after the answer`).toBe(true);
    await agent.put('/v1/txn', [check(1_500, 'passing')]);
    await expect(services.row(rising)).toHaveCount(0);
  });

  test('what is typed into the filter stays while the rows that match change', async ({ page }) => {
    const services = new ServicesPage(page, waggle.url);
    await services.show('?sort=name');
    await services.filter().click();
    await page.keyboard.type('many-012');
    await expect(services.rows()).toHaveCount(10);
    await page.keyboard.press('ArrowLeft');
    await mark(page);
    await agent.put('/v1/txn', [check(123, 'critical')]);
    await expect(services.row(name(123))).toContainText('Critical');
    await expect(services.filter()).toHaveValue('many-012');
    await expect(services.filter()).toBeFocused();
    // the caret, too: one more digit goes before the last
    await page.keyboard.type('1');
    await expect(services.filter()).toHaveValue('many-0112');
    await expect(services.rows()).toHaveCount(1);
    await agent.put('/v1/txn', [check(123, 'passing')]);
    await expectStayed(page);
  });
});
