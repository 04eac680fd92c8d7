// Lists that the page holds whole draw only what the screen shows.
import type { Page } from '@playwright/test';
import { HistoryPage } from '../pages/history';
import { ToolsPage } from '../pages/tools';
import { domNodes, expect as base, expectAccessible, test, toEnd } from '../support/test';
import { api, createKeys, folder, overwriteKey } from '../support/waggle';

// hundreds of keys are written and read by a machine that may be busy
const expect = base.configure({ timeout: 30_000 });

const COUNT = 400;

/** The rows that are drawn lie below each other without a gap, and fill the screen. */
async function expectFilled(page: Page, rows: string): Promise<void> {
  await expect(async () => {
    const edges = await page.locator(rows).evaluateAll((found) => {
      const first = found[0].getBoundingClientRect();
      const last = found[found.length - 1].getBoundingClientRect();
      return [first.top, last.bottom, window.innerHeight];
    });
    expect(edges[0]).toBeLessThan(200);
    expect(edges[1]).toBeGreaterThan(edges[2] - 150);
  }).toPass();
}

/** Where the page is scrolled to, once that is the same in two frames. */
async function still(page: Page): Promise<number> {
  const at = (): Promise<number> =>
    page.evaluate(() => new Promise<number>((done) => requestAnimationFrame(() => done(window.scrollY))));
  let last = await at();
  await expect(async () => {
    const before = last;
    last = await at();
    expect(last).toBe(before);
  }).toPass({ intervals: [20] });
  return last;
}

/** Turns the wheel, and waits for where that leads: turns that wait for a frame together would jump over rows. */
async function wheel(page: Page, pixels: number): Promise<void> {
  const before = await still(page);
  await page.mouse.wheel(0, pixels);
  await expect.poll(() => page.evaluate(() => window.scrollY), { intervals: [20] }).not.toBe(before);
  await still(page);
}

test('a long comparison is drawn as far as the screen shows it', async ({ page, demo }) => {
  test.slow();
  const tools = new ToolsPage(page, demo.url);
  const [left, right] = [folder('left'), folder('right')];
  await Promise.all([createKeys(demo, `${left}/`, COUNT), createKeys(demo, `${right}/`, COUNT)]);
  await overwriteKey(demo, `${right}/k200`, 'another: value\n');
  const all = { with: 'dc1', prefix: `${left}/`, 'with-prefix': `${right}/`, show: 'all' };
  await tools.show('compare', all);
  const table = page.locator('.compare-table');
  await expect(table).toHaveAttribute('aria-rowcount', String(COUNT + 1));
  await expect(tools.pairs().first()).toContainText('k000');
  expect(await domNodes(page)).toBeLessThan(3_000);
  await expectAccessible(page);

  await page.locator('h1').click();
  await page.keyboard.press('j');
  await page.keyboard.press('End');
  const last = tools.pairs().last();
  await expect(last).toContainText('k399');
  await expect(last.getByRole('button')).toBeFocused();
  await expect(last).toBeInViewport();
  await expect(last).toHaveAttribute('aria-rowindex', String(COUNT + 1));
  expect(await domNodes(page)).toBeLessThan(3_000);
  await page.keyboard.press('Home');
  await expect(tools.pairs().first().getByRole('button')).toBeFocused();
  await expect(tools.pairs().first()).toContainText('k000');

  // what is open is open again where it comes back, and was picked though it is not drawn
  const odd = page.locator('.pair-row', { hasText: 'k200' });
  for (let at = 0; (await odd.count()) === 0; at += 1) {
    expect(at).toBeLessThan(40);
    await wheel(page, 500);
    await expectFilled(page, '.pair-row');
  }
  await odd.getByRole('checkbox').check();
  await odd.getByRole('button').click();
  const detail = page.locator('.detail-row');
  await expect(detail).toContainText('another: value');
  await toEnd(page);
  await expect(detail).toHaveCount(0);
  await expectFilled(page, '.pair-row');
  await expect(tools.pairs().last()).toContainText('k399');
  await page.evaluate(() => window.scrollTo(0, 0));
  await expect(tools.pairs().first()).toContainText('k000');
  for (let at = 0; (await detail.count()) === 0; at += 1) {
    expect(at).toBeLessThan(40);
    await wheel(page, 500);
    await expectFilled(page, '.pair-row');
  }
  await expect(detail).toContainText('another: value');
  await expect(odd.getByRole('checkbox')).toBeChecked();
});

