// What a page with a long list holds of the browser's memory.
//
// {"pages": [{"url": URL, "links": PATTERN}…]} gives [{"nodes", "heap", "wasm"}…]; MB.
//
// The list is scrolled through to its end first; what is garbage is collected before the count.
import { lookForRows, mounted, painted, withPage } from './browser.mjs';

export async function size(browser, plan) {
  const results = [];
  for (const page of plan.pages) {
    results.push(await held(browser, page));
    process.stderr.write(` ${results.length}`);
  }
  process.stderr.write('\n');
  return results;
}

function held(browser, { url, links }) {
  return withPage(browser, async (page, cdp) => {
    await page.addInitScript(lookForRows, { links, rows: 8 });
    await page.addInitScript(keepWasm);
    await painted(cdp, () => page.goto(url, { waitUntil: 'commit' }));
    await mounted(page);
    await page.mouse.move(640, 500);
    for (const part of [0.25, 0.5, 0.75, 1]) {
      await page.evaluate((part) => {
        for (const element of [document.scrollingElement, ...document.querySelectorAll('main, main *')]) {
          if (element && element.scrollHeight > element.clientHeight + 200) {
            element.scrollTop = element.scrollHeight * part;
          }
        }
      }, part);
      await page.waitForTimeout(700);
    }
    await cdp.send('Performance.enable');
    await cdp.send('HeapProfiler.enable');
    await cdp.send('HeapProfiler.collectGarbage');
    await cdp.send('HeapProfiler.collectGarbage');
    const { metrics } = await cdp.send('Performance.getMetrics');
    const metric = (name) => metrics.find((one) => one.name === name)?.value ?? 0;
    const wasm = await page.evaluate(() => window.benchWasmBytes?.() ?? 0);
    return { nodes: metric('Nodes'), heap: metric('JSHeapUsedSize') / 1e6, wasm: wasm / 1e6 };
  });
}

/** Runs in the page before its own scripts: remembers the memory that a wasm module exports. */
function keepWasm() {
  const memories = [];
  window.benchWasmBytes = () =>
    memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...args) => {
      const result = await original.apply(WebAssembly, args);
      const instance = result.instance ?? result;
      const { memory } = instance.exports;
      if (memory && !memories.includes(memory)) memories.push(memory);
      return result;
    };
  }
}
