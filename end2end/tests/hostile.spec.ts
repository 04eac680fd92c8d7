import { createServer, type Server } from 'node:http';
import { KvPage } from '../pages/kv';
import { expect, test } from '../support/test';
import { createKey, startWaggle, type Waggle } from '../support/waggle';

// half a mebibyte in one line, and seven pages
test.describe.configure({ timeout: 120_000 });

const evil = '<img src=x onerror="window.pwned=1"></script><b>{{7*7}}';
const texts = [evil, '\u001b[31mred\u001b[0m', '\u202egnp.exe', 'javascript:alert(1)', 'a\u200bb', 'x'.repeat(20_000)];

let server: Server;
let waggle: Waggle;

/** An agent that holds nothing but hostile text. */
test.beforeAll(async () => {
  const node = { ID: '', Node: evil, Address: evil, Datacenter: 'dc1', TaggedAddresses: { lan: evil }, Meta: { dashboard: 'javascript:alert(1)', [evil]: evil } };
  const service = {
    ID: evil, Service: evil, Tags: texts, Port: 80, Address: 'javascript:alert(1)',
    Meta: { link: 'javascript:alert(1)', other: '//evil.example', [evil]: evil }, Weights: { Passing: 1, Warning: 1 },
  };
  const checks = texts.map((text, index) => ({
    Node: evil, CheckID: `${evil}${index}`, Name: text, Status: index ? 'critical' : 'passing', Notes: text, Output: text, ServiceID: evil, ServiceName: evil,
  }));
  const answer = (path: string): unknown => {
    if (path === '/v1/catalog/datacenters') return ['dc1'];
    if (path === '/v1/agent/self') return { Config: { Datacenter: 'dc1', NodeName: evil, Version: evil, Server: true }, Member: { Name: evil, Tags: {} } };
    if (path === '/v1/status/leader') return '10.0.0.1:8300';
    if (path === '/v1/catalog/services') return { [evil]: texts };
    if (path === '/v1/catalog/nodes') return [node];
    if (path.startsWith('/v1/catalog/node/')) return { Node: node, Services: { [evil]: service } };
    if (path.startsWith('/v1/health/service/')) return [{ Node: node, Service: service, Checks: checks }];
    if (path.startsWith('/v1/health/')) return checks;
    if (path === '/v1/internal/ui/services') return [{ Name: evil, Datacenter: 'dc1', Tags: texts, Nodes: [evil], InstanceCount: 1, ChecksPassing: 1, ChecksWarning: 0, ChecksCritical: 2, Kind: evil }];
    if (path === '/v1/internal/ui/nodes') return [{ ...node, Services: [service], Checks: checks }];
    return [];
  };
  server = createServer((request, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.setHeader('X-Consul-Index', '7');
    response.end(JSON.stringify(answer((request.url ?? '').split('?')[0])));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  waggle = await startWaggle(['--agent', `http://127.0.0.1:${port}`]);
});

test.afterAll(async () => {
  await waggle?.stop();
  server?.closeAllConnections();
  server?.close();
});

test('text from Consul is text on every page', async ({ page }) => {
  const name = encodeURIComponent(evil);
  for (const path of [
    '/ui/dc1/services',
    `/ui/dc1/services/${name}`,
    `/ui/dc1/services/${name}/tags`,
    `/ui/dc1/services/${name}/metadata`,
    `/ui/dc1/services/${name}/instances/${name}/${name}`,
    '/ui/dc1/nodes',
    `/ui/dc1/nodes/${name}`,
  ]) {
    await page.goto(`${waggle.url}${path}`);
    await expect(page.getByRole('main').getByText('{{7*7}}').first(), path).toBeVisible();
    expect(await page.evaluate(() => (window as unknown as { pwned?: number }).pwned), path).toBeUndefined();
    expect(await page.locator('img[src="x"]').count(), path).toBe(0);
    const links = await page.locator('a').evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
    expect(links.filter((link) => !link.startsWith('http://127.0.0.1:')), path).toEqual([]);
  }
});

test('text in keys and values is text', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const root = `end2end/hostile-${process.pid}-${Date.now()}`;
  await createKey(demo, `${root}/${evil.replaceAll('/', '|')}`, evil);
  await createKey(demo, `${root}/long`, 'x'.repeat(512 * 1024));
  await kv.showFolder(`${root}/`);
  await expect(page.getByText('{{7*7}}').first()).toBeVisible();
  await kv.showKey(`${root}/long`);
  await expect(kv.shown()).toHaveText(/^x{1000}/);
  await kv.edit().click();
  await expect(kv.value()).toContainText(/x{1000}/);
  await kv.value().press('Control+End');
  await kv.value().press('Backspace');
  await expect(kv.save()).toBeEnabled();
  expect(await page.evaluate(() => (window as unknown as { pwned?: number }).pwned)).toBeUndefined();
});
