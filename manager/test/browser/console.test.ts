import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { NacosObject } from 'cdk8s-nacos/model';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { isolated } from '../../../test/cluster/network.js';
import { serve, tokenOf } from '../cluster/served.js';
import { test as base, openPage } from './page.js';

const { bundleConsole } = createRequire(__filename)('../../../scripts/bundle.cjs');
const axe = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');
/** Those in docs/console are copies, from a machine that has Chinese fonts. */
const pictures = join(__dirname, '../../../build/console');
const patience = { timeout: 60_000 };

/** The page as it ships. */
const test = base
  .extend('pageAddress', { scope: 'file' }, async ({ cluster, address: _ }, { onCleanup }) => {
    const { app, address } = await serve(cluster, { console: bundleConsole() });
    onCleanup(() => app.close());
    return address;
  })
  .extend('token', { scope: 'file' }, ({ cluster, address: _ }) => tokenOf(cluster, 'editor'));

async function violations(page: Page): Promise<string[]> {
  // By the debugger rather than by a script in the page, which the page's policy would refuse.
  const found = await page.evaluate(`(() => { ${axe}; return axe.run(document, { resultTypes: ['violations'] }); })()`);
  const { violations } = found as { violations: { id: string; nodes: { html: string }[] }[] };
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

async function signIn(page: Page, token: string, namespace: string): Promise<void> {
  await page.getByLabel('Bearer token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Namespace').fill(namespace);
  await page.getByLabel('Namespace').press('Enter');
}

test.runIf(isolated())(
  'the whole life of an instance on the page: created, watched to Running, resized, deleted',
  async ({ cluster, browser, pageAddress, token, operator: _ }) => {
    const { namespace } = cluster;
    const { page, complaints } = await openPage(browser, pageAddress);
    await signIn(page, token, namespace);
    await page.getByText('There are no instances.').waitFor(patience);

    await page.getByRole('link', { name: 'Create' }).click();
    await page.getByLabel('Name', { exact: true }).fill('9shop');
    await page
      .getByText(/the name becomes part of Service names/)
      .first()
      .waitFor(patience);
    await page.getByLabel('Name', { exact: true }).fill('shop');
    await page.getByText('The API server accepts this.').waitFor(patience);
    await page.getByLabel('Name', { exact: true }).press('Enter');
    await page.getByLabel('CPU requested').fill('lots');
    await page.getByText('The API server does not accept this yet.').waitFor(patience);
    expect(await page.getByLabel('CPU requested').getAttribute('aria-invalid')).toBe('true');
    // Seen from the other steps too.
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('button', { name: '2. Size of each server – not accepted yet' }).click();
    await expect.poll(() => page.evaluate('document.activeElement.textContent'), patience).toBe('Size of each server');
    await page.getByLabel('CPU requested').fill('500m');
    await page.getByText('The API server accepts this.').waitFor(patience);
    expect(await page.locator('pre').textContent()).toContain('kind: Nacos');
    await page.screenshot({ path: join(pictures, 'create.png') });
    for (const field of ['Database', 'Node port for clients']) {
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByLabel(field, { exact: true }).waitFor(patience);
      expect(await violations(page)).toEqual([]);
    }
    await page.getByRole('button', { name: 'Create' }).click();

    await page.getByRole('heading', { name: `${namespace} / shop` }).waitFor(patience);
    await page.getByRole('status').getByText('Running').waitFor(patience);
    await page.getByRole('cell', { name: 'shop-0', exact: true }).waitFor(patience);
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Copy: http' }).click();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(`shop.${namespace}:8848`);
    await page.screenshot({ path: join(pictures, 'detail.png') });

    await page.getByRole('button', { name: 'Change size' }).click();
    await page.getByLabel('Memory limit').fill('5Gi');
    await page.getByText('Servers that restart, in this order: shop-0.').waitFor(patience);
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: join(pictures, 'change.png') });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached', ...patience });
    const path = `/apis/nacos.io/v1alpha1/namespaces/${namespace}/nacos/shop`;
    const { spec } = await cluster.api.get<NacosObject>(path);
    expect(spec.resources?.limits?.memory).toBe('5Gi');
    expect(spec.resources?.requests?.cpu).toBe('500m');

    await page.getByRole('button', { name: 'Delete' }).click();
    const confirm = page.getByRole('dialog').getByRole('button', { name: 'Delete' });
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByRole('dialog').getByLabel('Name').fill('shop');
    await confirm.click();
    await page.getByText('There are no instances.').waitFor(patience);
    await expect.poll(() => cluster.api.get(path).catch(() => 'gone'), patience).toBe('gone');
    expect(complaints).toEqual([]);
    await page.close();
  },
);

