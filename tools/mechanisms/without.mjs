/**
 * A Jest transform that takes a mechanism out of the sources on their way into a test, and runs only the tests that are
 * named. The files themselves are not touched.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import swc from '@swc/jest';
import { edited, focused } from './edited.mjs';

export default {
  /** @param {{ root: string, swc: object, edits: import('./mechanism.ts').Edit[], only: import('./mechanism.ts').NamedTest[] }} config */
  createTransformer(config) {
    const inner = swc.createTransformer(config.swc);
    const change = (source, filename) => {
      const file = path.relative(config.root, filename);
      return focused(edited(source, file, config.edits), file, config.only);
    };
    return {
      ...inner,
      // What a file became is all that counts: most files are the same without any mechanism.
      getCacheKey: (source, filename, options) =>
        createHash('sha256')
          .update(JSON.stringify([change(source, filename), filename, config.swc, options.supportsStaticESM]))
          .digest('hex'),
      process: (source, filename, options) => inner.process(change(source, filename), filename, options),
      processAsync: (source, filename, options) => inner.processAsync(change(source, filename), filename, options),
    };
  },
};
