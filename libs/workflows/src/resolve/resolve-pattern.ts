import type { Pattern } from '@colloquy/contracts';
import { patternSettings, type PatternSettings, type PatternYaml } from '../yaml/pattern.ts';
import { resolveAfterWork } from './resolve-target.ts';
import { withoutUndefined } from './without-undefined.ts';

/** The pattern as the engine has it. */
export function resolvePattern(written: PatternYaml, initialAgent: string): Pattern {
  const settings = patternSettings(written);
  const shape = { initialAgent, ...shapeOf(settings) };
  const rounds = withoutUndefined({ maxRounds: settings.max_rounds });
  switch (settings.kind) {
    case 'default': {
      const { afterWork = { kind: 'revert_to_user' }, afterWorks } = resolveAfterWork(settings.after_work);
      return { kind: settings.kind, ...shape, ...rounds, afterWork, ...withoutUndefined({ afterWorks }) };
    }
    case 'auto': {
      const { model, instruction, max_retries } = settings;
      const choice = withoutUndefined({ model, instruction, maxRetries: max_retries });
      return { kind: settings.kind, ...shape, ...rounds, ...choice };
    }
    case 'round_robin':
      return { kind: settings.kind, ...shape, maxRounds: settings.max_rounds ?? 1 };
    case 'random':
    case 'manual':
      return { kind: settings.kind, ...shape, ...rounds };
  }
}

function shapeOf({ transitions, may_repeat, eligible, person, introductions }: PatternSettings) {
  return withoutUndefined({ transitions, mayRepeat: may_repeat, eligible, person, introductions });
}
