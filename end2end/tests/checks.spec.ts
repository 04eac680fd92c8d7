// The checks of an instance and of a node follow what happens, and what is read of one stays as it is
// while others change.
import type { Locator, Page } from '@playwright/test';
import { Shell } from '../pages/shell';
import { Agent, consulBinary, startCluster } from '../support/consul';
import { expect as base, test } from '../support/test';
import { startWaggle, type Waggle } from '../support/waggle';

// a change goes from a real agent to waggle, which reads more seldom what takes long, and to the page
const expect = base.configure({ timeout: 30_000 });

test.skip(!consulBinary() && process.env.CI !== 'true', 'there is no Consul 1.22.6 on this machine');

const ip = `127.${144 + (process.pid % 64)}.${(process.pid >> 6) % 256}.70`;

/** Longer than what is shown at first, and shorter than what Consul keeps. */
const long = Array.from({ length: 60 }, (_, line) => `${String(line).padStart(2, '0')} `.padEnd(67, '.')).join('\n');

test.describe('checks', () => {
  test.describe.configure({ timeout: 180_000 });
  let agent: Agent;
  let waggle: Waggle;

  test.beforeAll(async () => {
    test.setTimeout(150_000);
    // what a check prints is told at once, not with its next state or in five minutes
    const hcl = 'check_update_interval = "0s"';
    [agent] = await startCluster([{ node: 'checked', ip, servers: 1, join: [], hcl }]);
    waggle = await startWaggle(['--agent', agent.url]);
    const checks = (of: string) => ['above', 'read', 'below'].map((name) => ({
      CheckID: `${of}-${name}`, Name: `${of} ${name}`, TTL: '1h', Status: 'passing',
    }));
    await agent.put('/v1/agent/service/register', { ID: 'web-1', Name: 'web', Port: 80, Checks: checks('web') });
    for (const { CheckID, ...one } of checks('node')) {
      await agent.put('/v1/agent/check/register', { ID: CheckID, ...one });
    }
  });

  test.afterAll(async () => {
    await waggle?.stop();
    await agent?.stop();
  });

  for (const [of, place, prefix] of [
    ['an instance', '/ui/dc1/services/web/instances/checked/web-1', 'web'],
    ['a node', '/ui/dc1/nodes/checked/checks', 'node'],
  ]) {
    test(`of ${of}: what is read of one stays while others change, pass it, come and go`, async ({ page }) => {
      const tell = (name: string, status: string, output: string) =>
        agent.put(`/v1/agent/check/update/${prefix}-${name}`, { Status: status, Output: output });
      await tell('above', 'passing', Array(12).fill('calm').join('\n'));
      await tell('read', 'warning', long);
      await tell('below', 'passing', 'calm');
      await page.setViewportSize({ width: 1280, height: 560 });
      await new Shell(page, waggle.url).open(place);
      const checks = page.locator('.check-output');
      const own = new RegExp(`^${prefix} `);
      const names = async () => (await checks.locator('p b').allTextContents())
        .filter((name) => own.test(name)).map((name) => name.replace(own, ''));
      const part = (name: string) => checks.filter({ has: page.getByText(`${prefix} ${name}`, { exact: true }) });
      await expect.poll(names).toEqual(['read', 'above', 'below']);
      await part('read').getByRole('button', { name: `Show all (${long.length} characters)` }).click();
      const output = part('read').locator('pre');
      await expect(output).toHaveText(long);
      await read(page, output);
      const before = await state(output);
      expect(before).toMatchObject({ focused: true, selected: '20 ....', scrolled: 200 });
      expect(before.page).toBeGreaterThan(0);
      const expectSame = async () => {
        await expect(output).toHaveText(long);
        const now = await state(output);
        expect(now).toMatchObject({ focused: true, selected: '20 ....', scrolled: 200 });
        expect(Math.abs(now.top - before.top)).toBeLessThanOrEqual(2);
      };
      // another says something else
      await tell('above', 'passing', Array(12).fill('still calm').join('\n'));
      await expect(part('above')).toContainText('still calm');
      await expectSame();
      // one passes it, upwards and back
      await tell('above', 'critical', Array(12).fill('down').join('\n'));
      await expect.poll(names).toEqual(['above', 'read', 'below']);
      await expectSame();
      await tell('below', 'critical', 'down as well');
      await expect.poll(names).toEqual(['above', 'below', 'read']);
      await expectSame();
      await tell('above', 'passing', 'calm again');
      await expect.poll(names).toEqual(['below', 'read', 'above']);
      await expectSame();
      // one comes, and goes
      const more = { ID: `${prefix}-more`, Name: `${prefix} more`, TTL: '1h', Status: 'critical' };
      await agent.put('/v1/agent/check/register', { ...more, ServiceID: prefix === 'web' ? 'web-1' : undefined });
      await expect.poll(async () => (await names()).sort()).toEqual(['above', 'below', 'more', 'read']);
      await expectSame();
      await agent.put(`/v1/agent/check/deregister/${prefix}-more`);
      await expect.poll(names).toEqual(['below', 'read', 'above']);
      await expectSame();
      // its own news are shown, and it stays open
      await tell('read', 'warning', `${long.slice(0, -4)}news`);
      await expect(output).toHaveText(/news$/);
      await expect(output).toBeFocused();
      await expect(part('read').getByRole('button', { name: /^Show all/ })).toHaveCount(0);
    });
  }
});

/** Scrolls page and output, puts the focus on the output, and selects seven letters of it. */
async function read(page: Page, output: Locator): Promise<void> {
  await page.evaluate(() => window.scrollTo(0, 60));
  await output.evaluate((element) => {
    element.focus({ preventScroll: true });
    element.scrollTop = 200;
    const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode()!;
    const from = text.textContent!.indexOf('20 ....');
    getSelection()!.setBaseAndExtent(text, from, text, from + 7);
  });
}

/** What `read` did, and where it stands. */
async function state(output: Locator) {
  return output.evaluate((element) => ({
    focused: document.activeElement === element,
    selected: String(getSelection()),
    scrolled: element.scrollTop,
    top: element.getBoundingClientRect().top,
    page: window.scrollY,
  }));
}
