import { createServer, type Server } from 'node:http';
import { Shell } from '../pages/shell';
import { freePort } from '../support/process';
import { expect, test } from '../support/test';
import { startWaggle } from '../support/waggle';

/** A small healthy agent, as far as the pages ask it. */
function agent(port: number): Promise<Server> {
  const node = { ID: '', Node: 'n1', Address: '10.0.0.1', Datacenter: 'dc1', TaggedAddresses: {}, Meta: {} };
  const service = { ID: 'web-1', Service: 'web', Tags: ['v1'], Port: 80, Address: '', Meta: {}, Weights: { Passing: 1, Warning: 1 } };
  const check = { Node: 'n1', CheckID: 'serfHealth', Name: 'Serf', Status: 'passing', Notes: '', Output: '', ServiceID: '', ServiceName: '' };
  const answers: Record<string, unknown> = {
    '/v1/catalog/datacenters': ['dc1'],
    '/v1/agent/self': {
      Config: { Datacenter: 'dc1', NodeName: 'n1', Version: '1.22.6', Server: true },
      Member: { Name: 'n1', Addr: '10.0.0.1', Tags: {} },
    },
    '/v1/status/leader': '10.0.0.1:8300',
    '/v1/catalog/services': { web: ['v1'] },
    '/v1/catalog/nodes': [node],
    '/v1/catalog/node/n1': { Node: node, Services: { 'web-1': service } },
    '/v1/health/service/web': [{ Node: node, Service: service, Checks: [check] }],
    '/v1/health/node/n1': [check],
    '/v1/internal/ui/services': [{ Name: 'web', Datacenter: 'dc1', Tags: ['v1'], Nodes: ['n1'], InstanceCount: 1, ChecksPassing: 1, ChecksWarning: 0, ChecksCritical: 0, Kind: '' }],
    '/v1/internal/ui/nodes': [{ ...node, Services: [service], Checks: [check] }],
  };
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0];
    response.setHeader('Content-Type', 'application/json');
    response.setHeader('X-Consul-Index', '7');
    const found = answers[path] ?? [];
    response.end(JSON.stringify(found));
  });
  return new Promise((done) => server.listen(port, '127.0.0.1', () => done(server)));
}

test('an agent that is down is named, and the page recovers by itself', async ({ page }) => {
  test.setTimeout(60_000);
  const port = await freePort();
  const waggle = await startWaggle(['--agent', `http://127.0.0.1:${port}`]);
  let server: Server | undefined;
  try {
    await page.goto(`${waggle.url}/ui/dc1/services`);
    await expect(page.getByText('No answer from the Consul agent')).toBeVisible();
    await expect(page.getByText(new RegExp(`127\\.0\\.0\\.1:${port}`)).first()).toBeVisible();
    server = await agent(port);
    const shell = new Shell(page, waggle.url);
    await expect(shell.row('web')).toBeVisible({ timeout: 30_000 });
    // and what is on the page stays when it goes again
    server.closeAllConnections();
    await new Promise((done) => server!.close(done));
    await page.waitForTimeout(7000);
    await expect(shell.row('web')).toBeVisible();
    await expect(page.getByText(/Stale \d+ s|cannot be reached|No answer/).first()).toBeVisible({ timeout: 15_000 });
  } finally {
    server?.closeAllConnections();
    server?.close();
    await waggle.stop();
  }
});

test('the root waits for an agent too', async ({ page }) => {
  const port = await freePort();
  const waggle = await startWaggle(['--agent', `http://127.0.0.1:${port}`]);
  let server: Server | undefined;
  try {
    await page.goto(`${waggle.url}/`);
    await expect(page.getByText('No answer from the Consul agent').first()).toBeVisible();
    server = await agent(port);
    await expect(new Shell(page, waggle.url).row('web')).toBeVisible({ timeout: 30_000 });
  } finally {
    server?.closeAllConnections();
    server?.close();
    await waggle.stop();
  }
});

test('when waggle itself goes, the page keeps its data and says so', async ({ page }) => {
  test.setTimeout(60_000);
  const port = await freePort();
  let waggle = await startWaggle(['--demo'], '', port);
  try {
    const shell = new Shell(page, waggle.url);
    await shell.open('/ui/dc1/services');
    await expect(shell.row('omo.msa.startkit')).toBeVisible();
    await waggle.stop();
    await expect(page.getByText(/Stale \d+ s/).first()).toBeVisible({ timeout: 25_000 });
    await expect(shell.row('omo.msa.startkit')).toBeVisible();
    waggle = await startWaggle(['--demo'], '', port);
    await expect(page.getByText(/Stale \d+ s/)).toHaveCount(0, { timeout: 30_000 });
  } finally {
    await waggle.stop();
  }
});
