import { ServicePage, ServicesPage } from '../pages/services';
import { expect, test } from '../support/test';

test('the root leads to the local datacenter', async ({ page, demo }) => {
  for (const path of ['/', '/ui/', '/ui']) {
    await page.goto(`${demo.url}${path}`);
    await expect(page).toHaveURL(`${demo.url}/ui/dc1/services`);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Services');
  }
});

test('every service is listed with its health and instances', async ({ page, demo }) => {
  const services = new ServicesPage(page, demo.url);
  await services.show();
  await expect(page).toHaveTitle(/Services/);
  const row = services.row('omo.msa.startkit');
  await expect(row).toBeVisible();
  await expect(row).toContainText('3');
  const answer = await (await fetch(`${demo.url}/api/services?dc=dc1`)).json();
  await expect(services.rows()).toHaveCount(answer.Total ?? answer.Items.length);
  await expect(services.rows().filter({ hasText: 'Critical' }).first()).toBeVisible();
});

test('the filter stands in the address and survives a reload', async ({ page, demo }) => {
  const services = new ServicesPage(page, demo.url);
  await services.show();
  await services.filter().fill('startkit');
  await expect(services.rows()).toHaveCount(1);
  await expect(page).toHaveURL(/[?&]\w+=startkit/);
  await page.reload();
  await expect(services.filter()).toHaveValue('startkit');
  await expect(services.rows()).toHaveCount(1);
  await services.filter().fill('no-such-thing');
  await expect(page.getByText(/No match among/)).toBeVisible();
  await page.getByRole('button', { name: 'Clear filter' }).or(page.getByRole('link', { name: 'Clear filter' })).first().click();
  await expect(services.row('omo.msa.startkit')).toBeVisible();
});

test('who goes on at once after typing comes back to what was typed', async ({ page, demo }) => {
  const services = new ServicesPage(page, demo.url);
  await services.show();
  await services.filter().fill('startkit');
  // at once: the address has no time to follow
  await page.evaluate(() => document.querySelector<HTMLElement>('[data-row-link]')!.click());
  await expect(page).toHaveURL(/\/services\/[^?]+$/);
  await page.goBack();
  await expect(services.filter()).toHaveValue('startkit');
  await expect(page).toHaveURL(/[?&]\w+=startkit/);
  await expect(services.rows()).toHaveCount(1);
});

test('a filter that cannot be read says why', async ({ page, demo }) => {
  const services = new ServicesPage(page, demo.url);
  await services.show();
  await services.filter().fill('colour:red');
  await expect(page.getByText(/There is no field .?colour:/)).toBeVisible();
});

test('what can be typed is said where it is typed, and to whom cannot see it', async ({ page, demo }) => {
  const services = new ServicesPage(page, demo.url);
  await services.show();
  const help = /^Words must all match a name or tag\. -word leaves out\. status:critical, tag:v2, /;
  await expect(services.filter()).toHaveAccessibleDescription(help);
  await expect(page.getByText(help)).toBeHidden();
  await services.filter().focus();
  await expect(page.getByText(help)).toBeVisible();
  // a service has no node: what it does have is named
  const error = 'There is no field node: here. Fields: status: tag: kind: version: dc:';
  await services.filter().fill('node:msa-1');
  await expect(page.getByText(error, { exact: true })).toBeVisible();
  await expect(services.filter()).toHaveAccessibleDescription(error);
  await expect(services.filter()).toHaveAttribute('aria-invalid', 'true');
  await services.filter().fill('kind:x -startkit');
  await expect(page.getByText(help)).toBeVisible();
  await services.filter().blur();
  await expect(page.getByText(help)).toBeHidden();
});

test('the status stands in the address', async ({ page, demo }) => {
  const services = new ServicesPage(page, demo.url);
  await services.show();
  await services.status('Critical').click();
  await expect(page).toHaveURL(/critical/);
  const rows = services.rows();
  await expect(rows.first()).toContainText('Critical');
  await expect(rows.filter({ hasNotText: 'Critical' })).toHaveCount(0);
  await services.status('All').click();
  await expect(page).not.toHaveURL(/critical/);
});

