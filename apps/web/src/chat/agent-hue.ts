/** Hues in an order in which neighbours are far apart; red is left to errors. */
const HUES = [265, 155, 55, 330, 215, 105, 295, 185, 75];

/** The hue of the member of a team at `place`, in degrees. */
export function hueAt(place: number): number {
  return HUES[place % HUES.length] ?? 265;
}

/** The hue of an agent of whom only the name is known: the same name has the same hue everywhere. */
export function hueOf(agent: string): number {
  let hash = 2166136261;
  for (let index = 0; index < agent.length; index++) hash = Math.imul(hash ^ agent.charCodeAt(index), 16777619);
  return hueAt(hash >>> 0);
}
