import type { Probe } from 'kubernetes-types/core/v1.js';
import type { Instance } from '../resource/resolve.js';
import { type HealthCheck, ports } from '../server/profiles.js';
import { literal } from './environment.js';

/** The probes of the servers: the version's, or the user's own in their place. */
export function probes(instance: Instance): {
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
} {
  const { spec } = instance;
  return {
    // A peer's dead connection can keep a member from joining for 15 minutes (measured); a kill would only start them anew.
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
  const url = `http://127.0.0.1:${ports.http}${contextPath(instance, 'http')}/v3/admin/core/state/readiness`;
  return { exec: { command: ['sh', '-c', `curl -s -m 4 ${url} | grep -q '"code":0'`] } };
}

/** A 3.x server whose console runs elsewhere; its readiness answers 200 even if not ready (nacos: ServerStateController.java). */
const withoutConsole: { readonly liveness: HealthCheck } = {
  liveness: { port: 'http', path: '/v3/admin/core/state/liveness' },
};

function hasConsole(instance: Instance): boolean {
  return instance.profile.consolePort === undefined || literal(instance, 'NACOS_DEPLOYMENT_TYPE') !== 'server';
}

function check(instance: Instance, { port, path }: HealthCheck): Probe {
  return { httpGet: { path: `${contextPath(instance, port)}${path}`, port: ports[port] } };
}

export function contextPath(instance: Instance, port: 'http' | 'console'): string {
  const path =
    port === 'http'
      ? (literal(instance, 'SERVER_SERVLET_CONTEXTPATH') ?? '/nacos')
      : (literal(instance, 'NACOS_CONSOLE_CONTEXTPATH') ?? '');
  return path.replace(/\/$/, '');
}
