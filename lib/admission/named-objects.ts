/** Fields of a spec that name a Secret or a ConfigMap of the namespace, which servers or the operator then read. */
export const namedObjects: readonly { readonly resource: 'secrets' | 'configmaps'; readonly path: string }[] = [
  { resource: 'secrets', path: 'database.credentialsSecret.name' },
  { resource: 'secrets', path: 'certification.secretName' },
  { resource: 'secrets', path: 'env[].valueFrom.secretKeyRef.name' },
  { resource: 'secrets', path: 'initialData.users[].passwordSecret.name' },
  { resource: 'secrets', path: 'initialData.configurations[].contentFrom.secretKeyRef.name' },
  { resource: 'configmaps', path: 'env[].valueFrom.configMapKeyRef.name' },
  { resource: 'configmaps', path: 'initialData.configurations[].contentFrom.configMapKeyRef.name' },
];

/** Fields of a spec that give pods more than the image and its settings: any container, account, right or priority. */
export const podFields = [
  'k8sWrapper',
  'overlays',
  'serviceAccountName',
  'podSecurityContext',
  'securityContext',
  'priorityClassName',
] as const;
