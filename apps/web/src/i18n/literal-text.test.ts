/** Whatever a person reads comes from the words of a language: no component has a text of its own. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const SOURCE = path.join(import.meta.dirname, '..');

/** Attributes that a person sees or hears. */
const SEEN: ReadonlySet<string> = new Set([
  ...['alt', 'aria-description', 'aria-label', 'aria-placeholder', 'aria-roledescription', 'aria-valuetext'],
  ...['description', 'heading', 'hint', 'label', 'placeholder', 'title'],
]);
const GIVES_TEXT: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.PlusToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.AmpersandAmpersandToken,
]);
const HAS_WORDS = /\p{L}{2}/u;

/** The texts in a component's JSX that stand there as they are. */
function literalsOf(file: string, code: string): string[] {
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const add = (node: ts.Node, text: string): void => {
    if (!HAS_WORDS.test(text)) return;
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    found.push(`${file}:${String(line + 1)}: ${text.trim()}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) add(node, node.text);
    if (ts.isJsxExpression(node) && ts.isJsxElement(node.parent))
      textsOf(node.expression).forEach((text) => {
        add(node, text);
      });
    if (ts.isJsxAttribute(node) && SEEN.has(node.name.getText())) {
      const value = node.initializer;
      const texts = value !== undefined && ts.isJsxExpression(value) ? textsOf(value.expression) : textsOf(value);
      texts.forEach((text) => {
        add(node, text);
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The texts that an expression can be, as far as they stand in it. */
function textsOf(node: ts.Node | undefined): string[] {
  if (node === undefined) return [];
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node.text];
  if (ts.isTemplateExpression(node)) return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];
  if (ts.isParenthesizedExpression(node)) return textsOf(node.expression);
  if (ts.isConditionalExpression(node)) return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)];
  if (ts.isBinaryExpression(node) && GIVES_TEXT.has(node.operatorToken.kind)) {
    return [...textsOf(node.left), ...textsOf(node.right)];
  }
  return [];
}

describe('components', () => {
  it('have no text of their own', () => {
    const files = globSync('**/*.tsx', { cwd: SOURCE }).filter((file) => !file.endsWith('.test.tsx'));
    expect(files.length).toBeGreaterThan(40);
    const literals = files.flatMap((file) => literalsOf(file, readFileSync(path.join(SOURCE, file), 'utf8')));
    expect(literals).toEqual([]);
  });

  it('would be found out', () => {
    const code = `const a = <p title={on ? 'Yes' : t.no}>Hello {'you'} {t.name} 1 · {on ? \`so \${x}\` : ''}</p>;`;
    expect(literalsOf('a.tsx', code)).toEqual(['a.tsx:1: Yes', 'a.tsx:1: Hello', 'a.tsx:1: you', 'a.tsx:1: so']);
    expect(
      literalsOf('b.tsx', `<p className="some words" id="x" aria-label={t.name}>{t.hello} — {mode === 'static'}</p>`),
    ).toEqual([]);
  });
});
