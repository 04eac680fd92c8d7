import { OverviewPage } from '../pages/overview';
import { ServicesPage } from '../pages/services';
import { expect, test } from '../support/test';
import { startWaggle } from '../support/waggle';

test('every datacenter in a few numbers, and what is critical leads on', async ({ page, demo }) => {
  const overview = new OverviewPage(page, demo.url);
  await overview.show('@all');
  let first = { Name: '', Datacenter: '' };
  // a datacenter that takes longer than a moment is told of in a later answer
  await expect(async () => {
    const answer = await (await fetch(`${demo.url}/api/overview?dc=@all`)).json();
    expect(answer.Items.map((item: { State: { Name: string } }) => item.State.Name)).toEqual(['dc1', 'dc2']);
    for (const item of answer.Items) {
      const row = overview.row(item.State.Name);
      expect(item.Leader).toBeTruthy();
      await expect(row).toContainText(item.Leader, { timeout: 2_000 });
      await expect(row).toContainText(`${item.ServersAlive} of ${item.Servers} alive`, { timeout: 2_000 });
    }
    first = answer.Critical[0];
  }).toPass({ timeout: 30_000 });
  await page.getByRole('list').getByRole('link').filter({ hasText: first.Name }).first().click();
  await expect(page).toHaveURL(new RegExp(`/ui/${first.Datacenter}/services/${first.Name}`));
});

test('one datacenter alone', async ({ page, demo }) => {
  const overview = new OverviewPage(page, demo.url);
  await overview.show();
  await expect(overview.rows()).toHaveCount(1);
  await overview.go('Services');
  await expect(page).toHaveURL(/\/ui\/dc1\/services/);
});

test('a service of several datacenters is one row with its state in each', async ({ page, demo }) => {
  const services = new ServicesPage(page, demo.url);
  await services.open('/ui/@all/services?filter=startkit');
  const row = services.row('omo.msa.startkit');
  await expect(row.getByText('dc1', { exact: true })).toBeVisible();
  await expect(row.getByText('dc2', { exact: true })).toBeVisible();
});

test('where nothing answers at all the list says so, and is not empty', async ({ page }) => {
  const waggle = await startWaggle(['--agent', 'http://127.0.0.1:1']);
  try {
    await new ServicesPage(page, waggle.url).open('/ui/@all/services');
    await expect(page.getByRole('heading', { name: 'No answer from the Consul agent' })).toBeVisible();
    await expect(page.getByText('No services yet')).toHaveCount(0);
    await expect(page.getByText('@', { exact: true })).toHaveCount(0);
  } finally {
    await waggle.stop();
  }
});

test('on a narrow screen each number has its word', async ({ page, demo }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  const overview = new OverviewPage(page, demo.url);
  await overview.show();
  const amount = overview.rows().first().locator('.overview-amount').filter({ visible: true });
  await expect(amount).toHaveText(/\d+ ?Services/);
  await expect(amount.getByText('Services')).toBeVisible();
});

test('a datacenter that does not answer says what is the matter, and why', async ({ page }) => {
  const waggle = await startWaggle(['--agent', 'http://127.0.0.1:1']);
  try {
    await new OverviewPage(page, waggle.url).open('/ui/dc1/overview');
    await expect(page.getByText('No answer from the Consul agent').first()).toBeVisible();
  } finally {
    await waggle.stop();
  }
});