test('many hits of a search are drawn as far as the screen shows them', async ({ page, demo }) => {
  test.slow();
  const tools = new ToolsPage(page, demo.url);
  const root = folder('hits');
  await createKeys(demo, `${root}/`, COUNT);
  // some are higher than others
  const lines = Array.from({ length: 40 }, (_, at) => (at % 8 ? 'other' : '1')).join('\n');
  for (let at = 0; at < COUNT; at += 40) await overwriteKey(demo, `${root}/k${String(at).padStart(3, '0')}`, lines);
  await tools.show('search', { prefix: `${root}/`, q: '1', in: 'values' });
  await expect(page.locator('.hit-list')).toHaveAttribute('data-places', String(COUNT));
  await expect(tools.found().first()).toContainText('k000');
  expect(await domNodes(page)).toBeLessThan(3_000);
  await page.locator('h1').click();
  await page.keyboard.press('j');
  await page.keyboard.press('End');
  const last = tools.found().last();
  await expect(last).toContainText('k399');
  await expect(last.getByRole('link').first()).toBeFocused();
  await expect(last).toBeInViewport();
  expect(await domNodes(page)).toBeLessThan(3_000);
  // what lies between is higher than what is drawn here
  for (const [key, end, name] of [['Home', 'first', 'k000'], ['End', 'last', 'k399']] as const) {
    await page.keyboard.press(key);
    const there = tools.found()[end]();
    await expect(there).toContainText(name);
    await expect(there.getByRole('link').first()).toBeFocused();
    await expect(there.getByRole('link').first()).toBeInViewport({ ratio: 1 });
  }
  for (let at = 0; at < 12; at += 1) {
    await wheel(page, -700);
    await expectFilled(page, '.hit-group');
  }
  await page.keyboard.press('Home');
  await expect(tools.found().first()).toContainText('k000');
  // another search begins at its first hit
  await toEnd(page);
  await tools.show('search', { prefix: `${root}/`, q: '39', in: 'keys' });
  await expect(tools.found().first()).toContainText('k039');
});

test('the history is drawn as far as the screen shows it, and goes on', async ({ page, demo }) => {
  test.slow();
  const history = new HistoryPage(page, demo.url);
  const root = folder('past');
  // what was there before the first look is not told as created
  await expect.poll(async () => {
    const { Places } = await (await api(demo, 'GET', '/api/history/state')).json();
    return Places.find((place: { Datacenter: string }) => place.Datacenter === 'dc1')?.State;
  }).toMatch(/^(watching|polling)$/);
  await createKeys(demo, `${root}/`, 120);
  // what is recorded late would come above the rows, as what the test waits for does
  const below = `/api/history?dc=dc1&prefix=${encodeURIComponent(`${root}/`)}`;
  await expect.poll(async () => (await (await api(demo, 'GET', below)).json()).Total).toBe(120);
  await history.open(`/ui/dc1/history?last=all&prefix=${encodeURIComponent(`${root}/`)}`);
  const rows = page.locator('.history-table tbody tr[data-place]');
  const table = page.locator('.history-table');
  await expect(table).toHaveAttribute('aria-rowcount', '101');
  expect(await domNodes(page)).toBeLessThan(3_000);
  await page.locator('h1').click();
  await page.keyboard.press('j');
  await page.keyboard.press('End');
  await expect(rows.last()).toHaveAttribute('aria-rowindex', '101');
  await expect(rows.last().getByRole('button')).toBeFocused();
  await expect(rows.last()).toBeInViewport();
  expect(await domNodes(page)).toBeLessThan(3_000);

  // what comes above moves neither what is read nor the focus, and is counted
  const place = (): Promise<number> =>
    page.evaluate(() => Number(document.activeElement?.closest('tr')?.getAttribute('aria-rowindex') ?? NaN));
  for (let at = 0; at < 4; at += 1) {
    const before = await place();
    await page.keyboard.press('PageUp');
    // the row may have to be drawn before it gets the focus
    await expect.poll(place).toBeLessThan(before);
  }
  const focused = page.locator('.history-table tr:has(:focus)');
  await expect(focused).toBeInViewport();
  await still(page);
  const name = await focused.locator('.row-name').textContent();
  const number = Number(await focused.getAttribute('aria-rowindex'));
  const top = (await focused.boundingBox())!.y;
  await createKeys(demo, `${root}/new-`, 1);
  await expect(focused).toHaveAttribute('aria-rowindex', String(number + 1));
  await expect(focused.locator('.row-name')).toHaveText(name!);
  expect(Math.abs((await focused.boundingBox())!.y - top)).toBeLessThan(2);
  await expectFilled(page, '.history-table tbody tr[data-place]');
  await page.keyboard.press('Home');
  await expect(rows.first()).toContainText('new-k000');
  await expect(rows.first().getByRole('button')).toBeFocused();
});
