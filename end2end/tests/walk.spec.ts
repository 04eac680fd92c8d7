import { KvPage } from '../pages/kv';
import { ServicePage, ServicesPage } from '../pages/services';
import { Agent, consulBinary, microTags, startCluster } from '../support/consul';
import { until } from '../support/process';
import { expect as base, test } from '../support/test';
import { startWaggle, type Waggle } from '../support/waggle';

// what is told to a client goes over the servers to waggle, where one that lost its server tries again later
const expect = base.configure({ timeout: 30_000 });

// the whole way on real agents: three servers, three clients
test.skip(!consulBinary() && process.env.CI !== 'true', 'there is no Consul 1.22.6 on this machine');

const net = `127.${80 + (process.pid % 64)}.${(process.pid >> 6) % 256}`;
const servers = [1, 2, 3].map((number) => `${net}.${number}`);
const key = 'omo/msa/config/default.yaml';
const value = 'logger:\n  level: 3';
const ids = [1, 2, 3].map((number) => `omo.msa.startkit-0c6b1f0${number}-2a51-4b0e-9d0e-3f6f7f8e5a1${number}`);

let agents: Agent[] = [];
let clients: Agent[] = [];
let waggle: Waggle;

test.describe.configure({ mode: 'serial' });

// a leader that stands still for a second on a busy machine is not replaced
const hcl = 'performance { raft_multiplier = 3 }';

test.beforeAll(async () => {
  test.setTimeout(150_000);
  agents = await startCluster([
    ...servers.map((ip, index) => ({ node: `src-${index + 1}`, ip, servers: 3, join: servers, hcl })),
    ...[1, 2, 3].map((number) => ({ node: `msa-${number}`, ip: `${net}.${10 + number}`, servers: 0, join: servers })),
  ]);
  clients = agents.slice(3);
  waggle = await startWaggle(servers.flatMap((ip) => ['--agent', `http://${ip}:8500`]));
});

test.afterAll(async () => {
  await waggle?.stop();
  await Promise.all(agents.map((agent) => agent.stop()));
});

test('the main job, from an empty cluster to a lost leader', async ({ page }) => {
  test.setTimeout(300_000);

  await test.step('create the key in the page, read it back from Consul', async () => {
    const kv = new KvPage(page, waggle.url);
    await page.goto(`${waggle.url}/ui/`);
    await expect(page).toHaveURL(`${waggle.url}/ui/dc1/services`);
    await kv.go('Key/Value');
    await expect(page.getByText('No keys yet')).toBeVisible();
    await kv.newKey().click();
    await kv.key().fill(key);
    await kv.value().fill(value);
    await expect(page.getByText('No problems')).toBeVisible();
    await kv.button('Create key').click();
    await kv.expectToast(`Created ${key}`);
    const raw = await fetch(`${agents[0].url}/v1/kv/${key}?raw`);
    expect(raw.status).toBe(200);
    expect(Buffer.from(await raw.arrayBuffer()).equals(Buffer.from(value))).toBe(true);
    await kv.showFolder('omo/msa/config/');
    await expect(kv.rows()).toHaveCount(1);
    await expect(kv.rows().first()).toContainText('default.yaml');
  });

  await test.step('three instances, one row each: ID | Node', async () => {
    for (const [index, client] of clients.entries()) {
      await client.put('/v1/agent/service/register', {
        ID: ids[index],
        Name: 'omo.msa.startkit',
        Address: client.ip,
        Port: 40_000 + index,
        Tags: microTags,
        Check: { TTL: '10m', Status: 'passing', DeregisterCriticalServiceAfter: '90m' },
      });
    }
    const services = new ServicesPage(page, waggle.url);
    await services.show();
    await expect(services.row('omo.msa.startkit')).toContainText('Passing');
    await expect(services.row('omo.msa.startkit')).toContainText('1.0.0');
    await services.row('omo.msa.startkit').getByRole('link').first().click();
    const service = new ServicePage(page, waggle.url);
    await expect(service.rows()).toHaveCount(3);
    const heads = page.getByRole('columnheader');
    await expect(heads.nth(0)).toHaveText('ID', { useInnerText: true });
    await expect(heads.nth(1)).toHaveText('Node', { useInnerText: true });
    for (const [index, client] of clients.entries()) {
      const cells = service.instance(ids[index]).getByRole('cell');
      await expect(cells.nth(0)).toContainText(ids[index]);
      await expect(cells.nth(1)).toHaveText(client.node);
      await expect(service.instance(ids[index])).toContainText(`${client.ip}:${40_000 + index}`);
    }
  });

  const service = new ServicePage(page, waggle.url);
  await test.step('a TTL that runs out is critical', async () => {
    await clients[1].put('/v1/agent/service/register', {
      ID: ids[1],
      Name: 'omo.msa.startkit',
      Address: clients[1].ip,
      Port: 40_001,
      Tags: microTags,
      Check: { TTL: '1s', Status: 'passing', DeregisterCriticalServiceAfter: '90m' },
    });
    // the page stays as it is: it must see by itself
    await expect(service.instance(ids[1])).toContainText('Critical');
    await expect(service.instance(ids[0])).toContainText('Passing');
    await expect(service.rows()).toHaveCount(3);
  });

  await test.step('a deregistered instance is gone', async () => {
    await clients[1].put(`/v1/agent/service/deregister/${ids[1]}`);
    await expect(service.rows()).toHaveCount(2);
    await expect(service.instance(ids[1])).toHaveCount(0);
  });

  await test.step('the leading server stops, the pages go on', async () => {
    const leader = await until('a leader', async () => (await agents[0].leader()) || undefined);
    const leading = agents.slice(0, 3).find((agent) => agent.ip === leader);
    expect(leading, `the leader ${leader} is one of ours`).toBeTruthy();
    const left = agents.slice(0, 3).filter((agent) => agent !== leading);
    await leading!.stop();
    await until('another leader', async () => {
      const now = await left[0].leader();
      return now !== '' && now !== leader;
    }, 60);
    await expect(async () => {
      const answer = await fetch(`${waggle.url}/api/datacenters`);
      expect(answer.ok).toBe(true);
      const { Agent: agent } = await answer.json();
      expect(left.map((one) => one.url)).toContain(agent.Address);
    }).toPass({ timeout: 30_000 });
    const services = new ServicesPage(page, waggle.url);
    await services.show();
    await expect(services.row('omo.msa.startkit')).toBeVisible();
    await clients[0].put(`/v1/agent/service/deregister/${ids[0]}`);
    await service.show('omo.msa.startkit');
    await expect(service.rows()).toHaveCount(1, { timeout: 60_000 });
    await expect(service.instance(ids[2])).toBeVisible();
    // writes go on too
    const kv = new KvPage(page, waggle.url);
    await kv.showKey(key);
    await kv.expectShown(value);
    await kv.edit().click();
    await kv.value().fill(`${value}\n`);
    await kv.saveReviewed();
    await kv.expectToast(`Saved ${key}`);
    const raw = await fetch(`${left[0].url}/v1/kv/${key}?raw`);
    expect(await raw.text()).toBe(`${value}\n`);
  });
});
