import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { render } from '../../lib/render/render.js';
import { expanded } from '../../lib/resource/effective/doors.js';
import { child, nacos, onMysql, serverOf } from '../nacos-object.js';

/** Texts in which every way to be read twice is likely. */
const parts = fc.constantFrom(
  '$',
  '$$',
  '$(',
  ')',
  '$(POD_NAME)',
  '$(MODE)',
  '$' + '{HOME}',
  '\\',
  '"',
  "'",
  '`',
  '#',
  ' ',
  '中',
);
const text = fc.array(fc.oneof(parts, fc.string({ unit: 'binary', minLength: 1, maxLength: 3 })), {
  minLength: 1,
  maxLength: 6,
});
const userText = text
  .map((pieces) => pieces.join('').replaceAll('\0', '0'))
  .filter((value) => Buffer.from(value).toString() === value);
const bounds = { seed: 20261130, numRuns: 300 };

/** Kubernetes' own reading of a literal, byte by byte (third_party/forked/golang/expansion/expand.go). */
function kubelet(value: string, variables: Readonly<Record<string, string>>): string {
  const bytes = Buffer.from(value);
  const out: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    const next = bytes[at + 1];
    if (bytes[at] !== 0x24 || next === undefined) {
      out.push(bytes.subarray(at, at + 1));
      at += 1;
    } else if (next === 0x24) {
      out.push(Buffer.from('$'));
      at += 2;
    } else if (next === 0x28) {
      const end = bytes.indexOf(0x29, at);
      const name = bytes.subarray(at + 2, end).toString();
      out.push(end < 0 ? Buffer.from('$(') : Buffer.from(variables[name] ?? `$(${name})`));
      at = end < 0 ? at + 2 : end + 1;
    } else {
      // Go turns the one byte into a character of its own.
      out.push(Buffer.from(`$${String.fromCharCode(next)}`));
      at += 2;
    }
  }
  return Buffer.concat(out).toString();
}

/** The environment of a container as its process has it; of references only `POD_NAME`. */
function received({ env = [] }: { env?: { name: string; value?: string; valueFrom?: unknown }[] }) {
  const variables: Record<string, string> = {};
  for (const { name, value, valueFrom } of env)
    variables[name] = valueFrom ? (name === 'POD_NAME' ? 'n-0' : '') : kubelet(value ?? '', variables);
  return variables;
}

describe('the model of the kubelet', () => {
  const variables = { VAR_A: 'A', VAR_REF: '$(VAR_A)' };
  it.each([
    ['$(VAR_A)-1', 'A-1'],
    ['$$(VAR_A)_$(VAR_A)', '$(VAR_A)_A'],
    ['$$$$$$$(VAR_A)', '$$$A'],
    ['$$$$$$(VAR_A)', '$$$(VAR_A)'],
    ['$(VAR_REF)', '$(VAR_A)'],
    ['$(VAR_A$(VAR_A))', '$(VAR_A$(VAR_A))'],
    ['foo$(VAR_Awhoops!', 'foo$(VAR_Awhoops!'],
    ['--$($($($($--', '--$($($($($--'],
    ['$?_boo_$!', '$?_boo_$!'],
    ['a$', 'a$'],
    ['$(VAR_DNE)', '$(VAR_DNE)'],
  ])('reads %j as %j, as the cases of Kubernetes itself say', (input, output) => {
    expect(kubelet(input, variables)).toBe(output);
    expect(expanded(input, new Map(Object.entries(variables)))).toBe(output);
  });

  it('breaks a character beyond ASCII after a single dollar', () => {
    expect(kubelet('$中', {})).not.toBe('$中');
  });
});

describe('a text of the user that becomes a literal', () => {
  it('reaches the server byte for byte: a property', () => {
    const name = fc.stringMatching(/^[a-z]{1,8}([.][a-z]{1,8})?$/);
    fc.assert(
      fc.property(name, userText, (key, value) => {
        const properties = value.split('').map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
        const { SPRING_APPLICATION_JSON } = received(serverOf({ config: `${key}=${properties.join('')}` }));
        expect(JSON.parse(SPRING_APPLICATION_JSON!)).toEqual({ [key]: value });
      }),
      bounds,
    );
  });

  it.each([
    ['mysqlHost', 'MYSQL_SERVICE_HOST', 'MYSQL_HOST'],
    ['mysqlDb', 'MYSQL_SERVICE_DB_NAME', 'MYSQL_DATABASE'],
    ['parameters', 'MYSQL_SERVICE_DB_PARAM', undefined],
  ])('reaches servers and schema Job byte for byte: database.%s', (field, ofServer, ofJob) => {
    fc.assert(
      fc.property(userText, (value) => {
        const spec = { ...onMysql, database: { ...onMysql.database, [field]: value } };
        expect(received(serverOf(spec))[ofServer]).toBe(value);
        const [job] = child(render(nacos(spec)), 'Job').spec!.template.spec!.containers;
        if (ofJob) expect(received(job!)[ofJob]).toBe(value);
      }),
      bounds,
    );
  });

  it('reaches the members: their domain', () => {
    fc.assert(
      fc.property(userText, (clusterDomain) => {
        const { NACOS_SERVER_IP } = received(serverOf({ type: 'cluster', clusterDomain }));
        expect(NACOS_SERVER_IP).toBe(`n-0.n-headless.shop.svc.${clusterDomain}`);
      }),
      bounds,
    );
  });

  it("keeps Kubernetes' meaning in env, which is a field of Kubernetes", () => {
    const env = [
      { name: 'A', value: 'x' },
      { name: 'B', value: '$(A)-$$' },
    ];
    expect(received(serverOf({ env })).B).toBe('x-$');
    const json = [...env, { name: 'SPRING_APPLICATION_JSON', value: '{"mine":"$(A)"}' }];
    expect(received(serverOf({ config: 'ours=$(A)', env: json })).SPRING_APPLICATION_JSON).toBe(
      '{"ours":"$(A)","mine":"x"}',
    );
  });
});
