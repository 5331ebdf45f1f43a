/** Builds the Nx project graph that the boundary rule reads. */
import { createProjectGraphAsync } from 'nx/src/project-graph/project-graph.js';

/**
 * Builds and caches the graph of all projects and what they import, from the files as they are now.
 *
 * @returns {Promise<import('nx/src/config/project-graph.js').ProjectGraph>}
 */
export async function buildProjectGraph() {
  process.env['NX_DAEMON'] = 'false'; // a daemon would outlive the command and answer from yesterday's files
  return createProjectGraphAsync({ exitOnError: false, resetDaemonClient: false });
}
