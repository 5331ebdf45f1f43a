import type { Json, Variables } from '@colloquy/contracts';
import { field, jsonText } from './json-text.ts';

/** True when a text may have something to fill in; of any other it is left as it is. */
export function isTemplate(text: string): boolean {
  return text.includes('{');
}

/**
 * Puts values for `{name}`. A name without a value is left out (AG2: the run dies), all else stays as it is, so JSON
 * in a template needs no escaping. In one pass: what a value holds is never taken for a template.
 * @param args - with them `{args.name}` is filled, too
 */
export function fillTemplate(template: string, variables: Variables, args?: Json): string {
  // Most texts have nothing to fill, and looking for it is asked with every step.
  if (!isTemplate(template)) return template;
  return template.replace(
    /\{(args\.)?([A-Za-z_][A-Za-z0-9_]*)\}/g,
    (all: string, ofCall: string | undefined, name: string) => {
      if (ofCall === undefined) return jsonText(field(variables, name));
      return args === undefined ? all : jsonText(field(args, name));
    },
  );
}
