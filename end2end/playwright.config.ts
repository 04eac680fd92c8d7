import { defineConfig } from '@playwright/test';

// the browser of the system: playwright's own cannot be fetched everywhere
export const executablePath = process.env.CHROMIUM_BIN || '/usr/bin/chromium';

// flags that keep the browser from talking to anybody but waggle
export const quiet = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-sync',
  '--no-first-run',
  '--no-pings',
  '--metrics-recording-only',
  '--disable-features=OptimizationHints,MediaRouter,Translate,InterestFeedContentSuggestions',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
];

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  fullyParallel: false,
  workers: Number(process.env.END2END_WORKERS || 2),
  retries: 0,
  // where everything is broken, a person need not wait for all of it
  maxFailures: process.env.CI === 'true' ? 0 : 8,
  forbidOnly: process.env.CI === 'true',
  timeout: 45_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    headless: true,
    launchOptions: { executablePath, args: quiet },
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    colorScheme: 'light',
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    trace: 'off',
    screenshot: 'only-on-failure',
  },
});
