import { NodePage, NodesPage } from '../pages/nodes';
import { expect, test } from '../support/test';

test('every node is listed, the leader marked', async ({ page, demo }) => {
  const nodes = new NodesPage(page, demo.url);
  await nodes.show();
  const answer = await (await fetch(`${demo.url}/api/nodes?dc=dc1`)).json();
  await expect(nodes.rows()).toHaveCount(answer.Items.length);
  const leader = answer.Items.find((node: { Leader: boolean }) => node.Leader).Name;
  await expect(nodes.row(leader)).toContainText('Leader');
  await expect(nodes.rows().filter({ hasText: 'Leader' })).toHaveCount(1);
  await expect(nodes.row('msa-1')).toContainText(/10\.|127\.|192\./);
});

test('filter and order stand in the address', async ({ page, demo }) => {
  const nodes = new NodesPage(page, demo.url);
  await nodes.show();
  await nodes.filter().fill('role:server');
  await expect(nodes.row('msa-1')).toHaveCount(0);
  await expect(nodes.row('src-1')).toBeVisible();
  await expect(page).toHaveURL(/role/);
  await page.reload();
  await expect(nodes.filter()).toHaveValue('role:server');
  await expect(nodes.row('msa-1')).toHaveCount(0);
  await nodes.filter().fill('');
  await nodes.sortBy('Node');
  await expect(page).toHaveURL(/sort/);
});

test('what can be typed is said where it is typed', async ({ page, demo }) => {
  const nodes = new NodesPage(page, demo.url);
  await nodes.show();
  const help = /^Words must all match a name or address\. -word leaves out\. status:critical, role:leader\|server\|client, /;
  await expect(page.getByText(help)).toBeHidden();
  await nodes.filter().focus();
  await expect(page.getByText(help)).toBeVisible();
  await nodes.filter().fill('tag:v2');
  const error = 'There is no field tag: here. Fields: status: node: version: role: dc: meta.:';
  await expect(page.getByText(error, { exact: true })).toBeVisible();
  await expect(nodes.filter()).toHaveAccessibleDescription(error);
  await nodes.filter().fill('role:boss');
  await expect(page.getByText('role: is never boss. Values: leader server client', { exact: true })).toBeVisible();
});

test('a node shows its instances and checks', async ({ page, demo }) => {
  const nodes = new NodesPage(page, demo.url);
  await nodes.show();
  await nodes.row('msa-1').getByRole('link').first().click();
  const node = new NodePage(page, demo.url);
  await expect(node.title()).toContainText('msa-1');
  await expect(page.getByRole('link', { name: /omo\.msa\.startkit/ }).first()).toBeVisible();
  await page.getByRole('link', { name: /^Checks of the node/ }).click();
  await expect(page).toHaveURL(/\/checks$/);
  await expect(page.getByText(/Serf/i).first()).toBeVisible();
  // a meta of Consul's own that has no value
  await expect(page.locator('dt:text-is("consul-network-segment") + dd')).toHaveText('empty');
});

test('a node that is not there', async ({ page, demo }) => {
  await page.goto(`${demo.url}/ui/dc1/nodes/never-was`);
  await expect(page.getByText('never-was is not in dc1')).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'All nodes' }).click();
  await expect(page).toHaveURL(/\/ui\/dc1\/nodes$/);
});

test('the navigation goes round', async ({ page, demo }) => {
  const nodes = new NodesPage(page, demo.url);
  await nodes.show();
  await nodes.go('Key/Value');
  await expect(page).toHaveURL(/\/ui\/dc1\/kv$/);
  await nodes.go('Services');
  await expect(page).toHaveURL(/\/ui\/dc1\/services$/);
  await nodes.go('Nodes');
  await expect(page).toHaveURL(/\/ui\/dc1\/nodes$/);
  await page.goBack();
  await expect(page).toHaveURL(/\/ui\/dc1\/services$/);
  await expect(nodes.title()).toContainText('Services');
});
