import { describe, expect, it } from 'vitest';
import { serverOf } from '../nacos-object.js';

const v1 = '/nacos/v1/console/health';
const v3 = '/v3/console/health';

describe('probes', () => {
  it.each([
    ['1.4.1', v1, 8848],
    ['2.0.4', v1, 8848],
    ['2.2.3', v1, 8848],
    ['2.5.1', v1, 8848],
    ['3.0.3', v3, 8080],
    ['3.2.3', v3, 8080],
    ['3.4.0', v3, 8080],
  ])('of %s ask %s on port %i', (version, path, port) => {
    const { startupProbe, livenessProbe, readinessProbe } = serverOf({ version });
    expect(startupProbe!.httpGet).toEqual({ path: `${path}/liveness`, port });
    expect(livenessProbe!.httpGet).toEqual({ path: `${path}/liveness`, port });
    expect(readinessProbe!.httpGet).toEqual({ path: `${path}/readiness`, port });
  });

  it('of a 3.x server without a console read the answer, since its status is always 200', () => {
    const { livenessProbe, readinessProbe } = serverOf({ env: [{ name: 'NACOS_DEPLOYMENT_TYPE', value: 'server' }] });
    expect(livenessProbe!.httpGet).toEqual({ path: '/nacos/v3/admin/core/state/liveness', port: 8848 });
    expect(readinessProbe!.exec!.command!.join(' ')).toMatch(/"code":0.*127\.0\.0\.1:8848\/nacos\/v3\/.*readiness/);
  });

  it.each([
    ['2.3.2', 'SERVER_SERVLET_CONTEXTPATH', '/', '/v1/console/health/readiness'],
    ['2.3.2', 'SERVER_SERVLET_CONTEXTPATH', '/registry/', '/registry/v1/console/health/readiness'],
    ['3.0.3', 'NACOS_CONSOLE_CONTEXTPATH', '/ui', '/ui/v3/console/health/readiness'],
  ])('of %s follow %s=%s', (version, name, value, path) => {
    expect(serverOf({ version, env: [{ name, value }] }).readinessProbe!.httpGet!.path).toBe(path);
  });

  it('let a member take its time to join before they kill it', () => {
    const { periodSeconds, failureThreshold } = serverOf({ type: 'cluster' }).startupProbe!;
    expect(periodSeconds! * failureThreshold!).toBeGreaterThanOrEqual(15 * 60);
  });

  it.each(['startupProbe', 'livenessProbe', 'readinessProbe'] as const)(
    '%s of the user replaces ours as a whole',
    (name) => {
      const probe = { tcpSocket: { port: 8848 }, periodSeconds: 3 };
      expect(serverOf({ [name]: probe })[name]).toEqual(probe);
    },
  );
});
