import { Type } from '@sinclair/typebox';
import { controller, resource } from 'cdk8s-reconciler';
import { ConfigMap, Pod, Secret } from 'cdk8s-reconciler/kinds';
import type { OperatorProps } from 'cdk8s-reconciler/synth';
import { describe, expect, it } from 'vitest';
import { find, type Manifest, render, WebServer } from './sample.js';

function policy(props: Partial<OperatorProps> = {}): Manifest {
  return find(render(props, 'operators'), 'ValidatingAdmissionPolicy')?.spec;
}

const messages = (props: Partial<OperatorProps> = {}) =>
  policy(props).validations.map(({ message }: Manifest) => message);

describe('the write policy', () => {
  it('holds for the account of the operator alone, and denies', () => {
    const [{ expression }] = policy().matchConditions;
    expect(expression).toBe("request.userInfo.username == 'system:serviceaccount:operators:webserver-operator'");
    const binding = find(render({}, 'operators'), 'ValidatingAdmissionPolicyBinding');
    expect(binding.spec).toEqual({ policyName: 'webserver-operator', validationActions: ['Deny'] });
  });

  it('speaks of every kind that a controller may write, and of no other', () => {
    const permissions = [
      { kind: Secret, verbs: ['get', 'list'] as const },
      { kind: Pod, verbs: ['delete'] as const, only: 'true' },
      // Its finalizer.
      { kind: WebServer, verbs: ['patch'] as const },
    ];
    const one = controller(WebServer, { owns: { configs: ConfigMap }, permissions, render: () => [] });
    const resources = policy({ controllers: [one] }).matchConstraints.resourceRules.flatMap(
      (rule: Manifest) => rule.resources,
    );
    expect(resources).toEqual(['configmaps', 'pods']);
  });

  it('lets a kind that several resources own have an owner of any of them', () => {
    const Blog = resource({ group: 'my.domain', version: 'v1', kind: 'Blog', spec: Type.Object({}) });
    const owns = { configs: ConfigMap };
    const controllers = [WebServer, Blog].map((one) => controller(one, { owns, render: () => [] }));
    expect(messages({ controllers })).toContain('the operator ConfigMap: writes only what a WebServer or Blog owns');
  });

  it('leaves a kind alone of which a permission allows all objects, outside of kube-*', () => {
    const permissions = [{ kind: Pod, verbs: ['delete'] as const }];
    const controllers = [controller(WebServer, { owns: {}, permissions, render: () => [] })];
    expect(messages({ controllers })).toEqual(['the operator writes nothing in kube-*']);
  });

  it('lets an operator into a namespace of Kubernetes that it is to watch', () => {
    expect(messages()).toContain('the operator writes nothing in kube-*');
    expect(messages({ watchNamespaces: ['kube-system'] })).not.toContain('the operator writes nothing in kube-*');
  });

  it('is left out where nothing is written, or it is not wanted', () => {
    expect(policy({ controllers: [controller(WebServer, { owns: {}, render: () => [] })] })).toBeUndefined();
    expect(policy({ writePolicy: false })).toBeUndefined();
  });
});
