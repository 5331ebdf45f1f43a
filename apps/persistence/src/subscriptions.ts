import { DURABLES } from '@colloquy/contracts';
import type { LogConsumer, Subscription } from '@colloquy/messaging';
import type { ProjectionParts } from './ports.ts';
import { projectLog } from './project-log.ts';

/** What is read, by the name of its durable on the log, and the function that takes it. */
export const subscriptions: Readonly<Record<string, (parts: ProjectionParts, consumer: LogConsumer) => Subscription>> =
  {
    [DURABLES.persistence]: projectLog,
  };
