/** Labels, or the equality part of a selector. */
export type Labels = Readonly<Record<string, string>>;

/**
 * Names of an instance's objects. Those that the official operator gave (Kind.go) stay, so that it can be replaced in
 * place.
 */
export function namesOf(instance: string) {
  return {
    statefulSet: instance,
    /** The Service of a standalone server. */
    service: instance,
    /** The Service of a cluster for clients and the console. */
    client: `${instance}-client`,
    /** The Service that gives each member a DNS name. */
    headless: `${instance}-headless`,
    console: `${instance}-console`,
    /** The Service of something with a port of its own. */
    endpoint: (name: string) => `${instance}-${name}`,
    members: `${instance}-members`,
    authSecret: `${instance}-auth`,
    /** Holds what stands in the spec in plain text, so that pods only refer to it. */
    databaseSecret: `${instance}-database`,
    tokenSecret: `${instance}-token`,
    disruptionBudget: instance,
    networkPolicy: instance,
    /**
     * Cut where a Job's name, which is a label of its pods, would be longer than 63; the hash keeps instances apart.
     */
    schema: (hash: string) => `${instance.slice(0, 63 - '-schema-'.length - hash.length)}-schema-${hash}`,
    container: instance,
    claim: 'db',
  } as const;
}

/** What selects the pods of a new instance. */
export function labelsOf(instance: string): Labels {
  return { app: instance, component: 'nacos', middleware: 'nacos' };
}

/**
 * Tools put these on the object that they apply or restore, and would take a child that has them too for one of their
 * own; with each release of a chart, and each restore, they change, and would roll all servers. Ours are about the
 * object.
 */
const trackers =
  /^([^/]+\.)?(kubectl\.kubernetes\.io|argocd\.argoproj\.io|helm\.sh|velero\.io|toolkit\.fluxcd\.io|nacos\.io)\//;

/** What of an object's labels or annotations its children get. */
export function handedOn(values: Labels = {}): Labels {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !trackers.test(name)));
}

/**
 * Of a Nacos: its uid and the generation at which a human lets this operator have the children that another one has
 * made.
 */
export const adoptAnnotation = 'nacos.io/adopt-children';
