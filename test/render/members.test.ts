import { describe, expect, it } from 'vitest';
import { render } from '../../lib/render/render.js';
import { child, environmentOf, nacos } from '../nacos-object.js';

const list = (replicas: number) =>
  child(render(nacos({ type: 'cluster', replicas })), 'ConfigMap').data!['cluster.conf']!;

describe('the list of members', () => {
  it('has every member by the name that it calls itself', () => {
    expect(list(3)).toBe([0, 1, 2].map((index) => `n-${index}.n-headless.shop.svc.cluster.local:8848\n`).join(''));
    const self = environmentOf({ type: 'cluster' }).NACOS_SERVER_IP as string;
    expect(list(1)).toBe(`${self.replace('$(POD_NAME)', 'n-0')}:8848\n`);
  });

  it('grows at its end', () => {
    expect(list(5).startsWith(list(3))).toBe(true);
  });

  it('is none where a server is alone', () => {
    expect(render(nacos()).map(({ kind }) => kind)).not.toContain('ConfigMap');
  });
});
