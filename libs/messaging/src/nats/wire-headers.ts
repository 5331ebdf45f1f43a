import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { Headers } from '../broker-link.ts';

/** Headers as the client takes them; undefined when there are none. */
export function toWire(from: Headers): MsgHdrs | undefined {
  const names = Object.keys(from);
  if (names.length === 0) return undefined;
  const wire = headers();
  for (const name of names) wire.set(name, from[name] ?? '');
  return wire;
}

/** Headers as we take them. */
export function fromWire(wire: MsgHdrs | undefined): Headers {
  const to: Record<string, string> = {};
  if (wire !== undefined) for (const [name, values] of wire) to[name] = values[0] ?? '';
  return to;
}
