import { expect, type Locator } from '@playwright/test';
import { Shell } from './shell';

/** A key's path in an address. */
function keyPath(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/');
}

/** Folders, keys, the editor. */
export class KvPage extends Shell {
  async showFolder(folder = '', dc = 'dc1'): Promise<void> {
    await this.open(`/ui/${dc}/kv${folder && `/${keyPath(folder)}`}`);
  }

  async showKey(key: string, dc = 'dc1'): Promise<void> {
    await this.open(`/ui/${dc}/kv/${keyPath(key)}/edit`);
  }

  /** A key in its editor. */
  async editKey(key: string, dc = 'dc1'): Promise<void> {
    await this.open(`/ui/${dc}/kv/${keyPath(key)}/edit?mode=edit`);
  }

  path(): Locator {
    return this.page.getByRole('navigation', { name: 'Path' });
  }

  newKey(): Locator {
    return this.page.getByRole('link', { name: 'New key', exact: true })
      .or(this.page.getByRole('button', { name: 'New key', exact: true }))
      .first();
  }

  key(): Locator {
    return this.page.getByRole('textbox', { name: 'Key', exact: true });
  }

  /** The value in an editor, the full one or the plain one. */
  value(): Locator {
    return this.page.getByRole('textbox', { name: /^Value/ });
  }

  /** The value as it is read, a hundred lines each. */
  shown(): Locator {
    return this.page.getByRole('region', { name: /^Value/ }).locator('.value-text');
  }

  /** The editor's text, to its last blank. */
  async text(): Promise<string> {
    return this.value().evaluate((element) => {
      if (element instanceof HTMLTextAreaElement) return element.value;
      return [...element.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\n');
    });
  }

  async expectText(text: string, message?: string): Promise<void> {
    await expect.poll(() => this.text(), { message, timeout: 15_000 }).toBe(text);
  }

  async expectShown(text: string, message?: string): Promise<void> {
    const shown = (): Promise<string> =>
      this.shown().evaluateAll((parts) => parts.map((part) => part.textContent).join('\n'));
    await expect.poll(shown, { message, timeout: 15_000 }).toBe(text);
  }

  /** The line that the address asks for. */
  markedLine(): Locator {
    return this.page.locator('.value-line');
  }

  /** What may be typed, in the full editor. */
  offers(): Locator {
    return this.page.locator('.cm-tooltip-autocomplete li');
  }

  edit(): Locator {
    return this.page.getByRole('button', { name: /^Edit/ });
  }

  format(): Locator {
    return this.page.getByRole('combobox', { name: 'Format' });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  save(): Locator {
    return this.page.getByRole('button', { name: /^Save(?! anyway| mine| this)/ });
  }

  /** Saves, by way of what it changes. */
  async saveReviewed(): Promise<void> {
    await this.save().click();
    await this.confirm().click();
  }

  /** The button that saves what is shown. */
  confirm(): Locator {
    return this.dialog().getByRole('button', { name: 'Save this' });
  }

  /** What picks a key or folder in the list. */
  pick(name: string): Locator {
    return this.page.getByRole('checkbox', { name: `Select ${name}`, exact: true });
  }

  /** The bar of what is picked. */
  picked(): Locator {
    return this.page.getByRole('toolbar', { name: 'Selection' });
  }

  tree(): Locator {
    return this.page.getByRole('tree', { name: 'Folders' });
  }

  /** A folder in the tree. */
  branch(name: string): Locator {
    return this.tree().getByRole('treeitem', { name, exact: true });
  }

  dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  /** Begins a new key from a folder's page and types it. */
  async create(key: string, value: string): Promise<void> {
    await this.newKey().click();
    await this.key().fill(key);
    if (!key.endsWith('/')) await this.value().fill(value);
    await this.button(key.endsWith('/') ? 'Create folder' : 'Create key').click();
  }

  /** What is told in passing. */
  toasts(): Locator {
    return this.page.getByRole('status', { name: 'Notifications', exact: true });
  }

  /** A button of what is told in passing; the same may stand in the page, too. */
  toastButton(name: string): Locator {
    return this.toasts().getByRole('button', { name, exact: true });
  }

  async expectToast(text: string): Promise<void> {
    await expect(this.toasts().getByRole('paragraph').filter({ hasText: text }).first()).toBeVisible();
  }
}
