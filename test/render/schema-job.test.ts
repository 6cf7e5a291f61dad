import { describe, expect, it } from 'vitest';
import { render } from '../../lib/render/render.js';
import { child, nacos, onMysql, podOf } from '../nacos-object.js';

const objects = (spec: object = {}, name?: string) => render(nacos({ ...onMysql, ...spec }, { name }));
const jobName = (spec: object = {}, name?: string) => child(objects(spec, name), 'Job').metadata!.name!;
const database = (more: object) => ({ database: { ...onMysql.database, ...more } });

describe('the schema Job', () => {
  it('comes before the servers, with its files', () => {
    const kinds = objects().map(({ kind }) => kind);
    expect(kinds.slice(0, 3)).toEqual(['ConfigMap', 'Job', 'ConfigMap']);
    expect(kinds.indexOf('Job')).toBeLessThan(kinds.indexOf('StatefulSet'));
    const files = child(objects(), 'ConfigMap', jobName());
    expect(Object.keys(files.data!)).toEqual(['check.sql', 'schema.sql']);
    expect(child(objects(), 'Job').spec!.template.spec!.volumes).toContainEqual({
      name: 'schema',
      configMap: { name: jobName() },
    });
  });

  it.each([
    ['the embedded database', {}],
    ['a schema that a DBA cares for', { ...onMysql, ...database({ schema: 'External' }) }],
  ])('is none for %s', (_case, spec) => {
    expect(render(nacos(spec)).map(({ kind }) => kind)).not.toContain('Job');
    expect(podOf(spec, { managedBy: 'gitops' })).not.toHaveProperty('initContainers');
  });

  it('has the same name for the same work, whatever the servers do', () => {
    for (const spec of [{ replicas: 5 }, { volume: { enabled: true } }, { env: [{ name: 'A', value: 'b' }] }])
      expect(jobName(spec)).toBe(jobName());
  });

  // A Job can't be changed: what stands in it must be in its name.
  it.each<[string, object]>([
    ['host', database({ mysqlHost: 'other' })],
    ['port', database({ mysqlPort: '3307' })],
    ['database', database({ mysqlDb: 'other' })],
    ['Secret', database({ credentialsSecret: { name: 'other' } })],
    ['image', { mysqlInitImage: 'mariadb:11' }],
    ['pull secrets', { imagePullSecrets: [{ name: 'harbor' }] }],
    ['place', { nodeSelector: { disk: 'ssd' } }],
    ['wrapper', { k8sWrapper: { PodSpec: { hostNetwork: true } } }],
  ])('has another name for another %s', (_case, spec) => {
    expect(jobName(spec)).not.toBe(jobName());
  });

  it('has a name that fits a label, and is not that of a neighbour whose name is cut at the same place', () => {
    const long = 'n'.repeat(51);
    expect(jobName({}, `${long}a`)).toHaveLength(63);
    expect(jobName({}, `${long}a`)).not.toBe(jobName({}, `${long}b`));
  });

  it('has its login in variables, and neither in arguments nor in its files', () => {
    const [container] = child(objects(), 'Job').spec!.template.spec!.containers;
    expect(container!.env).toContainEqual({
      name: 'MYSQL_PWD',
      valueFrom: { secretKeyRef: { name: 'login', key: 'password' } },
    });
    expect(container!.command!.join(' ')).not.toMatch(/--password|-p"/);
  });

  it('has pods that no Service and no budget of the servers selects', () => {
    const { labels } = child(objects(), 'Job').spec!.template.metadata!;
    expect(labels).toEqual({ app: 'n-schema', component: 'schema', middleware: 'nacos' });
  });

  it('tries again until the database is there', () => {
    const { backoffLimit, template } = child(objects(), 'Job').spec!;
    expect(backoffLimit).toBeGreaterThan(100_000);
    expect(template.spec!.restartPolicy).toBe('OnFailure');
  });
});
