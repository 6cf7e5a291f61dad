/** Debian packages of images that run Java programs; one list, so that their layer is built once. */
export const javaPackages = [
  'openjdk-17-jre-headless',
  'bash',
  'coreutils',
  'curl',
  'dash',
  'grep',
  'iputils-ping',
  'procps',
  'sed',
] as const;

export const javaEnvironment = {
  PATH: '/usr/lib/jvm/java-17-openjdk-amd64/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: 'C.UTF-8',
} as const;
