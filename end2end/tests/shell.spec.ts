import type { Page } from '@playwright/test';
import { Shell } from '../pages/shell';
import { expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test';
import { createKey, type Waggle } from '../support/waggle';

/** Every page of the demo, by its path below the base. */
async function pages(demo: Waggle): Promise<[string, string][]> {
  const detail = await (await fetch(`${demo.url}/api/services/omo.msa.startkit?dc=dc1`)).json();
  const instance = detail.Instances[0];
  const key = `end2end/pages-${process.pid}-${Date.now()}/default.yaml`;
  const binary = `end2end/pages-${process.pid}-${Date.now()}/blob`;
  // two lines of one search, one below the other: each is a link of its own
  await createKey(demo, key, 'logger:\n  level: 3\n  level_of: 2\n');
  await createKey(demo, binary, Uint8Array.from([0, 255, 254]));
  return [
    ['overview', '/ui/dc1/overview'],
    ['overview of all', '/ui/@all/overview'],
    ['services', '/ui/dc1/services'],
    ['services of all', '/ui/@all/services'],
    ['no match', '/ui/dc1/services?filter=no-such-thing'],
    ['service', '/ui/dc1/services/omo.msa.startkit'],
    ['tags', '/ui/dc1/services/omo.msa.startkit/tags'],
    ['instance', `/ui/dc1/services/omo.msa.startkit/instances/${instance.Node.Node}/${instance.Service.ID}`],
    ['history of all', '/ui/@all/history?last=range&since=1700000000000&until=1700000001000'],
    ['nodes', '/ui/dc1/nodes'],
    ['nodes of all', '/ui/@all/nodes'],
    ['node', '/ui/dc1/nodes/msa-1'],
    ['keys', '/ui/dc1/kv'],
    ['folder', `/ui/dc1/kv/${key.replace('default.yaml', '')}`],
    ['key', `/ui/dc1/kv/${key}/edit`],
    ['key in its editor', `/ui/dc1/kv/${key}/edit?mode=edit`],
    ['binary key', `/ui/dc1/kv/${binary}/edit`],
    ['new key', '/ui/dc1/kv/create'],
    ['history', '/ui/dc1/history'],
    ['search', '/ui/dc1/search'],
    ['search that found something', '/ui/dc1/search?q=level&in=both&kind=fuzzy'],
    ['comparison', '/ui/dc1/compare?with=dc2'],
    ['sessions', '/ui/dc1/sessions'],
    ['import', '/ui/dc1/import'],
    ['missing service', '/ui/dc1/services/never-was'],
    ['unknown datacenter', '/ui/nowhere/services'],
  ];
}

async function settle(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).or(page.getByRole('heading', { level: 2 })).first().waitFor();
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
}

for (const [theme, width] of [['light', 1280], ['dark', 1280], ['light', 390]] as const) {
  test(`every page is accessible, ${theme}, ${width} px wide`, async ({ page, demo }) => {
    // two dozen pages, and each is looked through by axe
    test.setTimeout(600_000);
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 800 });
    for (const [name, path] of await pages(demo)) {
      await test.step(name, async () => {
        await page.goto(`${demo.url}${path}`);
        await settle(page);
        expect(await new Shell(page, demo.url).isDark()).toBe(theme === 'dark');
        await expectAccessible(page);
      });
    }
  });
}

test('every page fits a narrow screen', async ({ page, demo }) => {
  test.setTimeout(300_000);
  await page.setViewportSize({ width: 390, height: 844 });
  for (const [name, path] of await pages(demo)) {
    await test.step(name, async () => {
      await page.goto(`${demo.url}${path}`);
      await settle(page);
      await expectNoSidewaysScroll(page);
    });
  }
  await page.goto(`${demo.url}/ui/dc1/services`);
  const shell = new Shell(page, demo.url);
  await expect(shell.navigation()).toBeVisible();
  await shell.navigation().getByRole('link', { name: 'Nodes' }).click();
  await expect(page).toHaveURL(/\/nodes$/);
});

test('every page speaks Chinese', async ({ page, demo }) => {
  test.setTimeout(300_000);
  const shell = new Shell(page, demo.url);
  await shell.open('/ui/dc1/services');
  await shell.toChinese();
  for (const [name, path] of await pages(demo)) {
    await test.step(name, async () => {
      await page.goto(`${demo.url}${path}`);
      await settle(page);
      await expect(page.locator('html')).toHaveAttribute('lang', /^zh/);
      await expect(shell.navigation().getByRole('link', { name: '服务' })).toBeVisible();
      await expect(page.getByRole('main')).toContainText(/\p{Script=Han}/u, { useInnerText: true });
    });
  }
});

test('the language is the browser’s, the switch is remembered', async ({ browser, demo }) => {
  const context = await browser.newContext({ locale: 'zh-CN' });
  const page = await context.newPage();
  const shell = new Shell(page, demo.url);
  await shell.open('/ui/dc1/services');
  await expect(shell.title()).toContainText('服务');
  // until then a button does nothing
  await expect(page.locator('#app[data-mounted]')).toHaveCount(1);
  await page.getByRole('button', { name: 'Switch to English' }).click();
  await expect(shell.title()).toContainText('Services');
  await page.reload();
  await expect(shell.title()).toContainText('Services');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await context.close();
});

