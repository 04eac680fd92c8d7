// The browser's part of `cargo xtask bench`: one task of a plan, its figures as JSON.
//
// node main.mjs '{"task": "load" | "filter" | "open" | "size", "chromium": PATH, …}'
//
// It ends, and its browser with it, when its standard input is closed: however the one that
// started it ended.
import { launch } from './browser.mjs';
import { filter } from './filter.mjs';
import { load } from './load.mjs';
import { open } from './open.mjs';
import { size } from './size.mjs';

const tasks = { load, filter, open, size };
const plan = JSON.parse(process.argv[2]);
const browser = await launch(plan.chromium);
let isStopped = false;
process.stdin.on('end', () => {
  isStopped = true;
  void browser.close().finally(() => process.exit(1));
});
process.stdin.resume();
try {
  const results = await tasks[plan.task](browser, plan);
  process.stdout.write(`${JSON.stringify(results)}\n`);
} catch (error) {
  // a browser that was closed under a task's feet is no news
  if (!isStopped) throw error;
} finally {
  await browser.close();
}
// the standard input is still open
process.stdin.destroy();
