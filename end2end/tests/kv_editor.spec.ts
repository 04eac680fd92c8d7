// The editor in every language, its limits, and values that it does not edit.
import type { Page } from '@playwright/test';
import { KvPage } from '../pages/kv';
import { expect, expectAccessible, test } from '../support/test';
import { createKey, folder, readKey } from '../support/waggle';

// large values, and several pages each
test.describe.configure({ timeout: 120_000 });

const MOST = 512 * 1024;

/** By ending: a text, a name in it that has the colour of names, a line that folds, what is folded. */
const languages: [string, string, string, number, string][] = [
  ['yaml', 'logger:\n  level: 3\n  format: json\nend: 1\n', 'logger', 1, 'level'],
  ['json', '{\n  "logger": {\n    "level": 3\n  },\n  "end": 1\n}\n', '"logger"', 2, 'level'],
  ['xml', '<a>\n  <logger level="3">\n    <b/>\n  </logger>\n  <end/>\n</a>\n', 'logger', 2, '<b/>'],
  ['toml', '[logger]\nlevel = 3\n[logger.sub]\nlist = [\n  1,\n]\n[end]\na = 1\n', 'level', 1, 'list'],
  ['hcl', 'logger "x" {\n  level = 3 # }\n}\nend = 1\n', 'logger', 1, 'level'],
  ['properties', '# a\nlogger.level=3\nlist=1,\\\n  2,\\\n  3\nend=1\n', 'logger.level', 3, '2,'],
];

/** The colour of a token of the style, as the browser computes it. */
async function token(page: Page, name: string): Promise<string> {
  return page.evaluate((token) => {
    const probe = document.createElement('i');
    probe.style.color = `var(${token})`;
    document.body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  }, name);
}

/** The middle of the arrow that folds a line; none where that line does not fold, or is not parsed yet. */
function arrowOf(page: Page, line: number): Promise<{ x: number; y: number } | undefined> {
  return page.locator('.cm-gutters').evaluate((gutters, line) => {
    const boxes = (gutter: string, is: (text: string) => boolean): DOMRect[] =>
      [...gutters.querySelectorAll(`.${gutter} .cm-gutterElement`)]
        .filter((one) => is(one.textContent ?? ''))
        .map((one) => one.getBoundingClientRect());
    const [number] = boxes('cm-lineNumbers', (text) => text === String(line));
    const arrow = boxes('cm-foldGutter', (text) => text.includes('▾'))
      .find((box) => number && Math.abs(box.y - number.y) < 4);
    return arrow && { x: arrow.x + arrow.width / 2, y: arrow.y + arrow.height / 2 };
  }, line);
}

for (const [ending, text, name, line, inside] of languages) {
  test(`the editor knows ${ending}`, async ({ page, demo }) => {
    const kv = new KvPage(page, demo.url);
    const key = `${folder('language')}/app.${ending}`;
    await createKey(demo, key, text);
    await kv.editKey(key);
    await kv.expectText(text);
    const word = page.locator('.cm-line').getByText(name, { exact: true });
    await expect(word.first()).toHaveCSS('color', await token(page, '--syn-key'));
    await expect(page.locator('.cm-lineNumbers .cm-gutterElement').last()).toHaveText(String(text.split('\n').length));
    // the editor parses in turns where that takes long: arrows come one after another
    await expect.poll(() => arrowOf(page, line), { message: `line ${line} folds` }).toBeTruthy();
    const { x, y } = (await arrowOf(page, line))!;
    await page.mouse.click(x, y);
    await expect(page.locator('.cm-foldPlaceholder')).toHaveCount(1);
    await expect(page.locator('.cm-content')).not.toContainText(inside);
    await expect(page.locator('.cm-content')).toContainText('end');
    // as a hand does it: what the press changes is drawn before the button is up
    await page.locator('.cm-foldPlaceholder').click({ delay: 200 });
    await kv.expectText(text);
    await expect(kv.value()).toBeFocused();
  });
}

