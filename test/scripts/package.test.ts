import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { archive } from '../../scripts/archive.js';
import { helmChart } from '../../scripts/helm-chart.js';
import { synth } from '../synth.js';

const options = { name: 'demo', version: '1.2.3', description: 'A demo: with a colon', keywords: ['one'] };
const definition = 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: a.b.c\n';
const config =
  'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: alert\ndata:\n  text: "{{ $labels.pod }} of {{{x}}}"\n';

describe('the helm chart', () => {
  it('has each CustomResourceDefinition once, where helm installs it before all else', () => {
    const chart = helmChart({ '10-all.k8s.yaml': `${config}---\n${definition}` }, options);
    expect(chart['demo/crds/10-all.k8s.yaml']).toBe(definition);
    expect(chart['demo/templates/10-all.k8s.yaml']).not.toContain('CustomResourceDefinition');
  });

  it('takes its name from the package, whatever the folder is called', () => {
    const chart = helmChart({}, options);
    expect(parse(chart['demo/Chart.yaml']!)).toMatchObject({ ...options, apiVersion: 'v2', appVersion: '1.2.3' });
    expect(Object.keys(chart).every((path) => path.startsWith('demo/'))).toBe(true);
  });

  it('brings samples along without installing them', () => {
    const chart = helmChart({ '90-samples.k8s.yaml': config }, options);
    expect(chart['demo/samples/90-samples.k8s.yaml']).toBe(config);
    expect(chart['demo/templates/90-samples.k8s.yaml']).toBeUndefined();
  });

  it("keeps helm's template language off what is in a manifest", () => {
    const template = helmChart({ '10-alerts.k8s.yaml': config }, options)['demo/templates/10-alerts.k8s.yaml']!;
    // What helm does with the only action that is left: it prints two braces.
    expect(template.replaceAll('{{ "{{" }}', '')).not.toContain('{{');
    expect(template.replaceAll('{{ "{{" }}', '{{')).toBe(config);
  });

  it('refuses values, which would have no effect', () => {
    expect(JSON.parse(helmChart({}, options)['demo/values.schema.json']!)).toMatchObject({
      additionalProperties: false,
    });
  });
});

describe('npm run package', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const pack = () => {
    const args = ['--conditions=cdk8s-source', '--import', 'tsx', 'scripts/package.ts', synth()];
    return execFileSync(process.execPath, args, { encoding: 'utf8' }).trim();
  };

  it('writes what synth rendered to an archive that tar unpacks', () => {
    const { name, version } = JSON.parse(readFileSync('package.json', 'utf8')) as { name: string; version: string };
    const file = pack();
    expect(file).toBe(`build/${name}-${version}.tgz`);

    execFileSync('tar', ['-xzf', file, '-C', folder]);
    const chart = join(folder, name);
    expect(readdirSync(chart).sort()).toEqual(
      ['Chart.yaml', 'LICENSE', 'README.md', 'crds', 'samples', 'templates', 'values.schema.json'].sort(),
    );
    expect(readFileSync(join(chart, 'crds/00-crds.k8s.yaml'), 'utf8')).toBe(
      readFileSync(join(synth(), '00-crds.k8s.yaml'), 'utf8'),
    );
    const kinds = (path: string) =>
      readdirSync(join(chart, path))
        .filter((entry) => entry.endsWith('.yaml'))
        .flatMap((entry) => [...parseAllDocuments(readFileSync(join(chart, path, entry), 'utf8'))])
        .map((document) => document.get('kind'));
    expect(kinds('crds')).toEqual(['CustomResourceDefinition']);
    expect(kinds('templates')).toContain('Deployment');
    expect(kinds('templates')).not.toContain('CustomResourceDefinition');
    expect(kinds('samples')).toContain('Nacos');
  });

  it('gives the same bytes again', () => {
    const file = pack();
    const first = readFileSync(file);
    expect(readFileSync(pack()).equals(first)).toBe(true);
  });
});

describe('an archive', () => {
  it('has no time, owner or order of the machine in it', async () => {
    const forth = await archive({ 'a/b': 'B\n', 'a/a': 'A\n' });
    const back = await archive({ 'a/a': 'A\n', 'a/b': 'B\n' });
    expect(back).toEqual(forth);
    // RFC 1952: bytes 4 to 7 are the time of compression.
    expect([...forth.slice(4, 8)]).toEqual([0, 0, 0, 0]);
  });

  it('unpacks to files that all users may read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'archive-'));
    execFileSync('tar', ['-xz', '-C', folder], { input: await archive({ 'a/é.txt': 'ü\n' }) });
    expect(readFileSync(join(folder, 'a/é.txt'), 'utf8')).toBe('ü\n');
    expect(statSync(join(folder, 'a/é.txt')).mode & 0o444).toBe(0o444);
    rmSync(folder, { recursive: true });
  });
});
