import 'reflect-metadata';
import { createPrivateKey, generateKeyPairSync, randomBytes, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** PEM texts. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface User {
  readonly name: string;
  readonly groups?: readonly string[];
}

// Elliptic curves: an RSA key takes up to 17 s on a busy machine (measured).
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const validDays = 7;

/** A throwaway certificate authority. */
export class CertificateAuthority {
  private constructor(
    readonly certificate: string,
    /** PEM, for servers that sign on its behalf. */
    readonly key: string,
    private readonly issuer: string,
    private readonly signingKey: webcrypto.CryptoKey,
  ) {}

  static async create(name: string): Promise<CertificateAuthority> {
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      ...validity(),
      serialNumber: '01',
      name: `CN=${name}`,
      keys,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      ],
    });
    return new CertificateAuthority(
      certificate.toString('pem'),
      await pem(keys.privateKey),
      certificate.subject,
      keys.privateKey,
    );
  }

  /** The authority that another process created. */
  static async load(certificate: string, key: string): Promise<CertificateAuthority> {
    const der = createPrivateKey(key).export({ type: 'pkcs8', format: 'der' });
    const signingKey = await webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
    return new CertificateAuthority(certificate, key, new x509.X509Certificate(certificate).subject, signingKey);
  }

  /** For a server reached by these names and addresses. */
  server(
    name: string,
    alternatives: { readonly dns?: readonly string[]; readonly ip?: readonly string[] },
  ): Promise<KeyPair> {
    const { dns = [], ip = [] } = alternatives;
    const names = [...dns.map((value) => ({ type: 'dns', value })), ...ip.map((value) => ({ type: 'ip', value }))];
    return this.issue(
      [{ CN: [name] }],
      [
        new x509.SubjectAlternativeNameExtension(names as x509.JsonGeneralNames),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
      ],
    );
  }

  /** For a client that Kubernetes knows by this user name and these groups. */
  client({ name, groups = [] }: User): Promise<KeyPair> {
    return this.issue(
      [...groups.map((group) => ({ O: [group] })), { CN: [name] }],
      [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])],
    );
  }

  private async issue(subject: x509.JsonName, extensions: x509.Extension[]): Promise<KeyPair> {
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.create({
      ...validity(),
      serialNumber: randomBytes(8).toString('hex'),
      subject: new x509.Name(subject).toString(),
      issuer: this.issuer,
      publicKey: keys.publicKey,
      signingKey: this.signingKey,
      signingAlgorithm: algorithm,
      extensions,
    });
    return { certificate: certificate.toString('pem'), key: await pem(keys.privateKey) };
  }
}

/** The key pair with which service account tokens are signed and checked. */
export function signingKeys(): { readonly publicKey: string; readonly privateKey: string } {
  return generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
  });
}

function validity(): { notBefore: Date; notAfter: Date } {
  const day = 24 * 3600 * 1000;
  return { notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + validDays * day) };
}

async function pem(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    .export({ type: 'pkcs8', format: 'pem' })
    .toString();
}
