import type { Stored } from 'cdk8s-reconciler';
import type { Pod, Service } from 'cdk8s-reconciler/kinds';
import { describe, expect, it } from 'vitest';
import type { ObservedMember } from '../../lib/operate/observed.js';
import { portsOfPod } from '../../lib/operate/servers.js';
import { render } from '../../lib/render/render.js';
import { resolve } from '../../lib/resource/resolve.js';
import { child, nacos, onMysql, podOf } from '../nacos-object.js';
import { credentials, decideOn, login, observed, running, up } from './world.js';

const console = { type: 'cluster', version: '3.0.3', console: {} };
const moved = { config: 'nacos.console.port=9090' };
const older = { ...onMysql, version: '2.5.1', console: {} };
const alone = { type: 'standalone', version: '2.3.2' };

const portsOf = (spec: object) => {
  const pod = { metadata: { name: 'n-0' }, spec: podOf(spec) } as Stored<Pod>;
  return portsOfPod(pod, resolve(nacos(spec)));
};
/** A pod that was made by a spec. */
const made = (spec: object, ordinal: number, more: Partial<ObservedMember> = {}): ObservedMember => {
  const ports = portsOf(spec);
  return { ...up(ordinal, { version: nacos(spec).spec.version }), ...(ports && { ports }), ...more };
};

/** Whether a Service follows a changed spec, where some pods are by the one before. */
function follows(name: string, before: object, after: object, members: readonly ObservedMember[]): boolean {
  const services = render(nacos(before)).filter(({ kind }) => kind === 'Service') as Stored<Service>[];
  const found = observed(members, { ...running(members.length), credentials, login });
  const open = child(decideOn(nacos(before), found).children as never, 'Service', name);
  const lives = services.map((service) => (service.metadata.name === name ? (open as Stored<Service>) : service));
  const gates = decideOn(nacos(after), found, { services: lives }).gates ?? [];
  return !gates.some((gate) => gate.child.kind === 'Service' && gate.child.metadata?.name === name);
}

describe('a Service leads to ports on which servers listen', () => {
  it.each<[string, string, object, object]>([
    ['the port of the console', 'n-console', console, { ...console, ...moved }],
    ['the version that has a console of its own', 'n-console', older, { ...older, version: '3.0.3' }],
    ['the version with another port for clients', 'n-client', older, { ...older, version: '3.0.3' }],
  ])('so that it follows %s once most members do', (_, name, before, after) => {
    const [a, b] = [before, after];
    const at = (...specs: readonly object[]) =>
      follows(
        name,
        a,
        b,
        specs.map((spec, ordinal) => made(spec, ordinal)),
      );
    expect(at(a, a, a)).toBe(false);
    expect(at(a, a, b)).toBe(false);
    expect(at(a, b, b)).toBe(true);
    expect(at(b, b, b)).toBe(true);
  });

  it('so that it stays where the only server must not be replaced, and moves while none is ready', () => {
    const after = { ...alone, config: 'server.port=8849' };
    expect(follows('n', alone, after, [made(alone, 0)])).toBe(false);
    expect(follows('n', alone, after, [made(alone, 0, { ready: false })])).toBe(true);
    expect(follows('n', alone, after, [])).toBe(true);
  });

  it('and follows at once where it leads to the same ones, to a container beside, or where ports are not known', () => {
    const other = { ...console, service: { annotations: { a: 'b' } } };
    expect(
      follows(
        'n-client',
        console,
        other,
        [0, 1, 2].map((ordinal) => made(console, ordinal)),
      ),
    ).toBe(true);
    const beside = { services: { spec: { ports: [{ name: 'console', targetPort: 9443 }] } } };
    expect(follows('n-console', console, { ...console, overlays: beside }, [made(console, 0)])).toBe(true);
    const closed = { ...console, env: [{ name: 'JAVA_OPT', valueFrom: { configMapKeyRef: { name: 'a', key: 'b' } } }] };
    expect(portsOf(closed)).toBeUndefined();
    expect(follows('n-console', closed, { ...closed, ...moved }, [made(closed, 0)])).toBe(true);
  });
});
