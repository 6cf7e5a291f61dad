#!/bin/sh
# Starts the server of this image. Honours the environment that README.md beside it lists; written for these tests, not the official script.
home=/home/nacos
version=$(cat "$home/version")

# Like upstream's, this overwrites the member list on every start in cluster mode, with nothing but a blank line where NACOS_SERVERS is
# empty, and goes on when the file cannot be written (a read-only mount keeps its content).
if [ "${MODE:-cluster}" = cluster ]; then
  printf '%s\n' '' $NACOS_SERVERS >"$home/conf/cluster.conf"
fi

case $version in
3.*)
  # Upstream refuses an empty one of these since 3.0, also where authentication is off.
  for name in NACOS_AUTH_TOKEN NACOS_AUTH_IDENTITY_KEY NACOS_AUTH_IDENTITY_VALUE; do
    eval "value=\$$name"
    [ -n "$value" ] || { echo "$name must be set" >&2; exit 255; }
  done
  ;;
esac

option() { [ -z "$2" ] || options="$options $1$2"; }
options=
option -Xms "${JVM_XMS-1g}"
option -Xmx "${JVM_XMX-1g}"
option -Xmn "${JVM_XMN-512m}"
if [ "$MODE" = standalone ]; then
  option -Dnacos.standalone= true
else
  option -XX:MetaspaceSize= "${JVM_MS-128m}"
  option -XX:MaxMetaspaceSize= "${JVM_MMS-320m}"
  [ "$EMBEDDED_STORAGE" != embedded ] || option -DembeddedStorage= true
fi
case $FUNCTION_MODE in
config | naming | microservice | ai) option -Dnacos.functionMode= "$FUNCTION_MODE" ;;
esac
option -Dnacos.server.ip= "$NACOS_SERVER_IP"
[ "$PREFER_HOST_MODE" != hostname ] || option -Dnacos.preferHostnameOverIp= true
option -Dnacos.inetutils.use-only-site-local-interfaces= "$USE_ONLY_SITE_INTERFACES"
option -Dnacos.inetutils.preferred-networks= "$PREFERRED_NETWORKS"
option -Dnacos.inetutils.ignored-interfaces= "$IGNORED_INTERFACES"
option -Dnacos.core.auth.enabled= "$NACOS_AUTH_ENABLE"
option -Dnacos.core.auth.admin.enabled= "$NACOS_AUTH_ADMIN_ENABLE"
option -Dnacos.core.auth.console.enabled= "$NACOS_AUTH_CONSOLE_ENABLE"
option -Dnacos.member.list= "$MEMBER_LIST"
option -Dnacos.deployment.type= "$NACOS_DEPLOYMENT_TYPE"

# Java 17 closes what the 2.x servers and their Raft reach into by reflection.
for package in java.io java.lang java.lang.reflect java.util java.util.concurrent sun.net.util; do
  option --add-opens= "java.base/$package=ALL-UNNAMED"
done

# Up to 2.1.0 a mounted init.d/custom.properties is read beside conf/application.properties.
locations=file:$home/conf/ names=application
case $version in
2.0.* | 2.1.0) locations=$home/init.d/,$locations names=application,custom ;;
esac

if [ -f "$home/target/nacos-server.jar" ]; then
  program="-Dloader.path=$home/plugins -jar $home/target/nacos-server.jar"
else
  # Two Hessians are in the published dependency list; the 4.x one has to win, or the server does not start.
  program="-cp $(echo "$home"/lib/hessian-4*.jar):$home/lib/* com.alibaba.nacos.Nacos"
fi

set -f # the * of the class path is Java's
exec java $JAVA_OPT $options "-Dnacos.home=$home" "-Dnacos.logs.path=$home/logs" $program $JAVA_OPT_EXT \
  "--spring.config.additional-location=$locations" "--spring.config.name=$names"
