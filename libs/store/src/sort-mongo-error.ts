import { InvalidPageError, StoreRefusedError, StoreUnavailableError } from './errors.ts';

/** BadValue, FailedToParse, Overflow, TypeMismatch, InvalidBSON, DollarPrefixedFieldName, InvalidBSONType, BSONObjectTooLarge, document validation. */
const REFUSED_CODES: ReadonlySet<unknown> = new Set([2, 9, 15, 14, 22, 52, 103, 10334, 17280, 17419, 17420, 121]);

/** Raised by the driver before anything was sent: the document cannot be written down as BSON. */
const REFUSED_NAMES = /^(BSON\w*Error|MongoInvalidArgumentError|CastError|ObjectParameterError|StrictModeError)$/;

/** How the driver says that a document outgrew its buffer or the server's limit; it has no code of its own for it. */
const REFUSED_WORDS = /ERR_OUT_OF_RANGE|larger than the maximum size/;

const OURS = [StoreUnavailableError, StoreRefusedError, InvalidPageError];

/**
 * What a caller can do about an error of the driver: `StoreRefusedError` for what is wrong with the data itself,
 * `StoreUnavailableError` for everything else, since a document must never be given up for a fault of the database.
 */
export function sortMongoError(error: unknown): Error {
  if (OURS.some((kind) => error instanceof kind)) return error as Error;
  const { name, code, message } = describe(error);
  const refused = REFUSED_NAMES.test(name) || REFUSED_CODES.has(code) || REFUSED_WORDS.test(message);
  return refused
    ? new StoreRefusedError(message, { cause: error })
    : new StoreUnavailableError(`MongoDB: ${message}`, { cause: error });
}

function describe(error: unknown): { name: string; code?: unknown; message: string } {
  if (!(error instanceof Error)) return { name: '', message: String(error) };
  return { name: error.name, message: error.message, ...('code' in error ? { code: error.code } : {}) };
}
