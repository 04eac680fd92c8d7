import type { Page } from '@playwright/test';

/** What was marked or said for a moment only, each text once. */
export interface Moments {
  /** The texts of what was seen marked as new. */
  marked(): Promise<string[]>;
  /** What was said to screen readers. */
  said(): Promise<string[]>;
}

/** Notes it in the page from now on: on a slow machine a look from outside may come too late. */
export async function noteMoments(page: Page): Promise<Moments> {
  const noted = await page.evaluateHandle(() => {
    const noted = { marked: new Set<string>(), said: new Set<string>() };
    const look = (): void => {
      for (const one of document.querySelectorAll('.is-new')) {
        if (one.checkVisibility()) noted.marked.add(one.textContent ?? '');
      }
      for (const one of document.querySelectorAll('[aria-live="polite"]')) {
        const text = one.textContent?.trim();
        if (text) noted.said.add(text);
      }
    };
    new MutationObserver(look).observe(document, {
      subtree: true, childList: true, characterData: true, attributeFilter: ['class'],
    });
    return noted;
  });
  return {
    marked: () => noted.evaluate(({ marked }) => [...marked]),
    said: () => noted.evaluate(({ said }) => [...said]),
  };
}
