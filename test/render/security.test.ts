import { describe, expect, it } from 'vitest';
import { podOf, serverOf } from '../nacos-object.js';

describe('podSecurity', () => {
  it('is up to the image by default: it is made to run as root', () => {
    expect(podOf({})).not.toHaveProperty('securityContext');
    expect(serverOf({})).not.toHaveProperty('securityContext');
  });

  it('restricted: a user without rights, in every container', () => {
    const { securityContext, containers, initContainers } = podOf({ podSecurity: 'restricted' });
    expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000 });
    for (const container of [...containers, ...initContainers!])
      expect(container.securityContext).toEqual({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } });
  });

  it('lets the user change parts of it', () => {
    const spec = {
      podSecurity: 'restricted',
      podSecurityContext: { runAsUser: 2000 },
      securityContext: { readOnlyRootFilesystem: true },
    };
    expect(podOf(spec).securityContext).toMatchObject({ runAsUser: 2000, runAsGroup: 1000, runAsNonRoot: true });
    expect(serverOf(spec).securityContext).toMatchObject({
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
    });
  });

  it("takes the user's contexts as they are beside the image's own", () => {
    expect(podOf({ podSecurityContext: { fsGroup: 7 } }).securityContext).toEqual({ fsGroup: 7 });
    expect(serverOf({ securityContext: { privileged: false } }).securityContext).toEqual({ privileged: false });
  });
});
