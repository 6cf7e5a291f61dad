import { describe, expect, it } from 'vitest';
import { problemText } from '../../lib/resource/problem.js';
import { type NacosManifest, validate, withDefaults } from '../../lib/resource/validate.js';
import { onMysql, sample } from '../nacos-object.js';

function problems(spec: unknown, name = 'n'): string[] {
  return validate({ metadata: { name }, spec }).map((problem) => problemText(problem));
}

const mysql = { type: 'mysql', mysqlHost: 'db' };

describe('validate', () => {
  it.each(['nacos-single', 'nacos-cluster'] as const)("accepts the user's own %s", (name) => {
    expect(validate(sample(name))).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['nothing at all', undefined],
    ['an empty spec', {}],
    [
      'empty texts, which the official operator took for its defaults',
      { type: '', function_mode: '', database: { type: '' } },
    ],
    ['a cluster of one, which can grow', { type: 'cluster', replicas: 1 }],
    ['an even cluster on MySQL', { type: 'cluster', replicas: 2, database: mysql }],
    ['a standalone server at rest', { replicas: 0 }],
    ['an image without a version', { image: 'nacos/nacos-server@sha256:00' }],
    ['an image of before 2.0', { image: 'nacos/nacos-server:1.4.1' }],
    ['any pod in the wrapper', { k8sWrapper: { PodSpec: { hostNetwork: true, unheardOf: [{ a: null }] } } }],
    ['fields without a value', { nodeSelector: null, volume: { enabled: true, storageClass: null } }],
    ['numbers as quantities', { resources: { limits: { cpu: 1, memory: '2Gi' } } }],
    ['both node ports that belong together', { service: { nodePorts: { http: 30848, grpc: 31848 } } }],
    ['credentials from a Secret', onMysql],
  ])('accepts %s', (_case, spec) => {
    expect(problems(spec)).toEqual([]);
  });

  it.each<[unknown, string]>([
    [
      { replicas: 2 },
      'spec.replicas: 2: a standalone server is one pod, more would not know of each other; set type to cluster, or replicas to 1',
    ],
    [
      { type: 'cluster', replicas: 0 },
      'spec.replicas: 0: a cluster needs at least one member; to stop it, delete it: its volumes stay',
    ],
    [
      { type: 'cluster', replicas: 4 },
      'spec.replicas: 4: a cluster on the embedded database needs an odd number of members (1, 3, 5, 7) to keep a majority; change it by two, or use database.type mysql',
    ],
    [
      { database: { type: 'mysql' } },
      'spec.database.mysqlHost: set the host name of the database, such as mysql.default.svc; the servers have none in their own pod',
    ],
    [
      { database: { ...mysql, mysqlUser: 'a', credentialsSecret: { name: 'b' } } },
      'spec.database: credentialsSecret already holds user and password; remove mysqlUser and mysqlPassword',
    ],
    [
      { service: { nodePorts: { http: 30848, grpc: 30849 } } },
      'spec.service.nodePorts.grpc: 30849: clients compute it as http + 1000; set exactly that or leave it out',
    ],
    [
      { service: { type: 'ClusterIP', nodePorts: { http: 30848 } } },
      'spec.service.nodePorts: a Service of type ClusterIP has none; set type to NodePort or LoadBalancer, or remove nodePorts',
    ],
    [
      { service: { externalTrafficPolicy: 'Local' } },
      'spec.service.externalTrafficPolicy: "Local": a Service of type ClusterIP has none; set type to NodePort or LoadBalancer, or remove externalTrafficPolicy',
    ],
    [
      { service: { loadBalancerClass: 'a' } },
      'spec.service.loadBalancerClass: "a": only a load balancer has it; set type to LoadBalancer, or remove loadBalancerClass',
    ],
    [
      { service: { type: 'NodePort' } },
      'spec.service.nodePorts: clients compute the port of gRPC as that of HTTP + 1000, and Kubernetes gives out any two; set nodePorts.http to a free port, with port + 1000 free too',
    ],
    [
      { console: { loadBalancerSourceRanges: ['10.0.0.0/8'] } },
      'spec.console.loadBalancerSourceRanges: only a load balancer has it; set type to LoadBalancer, or remove loadBalancerSourceRanges',
    ],
    [
      { console: { type: 'ClusterIP', nodePort: 30080 } },
      'spec.console.nodePort: 30080: a Service of type ClusterIP has none; set type to NodePort or LoadBalancer, or remove nodePort',
    ],
    [{ type: 'replicated' }, 'spec.type: "replicated": is not one of standalone, cluster'],
    [{ database: { type: 'postgresql' } }, 'spec.database.type: "postgresql": is not one of embedded, mysql'],
    [{ function_mode: 'both' }, 'spec.function_mode: "both": is not one of naming, config, microservice, ai, all'],
    [{ replicas: '3' }, 'spec.replicas: "3": is a text, write a number without quotes'],
    [{ replicas: 1.5 }, 'spec.replicas: 1.5: is not a whole number'],
    [{ replicas: 100 }, 'spec.replicas: 100: is not between 0 and 99'],
    [{ version: 'latest' }, 'spec.version: "latest": is not a version, write it as 2.3.2'],
    [
      { volume: { requests: { storage: '10 GB' } } },
      'spec.volume.requests.storage: "10 GB": is not a quantity, write it as 500m, 2, 512Mi or 10Gi',
    ],
    [
      { resources: { limits: { memory: '4GB' } } },
      'spec.resources.limits.memory: "4GB": is not a quantity, write it as 500m, 2, 512Mi or 10Gi',
    ],
    [{ database: { mysqlPort: 3306 } }, 'spec.database.mysqlPort: 3306: is not a port such as "3306", with the quotes'],
    [{ database: { mysqlDb: 7 } }, 'spec.database.mysqlDb: 7: is not a text, put it in quotes'],
    [{ database: { credentialsSecret: {} } }, 'spec.database.credentialsSecret.name: is required'],
    [{ database: { credentialsSecret: { name: '' } } }, 'spec.database.credentialsSecret.name: "": is empty'],
    [{ certification: { enabled: 'yes' } }, 'spec.certification.enabled: "yes": is neither true nor false'],
    [{ tolerations: {} }, 'spec.tolerations: is not a list'],
    [{ service: { nodePorts: { http: 65000 } } }, 'spec.service.nodePorts.http: 65000: is not between 1 and 64535'],
    [{ toleration: [] }, 'spec.toleration: there is no such field; see kubectl explain nacos.spec'],
    [
      { database: { enableEmbedded: true } },
      'spec.database.enableEmbedded: true: there is no such field; see kubectl explain nacos.spec',
    ],
    [
      { podDisruptionBudget: { maxUnavailable: true } },
      'spec.podDisruptionBudget.maxUnavailable: true: is neither a number nor a text',
    ],
    ['standalone', 'spec: "standalone": is not an object with fields'],
  ])('says of %j what is wrong and what to do', (spec, words) => {
    expect(problems(spec)).toEqual([words]);
  });

  it.each(['Nacos', '1nacos', 'my.nacos', 'nacos-', 'n'.repeat(53)])('refuses the name %s', (name) => {
    expect(problems({}, name)).toEqual([
      `metadata.name: ${JSON.stringify(name)}: the name becomes part of Service names: use at most 52 lower-case letters, digits and dashes, with a letter first`,
    ]);
  });

  it('names every wrong field at once', () => {
    expect(problems({ replicas: 'three', version: 'new', database: { type: 'db2' } })).toHaveLength(3);
  });

  it('never shows a secret, however wrong it is', () => {
    const spec = {
      database: { mysqlPassword: 424242 },
      certification: { token: 't0k3n'.repeat(400) },
      config: 42,
      env: [{ name: 'A', value: 42 }],
    };
    expect(problems(spec)).toEqual([
      'spec.database.mysqlPassword: is not a text, put it in quotes',
      'spec.config: is not a text, put it in quotes',
      'spec.env.0.value: is not a text, put it in quotes',
      'spec.certification.token: is longer than 1024 characters',
    ]);
  });

  it('shows the start of a long value only', () => {
    const [text] = problems({ image: 'a'.repeat(2000) });
    expect(text).toBe(`spec.image: "${'a'.repeat(59)}…": is longer than 1024 characters`);
  });
});

describe('withDefaults', () => {
  it('fills in what the schema says, as deep as it goes', () => {
    const spec = { database: { type: 'mysql', credentialsSecret: { name: 'a' } }, volume: {} };
    expect(withDefaults({ metadata: { name: 'n' }, spec }).spec).toEqual({
      type: 'standalone',
      database: { type: 'mysql', credentialsSecret: { name: 'a', userKey: 'username', passwordKey: 'password' } },
      volume: {},
    });
  });

  it('drops nulls as the API server does, but not in the wrapper', () => {
    const spec = { nodeSelector: null, type: null, k8sWrapper: { PodSpec: { affinity: null } } };
    expect(withDefaults({ metadata: { name: 'n' }, spec }).spec).toEqual({
      type: 'standalone',
      database: { type: 'embedded' },
      k8sWrapper: { PodSpec: { affinity: null } },
    });
  });

  it('does not touch the manifest', () => {
    const manifest: NacosManifest = { metadata: { name: 'n' }, spec: { database: { type: 'mysql' }, env: null } };
    const before = structuredClone(manifest);
    withDefaults(manifest);
    expect(manifest).toEqual(before);
  });
});
