import type { Probe } from 'kubernetes-types/core/v1.js';
import { asWritten } from '../resource/expansion.js';
import type { Instance } from '../resource/resolve.js';
import type { HealthCheck } from '../server/profiles.js';
import { contextPath, effectiveOf, portsOf } from './effective.js';

/** The probes of the servers: the version's, or the user's own in their place. */
export function probes(instance: Instance): {
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
} {
  const { spec } = instance;
  return {
    // A peer's dead connection can keep a member from joining for 15 minutes (measured); a kill would only start them
    // again.
    startupProbe: spec.startupProbe ?? {
      ...live(instance),
      periodSeconds: 5,
      timeoutSeconds: 5,
      failureThreshold: 240,
    },
    // Never the readiness path: with the database down it hangs while the server still serves (measured).
    livenessProbe: spec.livenessProbe ?? {
      ...live(instance),
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 6,
    },
    readinessProbe: spec.readinessProbe ?? {
      ...ready(instance),
      periodSeconds: 5,
      timeoutSeconds: 5,
      failureThreshold: 3,
    },
  };
}

function live(instance: Instance): Probe {
  return hasConsole(instance) ? check(instance, instance.profile.liveness) : check(instance, withoutConsole.liveness);
}

function ready(instance: Instance): Probe {
  if (hasConsole(instance)) return check(instance, instance.profile.readiness);
  const path = `${contextPath(instance, 'http')}/v3/admin/core/state/readiness`;
  const url = asWritten(`http://127.0.0.1:${portsOf(instance).http}${path}`);
  return { exec: { command: ['sh', '-c', `curl -s -m 4 "$0" | grep -q '"code":0'`, url] } };
}

/**
 * A 3.x server with its console elsewhere; its readiness answers 200 even if not ready (nacos:
 * ServerStateController.java).
 */
const withoutConsole: { readonly liveness: HealthCheck } = {
  liveness: { port: 'http', path: '/v3/admin/core/state/liveness' },
};

function hasConsole(instance: Instance): boolean {
  return instance.profile.consolePort === undefined || effectiveOf(instance).console !== undefined;
}

function check(instance: Instance, { port, path }: HealthCheck): Probe {
  return { httpGet: { path: `${contextPath(instance, port)}${path}`, port: portsOf(instance)[port] } };
}
