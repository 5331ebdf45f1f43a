/** `npm run test:k8s`: everything under k8s/ on a real API server, and KEDA's own arithmetic. */
import { runK8s } from '../../e2e/k8s/run-k8s.ts';

process.exitCode = await runK8s((line) => console.log(line));
process.exit();
