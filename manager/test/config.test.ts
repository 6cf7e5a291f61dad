import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.js';

const inPod = { KUBERNETES_CA_FILE: '/dev/null', KUBERNETES_SERVICE_HOST: '10.96.0.1' };

describe('the environment', () => {
  it('names no issuer unless one is set', async () => {
    expect((await readConfig(inPod)).server.login).toBeUndefined();
  });

  it('names an issuer and the client of the page', async () => {
    const env = { ...inPod, OIDC_ISSUER: 'https://sso.example.com', OIDC_CLIENT_ID: 'nacos' };
    expect((await readConfig(env)).server.login).toEqual({
      issuer: 'https://sso.example.com',
      clientId: 'nacos',
      scopes: 'openid',
    });
  });

  it.each([
    [{ OIDC_ISSUER: 'http://sso.example.com', OIDC_CLIENT_ID: 'nacos' }, /OIDC_ISSUER is http:.*https/],
    [{ OIDC_ISSUER: 'https://sso.example.com' }, /OIDC_CLIENT_ID is not set/],
    [{ PORT: 'eighty' }, /PORT is eighty, expected 0 to 65535/],
  ])('that cannot work is refused: %j', async (env, message) => {
    await expect(readConfig({ ...inPod, ...env })).rejects.toThrow(message);
  });
});
