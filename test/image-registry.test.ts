import { App, Chart } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { ImageRegistry, ManagedBy, MysqlBackedNacos, NacosCluster, NacosStandalone } from '../lib/index.js';
import { containersOf, type KubernetesObject, podTemplateOf } from './kubernetes-object.js';

const database = { host: 'db', credentialsSecret: { name: 'login' } };

function app(registry = 'harbor.cloud.io'): App {
  const created = new App();
  ImageRegistry.use(created, registry);
  return created;
}

describe('ImageRegistry', () => {
  it('is for every image of the app, whichever way it is managed', () => {
    const chart = new Chart(app(), 'shop', { namespace: 'prod' });
    new MysqlBackedNacos(chart, 'a', { database });
    new MysqlBackedNacos(chart, 'b', { database, managedBy: ManagedBy.GITOPS, authentication: { secretName: 'auth' } });
    const objects = chart.toJson() as KubernetesObject[];
    expect(objects[0]!.spec).toMatchObject({
      image: 'harbor.cloud.io/nacos/nacos-server:v3.0.3',
      mysqlInitImage: 'harbor.cloud.io/library/mysql:8.4',
    });
    const pods = objects.flatMap((object) => podTemplateOf(object)?.spec ?? []);
    const images = new Set(pods.flatMap(containersOf).map(({ image }) => image));
    expect([...images].sort()).toEqual([
      'harbor.cloud.io/library/mysql:8.4',
      'harbor.cloud.io/nacos/nacos-server:v3.0.3',
    ]);
  });

  it('moves what a prop names, and leaves alone what is there already', () => {
    const chart = new Chart(app('harbor.cloud.io/'), 'shop');
    const imageOf = (id: string, image: string) =>
      (new NacosStandalone(chart, id, { image }).objects[0]!.toJson() as KubernetesObject).spec!.image;
    expect(imageOf('a', 'quay.io/mine/nacos:v2.3.2')).toBe('harbor.cloud.io/mine/nacos:v2.3.2');
    expect(imageOf('b', 'harbor.cloud.io/mine/nacos:v2.3.2')).toBe('harbor.cloud.io/mine/nacos:v2.3.2');
  });

  it('is for one chart where it is used on one', () => {
    const root = new App();
    const [inside, outside] = ['inside', 'outside'].map((id) => new Chart(root, id));
    ImageRegistry.use(inside!, 'harbor.cloud.io');
    new NacosCluster(inside!, 'a');
    new NacosCluster(outside!, 'a', { namespace: 'other' });
    expect(inside!.toJson()[0].spec.image).toBe('harbor.cloud.io/nacos/nacos-server:v3.0.3');
    expect(outside!.toJson()[0].spec.image).toBeUndefined();
  });

  it('comes first: later, images would stay where they are', () => {
    const chart = new Chart(new App(), 'shop');
    new NacosCluster(chart, 'a');
    expect(() => ImageRegistry.use(chart, 'harbor.cloud.io')).toThrow('shop (ImageRegistry): has shop/a already');
    expect(() => ImageRegistry.use(chart.node.root, 'harbor.cloud.io')).toThrow(
      'the app (ImageRegistry): has shop already',
    );
  });
});
