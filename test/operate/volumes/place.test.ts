import type { Stored } from 'cdk8s-reconciler';
import type { StatefulSet } from 'cdk8s-reconciler/kinds';
import type { Volume } from 'kubernetes-types/core/v1.js';
import { describe, expect, it } from 'vitest';
import type { Observed } from '../../../lib/operate/observed.js';
import { dataInPod } from '../../../lib/operate/pods/pods.js';
import { render } from '../../../lib/render/render.js';
import { child, nacos, podOf } from '../../nacos-object.js';
import { claim, condition, dataMark, gateOf, look, observed, statefulSet, stepOf, up } from '../world.js';

const version = '2.3.2';
const standalone = { type: 'standalone', version, volume: { enabled: true } };
const cluster = { ...standalone, type: 'cluster' };
const onMysql = { ...standalone, database: { type: 'mysql', mysqlHost: 'db', schema: 'External' } };
const data = '/home/nacos/data';
const another = { name: 'other', persistentVolumeClaim: { claimName: 'mine' } };
const inPod = { name: 'other', emptyDir: {} };

/** With a volume laid over a folder. */
const wrapped = (spec: object, volume: Volume, mount: object) => ({
  ...spec,
  k8sWrapper: {
    PodSpec: { volumes: [volume], containers: [{ name: 'n', volumeMounts: [{ name: volume.name, ...mount }] }] },
  },
});
const onFolder = (spec: object, volume: Volume, mountPath = data) => wrapped(spec, volume, { mountPath });
const inFolder = (spec: object, subPath: string) => ({
  ...spec,
  k8sWrapper: {
    PodSpec: { containers: [{ name: 'n', volumeMounts: [{ name: 'db', mountPath: data, subPath }] }] },
  },
});

/** The servers of a spec, which run. */
function running(spec: object, more: Partial<Observed> = {}): Observed {
  const count = nacos(spec).spec.type === 'cluster' ? 3 : 1;
  const base = statefulSet(count);
  const owned = { ownerReferences: [{ controller: true, uid: 'u' }] };
  const live = {
    ...base,
    metadata: { ...base.metadata, ...owned },
    spec: child(render(nacos(spec)), 'StatefulSet').spec,
  };
  const members = Array.from({ length: count }, (_, ordinal) => up(ordinal, { version }));
  return observed(members, { statefulSet: live as Stored<StatefulSet>, listed: count, ...more });
}
const object = (spec: object) => {
  const { metadata, ...rest } = nacos(spec);
  return { ...rest, metadata: { ...metadata, uid: 'u' } };
};

describe('another place for the data of servers that have run', () => {
  it.each<[string, object, object]>([
    ['a claim over the folder of a standalone server', standalone, onFolder(standalone, another)],
    ['a folder of the pod over it', standalone, onFolder(standalone, inPod)],
    ['one with a slash at its end', standalone, onFolder(standalone, another, `${data}/`)],
    ['a folder of the pod over the database', standalone, onFolder(standalone, inPod, `${data}/derby-data`)],
    ['a claim over what Raft has', cluster, onFolder(cluster, another, `${data}/protocol`)],
    ['another folder of the same volume', cluster, inFolder(cluster, 'new')],
    ['the own claim in the place of one of the wrapper', onFolder(standalone, another), standalone],
    [
      'another claim in its place',
      onFolder(standalone, another),
      onFolder(standalone, { ...another, persistentVolumeClaim: { claimName: 'else' } }),
    ],
  ])('is refused: %s', (_, before, after) => {
    const found = running(before);
    expect(gateOf(object(after), found, 'StatefulSet')).toMatch(/servers have their data in volume .* take .* back/);
    const seen = look(object(after), found);
    expect([seen.status?.phase, condition(seen, 'Stalled')?.reason]).toEqual(['Failed', 'DataElsewhere']);
  });

  it.each<[string, object, object]>([
    ['another volume beside the data', standalone, onFolder(standalone, inPod, '/home/nacos/plugins')],
    ['what the wrapper has had from the beginning', onFolder(standalone, another), onFolder(standalone, another)],
    ['a folder of the volume from the beginning', inFolder(standalone, 'a'), inFolder(standalone, 'a')],
    ['another volume where all configurations are in MySQL', onMysql, onFolder(onMysql, another)],
  ])('but not %s', (_, before, after) => {
    expect(gateOf(object(after), running(before), 'StatefulSet')).toBeUndefined();
  });

  it('is refused over claims that say what they hold, and not over those that hold nothing', () => {
    const mark = dataMark(1, { type: 'standalone', domain: undefined });
    const left = (more: object) => observed([], { volumes: { claims: [claim(0, mark, more)] } });
    expect(gateOf(object(onFolder(standalone, another)), left({}), 'StatefulSet')).toMatch(/in volume claim db-n-0/);
    expect(gateOf(object(inFolder(standalone, 'a')), left({}), 'StatefulSet')).toBeUndefined();
  });

  it('has no claim marked as if it held what is elsewhere', () => {
    const volumes = { claims: [claim(0)] };
    expect(stepOf(object(standalone), running(standalone, { volumes }))).toMatchObject({ type: 'MarkClaims' });
    const spec = onFolder(standalone, another);
    expect(stepOf(object(spec), running(spec, { volumes }))?.type).not.toBe('MarkClaims');
  });
});

describe('data in the pod', () => {
  it.each([data, `${data}/derby-data`, `${data}/protocol/`])('is also what a folder of the pod has at %s', (folder) => {
    expect(dataInPod({ spec: podOf(onFolder(standalone, inPod, folder)) }, 'n')).toBe(true);
    expect(dataInPod({ spec: podOf(onFolder(standalone, another, folder)) }, 'n')).toBe(false);
  });
});
