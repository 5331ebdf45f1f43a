import type { Attachment } from '@colloquy/contracts';
import type { ChatCompletionContentPart } from 'openai/resources/chat/completions';
import type { FileContent, FileContents } from './load-files.ts';

/** A message's words and files as parts; words alone stay a text, which every server takes. */
export function contentOf(
  content: string,
  files: readonly Attachment[],
  contents: FileContents | undefined,
): string | ChatCompletionContentPart[] {
  if (files.length === 0) return content;
  const words: ChatCompletionContentPart[] = content === '' ? [] : [{ type: 'text', text: content }];
  return [...words, ...files.flatMap((file) => partsOf(file, contents?.get(file.fileId)))];
}

function partsOf(file: Attachment, content: FileContent | undefined): ChatCompletionContentPart[] {
  const called = `${JSON.stringify(file.name)} (${file.type}, ${String(file.size)} bytes)`;
  switch (content?.kind) {
    case undefined:
      return [{ type: 'text', text: `File ${called}` }];
    case 'line':
      return [{ type: 'text', text: `(file ${called} ${content.why})` }];
    case 'picture':
      return [
        { type: 'text', text: `File ${called}:` },
        { type: 'image_url', image_url: { url: content.url, detail: 'auto' } },
      ];
    case 'text': {
      const fence = fenceFor(content.text);
      const end = content.cut ? `\n(only the first ${String(content.text.length)} characters of it)` : '';
      return [{ type: 'text', text: `File ${called}:\n${fence}\n${content.text}\n${fence}${end}` }];
    }
  }
}

/** Longer than any run of backticks inside, so that a file cannot end itself. */
function fenceFor(text: string): string {
  const longest = (text.match(/`{3,}/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
  return '`'.repeat(longest + 1);
}
