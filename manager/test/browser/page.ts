import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { test as served } from '../cluster/served.js';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** `browser` has Debian's Chromium with a profile that is thrown away, in English. */
// biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
export const test = served.extend('browser', { scope: 'file' }, async ({}, { onCleanup }): Promise<BrowserContext> => {
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    args: flags,
    // Of an issuer that plays for the test.
    ignoreHTTPSErrors: true,
    locale: 'en-US',
    timezoneId: 'UTC',
    viewport: { width: 1180, height: 820 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  onCleanup(async () => {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  });
  return browser;
});

/**
 * A page at `address`; what it writes to its console, or asks of another host, fails the test that looks at
 * `complaints`.
 */
export async function openPage(
  browser: BrowserContext,
  address: string,
): Promise<{ page: Page; complaints: string[] }> {
  const complaints: string[] = [];
  const page = await browser.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // Chromium reports every answer that says no; those are the page's to show.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(address) && !request.url().startsWith('data:')) complaints.push(request.url());
  });
  await page.goto(address);
  // What a former test chose.
  await page.evaluate('localStorage.clear()');
  await page.reload();
  return { page, complaints };
}
