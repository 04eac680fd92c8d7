import { Shell } from '../pages/shell';
import { FakeAgent } from '../support/fake_agent';
import { freePort } from '../support/process';
import { expect, test } from '../support/test';
import { startWaggle } from '../support/waggle';

test('an agent that is down is named, and the page recovers by itself', async ({ page }) => {
  test.setTimeout(150_000);
  const port = await freePort();
  const waggle = await startWaggle(['--agent', `http://127.0.0.1:${port}`]);
  let agent: FakeAgent | undefined;
  try {
    await page.goto(`${waggle.url}/ui/dc1/services`);
    await expect(page.getByText('No answer from the Consul agent')).toBeVisible();
    await expect(page.getByText(new RegExp(`127\\.0\\.0\\.1:${port}`)).first()).toBeVisible();
    agent = await FakeAgent.start({ port });
    const shell = new Shell(page, waggle.url);
    await expect(shell.row('web')).toBeVisible({ timeout: 30_000 });
    // and what is on the page stays when it goes again
    await agent.stop();
    agent = undefined;
    await page.waitForTimeout(7000);
    await expect(shell.row('web')).toBeVisible();
    // the page says it in one way or another, and where it is seen: the chip has its reason in a list that is closed
    const said = page.getByText(/stale \d+ s|cannot be reached|No answer/i).filter({ visible: true });
    await expect(said.first()).toBeVisible({ timeout: 15_000 });
  } finally {
    await agent?.stop();
    await waggle.stop();
  }
});

test('the root waits for an agent too', async ({ page }) => {
  test.setTimeout(120_000);
  const port = await freePort();
  const waggle = await startWaggle(['--agent', `http://127.0.0.1:${port}`]);
  let agent: FakeAgent | undefined;
  try {
    await page.goto(`${waggle.url}/`);
    await expect(page.getByText('No answer from the Consul agent').first()).toBeVisible();
    agent = await FakeAgent.start({ port });
    await expect(new Shell(page, waggle.url).row('web')).toBeVisible({ timeout: 30_000 });
  } finally {
    await agent?.stop();
    await waggle.stop();
  }
});

test('when waggle itself goes, the page keeps its data and says so', async ({ page }) => {
  test.setTimeout(150_000);
  const port = await freePort();
  let waggle = await startWaggle(['--demo'], '', port);
  try {
    const shell = new Shell(page, waggle.url);
    await shell.open('/ui/dc1/services');
    await expect(shell.row('omo.msa.startkit')).toBeVisible();
    await waggle.stop();
    await expect(page.getByText(/Stale \d+ s/).first()).toBeVisible({ timeout: 25_000 });
    await expect(shell.row('omo.msa.startkit')).toBeVisible();
    waggle = await startWaggle(['--demo'], '', port);
    // after some tries in vain the page waits up to 38 s
    await expect(page.getByText(/Stale \d+ s/)).toHaveCount(0, { timeout: 60_000 });
  } finally {
    await waggle.stop();
  }
});
