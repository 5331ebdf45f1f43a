/** What each command does and takes. Plain JavaScript, so that help needs nothing installed. */
const texts = {
  start: `npm start -- [options]      install, build, start everything, print one URL

  --port <n>            the public port (default 3000; when it is taken and was not asked for, the next free one)
  --data <folder>       where chats, streams and keys are kept (default .data)
  --instances <list>    e.g. orchestrator=2,persistence=2 (any service except the servers and the edge)
  --nats-nodes <1|3>    one NATS server, or a cluster of three (default 1)
  --no-web              without the web app
  --json                progress and logs as one JSON object a line
  --help

Environment: NATS_URL and MONGODB_URI use servers that run elsewhere; OPENAI_API_KEY or OPENAI_BASE_URL use a real
model (without them the demo model answers); LOG_LEVEL=warn makes it quieter. Ctrl-C stops everything in order.`,
  test: `npm test -- [options]        build, then every test; ends with "N passed, N failed"

Without arguments: lint, types, format and documents, then all tests. Ends with "N passed, N failed".

  pattern   only test files whose path holds it, e.g. libs/engine; the checks are left out
  --tier    only this tier; the checks are left out
              pure  no server, milliseconds          x.test.ts
              int   real servers on free ports       x.int.test.ts
              e2e   the whole house, and a browser   e2e/<name>/x.test.ts`,
  'test-images': `npm run test:images -- [options]  builds every image, and runs docker-compose.yml on a real engine

  --phase <p>  build: every image from the Dockerfile; weight, user, labels, contents, a root that cannot be written to
               run:   compose up, a chat, two of each service, a NATS node killed, stop and start, audit, down
               all:   both (default)

Uses the docker that it finds (DOCKER_HOST). DOCKER_BUILD_FLAGS are handed to each docker build. Where MongoDB's image
cannot be had, SecantusDB stands in for it. Where no engine answers nothing is run: SKIPPED. Ends with "N passed, N failed".`,
  'test-k8s': `npm run test:k8s -- [options]  every overlay and combination of k8s/ on a real API server, and KEDA's arithmetic

  --apply <context>   the cluster of KUBECONFIG is for tests, and may be changed; <context> must be the current one
  --nats-host <host>  where KEDA reaches 127.0.0.1 of this machine (default 127.0.0.1)

Without --apply the server is only asked about every object (a dry run; a warning is a failure) and nothing is changed.
With it each folder has a namespace of its own with Pod Security enforced; the overlays and the combination of everything
are applied for good, and must become available: that needs their images, or simulated nodes. Where KEDA runs and nodes are
simulated, the project's ScaledObjects ask a NATS that this test starts: runs wanted against orchestrators, and back.
Kinds that are not installed are SKIPPED by name; without a cluster everything is. It takes away what it has made.
Ends with "N passed, N failed".`,
  dev: `npm run dev -- [options]     like npm start, and watches: services restart when their build changes,
                             the web app reloads by itself. Takes the options of npm start.`,
  check: `npm run check -- [--fix]     lint, types, format and documents

  lint     who may import whom, ban lists, limits (eslint.config.mjs)
  types    every package, the tests and tools, the web app
  format   prettier
  docs     every path, link, command and quoted file in the documents exists

  --fix    repair what lint and format can repair`,
  ops: `npm run ops -- <command>     operate a running system; without a command it lists them

  --all            every chat, for audit, rebuild and restore
  --json           audit, workflow check: one JSON object; workflow run: one event a line
  --format <f>     workflow graph: mermaid (default) or dot
  --variables <v>  workflow run: variables of the run, as a JSON object
  --data <folder>  of the system on this machine (default .data)`,
  simulate: `npm run simulate -- [options]  the real services in virtual time, in seeded worlds full of faults

  --seeds <n>   how many worlds (default 1000)
  --from <s>    the first seed (default 1)
  --seed <s>    one world again, with its story
  --json        one JSON object as the last line`,
  observe: `npm run observe              every query of the dashboards and alerts against a real Prometheus

Starts the real system, lets chats run and faults happen for a minute and a half, has Prometheus scrape it, asks every query
and prints what each gave. Also holds what services export to docs/reference/metrics.md. Prometheus: on PATH, else Debian's
package, unpacked in the cache.`,
  chaos: `npm run chaos -- [options]   the real system under a seeded schedule of faults, with a verdict per promise

  --seed <s>            the schedule (default: a new one, printed)
  --minutes <m>         how long faults are made (default 3)
  --chats <c>           how many chats go on at once (default 8)
  --nats-nodes <1|3>    one NATS server, or a cluster of three (default 1)
  --json                one JSON object as the last line

Ctrl-C ends it within seconds, without a verdict: exit code 130. A second one ends it at once.`,
  scale: `npm run scale -- [options]   each service from one instance to four and back under load; what was lost

  --services <list>  only these (default orchestrator,persistence,realtime-gateway,api-gateway,event-logger)
  --most <n>         how many instances there are at most (default 4)
  --seconds <s>      how long each number of instances is measured (default 8)
  --people <p>       how many people talk at once (default 16)
  --json             one JSON object as the last line`,
  mechanisms: `npm run mechanisms -- [options]  takes out each mechanism in turn: does its test notice?

  --only <name>   only this one, and what its test said; may be given more than once
  --json          one JSON object as the last line`,
  mutation: `npm run mutation -- [options] [files]   changes evolve and next in small ways: which does no test notice?

  files          only files whose path holds it, e.g. next.ts or next.ts:40-60 (lines); default all, which takes hours
  --properties   property tests judge too, with ten cases each
  --static       tries what runs only while the code is loaded as well: a new process for each
  --workers <n>  how many processes judge at once (default 1)
  --fresh        judges anew what was judged before (.cache/mutation)
  --json         one JSON object as the last line

The report of all mutants is .cache/mutation/mutation.html; docs/reference/mutation.md explains who survives.`,
  bench: `npm run bench -- [options]   measures against the raw broker and prints ratios

Measures ours against the floor it stands on (a broker's ping, a bare socket write) in the same run and prints ratios;
\`engine\` measures against LangGraph, which it installs on first use. \`peers\` measures the whole system against others
on one scripted model, installs them on first use, and exits 0 only when every goal holds.

  pattern    only benchmarks whose file name holds it; after \`peers\`: only systems whose name holds it
  --full     peers: longer answers and more rounds, about an hour
  --rounds   how often each is measured; the median counts (default 3; peers 5, below that the page is not written)
  --strict   exit 1 when a goal is missed
  --json     one JSON object as the last line, instead of a table`,
};

/** @type {readonly string[]} */
export const commands = Object.keys(texts);

/**
 * @param {string} [command] one of `commands`; without it, a line for each
 * @returns {string}
 */
export function helpFor(command) {
  if (command !== undefined && command in texts) return texts[/** @type {keyof typeof texts} */ (command)];
  return `Colloquy. Commands:\n\n${commands.map((name) => texts[/** @type {keyof typeof texts} */ (name)].split('\n')[0]).join('\n')}\n\nMore on one of them: npm start -- --help`;
}
