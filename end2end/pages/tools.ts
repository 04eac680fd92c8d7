import type { Locator } from '@playwright/test';
import { Shell } from './shell';

/** Search, comparison, sessions. */
export class ToolsPage extends Shell {
  async show(tool: 'search' | 'compare' | 'sessions', query: Record<string, string> = {}, dc = 'dc1'): Promise<void> {
    const asked = new URLSearchParams(query).toString();
    await this.open(`/ui/${dc}/${tool}${asked && `?${asked}`}`);
  }

  pattern(): Locator {
    return this.page.getByRole('textbox', { name: 'Search for' });
  }

  start(): Locator {
    return this.page.getByRole('search').getByRole('button', { name: 'Search', exact: true });
  }

  pick(name: string): Locator {
    return this.page.getByRole('main').getByRole('button', { name, exact: true });
  }

  /** The keys that were found. */
  found(): Locator {
    return this.page.locator('.hit-group');
  }

  /** The keys that are compared. */
  pairs(): Locator {
    return this.page.locator('.pair-row');
  }

  dialog(): Locator {
    return this.page.getByRole('dialog');
  }
}
