import { describe, expect, it } from 'vitest';
import type { Observed } from '../../../lib/operate/observed.js';
import { child, nacos } from '../../nacos-object.js';
import {
  clientService,
  condition,
  credentials,
  decideOn,
  gateOf,
  look,
  observed,
  recorded,
  refreshed,
  running,
  silent,
  statefulSet,
  up,
} from '../world.js';

const named = nacos({ type: 'cluster', certification: { secretName: 'mine' } });
const three = [up(0), up(1), up(2)];
const set = { ...credentials, currentAdministratorPassword: 'secret-password' };
const open = { clientService: clientService(), credentials: set, ...running(3) };
const closed = { ...open, clientService: clientService({ 'nacos.io/client-traffic': 'not-before-administrator' }) };
const filled = nacos({ type: 'cluster', initialData: { configurations: [{ dataId: 'a', content: '1' }] } });
const items = (there: 'same' | 'absent'): Partial<Observed> => ({
  data: {
    found: true,
    pod: 'n-0',
    items: [{ item: { name: 'configuration public/DEFAULT_GROUP/a' } as never, there }],
  },
});

/** Whether the Services for clients select servers, by the decision. */
function isOpen(object: typeof named, found: Observed): boolean {
  const { children } = decideOn(object, found);
  const { selector } = child(children as never, 'Service', 'n-client').spec!;
  return selector?.['nacos.io/client-traffic'] !== 'not-before-administrator';
}

describe('a Service that has let clients in stays open', () => {
  it.each([
    ['the Secret is deleted', { credentials: undefined, secrets: { missing: ['key token of Secret mine'] } }],
    ['its token is too short', { credentials: { ...set, unusable: ['token is not base64 of at least 32 bytes'] } }],
    ['its identity has a line break', { credentials: { ...set, unusable: ['identityValue is more than ASCII'] } }],
    ['a key is missing', { credentials: { ...set, missing: ['token'] } }],
  ])('when %s; servers stay as they are, and a condition says what to correct', (_what, mistake) => {
    const found = observed(three, { ...open, ...mistake } as Partial<Observed>);
    expect(isOpen(named, found)).toBe(true);
    const decision = decideOn(named, found);
    expect(decision.gates?.map((gate) => gate.child.kind)).toContain('StatefulSet');
    const seen = look(named, found);
    expect(seen.status?.phase).toBe('Failed');
    expect(condition(seen, 'AuthReady')).toMatchObject({
      status: 'False',
      message: expect.stringMatching(/Secret mine/),
    });
  });

  it.each([
    ['servers do not answer', observed([silent(0), silent(1), silent(2)], open)],
    ['the status is lost and servers do not answer', observed([silent(0)], open)],
    ['there are no pods', observed([], { ...open, statefulSet: recorded(statefulSet(3), '3.0.3') })],
    [
      'servers do not take the identity',
      observed(
        [0, 1, 2].map((one) => up(one, { refused: true })),
        open,
      ),
    ],
  ])('when %s', (_what, found) => {
    expect(isOpen(named, found)).toBe(true);
  });

  it('when servers take no password of the Secrets; a condition says what to correct, and no secret', () => {
    const found = observed(three, { ...open, login: { pod: 'n-0', takes: 'none' } });
    expect(isOpen(named, found)).toBe(true);
    const seen = look(named, found);
    expect(seen.status?.phase).toBe('Failed');
    expect(JSON.stringify(seen.status)).not.toContain('secret-password');
    expect(isOpen(named, observed(three, open))).toBe(true);
    expect(condition(look(seen, observed(three, open)), 'AuthReady')?.status).toBe('True');
  });

  it('when its initial data is deleted by hand', () => {
    expect(isOpen(filled, observed(three, { ...open, ...items('absent') }))).toBe(true);
  });

  it('when a server that it led to before had no administrator of this operator: that one is set at once', () => {
    const found = observed([up(0, { administratorMissing: true })], {
      ...open,
      credentials: { ...credentials, currentAdministratorPassword: undefined },
    });
    expect(isOpen(named, found)).toBe(true);
    expect(decideOn(named, found).step).toMatchObject({ type: 'SetAdministrator' });
  });
});

describe('pods without the label', () => {
  const unlabelled = three.map((member) => ({ ...member, traffic: false, unlabelled: true }));

  it('keep their clients until they have it', () => {
    expect(gateOf(named, observed(unlabelled, closed), 'Service')).toMatch(/waits until pod n-0 has the label/);
  });

  it('do not keep a Service from closing', () => {
    const gone = unlabelled.map((member) => ({ ...member, ...up(member.ordinal, { administratorMissing: true }) }));
    expect(gateOf(named, observed(gone, open), 'Service')).toBeUndefined();
  });
});

describe('a Service', () => {
  it('closes when a server says that the administrator is gone that this operator had set', () => {
    expect(isOpen(named, observed([up(0), up(1, { administratorMissing: true })], open))).toBe(false);
  });

  it('opens once a server has an administrator, and its initial data', () => {
    expect(isOpen(named, observed([], closed))).toBe(false);
    expect(isOpen(named, observed([up(0, { administratorMissing: undefined })], closed))).toBe(false);
    expect(isOpen(named, observed(three, { ...closed, login: { pod: 'n-0', takes: 'none' } }))).toBe(false);
    expect(isOpen(named, observed(three, closed))).toBe(true);
    expect(isOpen(filled, observed(three, { ...closed, ...items('absent') }))).toBe(false);
    expect(isOpen(filled, observed(three, { ...closed, ...items('same') }))).toBe(true);
  });

  it('closes where authentication is switched on before the first server runs', () => {
    expect(isOpen(named, observed([{ pod: 'n-0', ordinal: 0, ready: false }], open))).toBe(false);
  });

  it('of servers to which no client logs in, without initial data, is open from the beginning', () => {
    expect(isOpen(nacos({ type: 'cluster', version: '2.3.2' }), observed([]))).toBe(true);
  });
});

it('no pod is replaced while its Secret is not whole', () => {
  const outdated = three.map((member) => ({ ...member, outdated: true, traffic: true }));
  const found = refreshed(observed(outdated, open));
  expect(decideOn(named, found).step).toMatchObject({ type: 'ReplacePod' });
  expect(decideOn(named, { ...found, credentials: undefined }).step).toBeUndefined();
});