test('the order stands in the address', async ({ page, demo }) => {
  const services = new ServicesPage(page, demo.url);
  await services.show();
  const names = () => services.rows().getByRole('link').allTextContents();
  await expect(services.row('omo.msa.startkit')).toBeVisible();
  const before = await names();
  await services.sortBy('Service');
  await expect(page).toHaveURL(/sort/);
  // the worst come first unless one asks for another order
  await expect.poll(names).not.toEqual(before);
  const first = await names();
  await services.sortBy('Service');
  await expect.poll(names).toEqual([...first].reverse());
});

test('the keyboard finds a service and opens it', async ({ page, demo }) => {
  const services = new ServicesPage(page, demo.url);
  await services.show();
  await expect(services.row('omo.msa.startkit')).toBeVisible();
  await page.keyboard.press('/');
  await expect(services.filter()).toBeFocused();
  await page.keyboard.type('startkit');
  await expect(services.rows()).toHaveCount(1);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await services.show('?filter=startkit');
  await expect(services.rows()).toHaveCount(1);
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/services\/omo\.msa\.startkit/);
});

test('a service shows ID and node of each instance', async ({ page, demo }) => {
  const services = new ServicesPage(page, demo.url);
  await services.show();
  await services.row('omo.msa.startkit').getByRole('link').first().click();
  const service = new ServicePage(page, demo.url);
  await expect(service.title()).toContainText('startkit');
  // the title stands before the instances have arrived
  const heads = page.getByRole('columnheader');
  await expect(heads.nth(0)).toContainText('ID');
  await expect(heads.nth(1)).toContainText('Node');
  for (const node of ['msa-1', 'msa-2', 'msa-3']) {
    await expect(service.rows().filter({ hasText: node })).toHaveCount(1);
  }
  await expect(service.rows().first()).toContainText(/omo\.msa\.startkit-[0-9a-f-]{36}/);
});

test('tags of go-micro are decoded, the raw tag is one click away', async ({ page, demo }) => {
  const service = new ServicePage(page, demo.url);
  await service.show('omo.msa.startkit');
  await service.tab('Tags').click();
  await expect(page).toHaveURL(/\/tags$/);
  await expect(page.getByText('protocol').first()).toBeVisible();
  const raw = page.getByText(/^[etv]-789c/);
  await expect(raw.first()).toBeHidden();
  await page.locator('summary').first().click();
  await expect(raw.first()).toBeVisible();
});

test('an instance shows its checks with their output', async ({ page, demo }) => {
  const service = new ServicePage(page, demo.url);
  await service.show('omo.msa.startkit');
  await service.rows().first().getByRole('link').first().click();
  await expect(page).toHaveURL(/\/instances\/msa-\d\/omo/);
  await expect(page.getByText(/Serf/i).first()).toBeVisible();
  await expect(page.getByText('DNS weights')).toBeVisible();
});

test.describe('what is not there', () => {
  test('a service', async ({ page, demo }) => {
    await page.goto(`${demo.url}/ui/dc1/services/never-was`);
    await expect(page.getByText('never-was is not in dc1')).toBeVisible();
    await page.getByRole('main').getByRole('link', { name: 'All services' }).click();
    await expect(page).toHaveURL(/\/ui\/dc1\/services$/);
  });

  test('an instance', async ({ page, demo }) => {
    await page.goto(`${demo.url}/ui/dc1/services/omo.msa.startkit/instances/msa-1/gone`);
    await expect(page.getByText(/gone is not in dc1/)).toBeVisible();
  });

  test('a datacenter', async ({ page, demo }) => {
    await page.goto(`${demo.url}/ui/nowhere/services`);
    await expect(page.getByText('Consul knows no datacenter nowhere')).toBeVisible();
    await expect(page.getByRole('main').getByRole('link').first()).toBeVisible();
  });

  test('a page', async ({ page, demo }) => {
    await page.goto(`${demo.url}/ui/dc1/services/a/unheard-of`);
    await expect(page.getByText('There is no such page')).toBeVisible();
  });
});
