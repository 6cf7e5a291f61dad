import { type Static, Type } from '@sinclair/typebox';
import { port, quantity } from 'cdk8s-reconciler/schema';

const name = (description: string) =>
  Type.String({ pattern: '^[a-z]([-a-z0-9]{0,50}[a-z0-9])?$', maxLength: 52, description });
const amounts = Type.Object({ cpu: quantity(), memory: quantity() });

export const spec = Type.Object({
  msName: name('The microservice.'),
  fullName: name('This instance of it, and the name of its children.'),
  version: Type.String({ pattern: '^[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?$' }),
  path: name('The major version: appears in the host name.'),
  image: Type.String({ minLength: 1 }),
  port: port({ default: 80, description: 'Where the image listens. Not 8080 with needAuth.' }),
  replicas: Type.Integer({ minimum: 1, default: 1, description: 'With autoscaling, the least.' }),
  autoscaling: Type.Boolean({ default: false }),
  maxReplicas: Type.Optional(Type.Integer({ minimum: 1, description: 'With autoscaling. Default: twice replicas.' })),
  idle: Type.Boolean({ default: false, description: 'At rest: no pods run.' }),
  needAuth: Type.Boolean({ default: false, description: 'Callers need a name and a password of the Secret tenants.' }),
  tenants: Type.String({
    default: 'tenants',
    description: 'Name of a Secret whose key htpasswd has a line for each tenant.',
  }),
  proxyImage: Type.String({ default: 'nginx:1.28', description: 'Asks for the password.' }),
  config: Type.String({ default: '', description: 'The file /config/config in the container.' }),
  domain: Type.String({ default: 'internal', description: 'The end of the host name.' }),
  creationTimestamp: Type.Optional(Type.String()),
  resourceRequirements: Type.Object({ limits: amounts, requests: amounts }),
});

export type Spec = Static<typeof spec>;

export function hostOf({ fullName, path, domain }: Spec): string {
  return `${fullName}.${path}.${domain}`;
}
