import type { Dashboard } from './panel.ts';
import { files } from './dashboards/files.ts';
import { log } from './dashboards/log.ts';
import { models } from './dashboards/models.ts';
import { overview } from './dashboards/overview.ts';
import { realtime } from './dashboards/realtime.ts';
import { runs } from './dashboards/runs.ts';

/** All dashboards, in the order in which a person looks at them. */
export const dashboards: readonly Dashboard[] = [overview, runs, models, realtime, log, files];
