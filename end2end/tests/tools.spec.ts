import { readFileSync } from 'node:fs';
import { KvPage } from '../pages/kv';
import { ToolsPage } from '../pages/tools';
import { expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test';
import { api, createKey, folder, readKey, startWaggle } from '../support/waggle';

// with several pages and looks for accessibility each
test.describe.configure({ timeout: 120_000 });

test('a search in values leads to the line and marks it', async ({ page, demo }) => {
  const tools = new ToolsPage(page, demo.url);
  const root = folder('find');
  await createKey(demo, `${root}/app.yaml`, 'logger:\n  level: 3\n<img src=x>: 1\n');
  await createKey(demo, `${root}/other`, 'nothing');
  const kv = new KvPage(page, demo.url);
  await kv.showFolder(`${root}/`);
  await page.goto(`${demo.url}/ui/dc1/search?prefix=${encodeURIComponent(`${root}/`)}`);
  await tools.pattern().fill('LEVEL');
  await tools.pick('Values').click();
  await tools.start().click();
  await expect(tools.found()).toHaveCount(1);
  await expect(tools.found().locator('mark')).toHaveText('level');
  await expect(tools.found().locator('.hit-line').nth(2)).toContainText('<img src=x>');
  await expect(page).toHaveURL(/in=values/);
  await expect(page.getByText('1 place in 1 key')).toBeVisible();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await page.keyboard.press('Escape');
  await page.locator('h1').click();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/kv/${root}/app.yaml/edit`));
});

test('what was found becomes a file: those keys, and no others', async ({ page, demo }) => {
  const tools = new ToolsPage(page, demo.url);
  const root = folder('found');
  await createKey(demo, `${root}/needle/`, '');
  await createKey(demo, `${root}/needle/thread`, 'of another name');
  await createKey(demo, `${root}/needle.yaml`, 'a: 1\n', 7);
  await tools.show('search', { prefix: `${root}/`, q: 'needle' });
  await expect(tools.found()).toHaveCount(3);
  await tools.show('search', { prefix: `${root}/`, q: 'needle(/|.yaml)$', kind: 'regex' });
  await expect(tools.found()).toHaveCount(2);
  await page.getByRole('button', { name: 'Export 2 keys…' }).click();
  await expect(tools.dialog()).toBeVisible();
  await expectAccessible(page);
  const saved = page.waitForEvent('download');
  await tools.dialog().getByRole('button', { name: 'Download' }).click();
  const exported = JSON.parse(readFileSync(await (await saved).path(), 'utf8'));
  // the folder's own key was found, not what is below it
  expect(exported.map((one: { key: string }) => one.key)).toEqual([`${root}/needle.yaml`, `${root}/needle/`]);
  expect(exported[0].flags).toBe(7);
  await expect(tools.dialog()).toHaveCount(0);
});

test('a line that was found is shown in its key, however large, and in the editor', async ({ page, demo }) => {
  const tools = new ToolsPage(page, demo.url);
  const kv = new KvPage(page, demo.url);
  const root = folder('line');
  const lines = Array.from({ length: 9000 }, (_, at) => `key-${at + 1}: value of a line that is as long as most`);
  lines[7776] = 'needle: 1';
  await createKey(demo, `${root}/large.yaml`, `${lines.join('\n')}\n`);
  await tools.show('search', { prefix: `${root}/`, in: 'values', q: 'needle' });
  await tools.found().locator('.hit-line', { hasText: 'needle' }).click();
  await expect(page).toHaveURL(/[?&]line=7777/);
  await expect(kv.markedLine()).toHaveText('needle: 1');
  await expect(kv.markedLine()).toBeInViewport();
  await kv.expectShown(`${lines.join('\n')}\n`);
  await kv.edit().click();
  await expect(page.locator('.cm-activeLine')).toHaveText('needle: 1', { timeout: 30_000 });
  await expect(page.locator('.cm-activeLine')).toBeInViewport();
  await page.keyboard.type('so-');
  await expect(page.locator('.cm-activeLine')).toHaveText('so-needle: 1');
});

test('a wrong pattern is told at its place', async ({ page, demo }) => {
  const tools = new ToolsPage(page, demo.url);
  await tools.show('search', { q: 'ab(c', kind: 'regex' });
  await expect(page.getByText(/^Character 3: /)).toBeVisible();
  await expect(tools.pattern()).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(page);
});

test('a fuzzy search is of names, and says so where it is asked for values', async ({ page, demo }) => {
  const tools = new ToolsPage(page, demo.url);
  const root = folder('fuzzy');
  await createKey(demo, `${root}/default.yaml`, 'some: dflt\n');
  await createKey(demo, `${root}/other`, 'default\n');
  await tools.show('search', { prefix: `${root}/`, q: 'dflt' });
  await expect(page.getByText('Nothing found')).toBeVisible();
  await tools.pick('Fuzzy').click();
  await expect(tools.found()).toHaveCount(1);
  await expect(tools.found()).toContainText('default.yaml');
  const note = page.getByText('Fuzzy is for names. In values, the text is looked for as it is typed.');
  await expect(note).toHaveCount(0);
  await tools.pick('Both').click();
  await expect(note).toBeVisible();
  await expect(tools.found()).toHaveCount(1);
  await expectAccessible(page);
});

test('a search says how far it is, and is stopped', async ({ page, demo }) => {
  // one that finds a key and then takes for ever
  await page.addInitScript(() => {
    const real = window.fetch;
    window.fetch = async (input, options) => {
      const url = input instanceof Request ? input.url : String(input);
      if (!url.includes('api/search?')) return real(input, options);
      const signal = input instanceof Request ? input.signal : options?.signal;
      const events = [
        { Hit: { Key: 'slow/found', Ranges: [[0, 4]], Lines: [], More: 0 } },
        { Progress: { LookedAt: 1234, Of: 5678 } },
      ];
      const body = new ReadableStream({
        start(stream) {
          for (const event of events) stream.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(event)}\n\n`));
          signal?.addEventListener('abort', () => stream.error(signal.reason));
        },
      });
      return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } });
    };
  });
  const tools = new ToolsPage(page, demo.url);
  await tools.show('search');
  await tools.pattern().fill('slow');
  await tools.start().click();
  await expect(tools.found()).toHaveCount(1);
  await expect(page.getByText('1,234 of 5,678 keys')).toBeVisible();
  await expect(page.getByRole('progressbar')).toHaveAttribute('value', /./);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByText('Stopped. What was found so far is shown.')).toBeVisible();
  await expect(tools.found()).toHaveCount(1);
  await expect(page.getByRole('progressbar')).toHaveCount(0);
});

