/** What the rule looks at, of a gateway's environment. */
export interface GuestSettings {
  readonly AUTH_MODE?: string | undefined;
  readonly NODE_ENV?: string | undefined;
  readonly ALLOW_GUESTS?: boolean | undefined;
}

/** Why a gateway does not start, and how to mend it. */
export const GUESTS_IN_PRODUCTION =
  'must not be guest (the default) when NODE_ENV=production: everybody could come in and spend money. ' +
  'Set AUTH_MODE=jwt, or ALLOW_GUESTS=true if that is meant';

/** False when anybody could come in without having been asked for: a production system in guest mode. */
export function mayTakeGuests({ AUTH_MODE, NODE_ENV, ALLOW_GUESTS }: GuestSettings): boolean {
  return AUTH_MODE !== 'guest' || NODE_ENV !== 'production' || ALLOW_GUESTS === true;
}
