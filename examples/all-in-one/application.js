// Reads its configuration once, and serves it. Where Nacos has none it ends: the pod should not have been started.
const { createServer } = require('node:http');

const { NACOS_SERVER_ADDR, NAMESPACE, DATA_ID } = process.env;

async function main() {
  const query = new URLSearchParams({ tenant: NAMESPACE, group: 'DEFAULT_GROUP', dataId: DATA_ID });
  const answer = await fetch(`http://${NACOS_SERVER_ADDR}/nacos/v1/cs/configs?${query}`);
  const configuration = await answer.text();
  if (!answer.ok) throw new Error(`no configuration ${DATA_ID}: ${answer.status} ${configuration}`);
  createServer((_, response) => response.end(configuration)).listen(8080);
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));
}

main();
