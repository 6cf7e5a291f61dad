/** What a server offers on a port of its own where it is switched on. */
export interface EndpointFacts {
  /** The first version that has it. */
  readonly since: string;
  /** Properties that switch it on, so that other pods reach it. */
  readonly properties: Readonly<Record<string, string>>;
  readonly protocols: readonly ('TCP' | 'UDP')[];
}

export type Endpoint = 'ai' | 'dns' | 'xds';

/**
 * Sources: nacos-docker, conf/application.properties of v3.2.3 and README of 3.3; alibaba/nacos,
 * NacosDnsProperties.java of 3.3 and IstioConfig.java; nacos-group.github.io, guide to the built-in DNS of 3.3.
 */
export const endpoints: Readonly<Record<Endpoint, EndpointFacts>> = {
  ai: { since: '3.2', properties: { 'nacos.ai.mcp.registry.enabled': 'true' }, protocols: ['TCP'] },
  dns: {
    since: '3.3',
    properties: {
      'nacos.naming.dns.enabled': 'true',
      // By default it listens to its own pod alone.
      'nacos.naming.dns.bind-address': '0.0.0.0',
      // Without one it finds nothing.
      'nacos.naming.dns.namespace': 'public',
    },
    protocols: ['UDP', 'TCP'],
  },
  xds: { since: '2.0', properties: { 'nacos.istio.mcp.server.enabled': 'true' }, protocols: ['TCP'] },
};

export const endpointNames = Object.keys(endpoints) as Endpoint[];