test('plain text has no colours and folds nothing', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const key = `${folder('language')}/notes`;
  await createKey(demo, key, 'a: 1\n  b: 2\n');
  await kv.editKey(key);
  await kv.expectText('a: 1\n  b: 2\n');
  await expect(page.locator('.cm-line span')).toHaveCount(0);
  await expect(page.locator('.cm-foldGutter').getByText('▾')).toHaveCount(0);
});

test('brackets that belong together are marked, and a text is searched', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const key = `${folder('brackets')}/app.json`;
  await createKey(demo, key, '{"a": [1, 2], "b": 2}');
  await kv.editKey(key);
  await expect(kv.value()).toBeFocused();
  await page.keyboard.press('Control+End');
  await expect(page.locator('.cm-matchingBracket')).toHaveText(['{', '}']);
  await page.keyboard.press('Control+f');
  const search = page.locator('.cm-search');
  await expect(search).toBeVisible();
  await search.getByRole('textbox', { name: 'Find' }).pressSequentially('2');
  await expect(page.locator('.cm-searchMatch')).toHaveCount(2);
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(search).toHaveCount(0);
});

test('the editor is as dark as the page', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const key = `${folder('theme')}/app.yaml`;
  await createKey(demo, key, 'a: 1 # why\n');
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await kv.editKey(key);
    await kv.expectText('a: 1 # why\n');
    expect(await kv.isDark()).toBe(theme === 'dark');
    for (const [part, color] of [['.cm-content', '--ink'], ['.cm-lineNumbers', '--ink-3']]) {
      await expect(page.locator(part), `${part} ${theme}`).toHaveCSS('color', await token(page, color));
    }
    await expect(page.locator('.cm-gutters')).toHaveCSS('background-color', await token(page, '--bg'));
    await expect(page.locator('.cm-line span', { hasText: /^a$/ })).toHaveCSS('color', await token(page, '--syn-key'));
    await expectAccessible(page);
  }
});

test('XML has its colours where it is read', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const key = `${folder('xml')}/app.xml`;
  const text = '<!-- why -->\n<a b="1">x</a>\n';
  await createKey(demo, key, text);
  await kv.showKey(key);
  await kv.expectShown(text);
  await expect(kv.shown().locator('.text-key')).toHaveText(['a', 'b', 'a']);
  await expect(kv.shown().locator('.text-string')).toHaveText(['"1"']);
  await expect(kv.shown().locator('.text-comment')).toHaveText(['<!-- why -->']);
});

test('what is typed beyond the limit is refused before it is sent', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const root = folder('limit');
  const line = `${'x'.repeat(63)}\n`;
  const full = Buffer.from(line.repeat(MOST / line.length));
  await createKey(demo, `${root}/full`, full);
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'PUT') sent.push(request.url());
  });
  await kv.editKey(`${root}/full`);
  await expect(kv.value()).toBeFocused();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('x');
  await page.keyboard.press('Control+s');
  await expect(page.getByText(/524,289 B.*524,288 B/).first()).toBeVisible();
  page.on('dialog', (dialog) => dialog.accept());
  await kv.open(`/ui/dc1/kv/${root}/create`);
  await kv.key().fill(`${root}/typed`);
  await page.locator('input[type=file]').setInputFiles({ name: 'full', mimeType: '', buffer: full });
  await expect(page.getByText('512 KiB of 512 KiB')).toBeVisible();
  await kv.value().press('Control+End');
  await page.keyboard.type('x');
  await page.keyboard.press('Control+s');
  await expect(page.getByText(/524,289 B.*524,288 B/).first()).toBeVisible();
  expect(sent).toEqual([]);
  expect(await readKey(demo, `${root}/typed`)).toBeUndefined();
});

