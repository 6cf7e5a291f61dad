import { type Image, image } from '../image.js';

/**
 * Debian's nginx, under the names that the examples use. It answers every request with the tenant that a proxy has
 * named it.
 */
export function nginxImage(): Promise<Image> {
  return image({
    names: ['1.23.1', '1.28'].map((tag) => `docker.io/library/nginx:${tag}`),
    packages: ['nginx', 'busybox-static'],
    files: {
      '/etc/passwd': { text: 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n' },
      '/etc/nginx/nginx.conf': {
        text: 'user nobody nogroup;\nevents {}\nhttp { server { listen 80; location / { return 200 "served to $http_x_tenant\\n"; } } }\n',
      },
      '/usr/bin/wget': { link: 'busybox' },
      '/usr/bin/sh': { link: 'busybox' },
    },
    entrypoint: ['nginx', '-g', 'daemon off;'],
  });
}

/** Debian's Redis with one user, and a page where Redis Enterprise has its UI. */
export function redisImage(): Promise<Image> {
  return image({
    names: ['docker.io/library/redis:7'],
    packages: ['redis-server', 'redis-tools', 'busybox-static'],
    files: {
      '/usr/bin/sh': { link: 'busybox' },
      '/srv/index.html': { text: 'the UI\n' },
      '/usr/local/bin/start': {
        // By standard input: what is an argument can be read by all users.
        text: `#!/bin/sh
busybox httpd -p 8443 -h /srv
exec redis-server - <<END
dir /opt/persistent
appendonly yes
user default off
user $REDIS_USERNAME on >$REDIS_PASSWORD ~* &* +@all
END
`,
        mode: 0o755,
      },
    },
    entrypoint: ['/usr/local/bin/start'],
  });
}
