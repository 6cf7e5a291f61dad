import { parseImage } from 'cdk8s-reconciler/kit';
import { environment } from '../render/environment.js';
import type { NacosObject } from '../resource/nacos.js';
import { type Problem, shown } from '../resource/problem.js';
import { parseQuantity } from '../resource/quantity.js';
import { endpointsOf, type Instance } from '../resource/resolve.js';
import { formatVersion, parseVersion, versionOfImage } from '../server/version.js';

/**
 * What cannot be meant of an instance as a whole, though each field by itself could be. Paths are those of the spec.
 */
export function contradictions(nacos: NacosObject, instance: Instance): Problem[] {
  return [
    ...ofImage(nacos),
    ...ofEnvironment(nacos, instance),
    ...ofVolume(nacos, instance),
    ...ofNodePorts(nacos),
    ...ofInitialData(nacos),
  ];
}

function ofImage({ spec: { image, version } }: NacosObject): Problem[] {
  if (!image) return [];
  const path = 'spec.image';
  const tagged = versionOfImage(image);
  if (!version && !tagged)
    return [
      {
        path,
        value: shown(path, image),
        message: 'its tag does not say a version of Nacos; set version too, such as 3.0.3',
      },
    ];
  // The repository of another name may count its own releases.
  const official = /(^|\/)nacos-server$/.test(parseImage(image).repository);
  const said = version ? parseVersion(version) : undefined;
  if (!official || !tagged || !said || formatVersion(tagged) === formatVersion(said)) return [];
  return [
    {
      path,
      value: shown(path, image),
      message: `is ${formatVersion(tagged)}, but version is ${version}; ports and probes go by version: set both alike, or one of them`,
    },
  ];
}

/** The servers find each other and their data by variables of the operator's own, which win. */
function ofEnvironment({ spec }: NacosObject, instance: Instance): Problem[] {
  const final = environment(instance);
  return (spec.env ?? []).flatMap((own, index) => {
    const used = final.find(({ name }) => name === own.name);
    // The start script of a member exports the list of members itself, see render/members.ts.
    const listed = own.name === 'NACOS_SERVERS' && instance.servers.mode === 'cluster';
    if (!listed && (own.name === 'SPRING_APPLICATION_JSON' || used === own || used?.value === own.value)) return [];
    return [
      {
        path: `spec.env.${own.name ?? index}`,
        message:
          'has no effect, since the servers find each other and their data by it; remove it, and use the prop for what it should do',
      },
    ];
  });
}

/** The least size of a volume, in bytes: Raft takes 0.9 GB of a member's before there is any data (measured). */
const least = { member: 2 * 2 ** 30, other: 2 ** 30 };

function ofVolume({ spec }: NacosObject, { servers, database, hasVolumes }: Instance): Problem[] {
  const path = 'spec.volume.requests.storage';
  const storage = hasVolumes ? spec.volume?.requests?.storage : undefined;
  const bytes = storage === undefined ? undefined : parseQuantity(String(storage));
  const needed = servers.mode === 'cluster' && database.type === 'embedded' ? least.member : least.other;
  if (bytes === undefined || bytes >= needed) return [];
  return [
    {
      path,
      value: shown(path, storage),
      message: `is less than ${needed / 2 ** 30}Gi, which a server fills by itself; is the unit missing, as in 10Gi?`,
    },
  ];
}

/** Node ports that an instance asks for, by the prop that asks. */
export function nodePorts({ spec }: NacosObject): ReadonlyMap<string, number> {
  const http = spec.service?.nodePorts?.http;
  const ports: [string, number | undefined][] = [
    ['service.nodePort', http],
    ['service.nodePort + 1000', http && http + 1000],
    ['console.nodePort', spec.console?.nodePort],
    ...endpointsOf(spec).map((name): [string, number | undefined] => [
      `endpoints.${name}.nodePort`,
      spec.endpoints?.[name]?.nodePort,
    ]),
  ];
  return new Map(ports.filter((entry): entry is [string, number] => entry[1] !== undefined));
}

function ofNodePorts(nacos: NacosObject): Problem[] {
  const seen = new Map<number, string>();
  return [...nodePorts(nacos)].flatMap(([prop, port]) => {
    const other = seen.get(port);
    seen.set(port, prop);
    return other
      ? [
          {
            path: `spec.${prop}`,
            value: String(port),
            message: `is taken by ${other} already: a node port leads to one Service; choose another`,
          },
        ]
      : [];
  });
}

/** The same thing twice: which of the two would be written is chance. */
function ofInitialData({ spec: { initialData = { policy: 'KeepChanges' } } }: NacosObject): Problem[] {
  const { namespaces = [], users = [], configurations = [] } = initialData;
  const lists = {
    namespaces: namespaces.map(({ id }) => id),
    users: users.map(({ username }) => username),
    configurations: configurations.map(({ namespace, group, dataId }) => `${namespace}/${group}/${dataId}`),
  };
  return Object.entries(lists).flatMap(([name, keys]) => {
    const index = keys.findIndex((key, at) => keys.indexOf(key) !== at);
    if (index < 0) return [];
    const path = `spec.initialData.${name}.${index}`;
    return [{ path, message: `${keys[index]} is there twice; remove one of the two` }];
  });
}
