import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { Instance } from '../../resource/resolve.js';
import { defaultPassword } from '../../server/client.js';
import { unusableKeys } from './secret.js';

/**
 * Values that servers of another operator run with, for a Secret of before there was one: what clients hold stays
 * valid. The password is that of a server that was never given another one; where that is wrong, `AuthReady` says so.
 *
 * @returns values of keys, in base64
 */
export function valuesInUse({ names, profile }: Instance, live: StatefulSet | undefined): Record<string, string> {
  const container = live?.spec?.template.spec?.containers.find(({ name }) => name === names.container);
  const token = container?.env?.find(({ name }) => name === 'NACOS_AUTH_TOKEN')?.value;
  const tokens: Record<string, string> = token ? { token: base64(token) } : {};
  return {
    ...(unusableKeys({ data: tokens }).length === 0 && tokens),
    ...(!profile.api.administrator.create && { administratorPassword: base64(defaultPassword) }),
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
