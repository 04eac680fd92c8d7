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

  value(): Locator {
    return this.page.getByRole('textbox', { name: /^Value/ });
  }

  format(): Locator {
    return this.page.getByRole('combobox', { name: 'Format' });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  save(): Locator {
    return this.page.getByRole('button', { name: /^Save(?! anyway| mine)/ });
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

  async expectToast(text: string): Promise<void> {
    await expect(this.page.getByText(text).first()).toBeVisible();
  }
}
