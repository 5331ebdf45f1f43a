/** Hues far enough apart to be told from each other; red is left to errors. */
const HUES = [265, 155, 55, 320, 205, 95, 290, 180, 75, 235, 350, 130];

/** The hue of an agent in degrees: the same name has the same hue everywhere. */
export function hueOf(agent: string): number {
  let hash = 2166136261;
  for (let index = 0; index < agent.length; index++) hash = Math.imul(hash ^ agent.charCodeAt(index), 16777619);
  return HUES[(hash >>> 0) % HUES.length] ?? 265;
}
