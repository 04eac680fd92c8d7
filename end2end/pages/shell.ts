import { expect, type Locator, type Page } from '@playwright/test';

/** What frames every page. */
export class Shell {
  constructor(
    readonly page: Page,
    /** waggle's address, with its base path. */
    readonly url: string,
  ) {}

  async open(path: string): Promise<void> {
    await this.page.goto(`${this.url}${path}`);
    await this.title().waitFor();
  }

  title(): Locator {
    return this.page.getByRole('heading', { level: 1 });
  }

  /** The navigation that is shown at this width. */
  navigation(): Locator {
    return this.page.getByRole('navigation', { name: /^(Main|主导航)$/ }).filter({ visible: true });
  }

  async go(name: string): Promise<void> {
    await this.navigation().getByRole('link', { name }).click();
  }

  theme(): Locator {
    return this.page.getByRole('button', { name: /^(Theme|主题)/ });
  }

  language(): Locator {
    return this.page.getByRole('button', { name: /切换到中文|Switch to English/ });
  }

  async toChinese(): Promise<void> {
    await this.page.getByRole('button', { name: '切换到中文' }).click();
    await expect(this.page.locator('html')).toHaveAttribute('lang', /^zh/);
  }

  /** The theme that the page shows, by the ground it stands on. */
  async isDark(): Promise<boolean> {
    return this.page.evaluate(() => {
      const ground = getComputedStyle(document.body).backgroundColor;
      const probe = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
      probe.fillStyle = ground;
      probe.fillRect(0, 0, 1, 1);
      const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
      return red + green + blue < 3 * 128;
    });
  }

  filter(): Locator {
    return this.page.getByRole('textbox', { name: /filter|筛选/i }).or(
      this.page.getByRole('searchbox', { name: /filter|筛选/i }),
    );
  }

  /** The rows below the head of the first table, as far as they are drawn. */
  rows(): Locator {
    return this.page.getByRole('table').first().locator('tbody tr:not(.row-space)');
  }

  /** Live, paused or stale; pressing it pauses and goes on. */
  feed(): Locator {
    return this.page.locator('[data-feed]');
  }

  /** The row that holds a link with exactly this name. */
  row(name: string): Locator {
    return this.rows().filter({ has: this.page.getByRole('link', { name, exact: true }) });
  }

  async sortBy(column: string): Promise<void> {
    const head = this.page.getByRole('columnheader', { name: column });
    await head.getByRole('button').or(head.getByRole('link')).click();
  }
}
