// From the click on a key in its folder to the frame that shows its text; from the click on Edit
// to the frame in which the editor has the focus; and from a key press there to the frame that
// shows what was typed.
//
// {"runs": 9, "folder": URL, "key": NAME, "first": LINE, "presses": 10}
// gives {"view": [MS…], "edit": [MS…], "press": [MS…]}.
//
// The page is warm: the folder is open, and the first of the runs, which fetches the parts of the
// page that show and edit a key, is not counted. Nothing is kept of the value between two runs.
import { limitMs, lookForRows, mounted } from './browser.mjs';

export async function open(browser, plan) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const results = { view: [], edit: [], press: [] };
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(limitMs);
    await page.addInitScript(lookForRows, { links: '/kv/', rows: 1 });
    for (let run = 0; run <= plan.runs; run += 1) {
      const times = await once(page, plan);
      if (run > 0) {
        results.view.push(times.view);
        results.edit.push(times.edit);
        results.press.push(...times.press);
      }
      process.stderr.write(run === 0 ? '  warmed' : ` ${run}`);
    }
  } finally {
    await context.close();
  }
  process.stderr.write('\n');
  return results;
}

async function once(page, plan) {
  await page.goto(plan.folder);
  await mounted(page);
  const link = page.getByRole('link', { name: plan.key, exact: true }).first();
  await link.waitFor();
  await page.waitForTimeout(500);
  const view = await timed(page, 'click', plan.first, () => link.click());
  // what waits for a pause comes first: what is measured is the click, not that
  await page.waitForTimeout(1000);
  const edit = await timed(page, 'click', null, () => page.getByRole('button', { name: /^Edit/ }).click());
  await page.waitForTimeout(1500);
  const press = [];
  for (let at = 0; at < plan.presses; at += 1) {
    press.push(await timed(page, 'keydown', `#${'x'.repeat(at + 1)}`, () => page.keyboard.type(at ? 'x' : '#x')));
    await page.waitForTimeout(150);
  }
  // what was typed is not kept for the next run
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.waitForTimeout(600);
  return { view, edit, press: press.slice(1) };
}

/**
 * The time from an event to the frame after the one in which `text` is seen; without a text, in
 * which the editor has the focus.
 */
async function timed(page, event, text, act) {
  await page.evaluate(({ event, text }) => {
    window.bench.doneMs = undefined;
    addEventListener(event, ({ timeStamp }) => {
      const isThere = () => {
        if (text === null) return document.activeElement?.matches('.cm-content, #editor-text') ?? false;
        const places = document.querySelectorAll('.value-text, .cm-line');
        for (const place of [...places].slice(0, 100)) {
          if (place.textContent.startsWith(text)) return true;
        }
        return false;
      };
      window.bench.whenPainted(isThere, (ms) => {
        window.bench.doneMs = ms - timeStamp;
      });
    }, { capture: true, once: true });
  }, { event, text });
  await act();
  const handle = await page.waitForFunction(() => window.bench.doneMs, null, { polling: 50 });
  return handle.jsonValue();
}
