import { runLauncher } from '../launcher/run-launcher.ts';
import { watchBuilds } from '../launcher/watch-builds.ts';
import { root } from '../paths.ts';
import { topology } from '../topology.ts';

let watching: Promise<() => Promise<void>> | undefined;

await runLauncher(process.argv.slice(2), {
  webDev: true,
  afterReady(system, report) {
    watching = watchBuilds({ root, services: topology, restart: (name) => system.restart(name), report });
  },
  beforeStop: () => void watching?.then((stop) => stop()),
});
