import { ProblemError } from '@colloquy/service';

/** The answer when no instance of a service can be reached. */
export function serviceNotUp(service: string): ProblemError {
  return new ProblemError({
    status: 502,
    code: 'service_not_up',
    title: 'A service is not up',
    detail: `No instance of ${service} can be reached. It may be starting: try again in a moment, and look into its log if this stays.`,
    extra: { service },
    headers: { 'retry-after': '1' },
  });
}

/** The answer when an instance broke off or hung before it answered; the request may have been carried out. */
export function serviceBrokeOff(service: string): ProblemError {
  return new ProblemError({
    status: 502,
    code: 'service_broke_off',
    title: 'A service broke off',
    detail: `${service} closed the connection before it answered, or did not answer in time. Send the same request again, with the same Idempotency-Key if it has one.`,
    extra: { service },
    headers: { 'retry-after': '1' },
  });
}

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function codesOf(error: unknown, depth = 0): string[] {
  if (typeof error !== 'object' || error === null || depth > 3) return [];
  const code = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  return [...code, ...('cause' in error ? codesOf(error.cause, depth + 1) : [])];
}

/** Whether an instance took a connection and did not answer in time; the request may have been carried out. */
export function isSilent(error: unknown): boolean {
  return codesOf(error).includes('UND_ERR_HEADERS_TIMEOUT');
}

/** Whether a connection could not be made, so that nothing was sent and any request may go elsewhere. */
export function isUnreachable(error: unknown): boolean {
  return codesOf(error).some((code) => UNREACHABLE.has(code));
}
