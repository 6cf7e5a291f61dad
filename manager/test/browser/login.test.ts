import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { ControlPlane } from '../../../test/cluster/control-plane.js';
import { serve } from '../cluster/served.js';
import { startIssuer } from './issuer.js';
import { test as base } from './page.js';

const { bundleConsole } = createRequire(__filename)('../../../scripts/bundle.cjs');
const patience = { timeout: 60_000 };
const clientId = 'nacos-manager';

/** The page before an API server that accepts the ID tokens of a stand-in issuer, whose alice may look at instances. */
const test = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
  .extend('issuer', { scope: 'file' }, async ({}, { onCleanup }) => {
    const issuer = await startIssuer(clientId);
    onCleanup(() => issuer.close());
    return issuer;
  })
  .extend('ownAddress', { scope: 'file' }, async ({ issuer }, { onCleanup }) => {
    const folder = mkdtempSync(join(tmpdir(), 'issuer-'));
    writeFileSync(join(folder, 'ca.crt'), issuer.authority);
    const plane = await ControlPlane.start({
      controllers: false,
      apiServerArguments: [
        `--oidc-issuer-url=${issuer.address}`,
        `--oidc-ca-file=${join(folder, 'ca.crt')}`,
        `--oidc-client-id=${clientId}`,
        '--oidc-username-prefix=oidc:',
        '--oidc-signing-algs=ES256',
      ],
    });
    const kubectl = (...args: string[]) =>
      promisify(execFile)(plane.kubectl, args, { env: { ...process.env, KUBECONFIG: plane.kubeconfig } });
    await kubectl('apply', '--server-side', '-f', 'dist/00-crds.k8s.yaml');
    await expect.poll(() => kubectl('get', 'nacos').catch(() => undefined), patience).toBeDefined();
    await kubectl('create', 'clusterrole', 'looker', '--verb=get,list,watch', '--resource=nacos.nacos.io');
    await kubectl('create', 'clusterrolebinding', 'looker', '--clusterrole=looker', '--user=oidc:alice');
    const login = { issuer: issuer.address, clientId, scopes: 'openid' };
    const { app, address } = await serve(plane, { console: bundleConsole(), login });
    onCleanup(async () => {
      await app.close();
      await plane.stop();
      rmSync(folder, { recursive: true });
    });
    return address;
  });

const singleSignOn = (page: Page) => page.getByRole('button', { name: 'Sign in with single sign-on' });

async function logIn(page: Page, user: string): Promise<void> {
  await singleSignOn(page).click(patience);
  await page.getByPlaceholder('Enter any login').fill(user, patience);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click(patience);
}

test('people log in at the issuer, are who the API server says, and stay logged in while tokens are renewed', async ({
  browser,
  issuer,
  ownAddress,
}) => {
  const page = await browser.newPage();
  const asked: (string | undefined)[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/api/v1/watch')) asked.push(request.headers().authorization);
  });
  await page.goto(`${ownAddress}/#/create`);
  await logIn(page, 'alice');
  // Where they had been going, without the code in the address.
  await page.getByRole('heading', { name: 'Create' }).waitFor(patience);
  await expect.poll(() => page.url(), patience).toBe(`${ownAddress}/#/create`);
  await page.getByRole('link', { name: 'Instances' }).click();
  await page.getByText('There are no instances.').waitFor(patience);

  await expect.poll(() => issuer.grants.refresh_token ?? 0, { timeout: 120_000 }).toBeGreaterThan(0);
  await page.getByLabel('Namespace').fill('default');
  await page.getByLabel('Namespace').press('Enter');
  await expect.poll(() => new Set(asked.filter(Boolean)).size, patience).toBeGreaterThan(1);
  await page.getByText('There are no instances.').waitFor(patience);
  const kept = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])');
  expect(kept).not.toMatch(/eyJ|verifier/);

  await page.getByRole('button', { name: 'Sign out' }).click();
  await singleSignOn(page).waitFor(patience);
  await page.close();
});

test('a user without the right is refused by the API server, in their own name', async ({ browser, ownAddress }) => {
  await browser.clearCookies();
  const page = await browser.newPage();
  await page.goto(ownAddress);
  await logIn(page, 'mallory');
  await page.getByText('you may not list nacos in all namespaces').first().waitFor(patience);
  await page.getByLabel('Namespace').fill('default');
  await page.getByLabel('Namespace').press('Enter');
  await page
    .getByText(/"oidc:mallory" cannot list/)
    .first()
    .waitFor(patience);
  await page.close();
});

test('an answer to no request logs no one in', async ({ browser, issuer, ownAddress }) => {
  const page = await browser.newPage();
  const answer = `${ownAddress}/?code=stolen&state=made-up&iss=${encodeURIComponent(issuer.address)}`;
  await page.goto(answer);
  await singleSignOn(page).waitFor(patience);
  await page.evaluate(
    `sessionStorage.setItem('login', JSON.stringify({ verifier: 'v', state: 's', nonce: 'n', hash: '' }))`,
  );
  await page.goto(answer);
  await page.getByRole('alert').getByText(/state/).waitFor(patience);
  expect(page.url()).toBe(`${ownAddress}/#/`);
  await page.close();
});

test('without an issuer the page does not offer it', async ({ browser, address: _, cluster }) => {
  const { app, address } = await serve(cluster, { console: bundleConsole() });
  const page = await browser.newPage();
  await page.goto(address);
  await page.getByLabel('Bearer token').waitFor(patience);
  expect(await singleSignOn(page).count()).toBe(0);
  expect((await fetch(address)).headers.get('content-security-policy')).toContain("connect-src 'self';");
  await page.close();
  await app.close();
});
