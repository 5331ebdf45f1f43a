import type { Variables } from '@colloquy/contracts';
import { jsonText } from './json-text.ts';

/**
 * Puts values for `{name}`. A name without a value is left out (AG2: the run dies), all else stays as it is, so JSON
 * in a template needs no escaping.
 */
export function fillTemplate(template: string, variables: Variables): string {
  // Most texts have nothing to fill, and looking for it is asked with every step.
  if (!template.includes('{')) return template;
  return template.replace(/\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_all, name: string) =>
    Object.hasOwn(variables, name) ? jsonText(variables[name]) : '',
  );
}
