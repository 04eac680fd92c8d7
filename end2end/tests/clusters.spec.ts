// Clusters that do not know of each other: the datacenters of the first keep their names, those of
// the others are dc@cluster.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServicePage, ServicesPage } from '../pages/services';
import { FakeAgent } from '../support/fake_agent';
import { expect as base, expectAccessible, test } from '../support/test';
import { startWaggle, type Waggle } from '../support/waggle';

// a cluster that is late once, by 250 or 300 ms, is asked again 4 to 10 s later
const expect = base.configure({ timeout: 30_000 });

test('with a datacenter chosen, row, number, counts and link are those of it', async ({ page }) => {
  test.slow();
  const folder = mkdtempSync(join(tmpdir(), 'waggle-chosen-'));
  const west = await FakeAgent.start({ services: ['web', 'calm'] });
  const east = await FakeAgent.start({ services: ['web', 'calm'], critical: ['web'] });
  const config = join(folder, 'waggle.toml');
  const cluster = (name: string, agent: FakeAgent) => `[[cluster]]\nname = "${name}"\nagents = ["${agent.url}"]\n`;
  writeFileSync(config, cluster('west', west) + cluster('east', east));
  const waggle = await startWaggle(['--config', config, '--no-history']);
  try {
    const services = new ServicesPage(page, waggle.url);
    const link = services.row('web').getByRole('link', { name: 'web', exact: true });
    const amount = () => services.row('web').locator('.column-number');
    await services.show('', '@all');
    await expect(services.status('Critical')).toHaveText('Critical1');
    await expect(services.row('web')).toContainText('Critical');
    await expect(amount()).toHaveText('1 / 2');
    await expect(link).toHaveAttribute('href', '/ui/dc1@east/services/web');
    await expect(page.locator('.page-foot')).toContainText(/4 instances/);
    await page.getByRole('button', { name: 'dc1', exact: true }).click();
    await expect(page).toHaveURL(/filter=dc(%3A|:)dc1$/);
    await expect(services.row('web')).not.toContainText('Critical');
    await expect(services.row('web')).toContainText('Passing');
    await expect(amount()).toHaveText('1');
    await expect(link).toHaveAttribute('href', '/ui/dc1/services/web');
    await expect(page.locator('.page-foot')).toContainText(/2 instances/);
    // what is counted is what pressing it shows
    await expect(services.status('Critical')).toHaveText('Critical0');
    await expect(services.status('Passing')).toHaveText('Passing2');
    await services.status('Passing').click();
    await expect(services.rows()).toHaveCount(2);
    // as the server draws it, too
    await page.goto(`${waggle.url}/ui/@all/services?filter=dc:dc1@east`);
    await expect(services.row('web')).toContainText('Critical');
    await expect(link).toHaveAttribute('href', '/ui/dc1@east/services/web');
    await expect(services.status('Critical')).toHaveText('Critical1');
    await services.status('Critical').click();
    await expect(services.rows()).toHaveCount(1);
    await expect(services.row('web')).toBeVisible();
  } finally {
    await waggle.stop();
    await west.stop();
    await east.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

test.describe('two clusters', () => {
  test.describe.configure({ mode: 'serial', timeout: 120_000 });
  let west: FakeAgent;
  let east: FakeAgent;
  let waggle: Waggle;
  const folder = mkdtempSync(join(tmpdir(), 'waggle-clusters-'));

  test.beforeAll(async () => {
    west = await FakeAgent.start({ services: ['web', 'only-west'] });
    east = await FakeAgent.start({ services: ['web', 'only-east'] });
    const config = join(folder, 'waggle.toml');
    const cluster = (name: string, agent: FakeAgent) => `[[cluster]]\nname = "${name}"\nagents = ["${agent.url}"]\n`;
    writeFileSync(config, cluster('west', west) + cluster('east', east));
    waggle = await startWaggle(['--config', config, '--no-history']);
  });

  test.afterAll(async () => {
    await waggle?.stop();
    await west?.stop();
    await east?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const picker = 'button[popovertarget="datacenter-menu"]';

  test('each has its services, and the way between them is the picker', async ({ page }) => {
    const services = new ServicesPage(page, waggle.url);
    await services.show();
    await expect(services.row('only-west')).toBeVisible();
    await expect(services.row('only-east')).toHaveCount(0);
    await page.locator(picker).filter({ visible: true }).click();
    const menu = page.locator('#datacenter-menu');
    await expect(menu.getByRole('link')).toHaveCount(3);
    await menu.getByRole('link', { name: 'dc1@east' }).click();
    await expect(page).toHaveURL(/\/ui\/dc1@east\/services$/);
    await expect(services.row('only-east')).toBeVisible();
    await expect(services.row('only-west')).toHaveCount(0);
    await expectAccessible(page);
  });

  test('the line in the side bar names the agent that serves the page', async ({ page }) => {
    const line = page.getByRole('complementary').getByText('Consul 1.22.6 · via n1', { exact: true });
    const services = new ServicesPage(page, waggle.url);
    for (const [dc, agent] of [['dc1', west], ['dc1@east', east], ['@all', west]] as const) {
      await services.show('', dc);
      await expect(line).toHaveAttribute('title', `The Consul agent that answers: ${agent.url}`);
    }
    // and follows on the way from one to the other
    await services.go('Nodes');
    await page.locator(picker).filter({ visible: true }).click();
    await page.locator('#datacenter-menu').getByRole('link', { name: 'dc1@east' }).click();
    await expect(line).toHaveAttribute('title', `The Consul agent that answers: ${east.url}`);
  });

  test('services of both are opened, and each knows where it is', async ({ page }) => {
    for (const [dc, name, foreign] of [['dc1', 'only-west', 'dc1@east'], ['dc1@east', 'only-east', 'dc1']]) {
      const services = new ServicesPage(page, waggle.url);
      await services.show('', dc);
      await expect(services.row(name)).toBeVisible();
      await services.row(name).getByRole('link').first().click();
      await expect(page).toHaveURL(`${waggle.url}/ui/${dc}/services/${name}`);
      const service = new ServicePage(page, waggle.url);
      await expect(service.instance(`${name}-1`)).toContainText('n1');
      await service.instance(`${name}-1`).getByRole('link').first().click();
      await expect(page).toHaveURL(new RegExp(`/ui/${dc}/services/${name}/instances/n1/`));
      await page.goto(`${waggle.url}/ui/${foreign}/services/${name}`);
      await expect(page.getByText(`${name} is not in ${foreign}`)).toBeVisible();
    }
  });

  test('one list holds both, with the health in each', async ({ page }) => {
    const services = new ServicesPage(page, waggle.url);
    await services.show('', '@all');
    await expect(services.rows()).toHaveCount(3);
    const web = services.rows().filter({ hasText: 'web' });
    await expect(web.locator('.place-chip')).toHaveText(['dc1', 'dc1@east']);
    await expect(web).toContainText('2');
    await web.getByRole('link', { name: /^dc1@east:/ }).click();
    await expect(page).toHaveURL(/\/ui\/dc1@east\/services\/web$/);
    await services.show('', '@all');
    await page.getByRole('button', { name: 'dc1@east' }).filter({ visible: true }).last().click();
    await expect(page).toHaveURL(/filter=dc%3Adc1%40east|filter=dc:dc1@east/);
    await expect(services.row('only-west')).toHaveCount(0);
    await expect(services.row('only-east')).toBeVisible();
  });

  test('one that falls silent takes nothing from the other', async ({ page }) => {
    test.setTimeout(180_000);
    east.silent = true;
    try {
      const services = new ServicesPage(page, waggle.url);
      await services.show('', '@all');
      await expect(services.row('only-west')).toBeVisible();
      // what it said last is there, and how old that is
      await expect(page.locator('.datacenter-chip[data-condition="stale"]')).toContainText('dc1@east', {
        timeout: 60_000,
      });
      await expect(services.row('only-east')).toBeVisible();
      await expect(services.row('only-west')).toBeVisible();
      // its age goes on by itself, and the reason is had without a pointer
      const chip = page.locator('.datacenter-chip[data-condition="stale"]');
      const seconds = async () => Number(/stale (\d+) s/.exec((await chip.textContent()) ?? '')?.[1]);
      const first = await seconds();
      await expect.poll(seconds).toBeGreaterThan(first + 2);
      const details = page.locator('.datacenter-reasons');
      await details.locator('summary').focus();
      await page.keyboard.press('Enter');
      await expect(details.locator('dl')).toContainText(/dc1@east.*stale \d+ s: .+\./);
      await page.locator(picker).filter({ visible: true }).click();
      await expect(page.locator('#datacenter-menu').getByRole('link', { name: 'dc1', exact: false }).first()).toBeVisible();
    } finally {
      east.silent = false;
    }
  });

  test('a datacenter without a leader is shown, and says so', async ({ page }) => {
    west.leaderless = true;
    try {
      const services = new ServicesPage(page, waggle.url);
      await services.show('', '@all');
      await expect(page.locator('.datacenter-chip[data-condition="no-leader"]')).toContainText('no leader', {
        timeout: 60_000,
      });
      await expect(services.row('only-west')).toBeVisible();
    } finally {
      west.leaderless = false;
    }
  });
});
