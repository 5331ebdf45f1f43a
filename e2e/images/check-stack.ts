/** The whole of docker-compose.yml on a real engine: ready, hardened, scaled, short of a NATS node, stopped, gone. */
import { createClient, type ChatHandle } from '@colloquy/client';
import { join } from 'node:path';
import { root } from '../../tools/paths.ts';
import { waitFor } from '../../tools/servers/wait-for.ts';
import { topology } from '../../tools/topology.ts';
import { none, type Checklist } from './checklist.ts';
import { call, docker } from './docker.ts';
import { serviceOf, type Container, type Stack } from './stack.ts';

const NODE = '/nodejs/bin/node';
const apps = topology.filter(({ kind }) => kind === 'node' || kind === 'next').map(({ name }) => name);
const scalable = topology.filter(({ name, scalable: may }) => may && apps.includes(name)).map(({ name }) => name);

/** Starts the stack, checks all that it promises, and takes it down again. */
export async function checkStack(list: Checklist, stack: Stack): Promise<void> {
  try {
    if (!(await list.check('compose up --wait: everything is ready', () => stack.up().then(() => undefined)))) return;
    await list.check('every container is hardened, and only the edge can be reached', () => checkHardening(stack));
    await list.check('one chat through the published port', () => oneChat(stack));
    await list.check('two of each service', () => checkScale(stack));
    await list.check('one NATS node is killed: the next chat goes on', () => checkWithoutNode(stack));
    await list.check('stop drains within the grace and ends well; start goes on with the chat', () => checkStop(stack));
    await list.check('audit: log, database and engine agree', () => audit(stack));
  } finally {
    await list.check('down -v leaves nothing', () => takeDown(stack));
  }
}

/** A chat with tools, a question to the person and its answer; the last line says how much there was. */
async function oneChat(stack: Stack): Promise<string> {
  const script = join(root, 'tools', 'ci', 'one-chat.ts');
  const flags = ['--disable-warning=ExperimentalWarning', '--conditions=@colloquy/source'];
  const ended = await call(process.execPath, [...flags, script, stack.url], { timeoutMs: 180_000 });
  if (ended.code !== 0) throw new Error(`${ended.stdout}\n${ended.stderr}`.trim());
  return ended.stdout.trim().split('\n').at(-1) ?? '';
}

async function checkHardening(stack: Stack): Promise<string> {
  const containers = await stack.containers();
  none(containers.flatMap(softSpots));
  const published = containers.filter(({ HostConfig }) => Object.keys(HostConfig.PortBindings ?? {}).length > 0);
  const hosts = published.flatMap(({ HostConfig }) => Object.values(HostConfig.PortBindings ?? {}).flat());
  none([
    ...published.filter((one) => serviceOf(one) !== 'edge').map((one) => `${one.Name} has a published port`),
    ...hosts.filter(({ HostIp }) => HostIp !== '127.0.0.1').map(({ HostIp }) => `published on ${HostIp}`),
  ]);
  const write = "require('node:fs').writeFileSync(process.argv[1], 'x')";
  for (const service of apps) {
    await stack.compose(['exec', '-T', service, NODE, '-e', write, '/tmp/x']);
    const refused = await stack.compose(['exec', '-T', service, NODE, '-e', write, '/app/x']).then(
      () => false,
      () => true,
    );
    if (!refused) throw new Error(`${service} can write to /app`);
  }
  return `${containers.length} containers`;
}

/** What a container may do that it need not. */
function softSpots(container: Container): readonly string[] {
  const { HostConfig: host, Name: name } = container;
  return [
    ...(host.ReadonlyRootfs ? [] : [`${name} can write to its root`]),
    ...(host.CapDrop?.includes('ALL') === true ? [] : [`${name} keeps capabilities`]),
    ...(host.SecurityOpt?.some((one) => one.startsWith('no-new-privileges')) === true
      ? []
      : [`${name} may gain rights`]),
    ...(host.Memory > 0 ? [] : [`${name} has no limit of memory`]),
    ...(host.Init === true ? [] : [`${name} has nobody to reap its children`]),
  ];
}

