/** `npm run test:k8s`: everything under k8s/ on a real API server, and KEDA's own arithmetic. */
import { parseK8sOptions, type K8sOptions } from '../../e2e/k8s/k8s-options.ts';
import { runK8s } from '../../e2e/k8s/run-k8s.ts';

process.exitCode = await runK8s(options(), (line) => console.log(line));
process.exit();

function options(): K8sOptions {
  try {
    return parseK8sOptions(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}