test('the last letters of a large new value are saved, too', async ({ page, demo }) => {
  // the pause after which the editor tells what is typed never comes
  await page.addInitScript(() => {
    const real = window.setTimeout;
    window.setTimeout = ((run: TimerHandler, wait?: number, ...more: unknown[]) =>
      real(run, wait === 120 ? 60_000 : wait, ...more)) as typeof window.setTimeout;
  });
  const kv = new KvPage(page, demo.url);
  const root = folder('flush');
  const large = Buffer.from('line of a large value\n'.repeat(4000));
  for (const way of ['keys', 'button']) {
    const key = `${root}/${way}`;
    await kv.open(`/ui/dc1/kv/${root}/create`);
    await kv.key().fill(key);
    await page.locator('input[type=file]').setInputFiles({ name: 'large', mimeType: '', buffer: large });
    await expect(page.locator('.cm-content')).toContainText('line of a large value');
    await kv.value().press('Control+End');
    await page.keyboard.type('end');
    if (way === 'keys') await page.keyboard.press('Control+s');
    else await kv.button('Create key').click();
    await kv.expectToast(`Created ${key}`);
    expect((await readKey(demo, key))?.bytes.toString().slice(-5)).toBe('e\nend');
  }
});

test('a new value is laid out anew where asked', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const root = folder('new-tidy');
  await kv.open(`/ui/dc1/kv/${root}/create`);
  await kv.key().fill(`${root}/app`);
  await expect(kv.button('Format')).toHaveCount(0);
  await kv.key().fill(`${root}/app.json`);
  await kv.value().fill('{"a":1}');
  await kv.button('Format').click();
  await kv.expectText('{\n  "a": 1\n}\n');
});

test('a value is replaced by a file that is dropped on it', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const key = `${folder('drop')}/app.yaml`;
  await createKey(demo, key, 'a: 1\n');
  await kv.showKey(key);
  const data = await page.evaluateHandle(() => {
    const dropped = new DataTransfer();
    dropped.items.add(new File(['a: dropped\n'], 'app.yaml'));
    return dropped;
  });
  await page.locator('.value-files').dispatchEvent('drop', { dataTransfer: data });
  await expect(kv.dialog()).toContainText('a: dropped');
  await kv.confirm().click();
  await expect.poll(async () => (await readKey(demo, key))?.bytes.toString()).toBe('a: dropped\n');
});

test('more bytes are shown when they are wanted', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const key = `${folder('hex')}/blob`;
  await createKey(demo, key, Buffer.alloc(512 * 16 + 20, 0xff));
  await kv.showKey(key);
  const dump = page.locator('.hex-dump');
  const lines = async (): Promise<number> => ((await dump.textContent()) ?? '').trim().split('\n').length;
  await expect.poll(lines).toBe(512);
  await kv.button(/20 B/).click();
  await expect.poll(lines).toBe(514);
  await expect(kv.button(/20 B/)).toHaveCount(0);
});

test('a folder’s own key that has a value is seen, edited and not mistaken for the folder', async ({ page, demo }) => {
  const kv = new KvPage(page, demo.url);
  const root = folder('own');
  await createKey(demo, `${root}/`, 'of the folder');
  await createKey(demo, `${root}/below`, 'below');
  await kv.showFolder(`${root}/`);
  await expect(page.getByText('This folder\'s own key holds a value (13 B).')).toBeVisible();
  await page.getByRole('link', { name: 'Open it' }).click();
  await kv.expectShown('of the folder');
  // what deletes a folder is on the folder's page
  await expect(kv.button('Delete')).toHaveCount(0);
  await expectAccessible(page);
  await kv.edit().click();
  await kv.value().fill('anew');
  await kv.saveReviewed();
  await expect.poll(async () => (await readKey(demo, `${root}/`))?.bytes.toString()).toBe('anew');
  expect((await readKey(demo, `${root}/below`))?.bytes.toString()).toBe('below');
  await page.getByRole('link', { name: /^Open / }).first().click();
  await expect(kv.row('below')).toBeVisible();
});
