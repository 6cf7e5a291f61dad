import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Yaml } from 'cdk8s';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { Nacos } from '../lib/resource/nacos.js';
import { objectsIn } from './kubernetes-object.js';
import { plainFiles, programFile, synth } from './synth.js';

const folder = mkdtempSync(join(tmpdir(), 'dist-'));
afterAll(() => rmSync(folder, { recursive: true }));

function cdk8s(...args: string[]): void {
  execFileSync(process.execPath, ['node_modules/cdk8s-cli/bin/cdk8s', ...args, '--no-check-upgrade'], {
    stdio: 'pipe',
  });
}

function contentOf(path: string): Record<string, string> {
  return Object.fromEntries(readdirSync(path).map((file) => [file, readFileSync(join(path, file), 'utf8')]));
}

describe('dist', () => {
  it('is what `cdk8s synth` writes, byte for byte', () => {
    cdk8s('synth', '--output', join(folder, 'dist'));
    expect(plainFiles(join(folder, 'dist'))).toEqual(plainFiles('dist'));
  });

  it('is the same when the app runs again, the program included', () => {
    expect(contentOf(synth())).toEqual(contentOf(join(folder, 'dist')));
  });

  it('is readable: nothing that git keeps is packed', () => {
    expect(Object.entries(plainFiles('dist')).filter(([, text]) => text.includes('binaryData'))).toEqual([]);
    expect(readdirSync(synth())).toContain(programFile);
  });

  it('has each object once, as tools that apply the whole folder demand', () => {
    const objects = readdirSync(synth()).flatMap((file) => objectsIn(readFileSync(join(synth(), file), 'utf8')));
    const names = objects.map(({ kind, metadata: { namespace = '', name } }) => `${kind} ${namespace}/${name}`);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it('leaves room to grow in what kubectl apply carries of an object, 256 KiB', () => {
    const documents = readFileSync(join(synth(), programFile), 'utf8').split('\n---\n');
    expect(Math.max(...documents.map(({ length }) => length))).toBeLessThan(200 * 1024);
  });

  it('has one sample, which becomes ready by itself: a public image, no database, no Secret, 1 GiB', () => {
    const samples = parseAllDocuments(readFileSync('dist/90-samples.k8s.yaml', 'utf8')).map((one) => one.toJS());
    expect(samples).toMatchObject([{ kind: 'Nacos', spec: { type: 'standalone' } }]);
    const { image, database, imagePullSecrets, certification, resources } = samples[0].spec;
    expect({ image, database, imagePullSecrets, secret: certification.secretName }).toEqual({});
    expect(resources.requests.memory).toBe('1Gi');
  });
});

describe('samples', () => {
  it.each(readdirSync('samples'))('%s says first what it needs', (name) => {
    expect(readFileSync(`samples/${name}`, 'utf8')).toMatch(/^# Needs /);
  });

  it.each(['nacos-single', 'nacos-cluster'])("have the user's %s as it is", (name) => {
    const [text, own] = ['samples', 'test/samples'].map((folder) => readFileSync(`${folder}/${name}.yaml`, 'utf8'));
    expect(text?.replace(/^(# .*\n)+/, '')).toBe(own);
  });
});

describe('imports', () => {
  it('have the definition as it is in lib, and in dist', () => {
    const definition = Yaml.stringify(Nacos.definition);
    expect(readFileSync('imports/crds.yaml', 'utf8')).toBe(definition);
    expect(parse(readFileSync('dist/00-crds.k8s.yaml', 'utf8'))).toEqual(parse(definition));
  });

  it('have the types that `cdk8s import` makes of it', () => {
    const output = join(folder, 'imports');
    cdk8s('import', 'imports/crds.yaml', '--language', 'typescript', '--output', output, '--no-save');
    expect(contentOf(output)).toEqual({ 'nacos.io.ts': readFileSync('imports/nacos.io.ts', 'utf8') });
  });
});
