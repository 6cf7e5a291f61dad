import { App, Chart } from 'cdk8s';
import { ManagedBy, MysqlBackedNacos, NacosCluster, NacosStandalone } from '../lib/index.js';

const names = { short: 'shop', long: 'n'.repeat(52) } as const;
const database = { host: 'db', credentialsSecret: { name: 'login' } };
const authentication = { secretName: 'auth' };

/** Each construct in both ways of managing, with a short and with the longest name: what it writes, by what it is. */
export function everyInstance(): { readonly title: string; readonly objects: unknown[] }[] {
  return Object.entries(names).flatMap(([length, name]) =>
    Object.values(ManagedBy).flatMap((managedBy) => {
      const props = { name, managedBy, authentication };
      const chart = () => new Chart(new App(), 'chart', { namespace: 'shop' });
      const written = (title: string, create: (scope: Chart) => unknown) => {
        const scope = chart();
        create(scope);
        return { title: `${title} by ${managedBy} with a ${length} name`, objects: scope.toJson() as unknown[] };
      };
      return [
        written('NacosStandalone', (scope) => new NacosStandalone(scope, 'x', props)),
        written('NacosStandalone 2.3.2', (scope) => new NacosStandalone(scope, 'x', { ...props, version: '2.3.2' })),
        written('NacosStandalone 3.2.3', (scope) => new NacosStandalone(scope, 'x', { ...props, version: '3.2.3' })),
        written('NacosCluster', (scope) => new NacosCluster(scope, 'x', { ...props, console: { nodePort: 30080 } })),
        written('MysqlBackedNacos', (scope) => new MysqlBackedNacos(scope, 'x', { ...props, database })),
        written(
          'MysqlBackedNacos standalone',
          (scope) => new MysqlBackedNacos(scope, 'x', { ...props, database, standalone: true }),
        ),
      ];
    }),
  );
}
