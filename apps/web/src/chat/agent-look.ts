/** How agents are told apart: ten colours and five shapes, in an order in which neighbours differ in both. */

/** The shape of an agent's mark. */
export type AgentShape = 'circle' | 'square' | 'diamond' | 'hexagon' | 'triangle';

/** Hues in an order in which neighbours are far apart; the red of errors is left out. */
const HUES = [265, 155, 55, 330, 215, 105, 295, 185, 75, 355] as const;
const SHAPES = ['circle', 'square', 'diamond', 'hexagon', 'triangle'] as const;

/** How many agents look different from each other. */
const LOOKS = HUES.length * SHAPES.length;

/** The hue of the member of a team at `place`, in degrees. */
export function hueAt(place: number): number {
  return HUES[place % HUES.length] ?? HUES[0];
}

/** The shape of the member of a team at `place`: who has the same hue has another shape. */
export function shapeAt(place: number): AgentShape {
  return SHAPES[(place + Math.floor(place / HUES.length)) % SHAPES.length] ?? SHAPES[0];
}

/** The place of who is in no team that is known: the same name has the same place everywhere. */
export function placeOfName(name: string): number {
  let hash = 2166136261;
  for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 16777619);
  return (hash >>> 0) % LOOKS;
}