test('the list is live, also at the width of a phone, in Chinese and in the dark', async ({
  browser,
  cluster,
  editor,
  instances,
  pageAddress,
  token,
}) => {
  const { page, complaints } = await openPage(browser, pageAddress);
  await page.setViewportSize({ width: 390, height: 780 });
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await violations(page)).toEqual([]);
  await signIn(page, token, cluster.namespace);
  await page.getByLabel('Language').selectOption('zh');
  await page.getByRole('heading', { name: '实例' }).waitFor(patience);
  await editor.request('POST', instances, { name: 'live', type: 'cluster', paused: true });
  await page.getByRole('link', { name: 'live' }).waitFor(patience);
  expect(await violations(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  await page.screenshot({ path: join(pictures, 'phone.png') });
  await page.getByRole('link', { name: '创建' }).click();
  await page.getByRole('heading', { name: '创建' }).waitFor(patience);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  expect(await violations(page)).toEqual([]);
  await page.getByRole('link', { name: '实例' }).click();
  await editor.request('DELETE', `${instances}/live`);
  await page.getByRole('link', { name: 'live' }).waitFor({ state: 'detached', ...patience });
  await page.getByLabel('语言').selectOption('en');
  expect(complaints).toEqual([]);
  await page.close();
});

test('all of it works by keyboard', async ({ browser, cluster, editor, instances, pageAddress, token }) => {
  await editor.request('POST', instances, { name: 'keys', type: 'standalone', paused: true });
  const { page } = await openPage(browser, pageAddress);
  await signIn(page, token, cluster.namespace);
  await page.getByRole('link', { name: 'keys' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Delete' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor(patience);
  await page.keyboard.press('Escape');
  // A closed dialog has no role any more before the page knows of it.
  await page.locator('dialog').waitFor({ state: 'detached', ...patience });
  await page.getByRole('button', { name: 'Delete' }).press('Enter');
  await page.getByRole('dialog').getByLabel('Name').focus();
  await page.keyboard.type('keys');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'keys' }).waitFor({ state: 'detached', ...patience });
  await page.getByRole('heading', { name: 'Instances' }).waitFor(patience);
  await page.close();
});

test('every other page is free of what axe finds, in light and in dark', async ({
  browser,
  cluster,
  pageAddress,
  token,
}) => {
  const { page } = await openPage(browser, pageAddress);
  await signIn(page, token, cluster.namespace);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const [link, heading] of [
      ['Create', 'Create'],
      ['API', 'API'],
      ['Instances', 'Instances'],
    ] as const) {
      await page.getByRole('link', { name: link }).click();
      await page.getByRole('heading', { name: heading, exact: true }).waitFor(patience);
      expect(await violations(page)).toEqual([]);
    }
  }
  await page.close();
});

test('a token is asked for, is refused in words, and is kept nowhere', async ({ browser, pageAddress, token }) => {
  const { page } = await openPage(browser, pageAddress);
  await page.getByLabel('Bearer token').fill('x.y.z');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page
    .getByRole('alert')
    .getByText(/is not one that the Kubernetes API server accepts/)
    .waitFor(patience);
  await page.getByLabel('Bearer token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Instances' }).waitFor(patience);
  expect(
    await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])'),
  ).not.toContain(token);
  await page.reload();
  await page.getByLabel('Bearer token').waitFor(patience);
  await page.close();
});
