// Reads its configuration once, and serves it. Where Nacos has none it ends: the pod should not have been started.
const { createServer } = require('node:http');

const { NACOS_SERVER_ADDR, NACOS_USERNAME, NACOS_PASSWORD, NAMESPACE, DATA_ID } = process.env;
const nacos = `http://${NACOS_SERVER_ADDR}/nacos/v1`;

/** In the body and in a header: addresses end up in logs. */
async function login() {
  const body = new URLSearchParams({ username: NACOS_USERNAME, password: NACOS_PASSWORD });
  const answer = await fetch(`${nacos}/auth/login`, { method: 'POST', body });
  if (!answer.ok) throw new Error(`no login: ${answer.status} ${await answer.text()}`);
  return { authorization: `Bearer ${(await answer.json()).accessToken}` };
}

async function main() {
  const query = new URLSearchParams({ tenant: NAMESPACE, group: 'DEFAULT_GROUP', dataId: DATA_ID });
  const answer = await fetch(`${nacos}/cs/configs?${query}`, { headers: await login() });
  const configuration = await answer.text();
  if (!answer.ok) throw new Error(`no configuration ${DATA_ID}: ${answer.status} ${configuration}`);
  createServer((_, response) => response.end(configuration)).listen(8080);
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));
}

main();
