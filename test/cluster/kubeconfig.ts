import { readFileSync, writeFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import type { KeyPair } from './certificates.js';

/** What `kubectl` reads; one cluster, one user. Data fields are base64. */
export interface Kubeconfig {
  readonly apiVersion: 'v1';
  readonly kind: 'Config';
  readonly clusters: readonly [
    {
      readonly name: string;
      readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string };
    },
  ];
  readonly users: readonly [
    {
      readonly name: string;
      readonly user: {
        readonly token?: string;
        readonly 'client-certificate-data'?: string;
        readonly 'client-key-data'?: string;
      };
    },
  ];
  readonly contexts: readonly [
    {
      readonly name: string;
      readonly context: { readonly cluster: string; readonly user: string; readonly namespace?: string };
    },
  ];
  readonly 'current-context': string;
}

/** @param credentials a certificate with its key, or a bearer token */
export function kubeconfig(server: string, authority: string, name: string, credentials: KeyPair | string): Kubeconfig {
  const base64 = (value: string) => Buffer.from(value).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': base64(authority) } }],
    users: [
      {
        name,
        user:
          typeof credentials === 'string'
            ? { token: credentials }
            : {
                'client-certificate-data': base64(credentials.certificate),
                'client-key-data': base64(credentials.key),
              },
      },
    ],
    contexts: [{ name: 'test', context: { cluster: 'test', user: name } }],
    'current-context': 'test',
  };
}

/** The same user with another namespace for commands that name none. */
export function withNamespace(config: Kubeconfig, namespace: string): Kubeconfig {
  const [{ name, context }] = config.contexts;
  return { ...config, contexts: [{ name, context: { ...context, namespace } }] };
}

export function readKubeconfig(path: string): Kubeconfig {
  return parse(readFileSync(path, 'utf8'));
}

export function writeKubeconfig(path: string, content: Kubeconfig): string {
  writeFileSync(path, stringify(content), { mode: 0o600 });
  return path;
}
