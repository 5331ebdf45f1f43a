/**
 * Launches the whole system as a process of its own and prints what happens, a line of JSON each:
 * `node launch-stack.ts <data folder> <public port> [--web]`. What was built before is used as it is.
 */
import { launch } from '../../tools/launcher/launch.ts';
import { printEvents } from '../../tools/launcher/print-events.ts';

const [, , dataDir = '', port = '', web] = process.argv;
const report = printEvents({ json: true, colours: false, write: (line) => process.stdout.write(`${line}\n`) });
const system = await launch({ dataDir, port: Number(port), ports: 'free', build: false, web: web === '--web', report });
const stop = (): void => void system.stop().then(() => process.exit(0));
process.on('SIGTERM', stop);
// Whoever started this is gone.
process.on('disconnect', stop);
