import { describe, expect, it } from 'vitest';
import { stopBetween, upgradeNotes, upgradeProblem } from '../../lib/server/upgrade.js';
import { knownVersions, parseVersion, type Version } from '../../lib/server/version.js';

/** A version on each side of everything that the graph knows, and those that were run. */
const versions = [
  '1.4.1',
  '2.0.4',
  '2.1.2',
  '2.3.2',
  '2.4.3',
  '2.5.1',
  '3.0.0',
  '3.0.3',
  '3.1.2',
  '3.2.3',
  '3.2.4',
  '3.3.0',
  '3.4.0',
];
const version = (text: string): Version => parseVersion(text)!;

/**
 * From the version on the left to that on top: `ok` in place, `back` no way back, `via 2.1` refused, `via 3.0` by the
 * operator itself by way of that, `new` by a second Nacos.
 */
const onMysql = `
from    1.4.1  2.0.4  2.1.2  2.3.2    2.4.3    2.5.1    3.0.0    3.0.3    3.1.2    3.2.3    3.2.4    3.3.0    3.4.0
1.4.1   ok     ok     ok     via 2.1  via 2.1  via 2.1  via 2.1  via 2.1  via 2.1  via 2.1  via 2.1  via 2.1  via 2.1
2.0.4   back   ok     ok     ok       ok       ok       ok       ok       ok       ok       ok       via 3.0  via 3.0
2.1.2   back   back   ok     ok       ok       ok       ok       ok       ok       ok       ok       via 3.0  via 3.0
2.3.2   back   back   back   ok       ok       ok       ok       ok       ok       ok       ok       via 3.0  via 3.0
2.4.3   back   back   back   back     ok       ok       ok       ok       ok       ok       ok       via 3.0  via 3.0
2.5.1   back   back   back   back     back     ok       ok       ok       ok       ok       ok       via 3.0  via 3.0
3.0.0   back   back   back   back     back     back     ok       ok       ok       ok       ok       ok       ok
3.0.3   back   back   back   back     back     back     ok       ok       ok       ok       ok       ok       ok
3.1.2   back   back   back   back     back     back     back     back     ok       ok       ok       ok       ok
3.2.3   back   back   back   back     back     back     back     back     back     ok       ok       ok       ok
3.2.4   back   back   back   back     back     back     back     back     back     back     ok       ok       ok
3.3.0   back   back   back   back     back     back     back     back     back     back     back     ok       ok
3.4.0   back   back   back   back     back     back     back     back     back     back     back     back     ok
`;

const embedded = `
from    1.4.1  2.0.4  2.1.2  2.3.2    2.4.3    2.5.1    3.0.0    3.0.3    3.1.2    3.2.3    3.2.4    3.3.0    3.4.0
1.4.1   ok     new    new    new      new      new      new      new      new      new      new      new      new
2.0.4   back   ok     new    new      new      new      new      new      new      new      new      new      new
2.1.2   back   back   ok     ok       ok       new      new      new      new      new      new      new      new
2.3.2   back   back   back   ok       ok       new      new      new      new      new      new      new      new
2.4.3   back   back   back   back     ok       new      new      new      new      new      new      new      new
2.5.1   back   back   back   back     back     ok       new      new      new      new      new      new      new
3.0.0   back   back   back   back     back     back     ok       ok       ok       new      new      new      new
3.0.3   back   back   back   back     back     back     ok       ok       ok       new      new      new      new
3.1.2   back   back   back   back     back     back     back     back     ok       new      new      new      new
3.2.3   back   back   back   back     back     back     back     back     back     ok       ok       new      new
3.2.4   back   back   back   back     back     back     back     back     back     back     ok       new      new
3.3.0   back   back   back   back     back     back     back     back     back     back     back     ok       ok
3.4.0   back   back   back   back     back     back     back     back     back     back     back     back     ok
`;

function cell(from: string, to: string, database: 'embedded' | 'mysql'): string {
  const { reason, message } = upgradeProblem(version(from), version(to), database) ?? {};
  if (reason === 'DowngradeRefused') return 'back';
  if (reason === 'EmbeddedUpgradeRefused') return 'new';
  if (reason === 'UpgradePathRefused') return message?.includes('go to 2.1.2 first') ? 'via 2.1' : 'via 3.0';
  return 'ok';
}

function matrix(database: 'embedded' | 'mysql'): string[][] {
  return [['from', ...versions], ...versions.map((from) => [from, ...versions.map((to) => cell(from, to, database))])];
}

const readable = (table: string) =>
  table
    .trim()
    .split('\n')
    .map((line) => line.split(/ {2,}/));

describe('which version may follow which', () => {
  it('on MySQL is this table', () => expect(matrix('mysql')).toEqual(readable(onMysql)));
  it('on the embedded database is this table', () => expect(matrix('embedded')).toEqual(readable(embedded)));
  it('is known of every version that was run', () =>
    expect(versions).toEqual(expect.arrayContaining([...knownVersions])));

  it('never is a way round what is refused: two steps that are allowed are one, but for the version that has to be between', () => {
    for (const database of ['mysql', 'embedded'] as const)
      for (const from of versions)
        for (const between of versions)
          for (const to of versions)
            if (cell(from, between, database) === 'ok' && cell(between, to, database) === 'ok')
              expect([from, between, to, cell(from, to, database)]).toEqual([
                from,
                between,
                to,
                expect.stringMatching(/^(ok|via .*)$/),
              ]);
  });

  it('has a way that the operator goes by itself exactly where 3.0 is on it, and both parts of it are allowed', () => {
    for (const database of ['mysql', 'embedded'] as const)
      for (const from of versions)
        for (const to of versions) {
          const stop = stopBetween(version(from), version(to), database);
          expect([from, to, stop !== undefined]).toEqual([from, to, cell(from, to, database) === 'via 3.0']);
          if (stop) expect(upgradeProblem(version(from), stop, database)).toBeUndefined();
          if (stop) expect(upgradeProblem(stop, version(to), database)).toBeUndefined();
        }
  });

  it('says in each refusal both versions, and what to do', () => {
    for (const from of versions)
      for (const to of versions) {
        const problem = upgradeProblem(version(from), version(to), 'embedded');
        if (problem)
          expect(problem.message).toMatch(new RegExp(`^from ${from} to ${to}.*; .*(first|set the version|create)`));
      }
  });
});

describe('what to know before an upgrade', () => {
  const crossed = (from: string, to: string) =>
    upgradeNotes(version(from), version(to)).map((note) => note.split(':')[0]);

  it.each([
    ['2.5.1', '3.0.3', ['3.0']],
    ['3.0.0', '3.0.3', ['3.0.1']],
    ['2.5.1', '3.2.4', ['3.0', '3.2', '3.2.4']],
    ['3.2.3', '3.3.0', ['3.2.4', '3.3', '3.3', '3.3', '3.3']],
    ['3.3.0', '3.3.1', []],
    ['3.3.0', '3.2.4', []],
  ])('from %s to %s is what changes in %j', (from, to, notes) => {
    expect(crossed(from, to)).toEqual(notes);
  });
});
