import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { bundle, packedBundle } from '../../src/synth/bundle.js';
import { pack, program } from '../../src/synth/program.js';
import { find, render } from './sample.js';

const directory = mkdtempSync(join(tmpdir(), 'program-'));

/** Where libraries are found. */
const project = mkdtempSync(join(tmpdir(), 'project-'));
symlinkSync(join(__dirname, '../../../node_modules'), join(project, 'node_modules'));

afterAll(() => {
  for (const made of [directory, project]) rmSync(made, { recursive: true });
});

/** A bundle of a program. */
function bundled(source: string): string {
  const file = join(project, 'operator.ts');
  writeFileSync(file, source);
  return bundle(file);
}

/** Writes a packed bundle where a ConfigMap would be mounted and starts it as a pod would. */
function start(source: string) {
  const { binaryData, command } = program(pack(source), directory);
  for (const [name, content] of Object.entries(binaryData)) {
    writeFileSync(join(directory, name), Buffer.from(content, 'base64'));
  }
  const [, ...args] = command;
  return spawnSync(process.execPath, args, { encoding: 'utf8' });
}

describe('pack', () => {
  it('makes a program that its command runs', () => {
    expect(start(`console.log('up', require('node:path').basename(__filename))`).stdout).toBe('up operator.cjs\n');
  });

  it('keeps file and line in stack traces and the exit code', () => {
    const { stderr, status } = start(`\nthrow new Error('stop')`);
    expect(stderr).toContain(`${directory}/operator.cjs:2`);
    expect(status).toBe(1);
  });

  it('packs in a format that gunzip reads', () => {
    const [content] = Object.values(program(pack('const answer = "é";'), '/operator').binaryData);
    expect(gunzipSync(Buffer.from(content!, 'base64')).toString()).toBe('const answer = "é";');
  });

  it('has the same bytes on every version of Node, and a checksum that follows them', () => {
    const checksum = 'd4b42b522f39f978d36dd818d938a0391a2d258a834521e969bae8bb91a1c7ee';
    const source = Array.from({ length: 2000 }, (_, index) => `exports.f${index} = () => ${index * index};`).join('\n');
    const checksumOf = (bundle: string) => program(pack(bundle), '/operator').checksum;
    expect(checksumOf(source)).toBe(checksum);
    expect(checksumOf(`${source}\n`)).not.toBe(checksum);
  });

  it('refuses what kubectl apply could not carry, and says what to do', () => {
    expect(() => program(randomBytes(180 * 1024), '/operator')).toThrow(/KiB in a ConfigMap.*image/);
  });
});

describe('bundle', () => {
  it('takes a finished bundle as it is', () => {
    const file = join(directory, 'finished.cjs');
    writeFileSync(file, '// kept as it is\n');
    expect(bundle(file)).toBe('// kept as it is\n');
  });

  it('takes a packed bundle as it is', () => {
    const file = join(directory, 'packed.cjs.gz');
    const packed = pack('// packed\n');
    writeFileSync(file, packed);
    expect(Buffer.from(packedBundle(file)).equals(packed)).toBe(true);
  });

  it('names an entry that does not exist, packed or not', () => {
    for (const missing of ['missing.cjs', 'missing.cjs.gz'])
      expect(() => packedBundle(missing)).toThrow(`entry ${missing}: no such file`);
  });

  it('bundles what the entry imports', () => {
    writeFileSync(join(directory, 'value.ts'), 'export const value: number = 42;\n');
    writeFileSync(join(directory, 'entry.ts'), `import { value } from './value';\nconsole.log(value);\n`);
    expect(start(bundle(join(directory, 'entry.ts'))).stdout).toBe('42\n');
  });

  describe('of constructs', () => {
    const chart = `import { App, Chart, Yaml } from 'cdk8s';\nconsole.log(new Chart(new App(), 'chart').toJson());\n`;

    it('leaves out the YAML library that only cdk8s asks for, and says so where it is needed', () => {
      expect(start(bundled(chart)).stdout).toBe('[]\n');
      const { stderr } = start(bundled(`${chart}Yaml.stringify({});\n`));
      expect(stderr).toContain('import yaml in the operator itself');
    });

    it('has it where the operator itself asks for it', () => {
      const source = `${chart}console.log(require('yaml').stringify({ a: 1 }) + Yaml.stringify({ b: 2 }));\n`;
      expect(start(bundled(source)).stdout).toBe('[]\na: 1\nb: 2\n\n');
    });
  });

  describe('of metrics', () => {
    const metrics = `import { collectDefaultMetrics, register } from 'prom-client';
collectDefaultMetrics();
void register.metrics().then((text) => console.log(text));\n`;

    it('leaves out what prom-client loads for exemplars, without which its metrics are the same', () => {
      const program = bundled(metrics);
      expect(program).not.toContain('opentelemetry');
      expect(start(program).stdout).toMatch(/^process_cpu_seconds_total \d/m);
    });

    it('has it where the operator itself asks for it', () => {
      const source = `${metrics}console.log(typeof require('@opentelemetry/api').trace.getTracer);\n`;
      expect(start(bundled(source)).stdout).toMatch(/^function\n/);
    });
  });

  it('shows what the bundler found wrong', () => {
    writeFileSync(join(directory, 'broken.ts'), `import { x } from './missing';\nconsole.log(x);\n`);
    expect(() => bundle(join(directory, 'broken.ts'))).toThrow(/Could not resolve ".\/missing"/);
  });
});

describe('the ConfigMap of an Operator', () => {
  it('is mounted where the command looks, and rolls the pods when it changes', () => {
    const manifests = render();
    const { metadata, spec } = find(manifests, 'Deployment').spec.template;
    const [container] = spec.containers;
    expect(spec.volumes).toEqual([
      { name: 'program', configMap: { name: find(manifests, 'ConfigMap').metadata.name } },
    ]);
    expect(container.volumeMounts).toEqual([{ name: 'program', mountPath: '/operator', readOnly: true }]);
    expect(container.command.join(' ')).toContain('/operator/operator.cjs.gz');
    expect(metadata.annotations['checksum/program']).toMatch(/^[0-9a-f]{64}$/);
  });

  it('leaves out what only synth needs: the rules for schemas, of which the resource is made there', () => {
    const program = bundled(`import { resource } from 'cdk8s-reconciler'; console.log(resource);`);
    expect(program).toContain('x-kubernetes-int-or-string');
    expect(program).not.toContain('must be one of FieldValueRequired');
    expect(program).not.toContain('a tuple has no place');
  });
});