test('what is found is replaced after a preview', async ({ page, demo }) => {
  const tools = new ToolsPage(page, demo.url);
  const root = folder('replace');
  await createKey(demo, `${root}/a`, 'host: old\n');
  await createKey(demo, `${root}/b`, 'host: old\n');
  await tools.show('search', { prefix: `${root}/`, q: 'old', in: 'values' });
  await expect(tools.found()).toHaveCount(2);
  await page.getByRole('textbox', { name: 'Replace with' }).fill('new');
  await page.getByRole('button', { name: 'Replace in all' }).click();
  await expect(tools.dialog()).toBeVisible();
  await expect(tools.dialog()).toContainText(`${root}/a`);
  expect((await readKey(demo, `${root}/a`))?.bytes.toString()).toBe('host: old\n');
  await tools.dialog().locator('footer .is-primary, footer .is-destructive').first().click();
  await expect.poll(async () => (await readKey(demo, `${root}/b`))?.bytes.toString()).toBe('host: new\n');
});

test('two folders are compared and a key is promoted', async ({ page, demo }) => {
  const tools = new ToolsPage(page, demo.url);
  const root = folder('compare');
  await createKey(demo, `${root}/l/app.yaml`, 'level: 3\n');
  await createKey(demo, `${root}/l/same`, 'x');
  await createKey(demo, `${root}/r/app.yaml`, 'level: 4\n');
  await createKey(demo, `${root}/r/same`, 'x');
  await createKey(demo, `${root}/r/only`, 'x');
  await tools.show('compare', { prefix: `${root}/l/`, with: 'dc1', 'with-prefix': `${root}/r/` });
  await expect(tools.pairs()).toHaveCount(2);
  await expect(tools.pick('All differences 2')).toHaveAttribute('aria-pressed', 'true');
  await tools.pairs().first().getByRole('button').click();
  await expect(page.locator('.pair-detail')).toContainText('level: 4');
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await page.getByRole('checkbox', { name: 'Select app.yaml' }).check();
  await page.getByRole('button', { name: /^Promote to → / }).click();
  await expect(tools.dialog()).toContainText(`${root}/r/app.yaml`);
  await tools.dialog().locator('footer .is-primary, footer .is-destructive').first().click();
  await expect.poll(async () => (await readKey(demo, `${root}/r/app.yaml`))?.bytes.toString()).toBe('level: 3\n');
});

test('a session shows what it holds, and can be ended', async ({ page }) => {
  // others look for its session in the shared one
  const demo = await startWaggle(['--demo']);
  const tools = new ToolsPage(page, demo.url);
  await tools.show('sessions');
  const row = page.getByRole('row').filter({ hasText: 'omo.bla.scheduler leader' });
  await expect(row).toContainText('omo/bla/scheduler/leader');
  await expect(row).toContainText('bla-1');
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await row.getByRole('link', { name: 'omo/bla/scheduler/leader' }).click();
  await expect(page.getByText('This key is locked by omo.bla.scheduler leader on bla-1.')).toBeVisible();
  await page.goBack();
  await row.getByRole('button', { name: 'Invalidate' }).click();
  await expect(tools.dialog()).toContainText('1 key is released');
  await expectAccessible(page);
  await tools.dialog().getByRole('button', { name: 'Invalidate' }).click();
  await expect(row).toHaveCount(0);
  const holder = async () =>
    (await (await api(demo, 'GET', '/api/kv/value?dc=dc1&key=omo/bla/scheduler/leader')).json()).Session;
  await expect.poll(holder).toBeUndefined();
  await demo.stop();
});

test('a comparison without sides says that nothing is compared yet', async ({ page, demo }) => {
  const tools = new ToolsPage(page, demo.url);
  await tools.show('compare');
  await expect(page.getByText('Nothing is compared yet')).toBeVisible();
  await expectAccessible(page);
  await tools.show('compare', { with: 'dc1' });
  await expect(page.getByText('Both sides are the same')).toBeVisible();
});

test('without the right to write nothing can be changed', async ({ page, readOnly }) => {
  const tools = new ToolsPage(page, readOnly.url);
  await tools.show('sessions');
  await expect(page.getByText('omo.bla.scheduler leader')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Invalidate' })).toHaveCount(0);
  await tools.show('search', { q: 'level', in: 'values' });
  await expect(tools.found().first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Replace in all' })).toHaveCount(0);
  await tools.show('compare', { with: 'dc2' });
  await expect(tools.pairs().first()).toBeVisible();
  await expect(page.getByRole('checkbox')).toHaveCount(0);
});
