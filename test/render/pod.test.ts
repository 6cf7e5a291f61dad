import { describe, expect, it } from 'vitest';
import { render } from '../../lib/render/render.js';
import { child, nacos, onMysql, podOf, serverOf, statefulSetOf } from '../nacos-object.js';

const cluster = { type: 'cluster' };

describe('the pod of a server', () => {
  it.each([
    ['1.4.1', [8848, 7848, 9848, 9849]],
    ['2.3.2', [8848, 7848, 9848, 9849]],
    ['3.0.3', [8848, 7848, 9848, 9849, 8080]],
    ['3.2.3', [8848, 7848, 9848, 9849, 8080, 9080]],
  ])('of %s listens on %j', (version, ports) => {
    expect(serverOf({ version }).ports!.map(({ containerPort }) => containerPort)).toEqual(ports);
  });

  it('is the same for any number of members, so that scaling restarts none', () => {
    const template = (replicas: number) => statefulSetOf({ ...cluster, replicas }).template;
    expect(template(5)).toEqual(template(3));
    expect(statefulSetOf({ ...cluster, replicas: 5 }).replicas).toBe(5);
  });

  it.each([{}, cluster, onMysql])('has no preStop that wipes data or pings others (%j)', (spec) => {
    expect(serverOf(spec)).not.toHaveProperty('lifecycle');
    expect(JSON.stringify(podOf(spec))).not.toMatch(/\bping\b|peer-finder/);
  });

  it('starts as the image does where it is alone, and with the list of members in a cluster', () => {
    expect(serverOf({})).not.toHaveProperty('command');
    expect(serverOf(cluster).command).toEqual(['sh', '-c']);
    expect(serverOf(cluster).args!.join()).toContain('/home/nacos/members/cluster.conf');
  });

  it('has nothing of the API server and no variables of other Services', () => {
    expect(podOf({})).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
  });

  it('of a cluster prefers a node of its own, unless the user has another wish', () => {
    const term = podOf(cluster).affinity!.podAntiAffinity!.preferredDuringSchedulingIgnoredDuringExecution![0]!;
    expect(term.podAffinityTerm.labelSelector!.matchLabels).toEqual({
      app: 'n',
      component: 'nacos',
      middleware: 'nacos',
    });
    expect(podOf({})).not.toHaveProperty('affinity');
    expect(podOf({ ...cluster, affinity: { nodeAffinity: {} } }).affinity).toEqual({ nodeAffinity: {} });
  });

  it('spreads by the pods of this instance where a constraint does not say which', () => {
    const constraint = { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway' };
    const labelSelector = { matchLabels: { mine: 'yes' } };
    const { topologySpreadConstraints } = podOf({
      ...cluster,
      topologySpreadConstraints: [constraint, { ...constraint, labelSelector }],
    });
    expect(topologySpreadConstraints).toEqual([
      { ...constraint, labelSelector: { matchLabels: { app: 'n', component: 'nacos', middleware: 'nacos' } } },
      { ...constraint, labelSelector },
    ]);
  });

  it('goes where the spec says', () => {
    const spec = {
      imagePullSecrets: [{ name: 'harbor' }],
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ key: 'db', operator: 'Exists' }],
      priorityClassName: 'high',
      serviceAccountName: 'nacos',
      terminationGracePeriodSeconds: 0,
    };
    expect(podOf(spec)).toMatchObject(spec);
    expect(serverOf({ imagePullPolicy: 'Always' }).imagePullPolicy).toBe('Always');
  });

  it("has the user's labels and annotations beside the ones that select it", () => {
    const { metadata } = statefulSetOf({
      podLabels: { team: 'a', app: 'other' },
      podAnnotations: { 'a/b': 'c' },
    }).template;
    expect(metadata).toEqual({
      labels: { team: 'a', app: 'n', component: 'nacos', middleware: 'nacos' },
      annotations: { 'a/b': 'c', 'nacos.io/version': '3.0.3' },
    });
  });
});

describe('the wrapper', () => {
  const wrapped = (PodSpec: object, spec: object = cluster) => podOf({ ...spec, k8sWrapper: { PodSpec } });

  it('changes the server by its name and adds containers of other names', () => {
    const containers = [
      { name: 'n', env: [{ name: 'MODE', value: 'x' }], volumeMounts: [{ name: 'tls', mountPath: '/tls' }] },
      { name: 'sidecar', image: 'busybox' },
    ];
    const pod = wrapped({ hostNetwork: true, containers, volumes: [{ name: 'tls', secret: { secretName: 'tls' } }] });
    const [server, sidecar] = pod.containers;
    expect(server!.image).toBe('nacos/nacos-server:v3.0.3');
    expect(server!.env).toContainEqual({ name: 'MODE', value: 'x' });
    expect(server!.volumeMounts!.map(({ mountPath }) => mountPath)).toEqual([
      '/home/nacos/data',
      '/home/nacos/members',
      '/tls',
    ]);
    expect(sidecar).toEqual({ name: 'sidecar', image: 'busybox' });
    expect(pod.volumes!.map(({ name }) => name)).toEqual(['db', 'members', 'tls']);
    expect(pod.hostNetwork).toBe(true);
  });

  it('can take away what is there by null', () => {
    expect(wrapped({ affinity: null })).not.toHaveProperty('affinity');
  });

  it('places the schema Job too, without its containers and volumes', () => {
    const PodSpec = {
      nodeSelector: { disk: 'ssd' },
      containers: [{ name: 'n', env: [] }],
      initContainers: [{ name: 'mine', image: 'busybox' }],
      volumes: [{ name: 'mine', emptyDir: {} }],
      restartPolicy: 'Always',
    };
    const job = child(render(nacos({ ...onMysql, k8sWrapper: { PodSpec } })), 'Job').spec!.template.spec!;
    expect(job).toMatchObject({ nodeSelector: { disk: 'ssd' }, restartPolicy: 'OnFailure' });
    expect(job.containers.map(({ name }) => name)).toEqual(['schema']);
    expect(job).not.toHaveProperty('initContainers');
    expect(job.volumes!.map(({ name }) => name)).toEqual(['schema', 'schema-tmp']);
  });
});
