import { type Image, image } from '../image.js';

export const pauseName = 'registry.k8s.io/pause:3.10';

/** The sandbox container of each pod: holds the namespaces and reaps orphans. */
export function pauseImage(): Promise<Image> {
  return image({ names: [pauseName], packages: ['catatonit'], entrypoint: ['/usr/bin/catatonit', '-P'] });
}

/** A shell with the usual small tools, wget, nc and httpd among them. */
export function busyboxImage(): Promise<Image> {
  const applets = [
    'sh',
    ...'awk basename cat chmod chown cp cut date dd df dirname echo env expr false find grep head hostname httpd id ip kill ln ls mkdir mktemp mv nc nslookup ping printf ps pwd rm rmdir sed seq sleep sort stat sync tail tee test timeout touch tr true tty uname uniq vi wc wget which whoami xargs'.split(
      ' ',
    ),
  ];
  return image({
    names: ['docker.io/library/busybox:1.36'],
    packages: ['busybox-static'],
    files: Object.fromEntries(applets.map((applet) => [`/usr/bin/${applet}`, { link: 'busybox' }])),
    entrypoint: ['sh'],
  });
}
