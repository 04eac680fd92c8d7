// Starts the app. It stands in the page, whose policy knows it by its hash: as a file it was asked
// for while the rows were to be drawn, which came 10 ms later, and a round trip before the app.
// GLUE, WASM, EDITOR, STYLE and STYLE_OF_PARTS stand for the files' names, beside the one that the
// page names.
const assets = document.querySelector("link[as=script]").href;
const at = (file) => new URL(file, assets);

// A style sheet that is asked for once, and again where it did not come: what wants it goes on
// without it then.
const sheet = (file) => {
  let asked;
  return () =>
    (asked ??= new Promise((done) => {
      const link = document.createElement("link");
      const failed = () => {
        asked = undefined;
        link.remove();
        done();
      };
      Object.assign(link, { rel: "stylesheet", href: at(file), onload: done, onerror: failed });
      document.head.append(link);
    }));
};

// The page came with the style of what it shows; it changes where all of it is there, or did not
// come. What only parts of the app need comes with them, at once where the page begins with one.
const first = sheet("STYLE");
const ofParts = sheet("STYLE_OF_PARTS");
const style = () =>
  Promise.all([first(), document.querySelector("link[as=style]") && ofParts()]);

globalThis.waggle = {
  editor: () => import(at("EDITOR")),
  style: ofParts,
};

// Once what is there is painted. A tab in the background paints nothing and need not wait.
const painted = () =>
  new Promise((then) => (document.hidden ? then() : requestAnimationFrame(() => setTimeout(then))));
// Once it is on the screen: that is with the frame after it.
const shown = () => painted().then(painted);

// The filter of a long list works before the app does: the page is asked for again, with what was
// typed in its address, and what follows the filter is replaced. The app then mounts as if the page
// had come so.
let field = document.querySelector("#filter-field[data-query]");
let asked = field?.defaultValue;
let narrowed;
const narrow = () => {
  if (!field) return;
  const text = field.value;
  if (text !== asked) {
    asked = text;
    // what could not be had is asked for by the app
    narrowed = narrowBy(text).catch(() => {});
  }
  return narrowed;
};
const narrowBy = async (text) => {
  const url = new URL(location.href);
  url.searchParams.delete(field.dataset.query);
  if (text) url.searchParams.set(field.dataset.query, text);
  const [answer] = await Promise.all([fetch(url, { headers: { "Waggle-Main": "1" } }), style()]);
  const page = new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html");
  const [old, fresh] = [document, page].map(bar);
  // a server that has no rows yet has nothing to show for it
  if (!fresh || page.querySelector(".skeleton-row") || asked !== text || !field.isConnected) return;
  const focus = document.activeElement;
  if (old.parentNode.contains(focus) && !old.contains(focus)) return;
  while (old.nextSibling) old.nextSibling.remove();
  while (fresh.nextSibling) old.parentNode.append(fresh.nextSibling);
  data(document).textContent = data(page).textContent;
  field.defaultValue = text;
  await shown();
  // the icon is drawn anew for another address
  if (asked === text) history.replaceState(history.state, "", url);
};
const bar = (page) => page.querySelector("#filter-field")?.closest(".page-bar");
const data = (page) => page.querySelector("#waggle-first");
if (field) {
  let soon;
  field.addEventListener("input", () => {
    clearTimeout(soon);
    soon = setTimeout(narrow, 16);
  });
  // browsers fill fields by themselves, and tell nobody
  narrow();
}

// Compiled while it comes; where it cannot be, the glue tries itself, and says why not.
const module = () => {
  const file = at("WASM");
  return WebAssembly.compileStreaming(fetch(file)).catch(() => file);
};

const start = () => {
  for (const link of document.querySelectorAll("link[rel=ahead]")) link.rel = "preload";
  return Promise.all([import(at("GLUE")), module(), style()]).then(async ([glue, module]) => {
    // mounting takes longer than a frame: what was typed so far is seen before it
    await narrow();
    await glue.default({ module_or_path: module });
    // the app has its own: what the server rendered hangs on this one, and can go
    field = undefined;
  });
};

// What did not come, or may not run here, is told: the page looks as if it answered. Data that are
// missing are asked for with the page, since nothing else does it.
const notStarted = (why) => {
  const { content, dataset } = document.querySelector("#waggle-not-started");
  if (dataset.asksAgain) setTimeout(() => location.reload(), dataset.asksAgain * 1000);
  const told = content.cloneNode(true);
  told.querySelector("code").textContent = why?.message ?? why;
  document.body.prepend(told);
  // nothing here is live, and nothing else shows where rows are missing
  document.querySelector("[data-feed]")?.remove();
  document.querySelector(".is-waiting")?.classList.remove("is-waiting");
  throw why;
};

// After what the server rendered is painted: fetching and compiling would take the processors from
// it. Where fetching is what takes long, the page has begun with that already (its links are no
// longer `ahead`), and one frame is enough.
const isNear = document.querySelector("link[rel=ahead]");
if (!isNear) style();
(isNear ? shown() : painted()).then(start).catch(notStarted);
