/** More bytes than one file may have. */
export class FileTooLargeError extends Error {
  override readonly name = 'FileTooLargeError';
  readonly maxBytes: number;
  constructor(maxBytes: number) {
    super(`A file may have ${String(maxBytes)} bytes at most.`);
    this.maxBytes = maxBytes;
  }
}

/** No bytes at all. */
export class EmptyFileError extends Error {
  override readonly name = 'EmptyFileError';
  constructor() {
    super('The file is empty.');
  }
}

/** The bytes are of no kind that is taken. */
export class FileTypeError extends Error {
  override readonly name = 'FileTypeError';
}

/** The owner has no such file, or has it no more. */
export class UnknownFileError extends Error {
  override readonly name = 'UnknownFileError';
  readonly fileId: string;
  constructor(fileId: string) {
    super(`There is no file ${fileId}, or it is not yours.`);
    this.fileId = fileId;
  }
}

/** There is a file of that id, or it is being uploaded. */
export class FileExistsError extends Error {
  override readonly name = 'FileExistsError';
}

/** What keeps the bytes does not answer, or refuses. */
export class FilesUnavailableError extends Error {
  override readonly name = 'FilesUnavailableError';
}

/** The owner's files and this one are more than one owner may keep. */
export class FilesQuotaError extends Error {
  override readonly name = 'FilesQuotaError';
  /** Bytes that the owner keeps. */
  readonly used: number;
  /** Bytes that one owner may keep. */
  readonly limit: number;
  constructor({ used, limit }: { readonly used: number; readonly limit: number }) {
    super(`Your files have ${String(used)} bytes, and may have ${String(limit)} in all.`);
    this.used = used;
    this.limit = limit;
  }
}

/** What keeps the bytes of all has no room for more. */
export class FilesFullError extends Error {
  override readonly name = 'FilesFullError';
}
