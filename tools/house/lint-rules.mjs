/** House rules too small for a plugin of their own. */
import path from 'node:path';

const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;

/** @type {import('eslint').Rule.RuleModule} */
const fileName = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { kebab: 'File names are kebab-case, after what the file exports: "{{name}}" is not.' },
  },
  create: (context) => ({
    Program(node) {
      const name = path.basename(context.filename);
      if (!KEBAB.test(name)) context.report({ node, messageId: 'kebab', data: { name } });
    },
  }),
};

/** @type {import('eslint').Rule.RuleModule} */
const noBarrel = {
  meta: {
    type: 'problem',
    schema: [{ type: 'object', properties: { allow: { type: 'array', items: { type: 'string' } } } }],
    messages: {
      index:
        'An index file belongs only where a package is entered (libs/<name>/src/index.ts); import the file itself.',
      all: 'List exports by name: `export *` hides the surface and breeds import cycles.',
    },
  },
  create(context) {
    const file = path.relative(context.cwd, context.filename).split(path.sep).join('/');
    const isEntry = /^libs\/[^/]+\/src\/index\.ts$/.test(file) || context.options[0]?.allow?.includes(file);
    return {
      Program(node) {
        if (/^index\.[cm]?[jt]sx?$/.test(path.basename(file)) && !isEntry) context.report({ node, messageId: 'index' });
      },
      ExportAllDeclaration(node) {
        context.report({ node, messageId: 'all' });
      },
    };
  },
};

export default { rules: { 'file-name': fileName, 'no-barrel': noBarrel } };
