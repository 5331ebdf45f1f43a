import { runLauncher } from '../launcher/run-launcher.ts';

await runLauncher(process.argv.slice(2));
