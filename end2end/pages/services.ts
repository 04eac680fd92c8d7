import type { Locator } from '@playwright/test';
import { Shell } from './shell';

/** The list of services. */
export class ServicesPage extends Shell {
  async show(query = '', dc = 'dc1'): Promise<void> {
    await this.open(`/ui/${dc}/services${query}`);
  }

  /** The buttons that choose a status. */
  status(name: string): Locator {
    return this.page.getByRole('group', { name: /status|状态/i }).getByRole('button', { name });
  }
}

/** One service. */
export class ServicePage extends Shell {
  async show(name: string, tab = '', dc = 'dc1'): Promise<void> {
    await this.open(`/ui/${dc}/services/${encodeURIComponent(name)}${tab && `/${tab}`}`);
  }

  tab(name: string): Locator {
    return this.page.getByRole('tab', { name }).or(
      this.page.getByRole('navigation', { name: /views|视图/i }).getByRole('link', { name }),
    ).first();
  }

  /** The rows of instances, without the output below those in trouble. */
  override rows(): Locator {
    return this.page.getByRole('table').first().locator('tbody tr:not(.detail-row, .row-space)');
  }

  /** The row of the instance with this ID. */
  instance(id: string): Locator {
    return this.rows().filter({ hasText: id });
  }
}
