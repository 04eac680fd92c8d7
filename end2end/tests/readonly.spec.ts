import { KvPage } from '../pages/kv';
import { expect, test } from '../support/test';
import { api } from '../support/waggle';

test('nothing can be written', async ({ page, readOnly }) => {
  const kv = new KvPage(page, readOnly.url);
  await kv.showFolder();
  await expect(page.getByText('Read-only').first()).toBeVisible();
  const writes = /^(New key|New key here|Delete|Edit|Save|Create)/;
  for (const path of ['/ui/dc1/kv', '/ui/dc1/kv/omo/msa/config/', '/ui/dc1/kv/omo/msa/config/default.yaml/edit']) {
    await page.goto(`${readOnly.url}${path}`);
    await kv.title().waitFor();
    await expect(page.getByRole('progressbar')).toHaveCount(0);
    // what is there does nothing
    const buttons = page.getByRole('main').getByRole('button', { name: writes });
    for (const button of await buttons.all()) await expect(button).toBeDisabled();
    await expect(page.getByRole('main').getByRole('link', { name: writes })).toHaveCount(0);
  }
  await expect(kv.shown()).toContainText('logger:');
  // not by its address, either
  await page.goto(`${readOnly.url}/ui/dc1/kv/omo/msa/config/default.yaml/edit?mode=edit`);
  await expect(kv.shown()).toContainText('logger:');
  await expect(kv.value()).toHaveCount(0);
  await page.goto(`${readOnly.url}/ui/dc1/kv/create`);
  await expect(kv.button('Create key').and(page.locator(':enabled'))).toHaveCount(0);
});

test('the API refuses every write', async ({ readOnly }) => {
  const save = { Datacenter: 'dc1', Key: 'a', Value: 'eA==', Cas: 0 };
  for (const [method, path, body] of [
    ['PUT', '/api/kv/value', save],
    ['DELETE', '/api/kv/value?key=omo/msa/config/default.yaml&cas=1', undefined],
  ] as const) {
    const answer = await api(readOnly, method, path, body);
    expect(answer.status, `${method} ${path}`).toBe(403);
    expect((await answer.json()).kind).toBe('read_only');
  }
});
