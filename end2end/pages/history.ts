import { type Locator } from '@playwright/test';
import { Shell } from './shell';

/** What became of keys. */
export class HistoryPage extends Shell {
  async show(query = '', dc = 'dc1'): Promise<void> {
    await this.open(`/ui/${dc}/history${query && `?${query}`}`);
  }

  table(): Locator {
    return this.page.locator('.history-table');
  }

  row(text: string): Locator {
    return this.table().locator('tbody tr', { hasText: text });
  }

  detail(): Locator {
    return this.page.locator('.history-detail');
  }

  /** The line that says how the recording fares. */
  recording(): Locator {
    return this.page.locator('.history-recording');
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  dialog(): Locator {
    return this.page.getByRole('dialog');
  }
}
