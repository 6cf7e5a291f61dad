import type { Container } from 'kubernetes-types/core/v1.js';
import { type Effective, effective } from '../resource/effective/effective.js';
import type { Instance } from '../resource/resolve.js';
import { ports } from '../server/profiles.js';
import { environment } from './environment.js';
import { overlay } from './overlay.js';

/**
 * What the servers of an instance will believe: by the environment of their finished container, with the wrapper laid
 * over it.
 */
export const effectiveOf = once((instance): Effective => effective(serverContainer(instance), instance.version));

/** What of a server's finished container the wrapper may have said, and its environment. */
export const serverContainer = once((instance): Partial<Container> => {
  const name = instance.names.container;
  const { containers } = (instance.spec.k8sWrapper?.PodSpec ?? {}) as { containers?: unknown };
  const over = Array.isArray(containers) ? { containers } : {};
  const pod = overlay({ containers: [{ name, env: environment(instance) }] }, over);
  const { env, envFrom, ...rest }: Partial<Container> = pod.containers.find((one) => one?.name === name) ?? {};
  return {
    ...rest,
    env: Array.isArray(env) ? env.filter((one) => typeof one?.name === 'string') : [],
    envFrom: Array.isArray(envFrom) ? envFrom : [],
  };
});

/** Asked for by probes, ports, Services and conditions of one instance: worked out once. */
function once<T extends object>(work: (instance: Instance) => T): (instance: Instance) => T {
  const known = new WeakMap<Instance, T>();
  return (instance) => {
    const found = known.get(instance) ?? work(instance);
    known.set(instance, found);
    return found;
  };
}

/** Ports of a server: all but the console's follow from that of HTTP (nacos: MemberUtil.java, BaseRpcServer.java). */
export function portsIn({ httpPort, console, endpoints }: Effective): {
  readonly [port in keyof typeof ports]: number;
} {
  const moved = httpPort - ports.http;
  return {
    http: httpPort,
    grpc: ports.grpc + moved,
    peer: ports.peer + moved,
    raft: ports.raft + moved,
    console: console?.port ?? ports.console,
    ai: ports.ai,
    dns: ports.dns,
    xds: ports.xds,
    ...endpoints,
  };
}

/** Of the servers that are rendered. */
export function portsOf(instance: Instance): ReturnType<typeof portsIn> {
  return portsIn(effectiveOf(instance));
}