test('the theme is the system’s, the switch is remembered', async ({ page, demo }) => {
  const shell = new Shell(page, demo.url);
  await shell.open('/ui/dc1/services');
  expect(await shell.isDark()).toBe(false);
  // system, light, dark
  await shell.theme().click();
  await shell.theme().click();
  await expect.poll(() => shell.isDark()).toBe(true);
  await page.reload();
  await shell.title().waitFor();
  expect(await shell.isDark()).toBe(true);
});

test('the datacenter can be chosen', async ({ page, demo }) => {
  const shell = new Shell(page, demo.url);
  await shell.open('/ui/dc1/services');
  await page.getByRole('button', { name: /datacenter|dc1/i }).filter({ visible: true }).first().click();
  await page.getByRole('link', { name: /^dc2/ }).or(page.getByRole('menuitem', { name: /^dc2/ })).or(page.getByRole('button', { name: /^dc2/ }))
    .filter({ visible: true }).first().click();
  await expect(page).toHaveURL(/\/ui\/dc2\/services$/);
  await expect(shell.rows().first()).toBeVisible();
});

test('the demo says that it is one', async ({ page, demo }) => {
  const shell = new Shell(page, demo.url);
  await shell.open('/ui/dc1/services');
  await expect(page.getByText('This is a demo.')).toBeVisible();
  await expect(page.getByText(/waggle --agent http/)).toBeVisible();
});

test('the keyboard goes to every page', async ({ page, demo }) => {
  const shell = new Shell(page, demo.url);
  await shell.open('/ui/dc1/services');
  await shell.rows().first().waitFor();
  for (const [keys, place] of [['gn', 'nodes'], ['gk', 'kv'], ['gs', 'services']]) {
    // the second key counts for a second and a half, which a busy machine may let pass
    await expect(async () => {
      await page.keyboard.press(keys[0]);
      await page.keyboard.press(keys[1]);
      await expect(page).toHaveURL(new RegExp(`/ui/dc1/${place}$`), { timeout: 3_000 });
    }).toPass({ timeout: 20_000 });
  }
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toContainText('Filter the list');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('tab reaches the content first and focus is seen', async ({ page, demo }) => {
  const shell = new Shell(page, demo.url);
  await shell.open('/ui/dc1/services');
  await shell.rows().first().waitFor();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  for (let step = 0; step < 12; step += 1) {
    await page.keyboard.press('Tab');
    const seen = await page.evaluate(() => {
      const style = getComputedStyle(document.activeElement!);
      return style.outlineStyle !== 'none' || style.boxShadow !== 'none' || document.activeElement!.matches('input');
    });
    expect(seen, `focus ${step}`).toBe(true);
  }
});

test('below a base path everything works', async ({ page, based }) => {
  test.slow();
  const shell = new Shell(page, based.url);
  const outside: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(`${based.url}/`)) outside.push(request.url());
  });
  await page.goto(`${based.url}/`);
  await expect(page).toHaveURL(`${based.url}/ui/dc1/services`);
  await expect(shell.row('omo.msa.startkit')).toBeVisible();
  await shell.go('Nodes');
  await expect(page).toHaveURL(`${based.url}/ui/dc1/nodes`);
  await expect(shell.row('msa-1')).toBeVisible();
  await shell.row('msa-1').getByRole('link').first().click();
  await expect(page).toHaveURL(`${based.url}/ui/dc1/nodes/msa-1`);
  await page.reload();
  await expect(shell.title()).toContainText('msa-1');
  await shell.go('Key/Value');
  await expect(page).toHaveURL(`${based.url}/ui/dc1/kv`);
  await page.reload();
  await expect(shell.rows().first()).toBeVisible();
  expect(outside).toEqual([]);
});

test.describe('the content policy is real', () => {
  test.use({ expected: [/./] });

  test('without wasm-unsafe-eval the page cannot run', async ({ browser, demo }) => {
    const page = await browser.newPage();
    await page.route('**/ui/**', async (route) => {
      const answer = await route.fetch();
      const headers = answer.headers();
      headers['content-security-policy'] = headers['content-security-policy'].replace("'wasm-unsafe-eval'", '');
      await route.fulfill({ response: answer, headers });
    });
    // a page whose data were late opens itself anew, maybe just before its link is pressed
    await expect(async () => {
      await page.goto(`${demo.url}/ui/dc1/nodes`);
      await expect(page.locator('#waggle-not-started')).not.toHaveAttribute('data-asks-again', { timeout: 1 });
    }).toPass();
    // what the server rendered stands there, and says that nothing answers
    const told = page.getByRole('alert');
    await expect(told).toContainText('waggle did not start in this browser');
    await expect(told.locator('code')).toContainText(/WebAssembly/);
    await expect(page.locator('#app')).toHaveCount(1);
    await expect(page.locator('#app[data-mounted]')).toHaveCount(0);
    await page.unrouteAll();
    await told.getByRole('link', { name: 'Reload' }).click();
    await expect(page.locator('#app[data-mounted]')).toHaveCount(1);
    await expect(page.getByRole('alert')).toHaveCount(0);
    await page.close();
  });
});

test('nothing leaves for another host', async ({ page, demo }) => {
  test.setTimeout(300_000);
  const outside: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(demo.url) && !request.url().startsWith('data:')) outside.push(request.url());
  });
  for (const [, path] of await pages(demo)) {
    await page.goto(`${demo.url}${path}`);
    await settle(page);
  }
  expect(outside).toEqual([]);
});
