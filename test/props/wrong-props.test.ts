import type { TSchema } from '@sinclair/typebox';
import { Chart, Testing } from 'cdk8s';
import type { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import {
  Exposure,
  ImageRegistry,
  MysqlBackedNacos,
  NacosAdmission,
  NacosCluster,
  NacosManager,
  NacosOperator,
  NacosStandalone,
} from '../../lib/index.js';
import { schemas } from '../../lib/props/schemas.js';

const constructs = { NacosStandalone, NacosCluster, MysqlBackedNacos, NacosAdmission, NacosOperator, NacosManager };
type Name = keyof typeof constructs;

const database = { host: 'mysql.nacos', credentialsSecret: { name: 'login' } };
/** The fewest props with which a construct can be made. */
const fewest: Readonly<Record<string, object>> = {
  MysqlBackedNacos: { database },
  // An image has the program: without one it would have to be built first.
  NacosAdmission: {},
  NacosOperator: { image: 'acme/operator:1' },
  NacosManager: { image: 'acme/manager:1' },
};

/** As plain JavaScript does: no compiler has looked at the props. */
function make(name: Name, props: unknown, scope: Construct = new Chart(Testing.app(), 'shop', { namespace: 'nacos' })) {
  return new (constructs[name] as unknown as new (scope: Construct, id: string, props: unknown) => Construct)(
    scope,
    name.toLowerCase(),
    props,
  );
}

/** Every object among the props of a construct, with the path to it. */
function objectsIn(schema: TSchema, path: readonly string[] = []): (readonly string[])[] {
  const nested = Object.entries<TSchema>(schema.properties ?? {}).flatMap(([name, inner]) => {
    if (['overrides', 'programScope'].includes(name)) return [];
    if (inner.items) return inner.items.properties ? objectsIn(inner.items, [...path, name, '0']) : [];
    return inner.properties ? objectsIn(inner, [...path, name]) : [];
  });
  return [path, ...nested];
}

/** `value` at the end of a path of props, with lists where a name is a number. */
function at(path: readonly string[], value: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  return name === '0' ? [at(rest, value)] : { [name]: at(rest, value) };
}

function merged(one: object, other: object): object {
  const fields = Object.entries(other).map(([name, value]) => {
    const former = (one as Record<string, unknown>)[name];
    const both = [former, value].every((side) => typeof side === 'object' && side !== null && !Array.isArray(side));
    return [name, both ? merged(former as object, value as object) : value];
  });
  return { ...one, ...Object.fromEntries(fields) };
}

describe.each(Object.keys(constructs) as Name[])('%s', (name) => {
  const cases = objectsIn(schemas[name]).map((path) => ({ path, prop: [...path, 'misspelt'].join('.') }));

  it.each(cases)('refuses a prop that does not exist: $prop', ({ path, prop }) => {
    const props = merged(fewest[name] ?? {}, at(path, { misspelt: 1 }) as object);
    expect(() => make(name, props)).toThrow(`${prop}: there is no such prop; there are `);
  });

  const props = Object.keys(schemas[name].properties).map((prop) => ({ prop }));

  it.each(props)('refuses $prop of a kind that it cannot be, in words and by its path', ({ prop }) => {
    for (const wrong of [null, Symbol.iterator, () => 1, new Date(0)])
      expect(() => make(name, { ...fewest[name], [prop]: wrong })).toThrow(
        new RegExp(`^shop/${name.toLowerCase()} \\(${name}\\): ${prop}[:.]`),
      );
  });

  it('refuses props that are no object, and not by an error of JavaScript', () => {
    for (const wrong of [null, 'x', 3, [], true])
      expect(() => make(name, wrong)).toThrow(new RegExp(`^shop/${name.toLowerCase()} \\(${name}\\): `));
  });

  it('takes a prop that is undefined for one that is not there', () => {
    const nothing = Object.fromEntries(Object.keys(schemas[name].properties).map((prop) => [prop, undefined]));
    expect(() => make(name, { ...nothing, ...fewest[name] })).not.toThrow();
  });
});

const port = 30848;
const refused: readonly (readonly [what: string, name: Name, props: object, words: string])[] = [
  [
    'a request above the limit',
    'NacosCluster',
    { resources: { requests: { memory: '8Gi' } } },
    'resources.requests.memory: "8Gi": is more than the limit 4Gi',
  ],
  [
    'memory in thousandths of a byte',
    'NacosCluster',
    { resources: { requests: { memory: '100m' }, limits: { memory: '100m' } } },
    'is less than 256Mi',
  ],
  [
    'memory below nothing',
    'NacosCluster',
    { resources: { requests: { memory: '-1Gi' } } },
    'resources.requests.memory: "-1Gi": is not more than nothing',
  ],
  [
    'a number where a quantity is a text',
    'NacosCluster',
    { resources: { limits: { memory: 4 } } },
    'resources.limits.memory: 4: is not a text',
  ],
  ['a volume in bytes', 'NacosCluster', { volume: { size: '10' } }, 'volume.size: "10": is less than 2Gi'],
  [
    'a volume that Raft alone fills',
    'NacosCluster',
    { volume: { size: '1Gi' } },
    'volume.size: "1Gi": is less than 2Gi',
  ],
  ['a volume below nothing', 'NacosStandalone', { volume: { size: '-5Gi' } }, 'volume.size: "-5Gi": is less than 1Gi'],
  [
    'a node port of two Services',
    'NacosCluster',
    { service: { nodePort: port }, console: { nodePort: port } },
    `console.nodePort: ${port}: is taken by service.nodePort`,
  ],
  [
    'a node port of a Service and of DNS',
    'NacosCluster',
    { service: { nodePort: port }, endpoints: { dns: { nodePort: port } } },
    `endpoints.dns.nodePort: ${port}: is taken by service.nodePort`,
  ],
  [
    'a node port that gRPC takes',
    'NacosCluster',
    { service: { nodePort: port }, console: { nodePort: port + 1000 } },
    'is taken by service.nodePort + 1000',
  ],
  [
    'a node port of nothing',
    'NacosCluster',
    { service: { nodePort: 0 } },
    'service.nodePort: 0: is not between 1 and 64535',
  ],
  [
    'an image with a space',
    'NacosCluster',
    { image: 'nacos/nacos server:v2.3.2' },
    'image: "nacos/nacos server:v2.3.2": is not an image',
  ],
  ['an image that is empty', 'NacosCluster', { image: '' }, 'image: "": '],
  [
    'an image whose version is unknown',
    'NacosCluster',
    { image: 'nacos/nacos-server' },
    'its tag does not say a version of Nacos; set version too',
  ],
  [
    'an official image of another version',
    'NacosCluster',
    { image: 'nacos/nacos-server:v2.3.2', version: '3.0.3' },
    'is 2.3.2, but version is 3.0.3',
  ],
  ['a version that is a number', 'NacosCluster', { version: 3.0 }, 'version: 3: is not a text'],
  ['a list that is a text', 'NacosCluster', { imagePullSecrets: 'login' }, 'imagePullSecrets: "login": is not a list'],
  ['a variable that the operator sets', 'NacosCluster', { env: { MODE: 'standalone' } }, 'env.MODE: has no effect'],
  [
    'a variable that the start script sets',
    'NacosCluster',
    { env: { NACOS_SERVERS: 'a b c' } },
    'env.NACOS_SERVERS: has no effect',
  ],
  ['a variable of no name', 'NacosCluster', { env: { 'foo bar': '1' } }, 'env.foo bar: is not a name'],
  ['properties as one text', 'NacosCluster', { config: 'a=b' }, 'config'],
  ['a namespace with a space', 'NacosCluster', { namespace: 'My NS' }, 'namespace: "My NS": is not a namespace'],
  ['a label with a space', 'NacosCluster', { labels: { 'a b': 'c' } }, 'labels.a b: is not a name'],
  ['a label that is a number', 'NacosCluster', { labels: { a: 1 } }, 'labels.a: 1: is not a text'],
  [
    'a database by a URL',
    'MysqlBackedNacos',
    { database: { ...database, host: 'jdbc:mysql://db/nacos' } },
    'database.host: "jdbc:mysql://db/nacos": is not a host name',
  ],
  [
    'a database host with its port',
    'MysqlBackedNacos',
    { database: { ...database, host: 'db:3306' } },
    'database.host: "db:3306": is not a host name',
  ],
  [
    'a Secret by its name alone',
    'MysqlBackedNacos',
    { database: { host: 'db', credentialsSecret: 'login' } },
    'database.credentialsSecret: "login": is not an object with fields',
  ],
  ['a database that is not there', 'MysqlBackedNacos', {}, 'database: is required'],
  [
    'a configuration that is there twice',
    'NacosCluster',
    {
      initialData: {
        configurations: [
          { dataId: 'a', content: 'x' },
          { dataId: 'a', content: 'y' },
        ],
      },
    },
    'initialData.configurations.1: public/DEFAULT_GROUP/a is there twice',
  ],
  ['a policy that is on by text', 'NacosAdmission', { requesterPolicy: 'yes' }, 'requesterPolicy: '],
  ['an operator without replicas', 'NacosOperator', { replicas: 0 }, 'replicas: 0: is not between 1 and 99'],
  [
    'an operator with less memory than it requests',
    'NacosOperator',
    { resources: { limits: { memory: '512Mi' } } },
    'is more than the limit 512Mi',
  ],
  [
    'one namespace that is no list',
    'NacosOperator',
    { watchNamespaces: 'shop' },
    'watchNamespaces: "shop": is not a list',
  ],
  ['no namespace at all', 'NacosOperator', { watchNamespaces: [] }, 'watchNamespaces: '],
  [
    'an Ingress by a URL',
    'NacosManager',
    { ingress: { host: 'http://x', tlsSecretName: 'x' } },
    'ingress.host: "http://x": is not a host name',
  ],
  [
    'an Ingress without a certificate',
    'NacosManager',
    { ingress: { host: 'x' } },
    'ingress.tlsSecretName: is required',
  ],
  [
    'an allowed image without a version',
    'NacosManager',
    { allowedImages: ['nacos/nacos-server'] },
    'allowedImages.0: "nacos/nacos-server": its tag does not say a version',
  ],
  ['a limit of requests below nothing', 'NacosManager', { rateLimit: -1 }, 'rateLimit: -1: is less than 1'],
];

it.each(refused)('refuses %s, with path, value and remedy', (_what, name, props, words) => {
  expect(() => make(name, props)).toThrow(words);
});

/** What looks like a mistake and can be meant. */
const taken: readonly (readonly [why: string, name: Name, props: object])[] = [
  ['clusters may have another range of node ports', 'NacosCluster', { service: { nodePort: 80 } }],
  ['a v before the version', 'NacosCluster', { version: 'v3.0.3' }],
  ['a version of tomorrow', 'NacosCluster', { version: '3.9.9' }],
  ['a version before 2.0, which runs and is not managed', 'NacosCluster', { version: '1.4.1' }],
  [
    'own numbers of releases, with the version of Nacos beside',
    'NacosCluster',
    { image: 'acme/registry:1.4.0', version: '2.3.2' },
  ],
  ['a load balancer without annotations', 'NacosCluster', { service: { type: Exposure.LOAD_BALANCER } }],
  [
    'a namespace of Nacos that is there already',
    'NacosCluster',
    { initialData: { configurations: [{ namespace: 'old', dataId: 'a', content: 'x' }] } },
  ],
  ['a database by its address', 'MysqlBackedNacos', { database: { ...database, host: '2001:db8::1' } }],
];

it.each(taken)('takes %s', (_why, name, props) => {
  expect(() => make(name, props)).not.toThrow();
});

describe('what is beside each other in an app', () => {
  const chart = () => new Chart(Testing.app(), 'shop', { namespace: 'nacos' });

  it('has a node port once in a chart, and may have it again in a chart for another cluster', () => {
    const scope = chart();
    new NacosStandalone(scope, 'a', { service: { nodePort: port } });
    expect(() => new NacosStandalone(scope, 'b', { service: { nodePort: port } })).toThrow(
      `service.nodePort: ${port}: is taken by shop/a`,
    );
    const elsewhere = new Chart(scope.node.root as Construct, 'other');
    expect(() => new NacosStandalone(elsewhere, 'b', { service: { nodePort: port } })).not.toThrow();
  });

  it('has no two Services of one name, whichever field writes them', () => {
    const scope = chart();
    new NacosCluster(scope, 'a');
    expect(() => new NacosStandalone(scope, 'a-client')).toThrow('makes a Service a-client, which shop/a makes too');
  });

  it('has one operator for a namespace', () => {
    const scope = new Chart(Testing.app(), 'operators');
    new NacosOperator(scope, 'one', { ...fewest.NacosOperator, watchNamespaces: ['shop'] });
    expect(() => new NacosOperator(scope, 'two', { ...fewest.NacosOperator, watchNamespaces: ['bank'] })).not.toThrow();
    expect(() => new NacosOperator(scope, 'three', { ...fewest.NacosOperator })).toThrow(
      'operators/one cares for all namespaces already',
    );
  });
});

it.each([undefined, '', 'https://harbor.cloud.io', 'harbor.cloud.io:port', 3])('takes no registry %j', (registry) => {
  expect(() => ImageRegistry.use(Testing.app(), registry as string)).toThrow('(ImageRegistry): registry');
});
