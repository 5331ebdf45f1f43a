import { docsSearchTool } from '@colloquy/workflows';
import { fileURLToPath } from 'node:url';

export const searchDocs = docsSearchTool(fileURLToPath(new URL('../../', import.meta.url)));