/** Requests that one instance has answered, from its own measures. */
async function answered(container: string): Promise<number> {
  const ask = `fetch('http://127.0.0.1:' + process.env.PORT + '/metrics').then((a) => a.text()).then((t) => console.log(t))`;
  const text = await docker(['exec', container, NODE, '-e', ask]);
  const counts = text.split('\n').filter((line) => /_count\{.*route="\/v1\/workflows"/.test(line));
  return counts.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

async function checkScale(stack: Stack): Promise<string> {
  await stack.up(['--no-recreate', ...scalable.map((service) => `--scale=${service}=2`)]);
  const gateways = (await stack.containers('api-gateway')).map(({ Name }) => Name.replace(/^\//, ''));
  if (gateways.length !== 2) throw new Error(`there are ${gateways.length} api-gateways`);
  const client = createClient({ baseUrl: stack.url });
  try {
    await client.guest();
    await waitFor({
      what: 'an answer by each of the two api-gateways',
      deadlineMs: 20_000,
      everyMs: 500,
      until: async () => {
        await client.api.listWorkflows();
        await client.api.listWorkflows();
        return (await Promise.all(gateways.map(answered))).every((count) => count > 0);
      },
    });
  } finally {
    client.close();
  }
  return oneChat(stack);
}

async function checkWithoutNode(stack: Stack): Promise<string> {
  await stack.compose(['kill', 'nats-1']);
  const chat = await oneChat(stack);
  // Its name is gone too now: who starts in these minutes must not stumble over it.
  const again = ['orchestrator', 'api-gateway'];
  await stack.compose(['restart', ...again], { timeoutMs: 120_000 });
  await stack.healthy(again);
  const second = await oneChat(stack);
  await stack.up(['--no-recreate', ...scalable.map((service) => `--scale=${service}=2`)]);
  return `${chat}; with services started again: ${second}`;
}

/** Resolves when the chat has begun to run. */
async function begin(stack: Stack, client: ReturnType<typeof createClient>): Promise<ChatHandle> {
  await client.guest();
  const { chatId } = client.startChat({ workflow: 'support-desk', text: 'I want a refund for order A-1001' });
  const handle = client.openChat(chatId);
  await handle.ready;
  await waitFor({
    what: `a running chat at ${stack.url}`,
    deadlineMs: 30_000,
    until: () => handle.getView().chat.lastSeq > 3,
  });
  return handle;
}

async function checkStop(stack: Stack): Promise<string> {
  const client = createClient({ baseUrl: stack.url });
  try {
    const handle = await begin(stack, client);
    const began = performance.now();
    await stack.compose(['stop'], { timeoutMs: 180_000 });
    const seconds = (performance.now() - began) / 1000;
    const containers = await stack.containers();
    none(containers.flatMap(badEnd));
    await stack.up(['--no-recreate', ...scalable.map((service) => `--scale=${service}=2`)]);
    const pending = () => handle.getView().chat.pendingRequests;
    await waitFor({ what: 'the question of the chat', deadlineMs: 60_000, until: () => pending().length > 0 });
    handle.answer(pending()[0]?.requestId ?? '', true);
    await waitFor({
      what: 'the end of the chat that was running',
      deadlineMs: 60_000,
      until: () => handle.getView().chat.lastRun?.status === 'completed',
    });
    return `${containers.length} containers stopped in ${seconds.toFixed(1)} s`;
  } finally {
    client.close();
  }
}

/** 137 would mean that it was killed at the end of its grace. */
function badEnd({ Name, State }: Container): readonly string[] {
  if (State.ExitCode === 0 && State.Status === 'exited' && !State.OOMKilled) return [];
  return [`${Name} is ${State.Status}, with code ${State.ExitCode}${State.OOMKilled ? ', out of memory' : ''}`];
}

async function audit(stack: Stack): Promise<string> {
  const said = await stack.compose(['run', '--rm', '--no-deps', '-T', 'provision', 'audit', '--all']);
  return said.trim().split('\n').at(-1) ?? '';
}

async function takeDown(stack: Stack): Promise<undefined> {
  await stack.compose(['down', '--volumes', '--remove-orphans'], { timeoutMs: 180_000 });
  none((await stack.remains()).map((id) => `${id} is left`));
}
