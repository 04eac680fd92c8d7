// Starts the app. A file and not an inline script: the page's CSP allows no inline script.
// GLUE, WASM, EDITOR and STYLE stand for the files' names.
const at = (file) => new URL(file, import.meta.url);

// What is typed into the filter of a long list before the app is there is asked for at once, by the
// address that the server wrote beside the field (%7B%7D stands for the text): the app finds the
// answer, and mounts with the rows that were wanted.
const field = document.querySelector("#filter-field[data-ask]");
let found, asked, wait;
const ask = async () => {
  const text = field.value;
  if (!text || text === asked || text === field.defaultValue) return;
  asked = text;
  const url = field.dataset.ask.replace("%7B%7D", encodeURIComponent(text));
  const answer = await fetch(at("../" + url));
  if (!answer.ok) return;
  const version = answer.headers.get("ETag") ?? "";
  found = [field.dataset.query, text, url, version, await answer.text()];
};
const soon = () => {
  clearTimeout(wait);
  wait = setTimeout(() => ask().catch(() => {}), 50);
};
if (field) {
  field.addEventListener("input", soon);
  soon();
}

globalThis.waggle = {
  editor: () => import("EDITOR"),
  typed: () => (found?.[1] === field?.value ? found : undefined),
};

// The page came with the style of what it shows; the app mounts where all of it is there, or did
// not come.
const style = () =>
  new Promise((done) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href: at("STYLE"), onload: done, onerror: done });
    document.head.append(link);
  });

// Compiled while it comes; where it cannot be, the glue tries itself, and says why not.
const module = () => {
  const file = at("WASM");
  return WebAssembly.compileStreaming(fetch(file)).catch(() => file);
};

const start = () => {
  for (const link of document.querySelectorAll("link[rel=ahead]")) link.rel = "preload";
  return Promise.all([import("GLUE"), module(), style()]).then(([glue, module]) =>
    glue.default({ module_or_path: module }),
  );
};

// Once what the server rendered is painted: fetching and compiling would take the processors from
// it. Where fetching is what takes long, the page has begun with that already (its links are no
// longer `ahead`), and one frame is enough. A tab in the background paints nothing and need not wait.
const painted = (then) => requestAnimationFrame(() => setTimeout(then));
const isNear = document.querySelector("link[rel=ahead]");
if (document.hidden) start();
else if (isNear) painted(() => painted(start));
else painted(start);
