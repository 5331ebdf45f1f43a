/** `npm run test:images`: every image built and looked into, and the whole of docker-compose.yml on a real engine. */
import { parseImagesOptions, type Phase } from '../../e2e/images/images-options.ts';
import { runImages } from '../../e2e/images/run-images.ts';

process.exitCode = await runImages(phase(), (line) => console.log(line));

function phase(): Phase {
  try {
    return parseImagesOptions(process.argv.slice(2)).phase;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}
