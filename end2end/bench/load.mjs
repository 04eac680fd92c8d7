// Cold loads of some pages in turn.
//
// {"runs": 9, "slow": false, "bytes": false, "rows": 8,
//  "pages": [{"name": NAME, "url": URL, "links": PATTERN, "type": TEXT?}…]}
// gives [{"name", "ms": [NUMBER…], "bytes": [NUMBER…], "early": [NUMBER…], "notes": [TEXT…]}…];
// `early` are the bytes until the page answers, `bytes` also what it fetches ahead after that.
//
// The time is from the start of the navigation until the frame after the one in which `rows`
// different rows stand in the viewport. With `type`: until the rows that match TEXT do, which was
// typed key by key as soon as there was a field to type into.
import { filterField, filterFieldFocused, lookForRows, mounted, painted, slowDown, withPage } from './browser.mjs';

export async function load(browser, plan) {
  const results = plan.pages.map(({ name }) => ({ name, ms: [], bytes: [], early: [], notes: [] }));
  // the first round warms the browser's own processes, and waggle; it is not counted
  for (let run = 0; run <= plan.runs; run += 1) {
    for (const [index, page] of plan.pages.entries()) {
      const { ms, bytes, early, note } = await coldLoad(browser, plan, page);
      if (run === 0) continue;
      results[index].ms.push(ms);
      if (bytes !== undefined) results[index].bytes.push(bytes);
      if (early !== undefined) results[index].early.push(early);
      if (note) results[index].notes.push(note);
    }
    process.stderr.write(run === 0 ? '  warmed' : ` ${run}`);
  }
  process.stderr.write('\n');
  return results;
}

function coldLoad(browser, plan, { name, url, links, type }) {
  return withPage(browser, async (page, cdp) => {
    if (plan.slow) await slowDown(cdp);
    const traffic = plan.bytes ? await count(cdp) : undefined;
    await page.addInitScript(lookForRows, { links, rows: plan.rows, wanted: type });
    const focused = type && (await filterFieldFocused(page, cdp));
    const ms = await painted(cdp, async () => {
      await page.goto(url, { waitUntil: 'commit' });
      if (!type) return;
      await focused();
      await page.keyboard.type(type);
    });
    let note;
    if (type) {
      const kept = await filterField(page).inputValue();
      if (kept !== type) note = `${name}: of "${type}" the field holds "${kept}"`;
    }
    if (traffic) await mounted(page);
    const early = traffic?.sofar();
    return { ms, bytes: await traffic?.settled(), early, note };
  });
}

/** Counts what comes over the line, heads too. */
async function count(cdp) {
  let bytes = 0;
  let last = Date.now();
  const parts = new Map();
  const note = (id, length) => {
    // what is known of a request at its end is all of it; before that, what came so far
    bytes += length - (parts.get(id) ?? 0);
    parts.set(id, length);
    last = Date.now();
  };
  await cdp.send('Network.enable');
  cdp.on('Network.responseReceived', ({ requestId, response }) =>
    note(requestId, Math.max(parts.get(requestId) ?? 0, response.encodedDataLength)),
  );
  cdp.on('Network.dataReceived', ({ requestId, encodedDataLength }) =>
    note(requestId, (parts.get(requestId) ?? 0) + encodedDataLength),
  );
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) =>
    note(requestId, encodedDataLength),
  );
  return {
    /** The bytes up to now. */
    sofar: () => bytes,
    /** All bytes, once nothing has come for 2 s (or after 30 s, heartbeats and all). */
    async settled() {
      const end = Date.now() + 30_000;
      while (Date.now() - last < 2_000 && Date.now() < end) {
        await new Promise((done) => setTimeout(done, 100));
      }
      return bytes;
    },
  };
}
