import { describe, expect, it } from 'vitest';
import { onMysql, podOf, serverOf, statefulSetOf } from '../nacos-object.js';

const mountsOf = (spec: object) => serverOf(spec).volumeMounts!.map(({ mountPath }) => mountPath);
const copiesOf = (spec: object) => podOf(spec).initContainers?.map(({ command }) => command!.join(' '));

describe('the data of a server', () => {
  it('is on a claim db where a volume is enabled: db-n-0', () => {
    const volume = { enabled: true, requests: { storage: '20Gi' }, storageClass: 'fast' };
    const { volumeClaimTemplates, template } = statefulSetOf({ volume });
    expect(volumeClaimTemplates).toEqual([
      expect.objectContaining({
        metadata: { name: 'db', labels: { app: 'n', component: 'nacos', middleware: 'nacos' } },
        spec: {
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '20Gi' } },
          storageClassName: 'fast',
        },
      }),
    ]);
    expect(template.spec!.containers[0]!.volumeMounts).toContainEqual({ name: 'db', mountPath: '/home/nacos/data' });
    expect(template.spec!.volumes).toBeUndefined();
  });

  it('takes 10Gi of the default class where nothing else is said', () => {
    const [claim] = statefulSetOf({ volume: { enabled: true } }).volumeClaimTemplates!;
    expect(claim!.spec).toEqual({ accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } });
  });

  it.each([
    ['3.2.4', 'mysql', {}, false],
    ['3.3.0', 'mysql', {}, true],
    ['3.3.0', 'mysql', { requests: { storage: '20Gi' } }, true],
    ['3.3.0', 'mysql', { enabled: false }, false],
    ['3.4.0', 'mysql', {}, true],
    ['3.3.0', 'embedded', {}, false],
  ])('of %s on %s with volume %j is on a claim: %s', (version, type, volume, claimed) => {
    const database = { ...onMysql.database, type };
    const { volumeClaimTemplates = [] } = statefulSetOf({ type: 'cluster', version, database, volume });
    expect(volumeClaimTemplates.length > 0).toBe(claimed);
  });

  it('is gone with the pod where none is enabled, even so in a place of its own', () => {
    expect(statefulSetOf({}).volumeClaimTemplates).toBeUndefined();
    expect(podOf({}).volumes).toEqual([{ name: 'db', emptyDir: {} }]);
  });

  it.each([undefined, true, false])(
    'with retain %s: stays when its StatefulSet is deleted or scaled, by whatever client',
    (retain) => {
      const { persistentVolumeClaimRetentionPolicy } = statefulSetOf({ volume: { enabled: true, retain } });
      expect(persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: 'Retain', whenScaled: 'Retain' });
    },
  );

  it.each([
    [true, 'Retain'],
    [false, 'Delete'],
  ])(
    'without the operator and with retain %s: is to %s with the StatefulSet, and stays when that is scaled',
    (retain, fate) => {
      const spec = { volume: { enabled: true, retain } };
      const { persistentVolumeClaimRetentionPolicy } = statefulSetOf(spec, { managedBy: 'gitops' });
      expect(persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: fate, whenScaled: 'Retain' });
    },
  );
});

describe('the folders of a server', () => {
  it('come with the image where it runs as its user', () => {
    expect(mountsOf({})).toEqual(['/home/nacos/data']);
    expect(copiesOf({})).toBeUndefined();
  });

  it('are volumes for a user without rights, filled from the image', () => {
    expect(mountsOf({ podSecurity: 'restricted' })).toEqual([
      '/home/nacos/data',
      '/home/nacos/conf',
      '/home/nacos/logs',
      '/home/nacos/work',
      '/tmp',
    ]);
    expect(copiesOf({ podSecurity: 'restricted' })).toEqual(['sh -c cp -Rn /home/nacos/conf/. /volumes/conf/']);
  });

  it.each([
    ['3.1.0', undefined],
    ['3.2.3', ['sh -c cp -Rn /home/nacos/data/. /volumes/data/']],
  ])('of %s: what the image has in its data folder is not hidden', (version, copies) => {
    expect(copiesOf({ version })).toEqual(copies);
  });

  it('of a member include the list of members, read only', () => {
    expect(serverOf({ type: 'cluster' }).volumeMounts).toContainEqual({
      name: 'members',
      mountPath: '/home/nacos/members',
      readOnly: true,
    });
    expect(podOf({ type: 'cluster' }).volumes).toContainEqual({ name: 'members', configMap: { name: 'n-members' } });
  });

  it('are copied within what the server may use, so that a quota lets the pod in', () => {
    const resources = { limits: { cpu: '1', memory: '2Gi' } };
    const [copy] = podOf({ podSecurity: 'restricted', resources }).initContainers!;
    expect(copy!.resources).toEqual(resources);
  });
});
