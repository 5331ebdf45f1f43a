import { runLauncher } from '../launcher/run-launcher.ts';
import { watchBuilds } from '../launcher/watch-builds.ts';
import { root } from '../paths.ts';
import { topology } from '../topology.ts';

let stopWatching: () => Promise<void> = () => Promise.resolve();

await runLauncher(process.argv.slice(2), {
  webDev: true,
  afterReady(system, report) {
    stopWatching = watchBuilds({ root, services: topology, restart: (name) => system.restart(name), report });
  },
  beforeStop: () => void stopWatching(),
});
